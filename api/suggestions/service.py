"""What is stored of suggestions, one unit of work at a time; the caller commits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.canned import service as canned
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message, Turn
from api.conversations.remembered import TOLD, slots_after
from api.conversations.service import ConversationUnknown, StoredMessage, going_on
from api.errors import HelplineError
from api.protection.masking import mask
from api.suggestions import schemas
from api.suggestions.models import KnowledgeGap, StoredSet, StoredSuggestion
from api.visitor_text import without_command
from knowledge.slots import SLOTS, as_shown

ASKS = "ask:"  # begins the source of a question, before its slot
PAGE = 100


class SuggestionUnknown(HelplineError):
    code = "suggestion_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这条建议"
    detail = "没有找到这条建议，可能对话已经删除，请刷新后再看。"


class MessageUnknown(HelplineError):
    code = "message_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这条消息"
    detail = "这段对话里没有来访者的这条消息，请刷新后再看。"


@dataclass(frozen=True)
class Checked:
    """A suggestion that passed the citation guard."""

    kind: schemas.Kind
    text: str
    citations: Sequence[Mapping[str, Any]]
    drafts: Sequence[Mapping[str, Any]]
    chance: float | None
    why: str
    source: str | None


@dataclass(frozen=True)
class Heard:
    """A visitor's message that suggestions are made for.

    `memory` and `seen`: what it is read against; `remembers`: nobody has answered it, so that what
    it tells is still to be kept with the conversation.
    """

    stored: StoredMessage
    message_id: str
    memory: dict[str, Any]
    seen: dict[str, Any]
    remembers: bool


async def heard(
    session: AsyncSession, conversation_id: str, message_id: str | None = None, earlier: int = 0
) -> Heard | None:
    """The newest message of the visitor, or the one of this id; None while he said nothing.

    `earlier` steps back from the newest. Raises ConversationUnknown, MessageUnknown.
    """
    conversation = await session.get(Conversation, conversation_id)
    if conversation is None:
        raise ConversationUnknown
    said = select(Message).where(
        Message.conversation_id == conversation_id, Message.role == "visitor"
    )
    if message_id:
        message = await session.scalar(said.where(Message.id == message_id))
        if message is None:
            raise MessageUnknown
    else:
        newest = said.order_by(Message.position.desc()).offset(earlier).limit(1)
        message = await session.scalar(newest)
    if message is None or message.turn_id is None:
        return None
    return await _heard(session, conversation, message)


async def _heard(session: AsyncSession, conversation: Conversation, message: Message) -> Heard:
    turn = await session.get_one(Turn, message.turn_id)
    memory, seen = conversations.memory_of(conversation), dict(conversation.facts)
    if said_by_bot := await _is_answered_by_bot(session, turn):
        memory = slots_after(await _answers_before(session, turn))
        seen = {slot: value for slot, value in memory.items() if slot in SLOTS}
    spoken = message.payload or without_command(message.text)
    stored = StoredMessage(
        conversation.id,
        conversation.channel,
        turn.id,
        turn.attempt,
        message.text,
        spoken,
        memory,
        turn.answer,
        message_id=message.id,
    )
    # While the bot still thinks, what it finds out is its own to keep.
    remembers = turn.answer is not None and not said_by_bot
    return Heard(stored, message.id, memory, seen, remembers)


async def _is_answered_by_bot(session: AsyncSession, turn: Turn) -> bool:
    """Whether the bot said something to it, also where that waits for a nod."""
    said = select(Message.id).where(Message.turn_id == turn.id, Message.role == "bot").limit(1)
    return await session.scalar(said) is not None


async def _answers_before(session: AsyncSession, turn: Turn) -> list[dict[str, Any]]:
    mine = await session.scalar(
        select(Message.position).where(Message.turn_id == turn.id, Message.role == "visitor")
    )
    before = (
        select(Turn.answer)
        .join(Message, Message.turn_id == Turn.id)
        .where(
            Turn.conversation_id == turn.conversation_id,
            Message.role == "visitor",
            Message.position < (mine or 0),
        )
        .order_by(Message.position)
    )
    return [answer for answer in await session.scalars(before) if answer]


async def set_of(session: AsyncSession, turn_id: str) -> schemas.SuggestionSet | None:
    """What was suggested for a turn."""
    row = await session.get(StoredSet, turn_id)
    if row is None:
        return None
    found = await session.scalars(
        select(StoredSuggestion)
        .where(StoredSuggestion.turn_id == turn_id)
        .order_by(StoredSuggestion.position)
    )
    return schemas.SuggestionSet.model_validate(
        {
            **row.body,
            "turn_id": turn_id,
            "message_id": row.message_id,
            "suggestions": [_shown(one) for one in found],
            "intent": row.intent,
            "certainty": row.certainty,
            "action": row.action,
            "made_at": row.made_at,
        }
    )


async def with_canned(
    session: AsyncSession,
    made: schemas.SuggestionSet,
    conversation_id: str,
    staff: Staff,
    content: Path,
    *,
    at: datetime,
) -> schemas.SuggestionSet:
    """The same with the canned reply that this operator would reach for, filled."""
    await canned.take_in(session, content, at=at)
    replies = await canned.all_for(session, staff)
    message = await session.get(Message, made.message_id)
    asked = made.missing[0].question if made.missing else ""
    one = canned.matching(replies, message.text if message else "", asked)
    if one is None:
        return made
    text, _ = canned.filled(one.text, await canned.variables(session, conversation_id, staff))
    told = schemas.SuggestedCanned(id=one.id, title=one.title, text=text)
    return made.model_copy(update={"canned": told})


def _shown(row: StoredSuggestion) -> dict[str, Any]:
    return {
        "id": row.id,
        "turn_id": row.turn_id,
        "kind": row.kind,
        "text": row.text,
        "citations": row.citations,
        "drafts": row.drafts,
        "chance": row.chance,
        "why": row.why,
        "state": row.state,
    }


async def keep(
    session: AsyncSession,
    heard: Heard,
    composed: schemas.Composed,
    checked: Sequence[Checked],
    *,
    at: datetime,
) -> bool:
    """Store what is suggested for a message, and let the conversation remember what it tells.

    False where another copy of the service was first. Raises ConversationDeleted.
    """
    conversation = await going_on(session, heard.stored.conversation_id)
    turn_id = heard.stored.turn_id
    if await session.get(StoredSet, turn_id):
        return False
    if heard.remembers:
        await _remember(session, conversation, heard, composed, at=at)
    session.add(
        StoredSet(
            turn_id=turn_id,
            conversation_id=conversation.id,
            message_id=heard.message_id,
            intent=composed.intent,
            certainty=composed.certainty,
            action=composed.action,
            body=_body(composed),
            said={k: v for k, v in composed.memory.items() if k not in TOLD},
            made_at=at,
        )
    )
    await session.flush()
    for position, one in enumerate(checked):
        _add(session, turn_id, position, one)
    await session.flush()
    return True


async def add_later(session: AsyncSession, turn_id: str, position: int, one: Checked) -> None:
    """Offer one more suggestion for a turn, unless it was deleted meanwhile."""
    if await session.get(StoredSet, turn_id):
        _add(session, turn_id, position, one)
        await session.flush()


def _add(session: AsyncSession, turn_id: str, position: int, one: Checked) -> None:
    session.add(
        StoredSuggestion(
            id=str(uuid4()),
            turn_id=turn_id,
            position=position,
            kind=one.kind,
            source=one.source,
            text=one.text,
            citations=[dict(cited) for cited in one.citations],
            drafts=[dict(draft) for draft in one.drafts],
            chance=one.chance,
            why=one.why,
            state="offered",
        )
    )


async def _remember(
    session: AsyncSession,
    conversation: Conversation,
    heard: Heard,
    composed: schemas.Composed,
    *,
    at: datetime,
) -> None:
    """Lay what the message changed over what is known by now: an operator may have corrected a
    fact meanwhile.
    """
    told = {slot: composed.memory.get(slot) for slot in TOLD}
    seen = {slot: composed.seen.get(slot) for slot in heard.seen.keys() | composed.seen.keys()}
    known = conversations.memory_of(conversation)
    memory = conversations.laid_over(known, _changed(heard.memory, told))
    facts = conversations.laid_over(conversation.facts, _changed(heard.seen, seen))
    if (facts, memory) != (conversation.facts, known):
        await conversations.learn(session, conversation.id, facts, memory, at=at)


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    return {slot: value for slot, value in now.items() if value != before.get(slot)}


def _body(composed: schemas.Composed) -> dict[str, Any]:
    """What the desk sees beside the suggestions."""
    referral = composed.referral or {}
    return {
        "facts": as_shown(composed.seen),
        "missing": [
            {key: ask[key] for key in ("slot", "question", "options")}
            for ask in referral.get("asks", [])
        ],
        "ruled_out": [
            {key: one[key] for key in ("key", "name", "why", "basis")}
            for one in referral.get("ruled_out", [])
        ],
        "remedies": [
            {
                "key": one["key"],
                "name": one["name"],
                "body": (one.get("body") or {}).get("name"),
                "why": one["why"],
            }
            for one in referral.get("remedies", [])
        ],
    }


async def mark_sent(
    session: AsyncSession,
    conversation_id: str,
    suggestion_id: str,
    text: str,
    staff: Staff,
    *,
    at: datetime,
) -> None:
    """Note that an operator sent a suggestion, as it is or edited, and let the conversation
    remember what was said by it: a question that was put can be answered.

    Raises SuggestionUnknown.
    """
    one, its_set = await _found(session, suggestion_id)
    if its_set.conversation_id != conversation_id:
        raise SuggestionUnknown
    one.state = "used" if text.strip() == one.text.strip() else "edited"
    one.decided_by, one.decided_at = staff.id, at
    conversation = await going_on(session, conversation_id)
    known = conversations.memory_of(conversation)
    conversation.memory = conversations.laid_over(known, _said_by(one, its_set, known))
    await session.flush()


def _said_by(one: StoredSuggestion, its_set: StoredSet, known: Mapping[str, Any]) -> dict[str, Any]:
    """The part of the memory that holds once this suggestion was sent."""
    if one.kind == "answer":
        return {"last_answer": one.source}
    if one.kind == "question":
        slot = str(one.source).removeprefix(ASKS)
        times = known.get("asked_times") or {}
        return {"asked": [slot], "asked_times": {**times, slot: times.get(slot, 0) + 1}}
    return dict(its_set.said)


async def reject(
    session: AsyncSession,
    suggestion_id: str,
    rejection: schemas.Rejection,
    staff: Staff,
    *,
    at: datetime,
) -> str:
    """Note that a suggestion was of no use, and why, as a gap in the knowledge.

    Said again it replaces the reason. Returns the conversation's id. Raises SuggestionUnknown.
    """
    one, its_set = await _found(session, suggestion_id)
    one.state, one.decided_by, one.decided_at = "rejected", staff.id, at
    gap = await session.scalar(
        select(KnowledgeGap).where(KnowledgeGap.suggestion_id == suggestion_id)
    )
    message = await session.get(Message, its_set.message_id)
    facts = its_set.body["facts"]
    told = {
        "kind": one.kind,
        "source": one.source,
        "reason": rejection.reason,
        "words": mask(rejection.words) if rejection.words else None,
        "question": mask(message.text) if message else "",
        "text": one.text,
        "intent": its_set.intent,
        "situation": facts.get("situation"),
        "right": facts.get("right"),
        "staff_id": staff.id,
        "by": staff.display_name,
        "noted_at": at,
    }
    if gap is None:
        gap = KnowledgeGap(conversation_id=its_set.conversation_id, suggestion_id=suggestion_id)
        session.add(gap)
    for name, value in told.items():
        setattr(gap, name, value)
    await session.flush()
    return its_set.conversation_id


async def _found(session: AsyncSession, suggestion_id: str) -> tuple[StoredSuggestion, StoredSet]:
    one = await session.get(StoredSuggestion, suggestion_id)
    if one is None:
        raise SuggestionUnknown
    return one, await session.get_one(StoredSet, one.turn_id)


async def gaps(
    session: AsyncSession, before: int | None = None, reason: str | None = None
) -> schemas.Gaps:
    """The newest gaps, a page of them, and how many there are by reason."""
    wanted = select(KnowledgeGap).order_by(KnowledgeGap.id.desc()).limit(PAGE + 1)
    if before is not None:
        wanted = wanted.where(KnowledgeGap.id < before)
    if reason is not None:
        wanted = wanted.where(KnowledgeGap.reason == reason)
    counts = await session.execute(
        select(KnowledgeGap.reason, func.count()).group_by(KnowledgeGap.reason)
    )
    rows = (await session.scalars(wanted)).all()
    return schemas.Gaps(
        items=[_gap(row) for row in rows[:PAGE]],
        counts={reason: number for reason, number in counts},
        before=rows[PAGE - 1].id if len(rows) > PAGE else None,
    )


def _gap(row: KnowledgeGap) -> schemas.Gap:
    names = [name for name in schemas.Gap.model_fields if name != "at"]
    return schemas.Gap.model_validate(
        {"at": row.noted_at} | {name: getattr(row, name) for name in names}
    )
