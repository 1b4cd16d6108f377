"""What happens to a conversation, one unit of work at a time; the caller commits.

Actions call `recall`, `keep_memory`, `remember_facts` and `hand_off` while a turn is thought about;
`conversations.receive` does the rest. What an attempt at a turn finds out stays with the turn until
its answer is stored: a second attempt begins where the first one did.
"""

import hmac
import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Literal, Protocol
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api import metrics
from api.contacts.models import Inbound
from api.conversations import catch_up, outcomes, pushing, schemas, tokens, waiting
from api.conversations.models import Conversation, Handoff, Message, Turn
from api.conversations.states import WITH_PEOPLE, Move, State, after
from api.database import locked, locked_by_another
from api.dialogue.replies import Reply
from api.errors import HelplineError
from api.events import service as events
from api.outbox import service as outbox
from api.outgoing.wording import wording
from api.protection.numbers import refused_in, without_refused
from api.referrals import service as referrals
from api.referrals.models import RecordedReferral
from api.visitor_text import without_command
from knowledge.slots import as_shown

LONGEST_MESSAGE = 2000
DELETED = State.DELETED
# Buttons stay good for so many of the bot's messages: a visitor may scroll up and press another
# one.
OFFERED_MESSAGES = 12

# What every turn asks, made once.
_SENT_BEFORE = select(Turn).where(
    Turn.conversation_id == bindparam("conversation"),
    Turn.client_message_id == bindparam("message"),
)
_SAID_IN = select(Message.text).where(
    Message.turn_id == bindparam("turn"), Message.role == "visitor"
)
_REMEMBERED = (
    select(Turn.working, Conversation.id, Conversation.memory, Conversation.facts)
    .join(Conversation, Conversation.id == Turn.conversation_id)
    .where(
        Turn.id == bindparam("turn"),
        Turn.answer.is_(None),
        Turn.attempt == bindparam("attempt"),
    )
)
_KNOWN = (
    select(Turn.working, Conversation.facts, RecordedReferral.body)
    .join(Conversation, Conversation.id == Turn.conversation_id)
    .outerjoin(RecordedReferral, RecordedReferral.turn_id == Turn.id)
    .where(Turn.id == bindparam("turn"))
)


class ConsentRequired(HelplineError):
    code = "consent_required"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "需要先同意隐私说明"
    detail = "咨询内容要保存下来才能回答和跟进，请先阅读并同意隐私说明（consent 填 true）再开始。"


class ConversationUnknown(HelplineError):
    """No such conversation. Ids are random, so that telling this from a wrong token gives nothing
    away.
    """

    code = "conversation_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这段对话"
    detail = "没有找到这段对话，可能已经结束，请重新开始咨询。"


class ConversationDeleted(HelplineError):
    """What was said here was deleted, as its visitor wished."""

    code = "conversation_deleted"
    status = HTTPStatus.GONE
    title = "对话已删除"
    detail = "这段对话里的信息已按您的要求删除，这里不能再说。还有事要问，请重新开始咨询。"


class TokenMissing(HelplineError):
    code = "token_missing"
    status = HTTPStatus.UNAUTHORIZED
    title = "缺少对话口令"
    detail = "请带上开始对话时收到的口令（请求头 Authorization: Bearer …），或重新开始咨询。"


class TokenWrong(HelplineError):
    code = "token_wrong"
    status = HTTPStatus.UNAUTHORIZED
    title = "对话口令不对"
    detail = "口令和这段对话对不上，请重新开始咨询。"


class TextEmpty(HelplineError):
    code = "text_empty"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "没有内容"
    detail = "这条消息是空的（0 个字），请写下您想问的事，一句话也可以。"


class TextTooLong(HelplineError):
    code = "text_too_long"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "消息太长"

    def __init__(self, length: int) -> None:
        super().__init__(
            f"这条消息有 {length} 个字，一次最多 {LONGEST_MESSAGE} 个字，"
            f"请删去 {length - LONGEST_MESSAGE} 个字，或分成几条发。"
        )


class TurnOver(HelplineError):
    """This turn was answered already: an effect that comes later could no longer be told to the
    visitor.
    """

    code = "turn_over"
    status = HTTPStatus.CONFLICT
    title = "这一轮已经答复"
    detail = "这一轮对话已经答复，不能再补办，请再说一次。"


