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

from sqlalchemy import Date, Integer, Select, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from api import metrics
from api.conversations import service as conversations
from api.conversations.schemas import TicketNotice
from api.edge.limits import Limiter
from api.errors import HelplineError
from api.protection.masking import mask
from api.tickets import clocks, record, status
from api.tickets.models import Ticket, TicketNote
from api.tickets.schemas import NextDeadline, Note, Progress
from api.tickets.status import Status
from knowledge.office.office import Assessment

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
_OPEN = (  # made once: most turns ask
    select(Ticket.id)
    .where(
        Ticket.conversation_id == bindparam("conversation"),
        Ticket.status.not_in(status.ENDED),
    )
    .limit(1)
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
    assessment: Assessment | None = None,
) -> TicketNotice:
    """Open a ticket, or add to the one that the conversation still has open.

    What is None keeps its earlier value, and an urgent ticket stays urgent. `checklist` holds
    {what, how}; an empty one changes nothing, and what was done already stays done. Called again
    within the turn that opened the ticket, it gives a new code, because the earlier one was never
    shown. Raises TurnOver when the visitor got the answer of this turn already, so that no ticket
    comes into being that nobody hears of.
    """
    turn = await conversations.open_turn(session, turn_id)
    ticket = await still_open(session, conversation_id)
    is_new = ticket is None
    if ticket is None:
        ticket = await blank(session, conversation_id, at=at)
        ticket.opened_in_turn, ticket.priority = turn_id, priority
    was_urgent = ticket.priority == "urgent"
    created = ticket.opened_in_turn == turn_id
    code = new_code(ticket) if created else None
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
    if is_new:
        await opened(session, ticket, assessment, at=at)
    elif assessment:
        await _reassess(session, ticket, assessment, became_urgent=not was_urgent, at=at)
    if not created and turn.ticket is None:  # else said by this turn before
        await record.note(session, ticket, ADDED_NOTE, by="visitor", at=at)
    notice = TicketNotice.model_validate(
        {"number": ticket.number, "code": code, "priority": ticket.priority, "created": created}
    )
    await conversations.attach_ticket(session, turn, notice)
    return notice


async def blank(session: AsyncSession, conversation_id: str, *, at: datetime) -> Ticket:
    """A ticket with the next number of the day, about nothing yet and not yet stored."""
    return Ticket(
        number=await _next_number(session, at.date()),
        conversation_id=conversation_id,
        status=Status.NEW,
        opened_on=at.date(),
        created_at=at,
        updated_at=at,
    )


