"""Opening tickets, adding to them, and telling their visitors how far they have come; the caller
commits.
"""

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Literal

from sqlalchemy import Date, Integer, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from api import metrics
from api.conversations import service as conversations
from api.conversations.schemas import TicketNotice
from api.edge.limits import Limiter
from api.errors import HelplineError
from api.protection.masking import mask
from api.tickets.models import Ticket, TicketNote
from api.tickets.schemas import NextDeadline, Note, Progress

Priority = Literal["normal", "urgent"]

# No character that is read as another one: 0 O, 1 I L, 2 Z, 5 S, 8 B, U V.
CODE_ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
CODE_LENGTH = 6
LONGEST_NUMBER = 20  # of what is taken for a ticket's number

STATUS_TEXT = {
    "new": "已登记，等待分派",
    "assigned": "已分派，正在办理",
    "waiting": "等待补充材料",
    "done": "已办结",
    "closed": "已关闭",
}
REFUSED = "refused"  # what the fact `contact` holds when the visitor would rather not leave any

Word = Literal["withdraw", "keep", "urge", "add"]

OPENED_NOTE = "工单已登记，等待分派。"
ADDED_NOTE = "已收到补充的情况。"
WITHDRAWN_NOTE = "来访者撤回了工单。"
KEPT_NOTE = "来访者要继续办，工单恢复。"
URGED_NOTE = "来访者催办。"

_NEXT_NUMBER = (
    text(
        "INSERT INTO ticket_days (day, last) VALUES (:day, 1) "
        "ON CONFLICT (day) DO UPDATE SET last = ticket_days.last + 1 RETURNING last"
    )
    .bindparams(bindparam("day", type_=Date))
    .columns(last=Integer)
)


class TicketNotFound(HelplineError):
    """Unknown number or wrong code: the answer does not tell which, so that nobody can find out
    numbers.
    """

    code = "ticket_not_found"
    status = HTTPStatus.NOT_FOUND
    title = "没有查到工单"
    detail = "没有查到这张工单，请核对工单号和登记时给的六位查询口令。"


async def open(
    session: AsyncSession,
    conversation_id: str,
    turn_id: str,
    facts: Mapping[str, Any],
    priority: Priority,
    summary: str,
    *,
    at: datetime,
    contact: str | None = None,
    dispatch_to: str | None = None,
    next_step: str | None = None,
    next_due: date | None = None,
    checklist: Sequence[Mapping[str, str]] = (),
) -> TicketNotice:
    """Open a ticket, or add to the one that the conversation still has open.

    What is None keeps its earlier value, and an urgent ticket stays urgent. `checklist` holds
    {what, how}; an empty one changes nothing, and what was done already stays done. Called again
    within the turn that opened the ticket, it gives a new code, because the earlier one was never
    shown. Raises TurnOver when the visitor got the answer of this turn already, so that no ticket
    comes into being that nobody hears of.
    """
    turn = await conversations.open_turn(session, turn_id)
    note = None
    if not (ticket := await still_open(session, conversation_id)):
        note = OPENED_NOTE
        ticket = Ticket(
            number=await _next_number(session, at.date()),
            conversation_id=conversation_id,
            opened_in_turn=turn_id,
            status="new",
            priority=priority,
            opened_on=at.date(),
            created_at=at,
        )
    elif ticket.opened_in_turn != turn_id and turn.ticket is None:  # else said by this turn before
        note = ADDED_NOTE
    created = ticket.opened_in_turn == turn_id
    code = _new_code() if created else None
    if code:
        ticket.code_sha256 = _sha256(ticket.number, code)
    ticket.facts, ticket.summary, ticket.updated_at = dict(facts), summary, at
    ticket.priority = "urgent" if "urgent" in (priority, ticket.priority) else "normal"
    if contact not in (None, REFUSED):
        ticket.contact = ticket.contact_hash = contact
    ticket.dispatch_to = dispatch_to or ticket.dispatch_to
    ticket.checklist = _with_done(checklist, ticket.checklist or [])
    if next_step:
        ticket.next_step, ticket.next_due = next_step, next_due
    session.add(ticket)
    await session.flush()
    if note:
        session.add(TicketNote(ticket_id=ticket.id, text=note, written_at=at))
    if note == OPENED_NOTE:
        metrics.ticket_opened(priority)
    opened = TicketNotice.model_validate(
        {"number": ticket.number, "code": code, "priority": ticket.priority, "created": created}
    )
    await conversations.attach_ticket(session, turn, opened)
    return opened


async def take_word(
    session: AsyncSession,
    conversation_id: str,
    turn_id: str,
    word: Word,
    said: str,
    *,
    at: datetime,
) -> Progress | None:
    """Do what the visitor says of his ticket: withdraw it, keep it after all, urge it, or add what
    he `said`.

    None where there is no such ticket: an open one, or to keep, one that he withdrew.
    """
    turn = await conversations.open_turn(session, turn_id)
    if turn.ticket is not None:  # an earlier attempt at this turn did it
        return await of_conversation(session, conversation_id)
    if word == "keep":
        ticket = await still_open(session, conversation_id) or await _withdrawn(
            session, conversation_id
        )
    else:
        ticket = await still_open(session, conversation_id)
    if ticket is None:
        return None
    notes = {
        "withdraw": WITHDRAWN_NOTE,
        "keep": KEPT_NOTE,
        "urge": URGED_NOTE,
        "add": f"来访者补充：{mask(said)}",
    }
    if word == "keep" and ticket.status != "closed":
        return await _progress(session, ticket)  # it was never withdrawn
    if word == "withdraw":
        ticket.status = "closed"
    elif word == "keep":
        ticket.status = "new"
    ticket.updated_at = at
    session.add(TicketNote(ticket_id=ticket.id, text=notes[word], written_at=at))
    await session.flush()
    told = {"number": ticket.number, "code": None, "priority": ticket.priority, "created": False}
    await conversations.attach_ticket(session, turn, TicketNotice.model_validate(told))
    return await _progress(session, ticket)


