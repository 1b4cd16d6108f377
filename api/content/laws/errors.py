"""What is refused about laws, and what to do then."""

from collections.abc import Sequence
from http import HTTPStatus

from api.errors import HelplineError


class ImportUnknown(HelplineError):
    code = "law_import_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这次导入"
    detail = "没有找到这次导入，可能已经删去，请回到列表里再找。"


class LawUnknown(HelplineError):
    code = "law_version_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这个版本"
    detail = "没有收录这部法律的这个版本，请刷新后再看。"


class FileRefused(HelplineError):
    """A file that cannot be read; the detail says why and what to do."""

    code = "law_file_refused"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "读不了这个文件"

    def __init__(self, why: str) -> None:
        super().__init__(f"{why.rstrip('。')}。")


class ReadingBusy(HelplineError):
    code = "law_reading_busy"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "正在读别的文件"
    detail = "正在读同事上传的文件，这份还没有收下，请过半分钟再传一次。"


class ImportChanged(HelplineError):
    code = "law_import_changed"
    status = HTTPStatus.CONFLICT
    title = "别人刚改过"
    detail = "您填写的时候，别人改了这次导入，您的还没有存。请刷新，看过再改。"


class ImportHandedIn(HelplineError):
    code = "law_import_handed_in"
    status = HTTPStatus.CONFLICT
    title = "已经送审"
    detail = "这次导入已经送审，不能再改。要改，请先收回。"


class ImportIncomplete(HelplineError):
    """`more` holds what is missing, by field."""

    code = "law_import_incomplete"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "还不能送审"

    def __init__(self, faults: Sequence[dict[str, str]]) -> None:
        super().__init__(f"{faults[0]['message'].rstrip('。')}。")
        self.more = {"faults": list(faults)}


class OtherInReview(HelplineError):
    code = "law_other_in_review"
    status = HTTPStatus.CONFLICT
    title = "有别的改动在审核"

    def __init__(self, title: str, author: str) -> None:
        super().__init__(
            f"{author}改了「{title}」，还在审核。先审完那一个再送这次导入，免得后发布的盖掉先发布的。"
        )


class NotHandedIn(HelplineError):
    code = "law_import_not_in_review"
    status = HTTPStatus.CONFLICT
    title = "没有在审核"
    detail = "这次导入的改动不都在审核中，请刷新后再看。"