Role = Literal["bot", "visitor", "operator", "system"]


@dataclass(frozen=True)
class Author:
    """Who of the staff says something, and under which id a repeat is the same."""

    id: int
    name: str
    client_message_id: str | None = None


class Remembers(Protocol):
    """A conversation, or as much of it as was read."""

    @property
    def memory(self) -> dict[str, Any] | None: ...
    @property
    def facts(self) -> dict[str, Any]: ...


@dataclass(frozen=True)
class StoredMessage:
    """A visitor's message, stored.

    `shown` is what the visitor sees of it, `spoken` what the dialogue engine hears; `attempt`
    counts how often its turn was begun. `held`: people answer it, and the bot does not; `watched`:
    an operator reads along.
    """

    conversation_id: str
    channel: str
    turn_id: str
    attempt: int
    shown: str
    spoken: str
    memory: dict[str, Any]
    answer: dict[str, Any] | None
    held: bool = False
    watched: bool = False
    message_id: str = ""


async def open_conversation(
    session: AsyncSession,
    channel: str,
    consent: bool,
    *,
    at: datetime,
    consent_version: str | None = None,
    greets: bool = True,
) -> schemas.OpenedConversation:
    """Begin a conversation and greet; raises ConsentRequired.

    `consent_version`: of the privacy notice that was agreed to; `greets`: not where a person does.
    """
    if not consent:
        raise ConsentRequired
    token = secrets.token_urlsafe(32)
    conversation = Conversation(
        id=str(uuid4()),
        channel=channel,
        token_sha256=_sha256(token),
        state=State.BOT,
        facts={},
        last_position=0,
        opened_at=at,
        consent_version=consent_version,
        consented_at=at,
    )
    session.add(conversation)
    await session.flush()
    welcome, privacy = wording("greeting", "welcome"), wording("greeting", "privacy")
    hello = Reply(f"{welcome.text}\n\n{privacy.text}", welcome.buttons)
    messages = await _say(session, conversation, None, [hello] if greets else [], at)
    return schemas.OpenedConversation(id=conversation.id, token=token, messages=messages)


async def authenticate(
    session: AsyncSession, conversation_id: str, token: str | None
) -> Conversation:
    """The conversation, not locked, for the token that it was opened with, or one that was given
    since and is not over (api.conversations.tokens).

    Raises ConversationUnknown, TokenMissing, TokenWrong, ConversationDeleted.
    """
    challenge = {"WWW-Authenticate": "Bearer"}
    if token is None:
        raise TokenMissing(headers=challenge)
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None:
        raise ConversationUnknown
    is_first = hmac.compare_digest(_sha256(token), conversation.token_sha256)
    if not is_first and not await tokens.opens(session, conversation_id, token):
        raise TokenWrong(headers=challenge)
    if conversation.state == DELETED:
        raise ConversationDeleted
    return conversation


async def of_contact(session: AsyncSession, conversation_id: str, contact_id: int) -> Conversation:
    """The conversation, not locked, of a contact whom his channel vouches for; raises
    ConversationUnknown, ConversationDeleted.
    """
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None:
        raise ConversationUnknown
    if conversation.state == DELETED:
        raise ConversationDeleted
    if conversation.contact_id != contact_id:
        raise ConversationUnknown
    return conversation


async def note_way(session: AsyncSession, stored: StoredMessage, inbound_id: int | None) -> None:
    """Note by which way the visitor spoke last: by his contact, where something came in, else on
    a page. The turn answers what came in. The conversation is locked by then.
    """
    conversation = await session.get_one(Conversation, stored.conversation_id)
    conversation.speaks_by_contact = inbound_id is not None
    if inbound_id is not None:
        (await session.get_one(Inbound, inbound_id)).turn_id = stored.turn_id
    await session.flush()


