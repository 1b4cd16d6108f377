"""The calls of the chat API about personal data: the notice, export, deletion."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import AppClock
from api.conversations import service as conversations
from api.conversations.routes import ConversationId, Token
from api.database import AppDatabase, Database
from api.edge.limits import Address, AppLimiter
from api.privacy import service
from api.privacy.export import export
from api.privacy.schemas import Code, Deleted, NoticeSection, PrivacyNotice
from api.protection.notice import AppNotice
from api.tickets import service as tickets
from api.tickets.routes import THIS_MACHINE

router = APIRouter(prefix="/api", tags=["privacy"])

_FILE = {"Content-Disposition": 'attachment; filename="helpline-export.json"'}
_JSON: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}}
}


@router.get("/privacy-notice")
async def privacy_notice(notice: AppNotice) -> PrivacyNotice:
    """What a visitor agrees to before a conversation is opened: in short and in full."""
    return PrivacyNotice(
        version=notice.version,
        short=notice.short,
        sections=[NoticeSection(title=title, text=text) for title, text in notice.sections],
    )


@router.get("/conversations/{conversation_id}/export", response_class=Response, responses=_JSON)
async def export_conversation(
    conversation_id: ConversationId, token: Token, database: AppDatabase, clock: AppClock
) -> Response:
    """Everything that is stored about a conversation, as a JSON file with Chinese labels."""
    async with database.reading() as session:
        await conversations.authenticate(session, conversation_id, token)
        found = await service.find(session, conversation_id)
        return _file(await export(session, found, at=clock.now()))


@router.delete("/conversations/{conversation_id}")
async def delete_conversation(
    conversation_id: ConversationId, token: Token, database: AppDatabase, clock: AppClock
) -> Deleted:
    """Delete what is stored about a conversation and its tickets; of a ticket stay number, status
    and dates. There is no way back.
    """
    async with database.session() as session:
        await conversations.authenticate(session, conversation_id, token)
        return await service.delete_case(session, conversation_id, "visitor", at=clock.now())


class _TicketDoor:
    """Lets in who knows a ticket's code, counting tries as for looking it up."""

    def __init__(self, database: AppDatabase, limiter: AppLimiter, address: Address) -> None:
        self.asker = address or THIS_MACHINE
        self.database: Database = database
        self.look_ups = tickets.LookUps(limiter)

    @asynccontextmanager
    async def opened(self, number: str, code: str) -> AsyncIterator[AsyncSession]:
        """A unit of work for whoever has the code; raises TicketNotFound, TooManyTries."""
        async with self.database.session() as session:
            await self.look_ups.progress(session, number, code, self.asker)
            yield session


TicketDoor = Annotated[_TicketDoor, Depends()]


@router.post("/tickets/{number}/export", response_class=Response, responses=_JSON)
async def export_ticket(number: str, body: Code, door: TicketDoor, clock: AppClock) -> Response:
    """Everything that is stored about a ticket and its conversation, for whoever has its code."""
    number = number[:20].strip().upper()
    async with door.opened(number, body.code) as session:
        found = await service.find(session, number)
        return _file(await export(session, found, at=clock.now()))


@router.post("/tickets/{number}/delete")
async def delete_ticket(number: str, body: Code, door: TicketDoor, clock: AppClock) -> Deleted:
    """Delete what is stored about a ticket and its conversation, for whoever has its code. There is
    no way back.
    """
    number = number[:20].strip().upper()
    async with door.opened(number, body.code) as session:
        return await service.delete_case(session, number, "visitor", at=clock.now())


def _file(document: dict[str, Any]) -> Response:
    return JSONResponse(document, headers=_FILE)