async def of_contact(session: AsyncSession, contact: str) -> Sequence[Ticket]:
    """The tickets that this contact was left with, the newest first; spelled as anybody spells
    it.
    """
    found = await session.scalars(
        select(Ticket).where(Ticket.contact_hash == contact).order_by(Ticket.id.desc())
    )
    return found.all()


async def has_open(session: AsyncSession, conversation_id: str) -> bool:
    """Whether the conversation has a ticket that is still worked on."""
    open_ones = select(Ticket.id).where(
        Ticket.conversation_id == conversation_id, Ticket.status.not_in(("done", "closed"))
    )
    return await session.scalar(open_ones) is not None


@dataclass(frozen=True)
class LookUps:
    """The one way to a ticket by its number and code, over HTTP and in the chat alike: every wrong
    code counts.
    """

    limiter: Limiter = field(default_factory=Limiter)

    async def progress(self, session: AsyncSession, number: str, code: str, asker: str) -> Progress:
        """How far a ticket has come; `asker` is the address or conversation that its tries count
        for.

        Raises TicketNotFound for an unknown number and for a wrong code alike, TooManyTries,
        CountsUnavailable.
        """
        number = number[:LONGEST_NUMBER].strip().upper()
        await self.limiter.try_code(number, asker)
        try:
            progress = await _look_up(session, number, code)
        except TicketNotFound:
            await self.limiter.wrong_code(number, asker)
            raise
        await self.limiter.right_code(number, asker)
        return progress

    async def progress_in(
        self, session: AsyncSession, number: str, code: str, conversation_id: str
    ) -> Progress:
        """The same, asked in a conversation."""
        asker = self.limiter.asker_of(conversation_id)
        return await self.progress(session, number, code, asker)


async def _look_up(session: AsyncSession, number: str, code: str) -> Progress:
    ticket = (
        await session.scalar(select(Ticket).where(Ticket.number == number))
        if number.isprintable()
        else None
    )
    expected = ticket.code_sha256 if ticket else _sha256(number, _new_code())
    if not hmac.compare_digest(_sha256(number, code.strip().upper()), expected) or ticket is None:
        raise TicketNotFound
    return await _progress(session, ticket)


async def of_conversation(session: AsyncSession, conversation_id: str) -> Progress:
    """How far the newest ticket of a conversation has come; raises TicketNotFound when it has
    none.
    """
    newest = (
        select(Ticket)
        .where(Ticket.conversation_id == conversation_id)
        .order_by(Ticket.id.desc())
        .limit(1)
    )
    if not (ticket := await session.scalar(newest)):
        raise TicketNotFound
    return await _progress(session, ticket)


async def _progress(session: AsyncSession, ticket: Ticket) -> Progress:
    notes = await session.scalars(
        select(TicketNote).where(TicketNote.ticket_id == ticket.id).order_by(TicketNote.id)
    )
    return Progress.model_validate(
        {
            "number": ticket.number,
            "status": ticket.status,
            "status_text": STATUS_TEXT[ticket.status],
            "priority": ticket.priority,
            "opened_on": ticket.opened_on,
            "next_deadline": NextDeadline(what=ticket.next_step, due=ticket.next_due)
            if ticket.next_step
            else None,
            "checklist": ticket.checklist or [],
            "notes": [Note(text=note.text, at=note.written_at) for note in notes],
        }
    )


def _with_done(
    wanted: Sequence[Mapping[str, str]], before: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The checklist as it is wanted now. What was done stays done, also where it is no longer
    wanted.
    """
    if not wanted:
        return before
    done = {item["what"]: item for item in before if item["done"]}
    now = [
        {"what": item["what"], "how": item["how"], "done": item["what"] in done} for item in wanted
    ]
    return [
        *now,
        *(item for what, item in done.items() if what not in {one["what"] for one in now}),
    ]


async def still_open(session: AsyncSession, conversation_id: str) -> Ticket | None:
    """The ticket of a conversation that is still worked on, locked."""
    open_ones = select(Ticket).where(
        Ticket.conversation_id == conversation_id, Ticket.status.not_in(("done", "closed"))
    )
    ticket: Ticket | None = await session.scalar(open_ones.with_for_update())
    return ticket


async def _withdrawn(session: AsyncSession, conversation_id: str) -> Ticket | None:
    """The newest ticket of the conversation, if its visitor withdrew it."""
    newest = (
        select(Ticket)
        .where(Ticket.conversation_id == conversation_id)
        .order_by(Ticket.id.desc())
        .limit(1)
        .with_for_update()
    )
    ticket: Ticket | None = await session.scalar(newest)
    if ticket is None or ticket.status != "closed":
        return None
    last = await session.scalar(
        select(TicketNote.text)
        .where(TicketNote.ticket_id == ticket.id)
        .order_by(TicketNote.id.desc())
        .limit(1)
    )
    return ticket if last == WITHDRAWN_NOTE else None


async def _next_number(session: AsyncSession, day: date) -> str:
    running: int = (await session.execute(_NEXT_NUMBER, {"day": day})).scalar_one()
    return f"JX{day:%Y%m%d}-{running:04}"


def _new_code() -> str:
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def _sha256(number: str, code: str) -> str:
    return sha256(f"{number}:{code}".encode()).hexdigest()
