"""The console's calls about conversations, and about who is at the desk."""

from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, status
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Operator, still_signed_in
from api.answers.service import AppKnowledge
from api.clock import AppClock
from api.conversations import service as conversations
from api.conversations.handoffs import Elsewhere
from api.conversations.routes import ConversationId
from api.conversations.schemas import Message, Typing
from api.database import AppDatabase
from api.desk import duty, facts, inbox, news, schemas, service, view
from api.desk.duty import AppHours
from api.desk.sending import AppSender
from api.desk.view import AppLook, Look
from api.desk.viewing import AppViewers
from api.errors import HelplineError
from api.events.stream import LastSeen, RoomInHub, streamed
from api.outgoing.plain import spoken
from knowledge.places.institutions import UnknownBody

router = APIRouter(prefix="/api/desk", tags=["desk"])

NO_CONTENT = status.HTTP_204_NO_CONTENT


class BodyUnknown(HelplineError):
    code = "body_unknown"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "没有这个机关"
    detail = "机关名录里没有这种机关，请从名录里选。"


@router.get("/inbox")
async def show_inbox(
    staff: Operator,
    database: AppDatabase,
    knowledge: AppKnowledge,
    clock: AppClock,
    box: schemas.Box = "unanswered",
    q: Annotated[str, Query(max_length=100)] = "",
    before: Annotated[str | None, Query(max_length=40)] = None,
) -> schemas.Inbox:
    """The conversations of a box with how many each box holds; `q` looks through the newest."""
    async with database.reading() as session:
        found = inbox.inbox(session, staff, knowledge, box, q.strip(), before, at=clock.now())
        return await found


@router.get("/conversations/{conversation_id}")
async def show_conversation(
    staff: Operator,
    conversation_id: ConversationId,
    database: AppDatabase,
    clock: AppClock,
    look: AppLook,
) -> schemas.DeskConversation:
    """A conversation with its newest messages, and all that is known and noted about it."""
    at = clock.now()
    async with database.session() as session:
        await service.read(session, conversation_id, staff, at=at)
        return await _shown(session, conversation_id, staff, look, at=at)


