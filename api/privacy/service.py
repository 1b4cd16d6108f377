"""Deleting what is kept of a visitor; the caller commits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Result, delete, inspect, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.asked.models import AskedTurn
from api.calls.models import Call
from api.conversations.models import (
    Conversation,
    ConversationNews,
    ConversationToken,
    Handoff,
    Message,
    ToldContent,
    Turn,
)
from api.conversations.service import DELETED, ConversationUnknown
from api.desk.models import ConversationNote, ConversationTag, ConversationWatcher
from api.edge.models import Asker
from api.events import service as events
from api.events.models import DeskEvent
from api.labels.models import Reading, Sentence
from api.lookup import index as lookup
from api.moving.models import MoveCode
from api.privacy import contacts
from api.privacy.models import Deletion
from api.privacy.schemas import Deleted
from api.protection.columns import EncryptedJSON, EncryptedText, KeyedHash
from api.referrals.models import RecordedReferral
from api.suggestions.models import HeldReply, KnowledgeGap, StoredSet, StoredSuggestion
from api.tickets import clocks
from api.tickets.models import (
    ReferralSheet,
    Satisfaction,
    Ticket,
    TicketChange,
    TicketFile,
    TicketLink,
    TicketNote,
)
from api.tickets.service import TicketNotFound
from api.tickets.status import ENDED, Status

By = Literal["visitor", "operator", "schedule"]
Reason = Literal["asked", "retention"]

EMPTY = "〔已删除〕"  # stands in a sealed column that may not be empty
KEPT = "工单只留下单号、状态、缓急和日期，用来统计。"


@dataclass(frozen=True)
class Found:
    """A conversation with its tickets, the oldest first."""

    conversation: Conversation
    tickets: Sequence[Ticket]

    @property
    def subject(self) -> str:
        """How a record names it: by its newest ticket's number, else by its id."""
        return self.tickets[-1].number if self.tickets else self.conversation.id


async def find(session: AsyncSession, case: str) -> Found:
    """The conversation of a ticket's number or with an id; raises ConversationUnknown,
    TicketNotFound.
    """
    case = case.strip()
    if case.upper().startswith("JX"):
        number = case.upper()
        ticket = await session.scalar(select(Ticket).where(Ticket.number == number))
        if ticket is None:
            raise TicketNotFound
        return await find(session, ticket.conversation_id)
    conversation = await session.get(Conversation, case.lower())
    if conversation is None:
        raise ConversationUnknown
    tickets = await session.scalars(
        select(Ticket).where(Ticket.conversation_id == conversation.id).order_by(Ticket.id)
    )
    return Found(conversation, tickets.all())


async def delete_case(
    session: AsyncSession,
    case: str,
    by: By,
    *,
    at: datetime,
    present_turn: str | None = None,
) -> Deleted:
    """Delete what is kept about a ticket's number or a conversation's id, and record that.

    `present_turn` is the turn in which the visitor asked for it: it stays, so that it can still be
    answered. Raises ConversationUnknown, TicketNotFound.
    """
    found = await find(session, case)
    counts = await forget(session, found, present_turn=present_turn)
    await events.publish(
        session,
        "conversation.closed",
        conversation_id=found.conversation.id,
        data={"state": DELETED},
        at=at,
    )
    record(session, found.subject, by, "asked", counts, at=at)
    await session.flush()
    kept = KEPT if found.tickets else None
    return Deleted(subject=found.subject, at=at, counts=counts, kept=kept)


def record(
    session: AsyncSession,
    subject: str,
    by: By,
    reason: Reason,
    counts: dict[str, int],
    *,
    at: datetime,
) -> None:
    """Note a deletion; nothing personal may stand in it."""
    session.add(Deletion(subject=subject, by=by, reason=reason, counts=counts, deleted_at=at))


