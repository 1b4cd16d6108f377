"""The calls of the chat API about pictures."""

import asyncio
from urllib.parse import quote

from fastapi import APIRouter, Depends, Response, status

from api.clock import AppClock
from api.conversations import service as conversations
from api.conversations.routes import ConversationId, Token
from api.database import AppDatabase
from api.edge.limits import Address, AppLimiter, count_message, count_reading
from api.evidence import service
from api.evidence.schemas import AddedFile, NewFile

router = APIRouter(prefix="/api/conversations/{conversation_id}/files", tags=["evidence"])

_BYTES = {"schema": {"type": "string", "format": "binary"}}


@router.post("", status_code=status.HTTP_201_CREATED)
async def add_file(
    conversation_id: ConversationId,
    new: NewFile,
    token: Token,
    database: AppDatabase,
    clock: AppClock,
    limiter: AppLimiter,
    address: Address,
) -> AddedFile:
    """Add a picture to the conversation's open ticket: JPEG, PNG or WebP, at most 5 MB; 12 of them
    and 30 MB a ticket. The same picture once more has no second effect.
    """
    await count_message(limiter, address, conversation_id)
    async with database.reading() as session:
        await conversations.authenticate(session, conversation_id, token)
    picture = await asyncio.to_thread(service.picture_of, new)
    async with database.session() as session:
        return await service.add(session, conversation_id, picture, at=clock.now())


@router.get("", dependencies=[Depends(count_reading)])
async def list_files(
    conversation_id: ConversationId, token: Token, database: AppDatabase
) -> list[AddedFile]:
    """The pictures that were added, the oldest first."""
    async with database.reading() as session:
        await conversations.authenticate(session, conversation_id, token)
        return await service.files_of(session, conversation_id)


@router.get(
    "/{file_id}",
    response_class=Response,
    dependencies=[Depends(count_reading)],
    responses={
        200: {
            "content": {kind: _BYTES for kind in ("image/jpeg", "image/png", "image/webp")},
            "description": "The picture as it was sent, to be saved and not shown.",
        }
    },
)
async def download_file(
    conversation_id: ConversationId, file_id: str, token: Token, database: AppDatabase
) -> Response:
    """A picture as it was sent."""
    async with database.reading() as session:
        await conversations.authenticate(session, conversation_id, token)
        found = await service.picture(session, conversation_id, file_id[:36])
    plain = f"picture.{found.media_type.removeprefix('image/')}"
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(found.name, safe='')}"
    return Response(
        found.content,
        media_type=found.media_type,
        headers={"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"},
    )
