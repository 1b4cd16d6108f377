"""What keeps a file from being taken, and what is said of it."""

from http import HTTPStatus

from api.errors import HelplineError


class NoOpenTicket(HelplineError):
    code = "no_open_ticket"
    status = HTTPStatus.CONFLICT
    title = "还没有工单"
    detail = "图片要放进工单里：先登记工单，再把图片发来。"


class PictureUnreadable(HelplineError):
    code = "picture_unreadable"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "图片没有传完整"
    detail = "这张图片没有传完整，请再发一次。"


class PictureTooLarge(HelplineError):
    code = "picture_too_large"
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    title = "图片太大"
    detail = "一张图片不能超过 5 MB，请压缩或截取要紧的部分再发。"


class PictureKind(HelplineError):
    code = "picture_kind"
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    title = "不是能收的图片"
    detail = "只收 JPG、PNG、WebP 格式的图片，请换成其中一种再发，例如截一张图。"


class TooManyPictures(HelplineError):
    code = "too_many_pictures"
    status = HTTPStatus.CONFLICT
    title = "图片太多"
    detail = "一张工单最多收 12 张、共 30 MB 图片，已经满了。其余的请留好，交给办理的工作人员。"


class FileUnknown(HelplineError):
    code = "file_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这张图片"
    detail = "这段对话里没有这张图片，请刷新页面看看有哪些。"


class PictureTooWide(HelplineError):
    """A few bytes may unpack to a picture that fills the memory: its size alone refuses it."""

    code = "picture_too_wide"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "图片尺寸太大"
    detail = "这张图片的尺寸太大（超过 6400 万像素），请缩小或截取要紧的部分再发。"


class PictureBroken(HelplineError):
    code = "picture_broken"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "图片打不开"
    detail = "这张图片打不开，文件可能坏了。请换一张，或截图后再发。"


class FileKind(HelplineError):
    code = "file_kind"
    status = HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    title = "不是能收的文件"
    detail = "只收 JPG、PNG、WebP 图片和 PDF，请换成其中一种再传。"


class NoThumbnail(HelplineError):
    code = "no_thumbnail"
    status = HTTPStatus.NOT_FOUND
    title = "没有缩略图"
    detail = "这个文件不是图片，没有缩略图，请下载后查看。"
