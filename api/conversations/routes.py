"""The calls of the chat API about conversations."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response, status
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from fastapi.sse import EventSourceResponse, ServerSentEvent

from api.answers.service import AppKnowledge
from api.calendar import service as calendar
from api.clock import AppClock
from api.conversations import catch_up, handoffs, news, schemas, service
from api.conversations.models import Conversation
from api.conversations.receive import AppReceiver
from api.conversations.states import State
from api.database import AppDatabase, Database
from api.edge.limits import (
    Address,
    AppLimiter,
    TooManyRequests,
    count_message,
    count_opening,
    count_reading,
)
from api.events.hub import AppHub
from api.events.service import Event
from api.events.stream import LastSeen, RoomInHub, streamed
from api.protection.notice import AppNotice

router = APIRouter(prefix="/api/conversations", tags=["conversations"])

# It refuses nothing itself: our own errors say more than the framework's would.
_bearer = HTTPBearer(
    auto_error=False, description="The token that the conversation was opened with."
)


async def _token(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> str | None:
    return credentials.credentials if credentials else None


async def _one_spelling(conversation_id: str) -> str:
    try:
        return str(UUID(conversation_id))
    except ValueError:
        raise service.ConversationUnknown from None


Token = Annotated[str | None, Depends(_token)]
ConversationId = Annotated[str, Depends(_one_spelling)]
SEEN_AGAIN = timedelta(seconds=30)  # a sign of life is noted no more often


@router.post("", status_code=status.HTTP_201_CREATED, dependencies=[Depends(count_opening)])
async def open_conversation(
    new: schemas.NewConversation, database: AppDatabase, clock: AppClock, notice: AppNotice
) -> schemas.OpenedConversation:
    """Begin a conversation; needs the visitor's consent to the privacy notice. Answers with a
    greeting, the notice in short and buttons.
    """
    version = notice.agreed(new.consent_version)
    async with database.session() as session:
        return await service.open_conversation(
            session, new.channel, new.consent, at=clock.now(), consent_version=version
        )


@router.post("/{conversation_id}/messages", response_model=schemas.Turn)
async def send_message(
    conversation_id: ConversationId,
    message: schemas.NewMessage,
    token: Token,
    receiver: AppReceiver,
    database: AppDatabase,
    limiter: AppLimiter,
    address: Address,
) -> JSONResponse:
    """Say something and hear what it leads to. Messages of one conversation are answered in the
    order they came.
    """
    try:
        await count_message(limiter, address, conversation_id)
    except TooManyRequests:
        # What was stored is never refused: a repeat hears what it led to.
        if not await _is_stored(database, conversation_id, message):
            raise
    return JSONResponse(await receiver.receive(conversation_id, token, message))


async def _is_stored(database: Database, conversation_id: str, message: schemas.NewMessage) -> bool:
    async with database.reading() as session:
        return await service.is_stored(session, conversation_id, message.client_message_id)


@router.get("/{conversation_id}", dependencies=[Depends(count_reading)])
async def show_conversation(
    conversation_id: ConversationId,
    token: Token,
    database: AppDatabase,
    clock: AppClock,
    referrals: Annotated[bool, Query(description="Whether to send those of every turn.")] = False,
) -> schemas.Snapshot:
    """Everything said so far, what is known, and where the matter stands. What happened while
    nobody looked is told by this look.
    """
    at = clock.now()
    async with database.reading() as session:
        conversation = await service.authenticate(session, conversation_id, token)
        has_news = await catch_up.wait(session, conversation_id)
        if not has_news and not _is_a_sign(conversation, at):
            return await service.show(session, conversation, at=at, with_referrals=referrals)
    async with database.session() as session:
        conversation = await service.authenticate(session, conversation_id, token)
        await service.see_visitors(session, {conversation_id}, at=at)
        told = await service.tell_news(session, conversation, at=at)
        shown = await service.show(session, conversation, at=at, with_referrals=referrals)
        return shown.model_copy(update={"news": told})


def _is_a_sign(conversation: Conversation, at: datetime) -> bool:
    """Whether looking shows that a waiting visitor is still there, and was not noted just now."""
    seen = conversation.visitor_seen_at
    return conversation.state == State.WAITING and (seen is None or at - seen > SEEN_AGAIN)


@router.delete("/{conversation_id}/handoff", dependencies=[Depends(count_reading)])
async def leave_queue(
    conversation_id: ConversationId, token: Token, database: AppDatabase, clock: AppClock
) -> schemas.Snapshot:
    """Wait for a person no longer; the bot answers again. Who does not wait changes nothing."""
    async with database.session() as session:
        await service.authenticate(session, conversation_id, token)
        await handoffs.cancel(session, conversation_id, at=clock.now())
        conversation = await service.going_on(session, conversation_id)
        return await service.show(session, conversation, at=clock.now())


@router.post(
    "/{conversation_id}/typing",
    status_code=status.HTTP_204_NO_CONTENT,
    dependencies=[Depends(count_reading)],
)
async def tell_typing(
    conversation_id: ConversationId,
    body: schemas.Typing,
    token: Token,
    database: AppDatabase,
    hub: AppHub,
) -> None:
    """Let whoever answers see that the visitor is writing. Nothing of it is stored."""
    async with database.reading() as session:
        await service.authenticate(session, conversation_id, token)
    told = {"by": "visitor", "typing": body.typing}
    await hub.tell(Event(None, "conversation.typing", conversation_id, data=told))


async def _may_follow(conversation_id: ConversationId, token: Token, database: AppDatabase) -> str:
    """The id of a conversation whose visitor asks; errors come before the stream begins."""
    async with database.reading() as session:
        await service.authenticate(session, conversation_id, token)
    return conversation_id


@router.get(
    "/{conversation_id}/events",
    response_class=EventSourceResponse,
    dependencies=[Depends(count_reading)],
)
async def follow(
    conversation_id: Annotated[str, Depends(_may_follow)], hub: RoomInHub, last: LastSeen
) -> AsyncIterator[ServerSentEvent]:
    """What happens in the conversation, as server-sent events: ids and roles, the page fetches the
    rest. It ends after some minutes; whoever comes back with `Last-Event-ID` misses nothing.
    """
    async for told in streamed(hub, ("visitor", conversation_id), news.of(conversation_id), last):
        yield told


@router.get("/{conversation_id}/place", dependencies=[Depends(count_reading)])
async def show_place(
    conversation_id: ConversationId, token: Token, database: AppDatabase, receiver: AppReceiver
) -> schemas.Place | None:
    """Where the message that is being answered stands in the queue; null once it is its turn."""
    async with database.reading() as session:
        await service.authenticate(session, conversation_id, token)
    place = receiver.dialogue.queue.place(conversation_id)
    return schemas.Place(ahead=place.ahead, seconds=place.seconds) if place else None


@router.get(
    "/{conversation_id}/deadlines.ics",
    response_class=Response,
    dependencies=[Depends(count_reading)],
)
async def export_deadlines(
    conversation_id: ConversationId,
    token: Token,
    database: AppDatabase,
    knowledge: AppKnowledge,
    clock: AppClock,
) -> Response:
    """The deadlines of the matter as a calendar file; 404 while none of them has a day."""
    async with database.reading() as session:
        facts = dict((await service.authenticate(session, conversation_id, token)).facts)
    text = await calendar.calendar_file(conversation_id, facts, knowledge, at=clock.now())
    disposition = f'attachment; filename="{calendar.FILE_NAME}"'
    return Response(
        text, media_type=calendar.MEDIA_TYPE, headers={"Content-Disposition": disposition}
    )