async def store_message(
    session: AsyncSession,
    conversation: Conversation,
    text: str,
    client_message_id: str | None,
    *,
    at: datetime,
) -> StoredMessage:
    """Store what the visitor said, or find it stored already under the same `client_message_id`.

    Numbers of identity and bank cards are stored nowhere: a word stands in their place. What is
    said after a person ended the conversation goes to the bot again.

    Locks the conversation until the unit of work ends. Raises TextEmpty, TextTooLong.
    """
    conversation = await going_on(session, conversation.id)
    if client_message_id and (
        stored := await _found_again(session, conversation, client_message_id)
    ):
        return stored
    if len(text) > LONGEST_MESSAGE:
        raise TextTooLong(len(text))
    text = without_refused(text)
    title = (
        await _title_of_offered(session, conversation.id, text) if text.startswith("/") else None
    )
    shown, payload = (title, text) if title else (text, None)
    if not (spoken := payload or without_command(text)):
        raise TextEmpty
    turn = Turn(
        id=str(uuid4()),
        conversation_id=conversation.id,
        client_message_id=client_message_id,
        attempt=1,
        received_at=at,
    )
    session.add(turn)
    await session.flush()
    conversation.state = after(conversation.state, Move.SPEAK)
    conversation.visitor_seen_at = at
    said = await add_message(session, conversation, turn.id, "visitor", shown, at, payload=payload)
    if conversation.state in WITH_PEOPLE or conversation.watched:
        await tell_message(session, conversation, said)
    return _stored(conversation, turn, said, spoken)


async def is_stored(
    session: AsyncSession, conversation_id: str, client_message_id: UUID | None
) -> bool:
    """Whether a message of this id was stored before."""
    if client_message_id is None:
        return False
    turn = select(Turn.id).where(
        Turn.conversation_id == conversation_id, Turn.client_message_id == str(client_message_id)
    )
    return await session.scalar(turn) is not None


async def facts_of(session: AsyncSession, conversation_id: str) -> dict[str, Any]:
    """What is known; raises ConversationUnknown, ConversationDeleted."""
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None:
        raise ConversationUnknown
    if conversation.state == DELETED:
        raise ConversationDeleted
    return dict(conversation.facts)


async def latest_turn(session: AsyncSession, conversation_id: str) -> str | None:
    """The id of a conversation's newest turn; None before its visitor said anything."""
    newest = select(Message.turn_id).where(
        Message.conversation_id == conversation_id, Message.turn_id.is_not(None)
    )
    turn_id: str | None = await session.scalar(newest.order_by(Message.position.desc()).limit(1))
    return turn_id


async def see_visitors(
    session: AsyncSession, conversation_ids: Collection[str], *, at: datetime
) -> None:
    """Note that these visitors, as far as they wait, are still there."""
    await session.execute(
        update(Conversation)
        .where(Conversation.id.in_(conversation_ids), Conversation.state == State.WAITING)
        .values(visitor_seen_at=at)
    )


async def state_of(session: AsyncSession, conversation_id: str) -> str | None:
    """The state of a conversation; None where there is none."""
    state: str | None = await session.scalar(
        select(Conversation.state).where(Conversation.id == conversation_id)
    )
    return state


async def begin_again(session: AsyncSession, turn_id: str) -> int:
    """Begin another attempt at a turn; raises TurnOver, ConversationDeleted.

    Returns its number. What the attempt before found out is forgotten, and what it still does is
    refused.
    """
    turn = await open_turn(session, turn_id)
    await going_on(session, turn.conversation_id)
    turn.attempt, turn.working = turn.attempt + 1, None
    await session.flush()
    return turn.attempt


async def open_turn(session: AsyncSession, turn_id: str, attempt: int | None = None) -> Turn:
    """The turn, not yet answered, and kept so until the unit of work ends.

    Raises TurnOver, also where `attempt` is no longer the present one. The lock is the
    conversation's: everything that writes to a conversation takes it first, so that nobody waits in
    a circle.
    """
    turn = await session.get(Turn, turn_id)
    if turn is None:
        raise TurnOver
    await _locked(session, turn.conversation_id)
    await locked_by_another(session, turn, turn_id)
    if turn.answer is not None or attempt not in (None, turn.attempt):
        raise TurnOver
    return turn


