"""Tickets that staff open: by hand for a conversation, or split off another; the caller commits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.answers.service import Knowledge
from api.conversations import catch_up
from api.conversations import service as conversations
from api.conversations.schemas import TicketNotice
from api.errors import HelplineError
from api.tickets import clocks, record
from api.tickets import service as tickets
from api.tickets.labels import labelled_value
from api.tickets.models import Ticket, TicketNote
from api.tickets.staff.changing import QueueUnknown, still_worked_on, touched
from api.tickets.staff.schemas import OpenByHand, Opened, Split
from knowledge.office.office import Office
from knowledge.routing.triage import Triage

NO_SUMMARY = "工作人员登记的事项"


class TicketOpen(HelplineError):
    code = "ticket_open"
    status = HTTPStatus.CONFLICT
    title = "已有在办的工单"

    def __init__(self, number: str) -> None:
        super().__init__(f"这段对话已有在办的工单 {number}，请在那张里继续；是另一件事就从它拆分。")


class NotesUnknown(HelplineError):
    code = "notes_unknown"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "没有这些记录"
    detail = "要带走的记录里，有的不是这张工单的，请刷新再选。"


@dataclass(frozen=True)
class Assessed:
    """What the knowledge makes of some facts, reckoned before the database is asked."""

    urgency: Triage
    remedy: Mapping[str, Any] | None  # the first way of the referral, as the chat API shows it


def assess(facts: Mapping[str, Any], knowledge: Knowledge, at: datetime) -> Assessed:
    """Plain computing, for a thread."""
    ways = knowledge.referral(facts, at.date()).as_dict().get("remedies") or [None]
    return Assessed(knowledge.triage(facts, at.date()), ways[0])


async def open_by_hand(
    session: AsyncSession,
    conversation_id: str,
    new: OpenByHand,
    assessed: Assessed,
    staff: Staff,
    office: Office,
    *,
    at: datetime,
) -> Opened:
    """Open a ticket about a conversation; raises TicketOpen, QueueUnknown, ConversationUnknown,
    ConversationDeleted.
    """
    conversation = await conversations.going_on(session, conversation_id)
    if (other := await tickets.still_open(session, conversation_id)) is not None:
        raise TicketOpen(other.number)
    if new.queue is not None and new.queue not in office.dispatch.queues:
        raise QueueUnknown
    facts, remedy, urgency = dict(conversation.facts), assessed.remedy, assessed.urgency
    contact = new.contact or facts.get("contact")
    ticket = await tickets.blank(session, conversation_id, at=at)
    code = tickets.new_code(ticket)
    ticket.priority = new.priority or urgency.priority
    ticket.facts, ticket.summary = facts, new.summary or _summary(facts)
    if contact not in (None, tickets.REFUSED):
        ticket.contact = ticket.contact_hash = contact
    if remedy:
        ticket.dispatch_to = remedy["body"]["name"]
        ticket.checklist = [{**item, "done": False} for item in remedy.get("evidence") or []]
    ticket.next_step, ticket.next_due = urgency.what, urgency.due
    session.add(ticket)
    await session.flush()
    assessment = office.assess(facts, remedy["key"] if remedy else None, ticket.priority, at)
    await tickets.opened(session, ticket, assessment, at=at)
    if new.queue is not None:
        ticket.queue, ticket.queue_chosen = new.queue, True
    return await _told(session, ticket, code, staff, "工作人员为您登记了工单", at)


async def split(
    session: AsyncSession, ticket: Ticket, new: Split, staff: Staff, office: Office, *, at: datetime
) -> Opened:
    """Make a second ticket of a part of this one: same visitor, same facts; the notes that are
    named go along.

    Raises TicketEnded, NotesUnknown.
    """
    still_worked_on(ticket)
    part = await tickets.blank(session, ticket.conversation_id, at=at)
    code = tickets.new_code(part)
    for name in ("facts", "contact", "priority", "dispatch_to"):
        setattr(part, name, getattr(ticket, name))
    part.contact_hash, part.summary, part.split_from_id = ticket.contact, new.summary, ticket.id
    session.add(part)
    await session.flush()
    await tickets.opened(session, part, None, at=at)
    part.queue, part.queue_chosen = ticket.queue, ticket.queue_chosen
    await clocks.begin(session, part, office.dues(part.priority, at), at=at)
    await _bring(session, ticket, part, new.note_ids)
    record.change(session, ticket, "split", None, part.number, staff=staff, at=at)
    await touched(session, ticket, staff, at=at)
    return await _told(session, part, code, staff, "您的事情里有一部分另立了工单", at)


async def _bring(session: AsyncSession, ticket: Ticket, part: Ticket, note_ids: list[int]) -> None:
    if not note_ids:
        return
    these = update(TicketNote).where(TicketNote.id.in_(note_ids), TicketNote.ticket_id == ticket.id)
    moved: Any = await session.execute(these.values(ticket_id=part.id))
    if moved.rowcount != len(set(note_ids)):
        raise NotesUnknown


async def _told(
    session: AsyncSession, ticket: Ticket, code: str, staff: Staff, said: str, at: datetime
) -> Opened:
    """The visitor reads number and code in his chat; whoever opened the ticket hears them once."""
    notice = TicketNotice.model_validate(
        {"number": ticket.number, "code": None, "priority": ticket.priority, "created": False}
    )
    if ticket.split_from_id is None:
        await conversations.show_ticket(session, ticket.conversation_id, notice)
    text = f"{said} {ticket.number}，查询口令 {code}，凭这两样可以随时查进度。"
    await catch_up.keep(session, ticket.conversation_id, text, at=at, ticket=ticket.number)
    await record.publish(session, "ticket.changed", ticket, staff=staff, at=at)
    return Opened.model_validate(
        {
            "number": ticket.number,
            "code": code,
            "priority": ticket.priority,
            "queue": ticket.queue,
        }
    )


def _summary(facts: Mapping[str, Any]) -> str:
    """One line for the operator: what it is about and where."""
    words = [labelled_value(slot, facts.get(slot)) for slot in ("situation", "right")]
    places = [facts.get(slot) for slot in ("county", "city", "own_city")]
    known = [str(one) for one in (*words, *[place for place in places if place][:1]) if one]
    return " · ".join(known) or NO_SUMMARY
