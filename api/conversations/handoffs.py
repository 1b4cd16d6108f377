"""A conversation goes to a person and comes back: one unit of work each; the caller commits.

Every move locks the conversation first, looks whether the table of states allows it, tells the
visitor in a system message who answers, and publishes an event.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api import metrics
from api.conversations import pushing, schemas, service, waiting
from api.conversations.models import Conversation, Handoff, Message, Turn
from api.conversations.service import Author, StoredMessage
from api.conversations.states import Move, State, after
from api.errors import HelplineError
from api.events import service as events
from api.outgoing.wording import wording
from knowledge.answers.responses import Said
from knowledge.slots import as_shown

# What ends the wait, as it is typed or pressed.
LEAVES = frozenset({"不等了", "不排队了", "取消排队"})

Ending = Literal["handed_back", "closed", "abandoned", "cancelled", "ticket", "transferred"]


class ClaimedByOther(HelplineError):
    code = "claimed_by_other"
    status = HTTPStatus.CONFLICT
    title = "已有同事接待"

    def __init__(self, name: str | None) -> None:
        super().__init__(f"{name or '另一位同事'}已经接了这段对话。要接手，请对方转给您。")


class NotYours(HelplineError):
    code = "not_yours"
    status = HTTPStatus.CONFLICT
    title = "这段对话不在您手上"
    detail = "这段对话现在不由您接待，来访者看不到您写的话。请先认领，或请接待的同事转给您。"


@dataclass(frozen=True)
class Person:
    """Somebody of the staff, as visitors see him."""

    id: int
    name: str


async def pass_on(session: AsyncSession, stored: StoredMessage, *, at: datetime) -> StoredMessage:
    """Close the turn of a message that people answer, without a word of the bot; the message with
    its answer.

    A visitor who waits may say that he waits no more.
    """
    conversation = await service.going_on(session, stored.conversation_id)
    turn = await session.get_one(Turn, stored.turn_id)
    said = [
        await _say(session, conversation, Said(reply.text, []), at, turn_id=turn.id)
        for reply in await service.refusal(session, turn.id)
    ]
    held = True
    if conversation.state == State.WAITING and stored.spoken in LEAVES:
        said.append(await _leave_queue(session, conversation, at=at))
        held = False
    turn.working = None
    complete = schemas.Turn.model_validate(
        {
            "messages": [service.shown(message) for message in said],
            "facts": as_shown(conversation.facts),
            "referral": None,
            "ticket": turn.ticket,
            "handoff": await waiting.handoff_of(session, conversation, at=at),
        }
    )
    turn.answer, turn.answered_at = complete.model_dump(mode="json", by_alias=True), at
    await session.flush()
    await pushing.turn(session, turn, at=at)
    return replace(stored, answer=turn.answer, held=held)


async def cancel(session: AsyncSession, conversation_id: str, *, at: datetime) -> None:
    """The visitor waits no more; where he does not wait nothing happens."""
    conversation = await service.going_on(session, conversation_id)
    if conversation.state == State.WAITING:
        await _leave_queue(session, conversation, at=at)


async def claim(
    session: AsyncSession, conversation_id: str, person: Person, *, at: datetime
) -> Conversation:
    """Take the conversation; for whoever has it already nothing changes.

    Raises ClaimedByOther, MoveNotAllowed.
    """
    conversation = await service.going_on(session, conversation_id)
    if conversation.state == State.OPERATOR:
        if conversation.assignee_id != person.id:
            raise ClaimedByOther(conversation.assignee_name)
        return conversation
    conversation.state = after(conversation.state, Move.CLAIM)
    handoff = await _under_way(session, conversation)
    if handoff is None:  # nobody asked: somebody who read along takes over
        handoff = Handoff(conversation_id=conversation.id, asked_at=at)
        session.add(handoff)
    handoff.claimed_at, handoff.claimed_by = handoff.claimed_at or at, person.id
    await session.flush()
    conversation.handoff_id, conversation.claimed_at = handoff.id, at
    _assign(conversation, person)
    await _say(session, conversation, _words("claimed", name=person.name), at)
    await _moved(session, conversation, Move.CLAIM, "claimed", person.id, at=at)
    return conversation


async def transfer(
    session: AsyncSession, conversation_id: str, to: Person, by: Person, *, at: datetime
) -> Conversation:
    """Give the conversation to a colleague; raises MoveNotAllowed."""
    conversation = await service.going_on(session, conversation_id)
    conversation.state = after(conversation.state, Move.TRANSFER)
    handoff = await _under_way(session, conversation)
    if handoff is not None:
        handoff.claimed_at, handoff.claimed_by = handoff.claimed_at or at, to.id
    conversation.claimed_at = at
    _assign(conversation, to)
    await _say(session, conversation, _words("transferred", name=to.name), at)
    data = {"to": to.id, "to_name": to.name}
    await _moved(session, conversation, Move.TRANSFER, "transferred", by.id, at=at, data=data)
    return conversation


@dataclass(frozen=True)
class Elsewhere:
    """Another body that a matter goes to; `note`: what to check before going there."""

    body: str
    reason: str
    note: str | None


async def refer_elsewhere(
    session: AsyncSession, conversation_id: str, to: Elsewhere, by: Person, *, at: datetime
) -> Conversation:
    """Tell the visitor which body his matter goes to and why, and end the conversation; raises
    MoveNotAllowed.
    """
    conversation = await service.going_on(session, conversation_id)
    conversation.state = after(conversation.state, Move.REFER)
    told = [
        _words("referred", body=to.body, reason=to.reason),
        *([_words("referred_note", note=to.note)] if to.note else []),
        _words("referred_end"),
    ]
    text = "\n".join(one.text for one in told)
    await _say(session, conversation, Said(text, told[-1].buttons), at)
    await _end(session, conversation, "transferred", at=at, note=f"{to.body}：{to.reason}")
    await _moved(session, conversation, Move.REFER, "closed", by.id, at=at)
    return conversation


async def hand_back(
    session: AsyncSession,
    conversation_id: str,
    by: Person,
    *,
    at: datetime,
    note: str | None = None,
) -> Conversation:
    """Let the bot answer again; raises MoveNotAllowed."""
    return await _leave(session, conversation_id, by, Move.HAND_BACK, "handed_back", at, note)


async def close(
    session: AsyncSession,
    conversation_id: str,
    by: Person,
    *,
    at: datetime,
    note: str | None = None,
) -> Conversation:
    """End the conversation with a person; raises MoveNotAllowed."""
    return await _leave(session, conversation_id, by, Move.CLOSE, "closed", at, note)


async def _leave(
    session: AsyncSession,
    conversation_id: str,
    by: Person,
    move: Move,
    ending: Literal["handed_back", "closed"],
    at: datetime,
    note: str | None,
) -> Conversation:
    """The operator leaves; `ending` names the words that the visitor hears, the handoff's ending
    and the event.
    """
    conversation = await service.going_on(session, conversation_id)
    conversation.state = after(conversation.state, move)
    await _say(session, conversation, _words(ending, name=by.name), at)
    await _end(session, conversation, ending, at=at, note=note)
    await _moved(session, conversation, move, ending, by.id, at=at)
    return conversation


async def speak(
    session: AsyncSession,
    conversation_id: str,
    author: Author,
    text: str,
    *,
    at: datetime,
    citations: tuple[dict[str, Any], ...] = (),
) -> tuple[Message, bool]:
    """Store what an operator says, which passed the citation guard; the message, and whether it is
    new: a repeat under the same id is the same message.

    An operator whose conversation waits again because he was away has it again when he speaks.
    Raises NotYours.
    """
    conversation = await service.going_on(session, conversation_id)
    repeated = await _said_before(session, conversation, author)
    if repeated is not None:
        return repeated, False
    is_his = conversation.assignee_id == author.id
    if is_his and conversation.state == State.WAITING:
        await claim(session, conversation_id, Person(author.id, author.name), at=at)
    elif not is_his or conversation.state != State.OPERATOR:
        raise NotYours
    message = await service.add_message(
        session, conversation, None, "operator", text, at, citations=citations, author=author
    )
    conversation.read_position = message.position
    handoff = await _under_way(session, conversation)
    if handoff is not None and handoff.first_reply_at is None:
        handoff.first_reply_at = at
    await session.flush()
    await service.tell_message(session, conversation, message)
    await pushing.message(session, conversation, message.id, at=at)
    return message, True


async def abandon(session: AsyncSession, conversation: Conversation, *, at: datetime) -> None:
    """A visitor who gave no sign for long waits no more; he reads so when he comes back."""
    conversation.state = after(conversation.state, Move.ABANDON)
    await _say(session, conversation, _words("abandoned"), at)
    await _end(session, conversation, "abandoned", at=at)
    await _moved(session, conversation, Move.ABANDON, "abandoned", None, at=at)


async def expire(session: AsyncSession, conversation: Conversation, *, at: datetime) -> None:
    """Nobody is there to wait for: the visitor is told, and offered a ticket."""
    conversation.state = after(conversation.state, Move.EXPIRE)
    await _say(session, conversation, _words("expired"), at)
    await _end(session, conversation, "ticket", at=at)
    await _moved(session, conversation, Move.EXPIRE, "abandoned", None, at=at)


async def leave(session: AsyncSession, conversation: Conversation, *, at: datetime) -> None:
    """The operator gave no sign for long while his visitor waits for a word: colleagues see the
    conversation as unanswered, with his name, from the time at which it was first asked for.
    """
    handoff = await _under_way(session, conversation)
    conversation.state = after(conversation.state, Move.LEAVE)
    conversation.waiting_since = handoff.asked_at if handoff else at
    conversation.visitor_seen_at = at
    await _say(session, conversation, _words("absent", name=conversation.assignee_name), at)
    await _moved(session, conversation, Move.LEAVE, "waiting", conversation.assignee_id, at=at)


async def _leave_queue(
    session: AsyncSession, conversation: Conversation, *, at: datetime
) -> Message:
    conversation.state = after(conversation.state, Move.CANCEL)
    said = await _say(session, conversation, _words("cancelled"), at)
    await _end(session, conversation, "cancelled", at=at)
    await _moved(session, conversation, Move.CANCEL, "abandoned", None, at=at)
    return said


def _assign(conversation: Conversation, person: Person) -> None:
    conversation.assignee_id, conversation.assignee_name = person.id, person.name
    conversation.waiting_since = None


async def _end(
    session: AsyncSession,
    conversation: Conversation,
    ending: Ending,
    *,
    at: datetime,
    note: str | None = None,
) -> None:
    handoff = await _under_way(session, conversation)
    if handoff is not None:
        handoff.ended_at, handoff.ending, handoff.note = at, ending, note
    conversation.assignee_id = conversation.assignee_name = None
    conversation.waiting_since = conversation.handoff_id = None
    await session.flush()


async def _under_way(session: AsyncSession, conversation: Conversation) -> Handoff | None:
    if conversation.handoff_id is None:
        return None
    return await session.get(Handoff, conversation.handoff_id)


async def _moved(
    session: AsyncSession,
    conversation: Conversation,
    move: Move,
    told: str,
    staff_id: int | None,
    *,
    at: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    metrics.handoff(move)
    await session.flush()
    await events.publish(
        session,
        f"conversation.{told}",
        conversation_id=conversation.id,
        staff_id=staff_id,
        data={"state": conversation.state, "move": move, **(data or {})},
        at=at,
    )


async def _said_before(
    session: AsyncSession, conversation: Conversation, author: Author
) -> Message | None:
    if author.client_message_id is None:
        return None
    found: Message | None = await session.scalar(
        select(Message).where(
            Message.conversation_id == conversation.id,
            Message.client_message_id == author.client_message_id,
        )
    )
    return found


async def _say(
    session: AsyncSession,
    conversation: Conversation,
    said: Said,
    at: datetime,
    *,
    turn_id: str | None = None,
) -> Message:
    message = await service.add_message(
        session, conversation, turn_id, "system", said.text, at, buttons=said.buttons
    )
    if turn_id is None:  # else the turn carries it
        await pushing.message(session, conversation, message.id, at=at)
    return message


def _words(which: str, /, **told: str | None) -> Said:
    return wording("handoff", which, **told)