@router.get("/conversations/{conversation_id}/messages")
async def show_messages(
    staff: Operator,
    conversation_id: ConversationId,
    database: AppDatabase,
    clock: AppClock,
    before: Annotated[
        str | None, Query(max_length=36, description="The id of the oldest one that is there.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=view.MOST)] = view.NEWEST,
) -> schemas.Page:
    """The newest messages, or those before one, oldest first."""
    async with database.session() as session:
        await service.read(session, conversation_id, staff, at=clock.now())
        return await view.messages(session, conversation_id, before=before, most=limit)


@router.post("/conversations/{conversation_id}/claim")
async def claim(
    staff: Operator,
    conversation_id: ConversationId,
    database: AppDatabase,
    clock: AppClock,
    look: AppLook,
) -> schemas.DeskConversation:
    """Take a conversation over: from here on the bot says nothing. 409 where somebody has it."""
    at = clock.now()
    async with database.session() as session:
        await service.claim(session, conversation_id, staff, at=at)
        await service.read(session, conversation_id, staff, at=at)
        return await _shown(session, conversation_id, staff, look, at=at)


@router.post("/conversations/{conversation_id}/transfer")
async def transfer(
    staff: Operator,
    conversation_id: ConversationId,
    to: schemas.Transfer,
    database: AppDatabase,
    knowledge: AppKnowledge,
    clock: AppClock,
    look: AppLook,
) -> schemas.DeskConversation:
    """Give a conversation to a colleague who is there; or tell the visitor which other body his
    matter goes to and why, and end it.
    """
    at = clock.now()
    elsewhere = _elsewhere(knowledge, to)
    async with database.session() as session:
        if to.to_user is not None:
            await service.transfer(session, conversation_id, to.to_user, to.reason, staff, clock)
        elif elsewhere is not None and to.to_body is not None:
            await service.refer_elsewhere(
                session, conversation_id, elsewhere, to.to_body.kind, staff, at=at
            )
        return await _shown(session, conversation_id, staff, look, at=at)


def _elsewhere(knowledge: AppKnowledge, to: schemas.Transfer) -> Elsewhere | None:
    """The body as visitors read it, with what the directory says to check first. The directory
    holds no telephone numbers of bodies, so none is told.
    """
    if to.to_body is None:
        return None
    try:
        body = knowledge.body(to.to_body.kind, to.to_body.city, to.to_body.county)
    except UnknownBody as unknown:
        raise BodyUnknown from unknown
    return Elsewhere(spoken(body.name), to.reason, spoken(body.note) if body.note else None)


@router.post("/conversations/{conversation_id}/hand-back")
async def hand_back(
    staff: Operator,
    conversation_id: ConversationId,
    ending: schemas.Ending,
    database: AppDatabase,
    clock: AppClock,
    look: AppLook,
) -> schemas.DeskConversation:
    """Let the bot answer again."""
    at = clock.now()
    async with database.session() as session:
        await service.hand_back(session, conversation_id, ending.note, staff, at=at)
        return await _shown(session, conversation_id, staff, look, at=at)


@router.post("/conversations/{conversation_id}/close")
async def close(
    staff: Operator,
    conversation_id: ConversationId,
    ending: schemas.Ending,
    database: AppDatabase,
    clock: AppClock,
    look: AppLook,
) -> schemas.DeskConversation:
    """End a conversation with a person; what its visitor says next goes to the bot."""
    at = clock.now()
    async with database.session() as session:
        await service.close(session, conversation_id, ending.note, staff, at=at)
        return await _shown(session, conversation_id, staff, look, at=at)


@router.post("/conversations/{conversation_id}/messages")
async def send_message(
    staff: Operator,
    conversation_id: ConversationId,
    message: schemas.NewOperatorMessage,
    sender: AppSender,
) -> Message:
    """Say something to the visitor; only whoever has the conversation may. The same
    client_message_id again gives the same message.
    """
    return await sender.send(conversation_id, message, staff)


@router.post("/conversations/{conversation_id}/typing", status_code=NO_CONTENT)
async def tell_typing(
    staff: Operator,
    conversation_id: ConversationId,
    body: Typing,
    database: AppDatabase,
    viewers: AppViewers,
) -> None:
    """Let the visitor and colleagues see that somebody is writing. Nothing of it is stored."""
    async with database.reading() as session:
        await service.check_his(session, conversation_id, staff)
    await viewers.types(conversation_id, staff, typing=body.typing)


@router.post("/conversations/{conversation_id}/viewing")
async def view_conversation(
    staff: Operator,
    conversation_id: ConversationId,
    body: schemas.Viewing,
    viewers: AppViewers,
) -> list[schemas.Viewer]:
    """Somebody has the conversation open, told every 20 seconds, or has left it; who else has."""
    there = await viewers.look(conversation_id, staff, left=body.left)
    return [one for one in there if one.id != staff.id]


@router.post("/conversations/{conversation_id}/watch", status_code=NO_CONTENT)
async def watch(
    staff: Operator, conversation_id: ConversationId, database: AppDatabase, clock: AppClock
) -> None:
    """Read along in a conversation that the bot or a colleague leads."""
    async with database.session() as session:
        await service.watch(session, conversation_id, staff, at=clock.now(), watches=True)


@router.delete("/conversations/{conversation_id}/watch", status_code=NO_CONTENT)
async def stop_watching(
    staff: Operator, conversation_id: ConversationId, database: AppDatabase, clock: AppClock
) -> None:
    """Read along no longer."""
    async with database.session() as session:
        await service.watch(session, conversation_id, staff, at=clock.now(), watches=False)


@router.put("/conversations/{conversation_id}/tags")
async def set_tags(
    staff: Operator,
    conversation_id: ConversationId,
    new: schemas.Tags,
    database: AppDatabase,
    clock: AppClock,
) -> schemas.Tags:
    """Put these tags in the place of those that it has."""
    async with database.session() as session:
        await service.set_tags(session, conversation_id, new.tags, staff, at=clock.now())
        return schemas.Tags(tags=await view.tags(session, conversation_id))


@router.post("/conversations/{conversation_id}/notes", status_code=status.HTTP_201_CREATED)
async def add_note(
    staff: Operator,
    conversation_id: ConversationId,
    new: schemas.NewNote,
    database: AppDatabase,
    clock: AppClock,
) -> schemas.InternalNote:
    """Note something for colleagues; the visitor does not see it."""
    async with database.session() as session:
        row = await service.note(session, conversation_id, new.text, staff, at=clock.now())
        return view.shown_note(row)


@router.patch("/conversations/{conversation_id}/facts")
async def change_facts(
    staff: Operator,
    conversation_id: ConversationId,
    changes: schemas.FactsChanged,
    database: AppDatabase,
    knowledge: AppKnowledge,
    clock: AppClock,
) -> schemas.Facts:
    """Correct what is known: slot → value, null forgets it. The referral is made anew."""
    return await facts.change(database, knowledge, conversation_id, changes, staff, at=clock.now())


@router.put("/presence")
async def set_presence(
    new: schemas.NewPresence, staff: Operator, database: AppDatabase, clock: AppClock
) -> list[schemas.Colleague]:
    """Say whether one takes conversations. An open stream of events keeps it alive."""
    async with database.session() as session:
        await duty.choose(session, staff, new.state, clock)
        return await duty.colleagues(session, clock)


@router.get("/colleagues")
async def show_colleagues(
    staff: Operator, database: AppDatabase, clock: AppClock
) -> list[schemas.Colleague]:
    """Everybody who was at the desk, with his state and how many conversations he has."""
    async with database.reading() as session:
        return await duty.colleagues(session, clock)


@router.get("/duty")
async def show_duty(
    staff: Operator, database: AppDatabase, clock: AppClock, hours: AppHours
) -> schemas.Duty:
    """Whether visitors who ask for a person are put in the queue now."""
    async with database.reading() as session:
        return await duty.of(hours, clock, session)


@router.get("/events", response_class=EventSourceResponse)
async def follow(
    staff: Operator, hub: RoomInHub, last: LastSeen, request: Request
) -> AsyncIterator[ServerSentEvent]:
    """What happens at the desk, as server-sent events: ids and roles, the console fetches the
    rest. It ends after some minutes, or with the session; whoever comes back with `Last-Event-ID`
    misses nothing.
    """
    key, session = ("staff", str(staff.id)), partial(still_signed_in, request)
    async for told in streamed(hub, key, news.of(staff), last, session):
        yield told


async def _shown(
    session: AsyncSession,
    conversation_id: str,
    staff: Operator,
    look: Look,
    *,
    at: datetime,
) -> schemas.DeskConversation:
    conversation = await conversations.going_on(session, conversation_id)
    return await view.conversation(session, conversation, staff, look, at=at)