async def recall(session: AsyncSession, turn_id: str, attempt: int) -> tuple[str, dict[str, Any]]:
    """The conversation's id, and its memory as this attempt at the turn has it by now (slot →
    value); raises TurnOver.
    """
    at_work = {"turn": turn_id, "attempt": attempt}
    found = (await session.execute(_REMEMBERED, at_work)).one_or_none()
    if found is None:
        raise TurnOver
    begun = (found.working or {}).get("memory")
    return found.id, dict(begun) if begun is not None else memory_of(found)


def memory_of(conversation: Remembers) -> dict[str, Any]:
    """What the next message is read against (slot → value).

    A conversation that is older than its memory remembers its facts.
    """
    held = conversation.memory
    return dict(conversation.facts if held is None else held)


async def keep_memory(
    session: AsyncSession,
    turn_id: str,
    memory: Mapping[str, Any],
    certainty: float | None = None,
    *,
    led_to: schemas.LedTo | None = None,
    topics: Iterable[str] = (),
    errand: bool = False,
) -> None:
    """Keep with the turn what the next message is read against, how sure the advice is that it
    gives, where it gives any, what figures count of it, and what it speaks of.

    `topics`: situations and rights; `errand`: something is done for the visitor that needs none of
    the bot's knowledge, such as a ticket. A turn of several actions is what any of them made it.
    """
    turn = await session.get_one(Turn, turn_id)
    begun = turn.working or {}
    turn.working = {
        **begun,
        "memory": {slot: value for slot, value in memory.items() if value is not None},
        "certainty": begun.get("certainty") if certainty is None else certainty,
        "topics": sorted({*begun.get("topics", ()), *topics}),
        "errand": errand and begun.get("errand", True),
    }
    if led_to is not None:
        turn.working |= {outcomes.WORKING: led_to.model_dump()}


async def answer(
    session: AsyncSession,
    turn_id: str,
    replies: Sequence[Reply],
    *,
    at: datetime,
    attempt: int | None = None,
    notice: str | None = None,
) -> dict[str, Any]:
    """Store the replies, which passed the citation guard, and close the turn. Where a person took
    over meanwhile the facts and the memory are kept, and nothing is said. A `notice` is said by
    the system.

    Returns the Turn of the chat API, in JSON, as it will be replayed. Raises TurnOver where it was
    answered by now, or `attempt` is no longer the present one.
    """
    turn = await open_turn(session, turn_id, attempt)
    conversation = await _locked(session, turn.conversation_id)
    held_by_people = is_with_a_person(conversation, turn)
    # All that is read comes before what is written, which so goes to the database at once.
    handoff = (turn.working or {}).get("handoff") or await waiting.handoff_of(
        session, conversation, at=at
    )
    refused = [] if held_by_people else await refusal(session, turn_id)
    referral = await referrals.of_turn(session, turn.id)
    told = await _tell_news(session, conversation, turn.id, at)
    if conversation.state != DELETED:  # else nothing comes back that was just deleted
        found_out = turn.working or {}
        conversation.facts = found_out.get("facts", conversation.facts)
        conversation.memory = found_out.get("memory", conversation.memory)
    if replies and not held_by_people and conversation.state != DELETED:
        await outcomes.note(session, turn, at=at)
    turn.working = None
    replies = [] if held_by_people else [*refused, *replies]
    complete = schemas.Turn.model_validate(
        {
            "messages": [
                *(message for _, message in told),
                *await _say(session, conversation, turn.id, replies, at),
                *await _notify(session, conversation, turn.id, notice, at),
            ],
            "facts": as_shown(conversation.facts),
            "referral": referral,
            "ticket": turn.ticket,
            "handoff": handoff,
        }
    )
    turn.answer, turn.answered_at = complete.model_dump(mode="json", by_alias=True), at
    if held_by_people:
        await events.publish(session, "conversation.facts", conversation_id=conversation.id, at=at)
        for _, message in told:
            await pushing.message(session, conversation, message.id, at=at)
    else:
        await pushing.turn(session, turn, at=at)
    return turn.answer


def is_with_a_person(conversation: Conversation, turn: Turn) -> bool:
    """Whether a person took over since this turn began: then the bot says nothing more to it."""
    claimed = conversation.claimed_at
    taken_meanwhile = claimed is not None and claimed >= turn.received_at
    return taken_meanwhile or conversation.state in (State.OPERATOR, State.CLOSED)


