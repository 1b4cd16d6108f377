"""Adding pictures to the open ticket of a conversation, and giving them back; the caller
commits.
"""

import binascii
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from api.conversations import service as conversations
from api.errors import HelplineError
from api.evidence.schemas import AddedFile, MediaType, NewFile
from api.tickets import record
from api.tickets import service as tickets
from api.tickets.models import Ticket, TicketFile

MB = 1024 * 1024
LARGEST = 5 * MB  # bytes of a picture
MOST_FILES = 12  # of a ticket
MOST_BYTES = 30 * MB  # of all pictures of a ticket

ADDED_NOTE = "来访者补充了一张图片。"


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


@dataclass(frozen=True)
class Picture:
    """A picture that may be kept; its kind is what its bytes say."""

    name: str
    media_type: MediaType
    content: bytes


def picture_of(new: NewFile) -> Picture:
    """What was sent, looked at; raises PictureUnreadable, PictureTooLarge, PictureKind."""
    try:
        content = b64decode(new.data, validate=True)
    except (binascii.Error, ValueError):
        raise PictureUnreadable from None
    if len(content) > LARGEST:
        raise PictureTooLarge
    kind = kind_of(content)
    if kind is None:
        raise PictureKind
    return Picture(new.name, kind, content)


def kind_of(content: bytes) -> MediaType | None:
    """The kind of picture that the first bytes show; None for anything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return None


async def add(
    session: AsyncSession, conversation_id: str, picture: Picture, *, at: datetime
) -> AddedFile:
    """Keep a picture with the open ticket, and note there that it came.

    The same picture once more gives the one that is kept. Raises ConversationDeleted,
    NoOpenTicket, TooManyPictures.
    """
    # Locked: what is being deleted gets no more pictures.
    await conversations.going_on(session, conversation_id)
    ticket = await tickets.still_open(session, conversation_id)
    if ticket is None:
        raise NoOpenTicket
    digest = sha256(picture.content).hexdigest()
    of_ticket = TicketFile.ticket_id == ticket.id
    same = await session.scalar(select(TicketFile).where(of_ticket, TicketFile.sha256 == digest))
    if same is not None:
        return _told(same, ticket.number)
    held = select(func.count(), func.coalesce(func.sum(TicketFile.size), 0)).where(of_ticket)
    number, size = (await session.execute(held)).one()
    if number >= MOST_FILES or size + len(picture.content) > MOST_BYTES:
        raise TooManyPictures
    file = TicketFile(
        id=str(uuid4()),
        ticket_id=ticket.id,
        conversation_id=conversation_id,
        name=picture.name,
        media_type=picture.media_type,
        size=len(picture.content),
        sha256=digest,
        content=picture.content,
        added_at=at,
    )
    ticket.updated_at = at
    session.add(file)
    await record.note(session, ticket, ADDED_NOTE, by="visitor", at=at)
    return _told(file, ticket.number)


async def files_of(session: AsyncSession, conversation_id: str) -> list[AddedFile]:
    """The pictures of a conversation's tickets, the oldest first."""
    found = await session.execute(
        select(TicketFile, Ticket.number)
        .join(Ticket, Ticket.id == TicketFile.ticket_id)
        .where(TicketFile.conversation_id == conversation_id)
        .order_by(TicketFile.added_at, TicketFile.id)
    )
    return [_told(file, number) for file, number in found]


async def picture(session: AsyncSession, conversation_id: str, file_id: str) -> TicketFile:
    """A picture with its bytes; raises FileUnknown."""
    found = await session.scalar(
        select(TicketFile)
        .where(TicketFile.conversation_id == conversation_id, TicketFile.id == file_id)
        .options(undefer(TicketFile.content))
    )
    if found is None:
        raise FileUnknown
    return found


async def pictures_of_ticket(session: AsyncSession, ticket_id: int) -> Sequence[TicketFile]:
    """Everything that is kept of a ticket's pictures, their bytes too, the oldest first."""
    found = await session.scalars(
        select(TicketFile)
        .where(TicketFile.ticket_id == ticket_id)
        .order_by(TicketFile.added_at, TicketFile.id)
        .options(undefer(TicketFile.content))
    )
    return found.all()


def _told(file: TicketFile, number: str) -> AddedFile:
    return AddedFile.model_validate(
        {
            "id": file.id,
            "ticket": number,
            "name": file.name,
            "size": file.size,
            "media_type": file.media_type,
            "added_at": file.added_at,
        }
    )
