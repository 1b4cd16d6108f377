"""Adding pictures to the open ticket of a conversation, and giving them back; the caller
commits.
"""

import binascii
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from api.conversations import service as conversations
from api.evidence import looking
from api.evidence.errors import (
    FileUnknown,
    NoOpenTicket,
    PictureTooLarge,
    PictureUnreadable,
    TooManyPictures,
)
from api.evidence.schemas import AddedFile, NewFile, NewPaper
from api.tickets import record
from api.tickets import service as tickets
from api.tickets.models import Ticket, TicketFile

MB = 1024 * 1024
LARGEST = 5 * MB  # bytes of a picture
MOST_FILES = 12  # of a ticket
MOST_BYTES = 30 * MB  # of all pictures of a ticket

ADDED_NOTE = "来访者补充了一张图片。"


@dataclass(frozen=True)
class Picture:
    """A picture or paper that may be kept; its kind is what its bytes say."""

    name: str
    media_type: str
    content: bytes


def picture_of(new: NewFile) -> Picture:
    """What a visitor sent, looked at.

    Raises PictureUnreadable, PictureTooLarge, PictureKind, PictureTooWide, PictureBroken.
    """
    content = _bytes_of(new.data)
    return Picture(new.name, looking.picture(content), content)


def paper_of(new: NewPaper) -> Picture:
    """What staff sent, looked at: a picture, or a PDF; raises as `picture_of` does, FileKind."""
    content = _bytes_of(new.data)
    return Picture(new.name, looking.paper(content), content)


def _bytes_of(data: str) -> bytes:
    try:
        content = b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise PictureUnreadable from None
    if len(content) > LARGEST:
        raise PictureTooLarge
    return content


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
    file, is_new = await keep(session, ticket, picture, at=at)
    if is_new:
        await record.note(session, ticket, ADDED_NOTE, by="visitor", at=at)
    return _told(file, ticket.number)


async def keep(
    session: AsyncSession,
    ticket: Ticket,
    picture: Picture,
    *,
    at: datetime,
    added_by: str | None = None,
) -> tuple[TicketFile, bool]:
    """Keep a file with a ticket, the same one once; and whether it is new. Raises
    TooManyPictures.
    """
    of_ticket = TicketFile.ticket_id == ticket.id
    digest = sha256(picture.content).hexdigest()
    same = await session.scalar(select(TicketFile).where(of_ticket, TicketFile.sha256 == digest))
    if same is not None:
        return same, False
    held = select(func.count(), func.coalesce(func.sum(TicketFile.size), 0)).where(of_ticket)
    number, size = (await session.execute(held)).one()
    if number >= MOST_FILES or size + len(picture.content) > MOST_BYTES:
        raise TooManyPictures
    file = TicketFile(
        id=str(uuid4()),
        ticket_id=ticket.id,
        conversation_id=ticket.conversation_id,
        name=picture.name,
        media_type=picture.media_type,
        size=len(picture.content),
        sha256=digest,
        content=picture.content,
        added_by=added_by,
        added_at=at,
    )
    ticket.updated_at = at
    session.add(file)
    await session.flush()
    return file, True


async def files_of(session: AsyncSession, conversation_id: str) -> list[AddedFile]:
    """The pictures of a conversation's tickets, the oldest first."""
    found = await session.execute(
        select(TicketFile, Ticket.number)
        .join(Ticket, Ticket.id == TicketFile.ticket_id)
        .where(TicketFile.conversation_id == conversation_id, TicketFile.added_by.is_(None))
        .order_by(TicketFile.added_at, TicketFile.id)
    )
    return [_told(file, number) for file, number in found]


async def picture(session: AsyncSession, conversation_id: str, file_id: str) -> TicketFile:
    """A picture with its bytes; raises FileUnknown."""
    found = await session.scalar(
        select(TicketFile)
        .where(
            TicketFile.conversation_id == conversation_id,
            TicketFile.id == file_id,
            TicketFile.added_by.is_(None),
        )
        .options(undefer(TicketFile.content))
    )
    if found is None:
        raise FileUnknown
    return found


async def of_ticket(session: AsyncSession, ticket: Ticket, file_id: str) -> TicketFile:
    """A file of a ticket with its bytes and its thumbnail; raises FileUnknown."""
    found = await session.scalar(
        select(TicketFile)
        .where(TicketFile.ticket_id == ticket.id, TicketFile.id == file_id)
        .options(undefer(TicketFile.content), undefer(TicketFile.thumbnail))
    )
    if found is None:
        raise FileUnknown("这张工单里没有这个文件，请刷新再看。")
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