async def answer_of(session: AsyncSession, turn_id: str) -> dict[str, Any] | None:
    """What a turn was answered with; None while it is thought about."""
    turn = await session.get(Turn, turn_id)
    return turn.answer if turn else None


async def known_of(session: AsyncSession, stored: StoredMessage) -> tuple[dict[str, Any], bool]:
    """The facts that the turn leads to, and whether something of its referral was rejected.

    Raises ConversationUnknown where it was deleted meanwhile.
    """
    found = (await session.execute(_KNOWN, {"turn": stored.turn_id})).one_or_none()
    if found is None:
        raise ConversationUnknown
    facts = (found.working or {}).get("facts", found.facts)
    return facts, referrals.was_cut(found.body)


async def show(
    session: AsyncSession,
    conversation: Conversation,
    *,
    at: datetime,
    with_referrals: bool = False,
    messages: Sequence[schemas.Message] | None = None,
) -> schemas.Snapshot:
    """The conversation as its visitor may see it; with the referrals of every turn on demand.

    `messages`: those that are shown in the place of all.
    """
    said = await _messages(session, conversation.id) if messages is None else []
    advised = await referrals.of_every_turn(session, conversation.id) if with_referrals else {}
    return schemas.Snapshot.model_validate(
        {
            "id": conversation.id,
            "status": conversation.state,
            "messages": [shown(one) for one in said] if messages is None else messages,
            "facts": as_shown(conversation.facts),
            "referral": await referrals.latest(session, conversation.id),
            "referrals": [
                {"message_id": message.id, "referral": advised[message.turn_id]}
                for message in said
                if message.role == "visitor" and message.turn_id in advised
            ],
            "ticket": conversation.ticket,
            "handoff": await waiting.handoff_of(session, conversation, at=at),
        }
    )


async def tell_news(
    session: AsyncSession, conversation: Conversation, *, at: datetime
) -> list[schemas.ToldNews]:
    """Say in the conversation what happened while its visitor was away; each thing once."""
    conversation = await going_on(session, conversation.id)
    told = await _tell_news(session, conversation, None, at)
    return [schemas.ToldNews(message_id=message.id, ticket=one.ticket) for one, message in told]


async def news_for_contact(
    session: AsyncSession, conversation_id: str, *, at: datetime
) -> list[str]:
    """Say the news in the conversation, to be sent to its contact; the texts of the messages."""
    try:
        conversation = await going_on(session, conversation_id)
    except (ConversationUnknown, ConversationDeleted):
        return []
    return [message.text for _, message in await _tell_news(session, conversation, None, at)]


