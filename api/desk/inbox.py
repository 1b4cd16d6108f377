"""The inbox: conversations by who has to do something, with what their lines show."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.answers.service import Knowledge
from api.conversations.models import Conversation, Handoff, Message
from api.conversations.states import WITH_PEOPLE, State
from api.desk.models import ConversationTag, ConversationWatcher
from api.desk.schemas import Box, Counts, Inbox, InboxItem, Person
from api.errors import HelplineError
from knowledge.slots import UNKNOWN

PAGE = 50
MOST_LOOKED_THROUGH = 200  # conversations whose lines are read for a search
LONGEST_TEXT = 80
PEOPLE = ("visitor", "operator")


class WrongPage(HelplineError):
    code = "wrong_page"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "翻页位置不对"
    detail = "翻页位置应是上一页给的 before；请从第一页重新打开。"


async def inbox(
    session: AsyncSession,
    staff: Staff,
    knowledge: Knowledge,
    box: Box,
    q: str = "",
    before: str | None = None,
    *,
    at: datetime,
) -> Inbox:
    """A page of a box. Who waits comes first come, first served, the urgent before all; the rest
    comes newest first.
    """
    rows = await _rows(session, staff, box, before, most=MOST_LOOKED_THROUGH if q else PAGE + 1)
    items = await _items(session, knowledge, rows)
    if q:
        items = [item for item in items if _holds(item, q)]
    last = items[PAGE - 1].last_at if len(items) > PAGE and box != "unanswered" else None
    return Inbox(
        items=items[:PAGE],
        counts=await _counts(session, staff),
        before=last.isoformat() if last else None,
        at=at,
    )


async def _rows(
    session: AsyncSession, staff: Staff, box: Box, before: str | None, *, most: int
) -> Sequence[tuple[Conversation, bool | None]]:
    found = (
        select(Conversation, Handoff.urgent)
        .outerjoin(Handoff, Handoff.id == Conversation.handoff_id)
        .where(_is_in(box, staff), Conversation.last_position > 0)
    )
    if box == "unanswered":
        longest_first = (Conversation.waiting_since.asc().nulls_last(), Conversation.id)
        found = found.order_by(Handoff.urgent.desc().nulls_last(), *longest_first)
    else:
        found = found.order_by(Conversation.last_at.desc(), Conversation.id)
        if before:
            found = found.where(Conversation.last_at < _moment(before))
    rows = await session.execute(found.limit(most))
    return [(conversation, urgent) for conversation, urgent in rows]


async def _items(
    session: AsyncSession,
    knowledge: Knowledge,
    rows: Sequence[tuple[Conversation, bool | None]],
) -> list[InboxItem]:
    ids = [conversation.id for conversation, _ in rows]
    words = await _newest_words(session, ids)
    unread, tags = await _unread(session, ids), await _tags(session, ids)
    return [
        _item(conversation, words[conversation.id], bool(urgent), knowledge, unread, tags)
        for conversation, urgent in rows
    ]


def _item(
    conversation: Conversation,
    message: Message,
    urgent: bool,
    knowledge: Knowledge,
    unread: Mapping[str, int],
    tags: Mapping[str, list[str]],
) -> InboxItem:
    facts, ticket = conversation.facts, conversation.ticket or {}
    return InboxItem.model_validate(
        {
            "id": conversation.id,
            "channel": conversation.channel,
            "state": conversation.state,
            "assignee": assignee_of(conversation),
            "waiting_since": conversation.waiting_since,
            "last_at": conversation.last_at,
            "last_text": message.text[:LONGEST_TEXT],
            "last_role": message.role,
            "unread": unread.get(conversation.id, 0),
            "summary": summary(facts, knowledge),
            **{slot: facts.get(slot) for slot in ("right", "situation", "city")},
            "urgent": urgent or ticket.get("priority") == "urgent",
            "ticket": ticket.get("number"),
            "tags": tags.get(conversation.id, []),
            "approval": conversation.approval_pending,
        }
    )


def summary(facts: Mapping[str, Any], knowledge: Knowledge) -> str:
    """One line about a matter: what happened, which right, where."""
    words = [
        knowledge.label(slot, facts[slot])
        for slot in ("situation", "right")
        if facts.get(slot) not in (None, UNKNOWN)
    ]
    places = [str(facts[slot]) for slot in ("county", "city", "own_city") if facts.get(slot)]
    return " · ".join([*words, *[place for place in places if place != UNKNOWN][:1]])


def assignee_of(conversation: Conversation) -> Person | None:
    """Who has a conversation, or had it until he left."""
    if conversation.assignee_id is None:
        return None
    return Person(id=conversation.assignee_id, name=conversation.assignee_name or "")


async def _counts(session: AsyncSession, staff: Staff) -> Counts:
    boxes: tuple[Box, ...] = ("unanswered", "mine", "watching")
    numbers = {
        box: await session.scalar(
            select(func.count()).select_from(Conversation).where(_is_in(box, staff))
        )
        for box in boxes
    }
    return Counts.model_validate(numbers)


def _is_in(box: Box, staff: Staff) -> ColumnElement[bool]:
    watched = exists().where(
        ConversationWatcher.conversation_id == Conversation.id,
        ConversationWatcher.staff_id == staff.id,
    )
    conditions: dict[Box, ColumnElement[bool]] = {
        "unanswered": or_(Conversation.state == State.WAITING, Conversation.approval_pending),
        "mine": and_(Conversation.assignee_id == staff.id, Conversation.state.in_(WITH_PEOPLE)),
        "watching": watched,
        "closed": Conversation.state == State.CLOSED,
        "all": Conversation.state != State.DELETED,
    }
    return and_(conditions[box], Conversation.state != State.DELETED)


def _moment(before: str) -> datetime:
    try:
        moment = datetime.fromisoformat(before)
    except ValueError:
        raise WrongPage from None
    if moment.tzinfo is None:
        raise WrongPage
    return moment


def _holds(item: InboxItem, q: str) -> bool:
    told = (item.id, item.last_text, item.summary, item.city, item.ticket, *item.tags)
    name = item.assignee.name if item.assignee else None
    return any(q.casefold() in (words or "").casefold() for words in (*told, name))


async def _newest_words(session: AsyncSession, ids: Sequence[str]) -> dict[str, Message]:
    """What a person said last, by conversation; where nobody has said anything, the last message.

    What the bot and the service say is much the same in every conversation, so that it tells none
    from another.
    """
    by_people = func.max(Message.position).filter(Message.role.in_(PEOPLE))
    newest = (
        select(
            Message.conversation_id.label("of"),
            func.coalesce(by_people, func.max(Message.position)).label("position"),
        )
        .where(Message.conversation_id.in_(ids))
        .group_by(Message.conversation_id)
        .subquery()
    )
    is_newest = and_(Message.conversation_id == newest.c.of, Message.position == newest.c.position)
    found = await session.scalars(select(Message).join(newest, is_newest))
    return {message.conversation_id: message for message in found}


async def _unread(session: AsyncSession, ids: Sequence[str]) -> dict[str, int]:
    """How much the visitor said that the operator has not seen."""
    counted = (
        select(Message.conversation_id, func.count())
        .join(Conversation, Conversation.id == Message.conversation_id)
        .where(
            Message.conversation_id.in_(ids),
            Conversation.state.in_(WITH_PEOPLE),
            Message.role == "visitor",
            Message.position > Conversation.read_position,
        )
        .group_by(Message.conversation_id)
    )
    return {name: number for name, number in await session.execute(counted)}


async def _tags(session: AsyncSession, ids: Sequence[str]) -> dict[str, list[str]]:
    found = select(ConversationTag).where(ConversationTag.conversation_id.in_(ids))
    tags: defaultdict[str, list[str]] = defaultdict(list)
    for row in await session.scalars(found.order_by(ConversationTag.tag)):
        tags[row.conversation_id].append(row.tag)
    return tags
