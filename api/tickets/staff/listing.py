"""Tickets as lists: filtered, sorted, counted, on the board."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.clock import SHANGHAI
from api.database import Instant
from api.protection.keys import as_searched
from api.tickets import clocks
from api.tickets.models import Ticket, TicketClock
from api.tickets.staff.contacts import masked
from api.tickets.staff.schemas import (
    Board,
    BoardColumn,
    Person,
    Priority,
    Sort,
    StatusWord,
    TicketItem,
    TicketPage,
)
from api.tickets.status import ENDED, LABELS, Status
from knowledge.office.office import Office

PAGE = 50
MOST_IN_COLUMN = 50
MOST_READ = 2000  # tickets whose sealed words are opened for one question, the newest first
MOST_EXPORTED = 10_000
NEVER = datetime(9999, 1, 1, tzinfo=SHANGHAI)  # when a ticket is due that no clock runs for
BOARD = (Status.NEW, Status.ASSIGNED, Status.IN_PROGRESS, Status.WAITING, Status.DONE)

_SHORTEST_CONTACT = 6  # characters from which on words may be a contact


@dataclass(frozen=True)
class Filters:
    """What is asked for; None asks for all. `assignee` is me, none or the id of a colleague."""

    status: StatusWord | None = None
    assignee: str | None = None
    queue: str | None = None
    priority: Priority | None = None
    overdue: bool = False
    tag: str | None = None
    q: str | None = None


async def page(
    session: AsyncSession,
    filters: Filters,
    sort: Sort,
    before: str | None,
    staff: Staff,
    office: Office,
    *,
    at: datetime,
) -> TicketPage:
    """One page. `before` is the number of the last ticket of the page before."""
    in_any_status = _conditions(filters, staff, at, any_status=True)
    chosen = await _chosen(session, in_any_status, filters)
    counts = await _counts(session, in_any_status, chosen)
    found = select(Ticket).where(*_conditions(filters, staff, at), *_among(chosen))
    found = await _from_here(session, found, sort, before)
    tickets = list(await session.scalars(found.limit(PAGE + 1)))
    rest = tickets[PAGE:]
    return TicketPage(
        items=await items(session, tickets[:PAGE], office, at=at),
        counts=counts,
        before=tickets[PAGE - 1].number if rest else None,
    )


async def board(session: AsyncSession, staff: Staff, office: Office, *, at: datetime) -> Board:
    """What is worked on, by status, the most pressing first."""
    counts = await _counts(session, [], None)
    columns = []
    for status in BOARD:
        some = _sorted(select(Ticket).where(Ticket.status == status), "due").limit(MOST_IN_COLUMN)
        tickets = list(await session.scalars(some))
        columns.append(
            BoardColumn(
                status=status.value,
                status_text=LABELS[status],
                count=counts.get(status.value, 0),
                items=await items(session, tickets, office, at=at),
            )
        )
    return Board(columns=columns)


async def exported(
    session: AsyncSession, filters: Filters, staff: Staff, office: Office, *, at: datetime
) -> list[TicketItem]:
    """Everything that is asked for, the newest first, at most MOST_EXPORTED."""
    wanted = _conditions(filters, staff, at)
    chosen = await _chosen(session, wanted, filters)
    found = _sorted(select(Ticket).where(*wanted, *_among(chosen)), "opened")
    tickets = list(await session.scalars(found.limit(MOST_EXPORTED)))
    return await items(session, tickets, office, at=at)


async def items(
    session: AsyncSession, tickets: Sequence[Ticket], office: Office, *, at: datetime
) -> list[TicketItem]:
    """Tickets as they stand in a list."""
    running = await clocks.of_tickets(session, [ticket.id for ticket in tickets])
    return [
        TicketItem.model_validate(brief(ticket, running.get(ticket.id, {}), office, at))
        for ticket in tickets
    ]


def brief(ticket: Ticket, running: clocks.Clocks, office: Office, now: datetime) -> dict[str, Any]:
    """The fields of a ticket that a list shows."""
    facts = ticket.facts
    return {
        "number": ticket.number,
        "status": ticket.status,
        "status_text": LABELS[Status(ticket.status)],
        "priority": ticket.priority,
        "queue": ticket.queue,
        "queue_text": office.queue_label(ticket.queue),
        "assignee": assignee_of(ticket),
        "summary": ticket.summary,
        "city": facts.get("city") or facts.get("own_city"),
        "right": facts.get("right"),
        "situation": facts.get("situation"),
        "opened_on": ticket.opened_on,
        "next_step": ticket.next_step,
        "next_due": ticket.next_due,
        "sla": clocks.shown(running, now),
        "contact_masked": masked(ticket.contact),
        "updated_at": ticket.updated_at,
        "conversation_id": ticket.conversation_id,
        "tags": ticket.tags or [],
        "version": ticket.version,
    }


def assignee_of(ticket: Ticket) -> Person | None:
    if ticket.assignee_id is None:
        return None
    return Person(id=ticket.assignee_id, name=ticket.assignee or "")


def _conditions(
    filters: Filters, staff: Staff, at: datetime, *, any_status: bool = False
) -> list[ColumnElement[bool]]:
    """Everything that the database can answer by itself."""
    wanted: list[ColumnElement[bool]] = []
    if filters.status and not any_status:
        wanted.append(Ticket.status == filters.status)
    if filters.queue:
        wanted.append(Ticket.queue == filters.queue)
    if filters.priority:
        wanted.append(Ticket.priority == filters.priority)
    if filters.overdue:
        wanted.append(clocks.is_overdue(at))
    if filters.assignee:
        wanted.append(_assigned_to(filters.assignee, staff))
    return wanted


def _assigned_to(named: str, staff: Staff) -> ColumnElement[bool]:
    if named == "none":
        return Ticket.assignee_id.is_(None) & Ticket.status.not_in(ENDED)
    return Ticket.assignee_id == (staff.id if named == "me" else int(named))


async def _chosen(
    session: AsyncSession, wanted: Sequence[ColumnElement[bool]], filters: Filters
) -> list[int] | None:
    """The ids of the tickets that hold the words and the tag that are asked for; None where none
    are.

    A number and a contact are found by the database, words of the summary by opening the newest
    MOST_READ tickets.
    """
    words = (filters.q or "").strip()
    if not words and not filters.tag:
        return None
    if words:
        direct = select(Ticket.id).where(*wanted, _named(words))
        if words.isprintable() and (found := list(await session.scalars(direct))):
            return found
    newest = select(Ticket).where(*wanted).order_by(Ticket.id.desc()).limit(MOST_READ)
    return [
        ticket.id
        for ticket in await session.scalars(newest)
        if (not words or words.casefold() in _read(ticket))
        and (not filters.tag or filters.tag in (ticket.tags or []))
    ]


def _named(words: str) -> ColumnElement[bool]:
    """Whether a ticket has this number or this contact."""
    by_number = Ticket.number == words.upper()
    long_enough = len(as_searched(words)) >= _SHORTEST_CONTACT
    return by_number | (Ticket.contact_hash == words) if long_enough else by_number


def _read(ticket: Ticket) -> str:
    told = [ticket.number, ticket.summary, ticket.next_step, *(ticket.tags or []), ticket.assignee]
    places = [ticket.facts.get(slot) for slot in ("city", "county", "own_city")]
    return " ".join(str(one) for one in (*told, *places) if one).casefold()


def _among(chosen: list[int] | None) -> list[ColumnElement[bool]]:
    return [] if chosen is None else [Ticket.id.in_(chosen)]


async def _counts(
    session: AsyncSession, wanted: Sequence[ColumnElement[bool]], chosen: list[int] | None
) -> dict[Any, int]:
    by_status = select(Ticket.status, func.count()).where(*wanted, *_among(chosen))
    rows = await session.execute(by_status.group_by(Ticket.status))
    return {status: number for status, number in rows.all()}


async def _from_here(
    session: AsyncSession, found: Select[Any], sort: Sort, before: str | None
) -> Select[Any]:
    """In order, and only what comes after the ticket with the number `before`."""
    if before:
        key = _keys(sort)
        last = (await session.execute(select(*key).where(Ticket.number == before))).one_or_none()
        if last is not None:
            values = (literal(value, one.type) for value, one in zip(last, key, strict=True))
            here, there = tuple_(*key), tuple_(*values)
            found = found.where(here > there if sort == "due" else here < there)
    return _sorted(found, sort)


def _sorted(found: Select[Any], sort: Sort) -> Select[Any]:
    return found.order_by(*(key if sort == "due" else key.desc() for key in _keys(sort)))


def _keys(sort: Sort) -> tuple[Any, ...]:
    if sort == "updated":
        return Ticket.updated_at, Ticket.id
    if sort == "opened":
        return (Ticket.id,)
    coming = select(func.min(TicketClock.due_at)).where(
        TicketClock.ticket_id == Ticket.id, *clocks.running()
    )
    return func.coalesce(coming.scalar_subquery(), literal(NEVER, Instant())), Ticket.id