async def remember_facts(
    session: AsyncSession, turn_id: str, facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Lay `facts` over what is known, from the turn's answer on; a fact that is None or empty is
    forgotten. Returns all that is known then.
    """
    turn = await session.get_one(Turn, turn_id)
    conversation = await session.get_one(Conversation, turn.conversation_id)
    begun = turn.working or {}
    kept = laid_over(begun.get("facts", conversation.facts), facts)
    turn.working = {**begun, "facts": kept}
    return kept


def laid_over(known: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """What is known once `facts` are laid over it; one that is None or empty is forgotten."""
    both = {**known, **facts}
    return {slot: value for slot, value in both.items() if value not in (None, "", [])}


async def hand_off(
    session: AsyncSession,
    conversation_id: str,
    reason: str,
    *,
    at: datetime,
    urgent: bool = False,
) -> schemas.Handoff:
    """Put the conversation in the queue for a person. Asked again, it keeps its place, and with a
    person it stays with him.
    """
    conversation = await going_on(session, conversation_id)
    if conversation.state not in WITH_PEOPLE:
        conversation.state = after(conversation.state, Move.ASK)
        conversation.waiting_since = conversation.visitor_seen_at = at
        conversation.handoff_reason = reason
        # What was said before is read with the first look; the wish itself is news.
        conversation.read_position = max(0, conversation.last_position - 1)
        asked = Handoff(conversation_id=conversation.id, asked_at=at, reason=reason, urgent=urgent)
        session.add(asked)
        await session.flush()
        conversation.handoff_id = asked.id
        metrics.handoff(Move.ASK)
        await events.publish(
            session,
            "conversation.waiting",
            conversation_id=conversation.id,
            data={"state": conversation.state, "urgent": urgent},
            at=at,
        )
    handoff = await waiting.handoff_of(session, conversation, at=at)
    assert handoff is not None
    return handoff


async def nobody_on_duty(session: AsyncSession, turn_id: str, hours: str | None) -> None:
    """Let the turn tell that a person was asked for and none is there; the bot goes on answering.

    `hours`: when the desk is staffed, where that is stated.
    """
    turn = await session.get_one(Turn, turn_id)
    offline = schemas.Handoff(state="offline", hours=hours).model_dump()
    turn.working = {**(turn.working or {}), "handoff": offline}
    metrics.handoff("offline")
    await session.flush()


async def learn(
    session: AsyncSession,
    conversation_id: str,
    facts: Mapping[str, Any],
    memory: Mapping[str, Any],
    *,
    at: datetime,
    staff_id: int | None = None,
) -> None:
    """Let the conversation know `facts` and remember `memory` in the place of what it knew: what
    is learnt of a message that people answer, or what an operator corrects.
    """
    conversation = await going_on(session, conversation_id)
    conversation.facts, conversation.memory = dict(facts), dict(memory)
    await session.flush()
    await events.publish(
        session, "conversation.facts", conversation_id=conversation_id, staff_id=staff_id, at=at
    )


async def show_ticket(
    session: AsyncSession, conversation_id: str, ticket: schemas.TicketNotice
) -> None:
    """Let the conversation tell of a ticket that staff opened in it; raises ConversationDeleted."""
    conversation = await going_on(session, conversation_id)
    conversation.ticket = {**ticket.model_dump(), "code": None}


async def attach_ticket(session: AsyncSession, turn: Turn, ticket: schemas.TicketNotice) -> None:
    """Let the turn, and from now on its conversation, tell of a ticket. The code is told by this
    turn alone.
    """
    conversation = await _locked(session, turn.conversation_id)
    turn.ticket = ticket.model_dump()
    conversation.ticket = {**turn.ticket, "code": None}
    await session.flush()


async def visitor_texts(session: AsyncSession, conversation_id: str) -> list[str]:
    """Everything the visitor said, in order."""
    return [
        message.text
        for message in await _messages(session, conversation_id)
        if message.role == "visitor"
    ]


async def going_on(session: AsyncSession, conversation_id: str) -> Conversation:
    """The conversation, locked, unless it was deleted meanwhile; raises ConversationDeleted."""
    conversation = await _locked(session, conversation_id)
    if conversation.state == DELETED:
        raise ConversationDeleted
    return conversation


async def _locked(session: AsyncSession, conversation_id: str) -> Conversation:
    # Whoever read it before he waited for the lock read what was so then.
    conversation = await locked(session, Conversation, conversation_id)
    if conversation is None:
        raise ConversationUnknown
    return conversation


async def _found_again(
    session: AsyncSession, conversation: Conversation, client_message_id: str
) -> StoredMessage | None:
    sent = {"conversation": conversation.id, "message": client_message_id}
    turn = await session.scalar(_SENT_BEFORE, sent)
    if turn is None:
        return None
    said = await session.scalar(
        select(Message).where(Message.turn_id == turn.id, Message.role == "visitor")
    )
    assert said is not None  # stored in the same unit of work as its turn
    if turn.answer is None:  # it was stored, and whoever thought about it is gone
        await begin_again(session, turn.id)
    return _stored(conversation, turn, said, said.payload or without_command(said.text))


def _stored(conversation: Conversation, turn: Turn, said: Message, spoken: str) -> StoredMessage:
    return StoredMessage(
        conversation.id,
        conversation.channel,
        turn.id,
        turn.attempt,
        said.text,
        spoken,
        memory_of(conversation),
        turn.answer,
        conversation.state in WITH_PEOPLE,
        conversation.watched,
        said.id,
    )


async def refusal(session: AsyncSession, turn_id: str) -> list[Reply]:
    """What is said first where a number was refused: that it was not kept and is not needed."""
    said = await session.scalars(_SAID_IN, {"turn": turn_id})
    refused = any(map(refused_in, said))
    return [Reply(wording("greeting", "number_refused").text)] if refused else []


async def _title_of_offered(
    session: AsyncSession, conversation_id: str, payload: str
) -> str | None:
    """The title of the button that offered exactly this payload of late: nobody may make up
    commands.
    """
    of_the_bot = select(Message).where(
        Message.conversation_id == conversation_id,
        Message.role == "bot",
        Message.held.is_(False),
    )
    latest = await session.scalars(
        of_the_bot.order_by(Message.position.desc()).limit(OFFERED_MESSAGES)
    )
    offered = (button for message in latest for button in message.buttons)
    return next((button["title"] for button in offered if button["payload"] == payload), None)


async def _messages(session: AsyncSession, conversation_id: str) -> Sequence[Message]:
    said = select(Message).where(
        Message.conversation_id == conversation_id, Message.held.is_(False)
    )
    return (await session.scalars(said.order_by(Message.position))).all()


async def _say(
    session: AsyncSession,
    conversation: Conversation,
    turn_id: str | None,
    replies: Iterable[Reply],
    at: datetime,
) -> list[schemas.Message]:
    said = [
        await add_message(
            session,
            conversation,
            turn_id,
            "bot",
            reply.text,
            at,
            buttons=reply.buttons,
            citations=reply.citations,
            drafts=reply.drafts,
            at_once=False,
        )
        for reply in replies
    ]
    if said and conversation.watched:
        await tell_message(session, conversation, said[-1])
    return [shown(message) for message in said]


async def _notify(
    session: AsyncSession,
    conversation: Conversation,
    turn_id: str,
    notice: str | None,
    at: datetime,
) -> list[schemas.Message]:
    if notice is None:
        return []
    return [shown(await add_message(session, conversation, turn_id, "system", notice, at))]


async def _tell_news(
    session: AsyncSession, conversation: Conversation, turn_id: str | None, at: datetime
) -> list[tuple[catch_up.News, schemas.Message]]:
    told = []
    for one in await catch_up.take(session, conversation.id, at=at):
        message = await add_message(session, conversation, turn_id, "system", one.text, at)
        told.append((one, shown(message)))
    if told and conversation.contact_id is not None:
        await outbox.drop_news(session, conversation.id)
    return told


async def add_message(
    session: AsyncSession,
    conversation: Conversation,
    turn_id: str | None,
    role: Role,
    text: str,
    at: datetime,
    *,
    payload: str | None = None,
    buttons: Sequence[dict[str, Any]] = (),
    citations: Sequence[dict[str, Any]] = (),
    drafts: Sequence[dict[str, Any]] = (),
    author: Author | None = None,
    held: bool = False,
    at_once: bool = True,
) -> Message:
    """Store one thing that was said in a conversation, which is locked; `held`: that is to be said
    once an operator has looked at it. Where not `at_once`, it is written with whatever the unit of
    work writes next.
    """
    conversation.last_position += 1
    conversation.last_at = at
    message = Message(
        id=str(uuid4()),
        conversation_id=conversation.id,
        turn_id=turn_id,
        position=conversation.last_position,
        role=role,
        text=text,
        payload=payload,
        buttons=list(buttons),
        citations=list(citations),
        drafts=list(drafts),
        said_at=at,
        author=author.name if author else None,
        author_id=author.id if author else None,
        client_message_id=author.client_message_id if author else None,
        held=held,
    )
    session.add(message)
    if at_once:
        await session.flush()
    return message


async def tell_message(session: AsyncSession, conversation: Conversation, message: Message) -> None:
    """Tell the desk and the visitor's page that something was said."""
    await events.publish(
        session,
        "conversation.message",
        conversation_id=conversation.id,
        staff_id=message.author_id,
        data={"message_id": message.id, "role": message.role, "state": conversation.state},
        at=message.said_at,
    )


def shown(message: Message) -> schemas.Message:
    """A message as the chat API shows it."""
    return schemas.Message.model_validate(
        {
            "id": message.id,
            "role": message.role,
            "text": message.text,
            "buttons": message.buttons,
            "citations": message.citations,
            "drafts": message.drafts or [],
            "at": message.said_at,
            "author": message.author,
        }
    )


def _sha256(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
