"""What is refused about content, and what to do then."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from api.errors import HelplineError


class ItemUnknown(HelplineError):
    code = "content_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这一条内容"
    detail = "没有找到这一条内容，可能编号写错了，请回到列表里再找。"


class RevisionUnknown(HelplineError):
    code = "revision_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这个版本"
    detail = "没有找到这个版本，请刷新后再看。"


class ReleaseUnknown(HelplineError):
    code = "release_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这次发布"
    detail = "没有找到这次发布，请刷新后再看。"


class WrongPlace(HelplineError):
    code = "content_wrong_place"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "放不到这里"
    detail = "这类内容不放在这个文件里，请核对种类、文件和编号。"


class ChangedMeanwhile(HelplineError):
    """`more` holds the other's text, and what one's own would change in it."""

    code = "changed_meanwhile"
    status = HTTPStatus.CONFLICT
    title = "别人刚改过"
    detail = "您编辑的时候，别人改了这一条，您的内容还没有存。请对照两边，合并后再存。"

    def __init__(self, theirs: dict[str, Any], version: int, diff: Sequence[str]) -> None:
        super().__init__()
        self.more = {"theirs": theirs, "version": version, "diff": list(diff)}


class WrongState(HelplineError):
    code = "content_wrong_state"
    status = HTTPStatus.CONFLICT
    title = "现在不能这样做"
    detail = "这个版本的状态已经变了，请刷新后再看。"


class NotAuthor(HelplineError):
    code = "not_author"
    status = HTTPStatus.FORBIDDEN
    title = "不是您写的"
    detail = "只有写这个版本的人才能收回它；要退回请用「退回修改」。"


class NeedsSecondPerson(HelplineError):
    code = "needs_second_person"
    status = HTTPStatus.CONFLICT
    title = "需要第二个人审核"
    detail = "法律、规则、答复和话术要由作者以外的人审核发布，请同事来点发布。"


class ContentInvalid(HelplineError):
    """`more` holds what is wrong, line by line."""

    code = "content_invalid"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "内容通不过检查"

    def __init__(self, problems: Sequence[dict[str, Any]]) -> None:
        first = problems[0]
        line = f"第 {first['line']} 行：" if first["line"] else ""
        super().__init__(f"{line}{first['message']}。请改好再提交。")
        self.more = {"problems": list(problems)}


class ReleaseNotReady(HelplineError):
    code = "release_not_ready"
    status = HTTPStatus.CONFLICT
    title = "还不能发布"
    detail = "这次预演没有完成，或者没有通过，请先重新预演。"


class ReleaseOutdated(HelplineError):
    code = "release_outdated"
    status = HTTPStatus.CONFLICT
    title = "要重新预演"
    detail = "预演之后又有别的内容发布或改动，请重新预演一次再发布。"


class NothingToRollBack(HelplineError):
    code = "nothing_to_roll_back"
    status = HTTPStatus.CONFLICT
    title = "不是正在用的发布"
    detail = "只能撤回正在使用的这次发布，请刷新后再看。"
