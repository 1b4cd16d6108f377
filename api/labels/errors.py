"""What can be wrong with a reading."""

from http import HTTPStatus

from api.errors import HelplineError


class SentenceUnknown(HelplineError):
    code = "sentence_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这句话"
    detail = "没有找到这句话：它所在的对话可能已经删除，请标下一句。"


class AlreadyRead(HelplineError):
    code = "already_read"
    status = HTTPStatus.CONFLICT
    title = "这句您标过了"
    detail = "同一句要由两位同事分别标，请标下一句。"


class NeedsThirdPerson(HelplineError):
    code = "needs_third_person"
    status = HTTPStatus.CONFLICT
    title = "要由第三位同事定"
    detail = "您是这句话的两位标注人之一，请让没有标过它的同事来定。"


class SentenceSettled(HelplineError):
    code = "sentence_settled"
    status = HTTPStatus.CONFLICT
    title = "这句已经定了"
    detail = "这句话已经标完或不再使用，请标下一句。"