async def forget(
    session: AsyncSession, found: Found, *, present_turn: str | None = None
) -> dict[str, int]:
    """Delete messages, suggestions, referrals, turns, pictures, notes, history, sheets, what the
    desk keeps of it, and how its visitor is reached; of tickets stay number, status, dates and
    scores.

    Returns how many rows went, by table; a ticket counts that was emptied.
    """
    conversation, tickets = found.conversation, found.tickets
    ids = [ticket.id for ticket in tickets]
    await session.refresh(conversation, with_for_update=True)
    reached = await contacts.forget(session, conversation.id)
    suggested = select(StoredSet.turn_id).where(StoredSet.conversation_id == conversation.id)
    await _gone(session, StoredSuggestion, StoredSuggestion.turn_id.in_(suggested))
    labelled = select(Sentence.id).where(Sentence.conversation_id == conversation.id)
    await _gone(session, Reading, Reading.sentence_id.in_(labelled))
    of_conversation: dict[str, Any] = {
        "suggestion_sets": StoredSet,
        "held_replies": HeldReply,
        "knowledge_gaps": KnowledgeGap,
        "asked_turns": AskedTurn,
        "labelled_sentences": Sentence,
        "calls": Call,
        "messages": Message,
        "told_content": ToldContent,
        "referrals": RecordedReferral,
        "ticket_files": TicketFile,
        "conversation_news": ConversationNews,
        "handoffs": Handoff,
        "conversation_tokens": ConversationToken,
        "move_codes": MoveCode,
        "conversation_notes": ConversationNote,
        "conversation_tags": ConversationTag,
        "conversation_watchers": ConversationWatcher,
        "desk_events": DeskEvent,
    }
    of_tickets: dict[str, Any] = {
        "ticket_notes": TicketNote,
        "ticket_changes": TicketChange,
        "referral_sheets": ReferralSheet,
    }
    counts = (
        reached
        | {
            name: await _gone(session, table, table.conversation_id == conversation.id)
            for name, table in of_conversation.items()
        }
        | {
            name: await _gone(session, table, table.ticket_id.in_(ids))
            for name, table in of_tickets.items()
        }
    )
    await _gone(session, TicketLink, TicketLink.ticket_id.in_(ids) | TicketLink.other_id.in_(ids))
    await lookup.forget(session, conversation.id)
    await _gone(session, Asker, Asker.conversation_id == conversation.id)
    scores = update(Satisfaction).where(Satisfaction.conversation_id == conversation.id)
    await session.execute(scores.values(_emptied(Satisfaction)))  # the score itself is a figure
    for ticket in tickets:
        _empty_ticket(ticket)
        clocks.stop((await clocks.of_ticket(session, ticket.id)).values(), at=ticket.updated_at)
    opened_a_ticket = {ticket.opened_in_turn for ticket in tickets if ticket.opened_in_turn}
    present = {present_turn} if present_turn else set()
    turns = Turn.conversation_id == conversation.id
    counts["turns"] = await _gone(session, Turn, turns & Turn.id.not_in(opened_a_ticket | present))
    await session.execute(
        update(Turn)
        .where(turns, Turn.id.in_(opened_a_ticket - present))
        .values(_emptied(Turn) | {"answer": {}})
    )
    counts["tickets"] = len(tickets)
    if tickets or present_turn:
        _empty_conversation(conversation)
    else:
        await session.delete(conversation)
    counts["conversations"] = 1
    await session.flush()
    return counts


async def _gone(session: AsyncSession, table: type[Any], which: Any) -> int:
    result: Result[Any] = await session.execute(delete(table).where(which))
    return int(getattr(result, "rowcount", 0))


def _emptied(table: type[Any]) -> dict[str, Any]:
    """Every sealed column of a table with nothing in it."""
    empty: dict[str, Any] = {}
    for column in inspect(table).columns:
        if isinstance(column.type, EncryptedText | EncryptedJSON | KeyedHash):
            blank = EMPTY if isinstance(column.type, EncryptedText) else {}
            empty[column.key] = None if column.nullable else blank
    return empty


def _empty_ticket(ticket: Ticket) -> None:
    _empty(ticket)
    ticket.checklist, ticket.next_step, ticket.next_due, ticket.tags = [], None, None, []
    if ticket.status not in ENDED:
        ticket.status = Status.CLOSED


def _empty_conversation(conversation: Conversation) -> None:
    _empty(conversation)
    conversation.state, conversation.waiting_since, conversation.ticket = DELETED, None, None
    conversation.assignee_id = conversation.assignee_name = conversation.handoff_id = None
    conversation.watched = conversation.approval_pending = False


def _empty(row: Conversation | Ticket) -> None:
    for name, nothing in _emptied(type(row)).items():
        setattr(row, name, nothing)
