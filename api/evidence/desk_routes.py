"""The calls of the desk about the files of a ticket."""

import asyncio
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Response, status
from sqlalchemy import update

from api.evidence import looking, service
from api.evidence.errors import NoThumbnail
from api.evidence.schemas import NewPaper
from api.tickets import record
from api.tickets.models import TicketFile
from api.tickets.staff.access import AppDesk, Desk
from api.tickets.staff.schemas import StaffFile
from api.tickets.staff.showing import PICTURE_KINDS, files, find, shown_file

router = APIRouter(prefix="/api/desk/tickets/{number}/files", tags=["desk: evidence"])

WEBP = "image/webp"
_BYTES = {"schema": {"type": "string", "format": "binary"}}


@router.get("")
async def list_files(number: str, desk: AppDesk) -> list[StaffFile]:
    """What was added to a ticket, the oldest first."""
    async with desk.ticket(number, "ticket.files") as (session, ticket):
        return await files(session, ticket.id)


@router.post("", status_code=status.HTTP_201_CREATED)
async def add_file(number: str, new: NewPaper, desk: AppDesk) -> StaffFile:
    """Add a picture or a PDF that came to the office: at most 5 MB; 12 files and 30 MB a ticket."""
    paper = await asyncio.to_thread(service.paper_of, new)
    async with desk.ticket(number, "ticket.file_add") as (session, ticket):
        name = desk.staff.display_name
        file, is_new = await service.keep(session, ticket, paper, at=desk.at, added_by=name)
        if is_new:
            said = f"放入了文件「{file.name}」。"
            await record.note(session, ticket, said, public=False, staff=desk.staff, at=desk.at)
        return shown_file(file)


@router.get(
    "/{file_id}/thumbnail.webp",
    response_class=Response,
    responses={200: {"content": {WEBP: _BYTES}, "description": "The picture, drawn anew."}},
)
async def show_thumbnail(number: str, file_id: UUID, desk: AppDesk) -> Response:
    """A picture to look at: its pixels drawn anew, without anything else that was in the file."""
    async with desk.database.reading() as session:
        file = await service.of_ticket(session, await find(session, number), str(file_id))
    if file.media_type not in PICTURE_KINDS:
        raise NoThumbnail
    if file.thumbnail is None:
        file.thumbnail = await _drawn(file, desk)
    return Response(file.thumbnail, media_type=WEBP)


async def _drawn(file: TicketFile, desk: Desk) -> bytes:
    """The thumbnail, drawn in a thread and kept for the next look."""
    made = await asyncio.to_thread(looking.thumbnail, file.content, file.media_type)
    async with desk.database.session() as session:
        this = update(TicketFile).where(TicketFile.id == file.id)
        await session.execute(this.values(thumbnail=made))
    return made


@router.get(
    "/{file_id}",
    response_class=Response,
    responses={
        200: {
            "content": {kind: _BYTES for kind in (*PICTURE_KINDS, looking.PDF)},
            "description": "The file as it came, to be saved and not shown.",
        }
    },
)
async def download_file(number: str, file_id: UUID, desk: AppDesk) -> Response:
    """The file as it came, with the SHA-256 of its bytes."""
    async with desk.ticket(number, "ticket.file", {"file": str(file_id)}) as (session, ticket):
        file = await service.of_ticket(session, ticket, str(file_id))
    plain = f"{file.id}.{file.media_type.rpartition('/')[2]}"
    name = quote(file.name, safe="")
    return Response(
        file.content,
        media_type=file.media_type,
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{name}",
            "X-Content-Type-Options": "nosniff",
            "X-SHA256": file.sha256,
        },
    )