def new_code(ticket: Ticket) -> str:
    """A look-up code for the ticket, to be told once: only its hash is kept."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    ticket.code_sha256 = _sha256(ticket.number, code)
    return code


async def opened(
    session: AsyncSession, ticket: Ticket, assessment: Assessment | None, *, at: datetime
) -> None:
    """Put a ticket that was just stored into its queue, let its clocks run, and tell the desk."""
    if assessment:
        ticket.queue = assessment.queue
        await clocks.begin(session, ticket, assessment.dues, at=at)
    await record.note(session, ticket, OPENED_NOTE, at=at)
    metrics.ticket_opened(_priority(ticket))
    await record.publish(session, "ticket.opened", ticket, at=at)


def _priority(ticket: Ticket) -> Priority:
    return "urgent" if ticket.priority == "urgent" else "normal"


async def _reassess(
    session: AsyncSession,
    ticket: Ticket,
    assessment: Assessment,
    *,
    became_urgent: bool,
    at: datetime,
) -> None:
    """The facts of an open ticket changed: another queue may be right, and less time may be left.

    A queue that somebody chose stays, and he is told which one the rules would take.
    """
    if ticket.priority == "urgent" and became_urgent:
        await clocks.hasten(session, ticket, assessment.dues, at=at)
    if assessment.queue == ticket.queue:
        return
    if ticket.queue_chosen:
        said = f"情况有变，按规则应归「{assessment.queue_label}」；队列是人工选的，没有改动。"
    else:
        said = f"情况有变，队列改为「{assessment.queue_label}」。"
        record.change(session, ticket, "queue", ticket.queue, assessment.queue, at=at)
        ticket.queue, ticket.version = assessment.queue, ticket.version + 1
    await record.note(session, ticket, said, public=False, at=at)


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
    ticket = await still_open(session, conversation_id)
    if word == "keep":
        if ticket is not None:
            return await _progress(session, ticket)  # it was never withdrawn
        ticket = await _withdrawn(session, conversation_id)
    if ticket is None:
        return None
    notes = {
        "withdraw": WITHDRAWN_NOTE,
        "keep": KEPT_NOTE,
        "urge": URGED_NOTE,
        "add": f"来访者补充：{mask(said)}",
    }
    if word == "withdraw":
        await _move_by_visitor(session, ticket, Status.WITHDRAWN, at=at)
    elif word == "keep":
        await _move_by_visitor(session, ticket, Status.NEW, at=at)
    ticket.updated_at = at
    await record.note(session, ticket, notes[word], by="visitor", at=at)
    told = {"number": ticket.number, "code": None, "priority": ticket.priority, "created": False}
    await conversations.attach_ticket(session, turn, TicketNotice.model_validate(told))
    return await _progress(session, ticket)


async def _move_by_visitor(
    session: AsyncSession, ticket: Ticket, after: Status, *, at: datetime
) -> None:
    before = Status(ticket.status)
    status.check(before, after, status.By.VISITOR)
    record.change(session, ticket, "status", before, after, at=at)
    ticket.status, ticket.version = after, ticket.version + 1
    running = (await clocks.of_ticket(session, ticket.id)).values()
    if after is Status.WITHDRAWN:
        clocks.stop(running, at=at)
    else:
        clocks.go_on(running)
    await record.publish(session, "ticket.changed", ticket, at=at)


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
    return await session.scalar(_OPEN, {"conversation": conversation_id}) is not None


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
        return await _progress(session, await self.ticket(session, number, code, asker))

    async def ticket(self, session: AsyncSession, number: str, code: str, asker: str) -> Ticket:
        """The ticket itself, for who has its code; raises as `progress` does."""
        number = number[:LONGEST_NUMBER].strip().upper()
        await self.limiter.try_code(number, asker)
        try:
            ticket = await _look_up(session, number, code)
        except TicketNotFound:
            await self.limiter.wrong_code(number, asker)
            raise
        await self.limiter.right_code(number, asker)
        return ticket

    async def progress_in(
        self, session: AsyncSession, number: str, code: str, conversation_id: str
    ) -> Progress:
        """The same, asked in a conversation."""
        asker = await self.limiter.asker_of(conversation_id)
        return await self.progress(session, number, code, asker)


async def _look_up(session: AsyncSession, number: str, code: str) -> Ticket:
    ticket: Ticket | None = (
        await session.scalar(select(Ticket).where(Ticket.number == number))
        if number.isprintable()
        else None
    )
    expected = ticket.code_sha256 if ticket else _sha256(number, secrets.token_hex(8))
    if not hmac.compare_digest(_sha256(number, code.strip().upper()), expected) or ticket is None:
        raise TicketNotFound
    return ticket


async def of_conversation(session: AsyncSession, conversation_id: str) -> Progress:
    """How far the newest ticket of a conversation has come; raises TicketNotFound when it has
    none.
    """
    if not (ticket := await session.scalar(_newest(conversation_id))):
        raise TicketNotFound
    return await _progress(session, ticket)


async def _progress(session: AsyncSession, ticket: Ticket) -> Progress:
    notes = await session.scalars(
        select(TicketNote)
        .where(TicketNote.ticket_id == ticket.id, TicketNote.public)
        .order_by(TicketNote.id)
    )
    word = status.public(ticket.status)
    return Progress.model_validate(
        {
            "number": ticket.number,
            "status": word,
            "status_text": STATUS_TEXT[word],
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
    """The ticket of a conversation that is still worked on, locked; one that was split off where
    there is no other.
    """
    open_ones = _newest(conversation_id).where(Ticket.status.not_in(status.ENDED))
    ticket: Ticket | None = await session.scalar(open_ones.with_for_update())
    return ticket


async def _withdrawn(session: AsyncSession, conversation_id: str) -> Ticket | None:
    """The newest ticket of the conversation, if its visitor withdrew it."""
    newest: Ticket | None = await session.scalar(_newest(conversation_id).with_for_update())
    return newest if newest is not None and newest.status == Status.WITHDRAWN else None


def _newest(conversation_id: str) -> Select[Any]:
    """The newest ticket that the conversation speaks of: those that were split off come last."""
    return (
        select(Ticket)
        .where(Ticket.conversation_id == conversation_id)
        .order_by(Ticket.split_from_id.is_not(None), Ticket.id.desc())
        .limit(1)
    )


async def _next_number(session: AsyncSession, day: date) -> str:
    running: int = (await session.execute(_NEXT_NUMBER, {"day": day})).scalar_one()
    return f"JX{day:%Y%m%d}-{running:04}"


def _sha256(number: str, code: str) -> str:
    return sha256(f"{number}:{code}".encode()).hexdigest()
