"""The clocks of a ticket: by when the first answer, the next step and the solution are promised;
the caller commits.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.tickets.models import Ticket, TicketClock
from api.tickets.schemas import Sla, SlaClock
from api.tickets.status import ENDED, Status
from knowledge.office.office import Office
from knowledge.office.service_levels import PROMISES, Due, Promise

LABELS: Mapping[str, str] = {"first": "首次答复", "next": "下一步", "solution": "办结"}

Clocks = dict[str, TicketClock]


async def of_ticket(session: AsyncSession, ticket_id: int) -> Clocks:
    """The clocks of a ticket by what they promise."""
    return (await of_tickets(session, [ticket_id])).get(ticket_id, {})


async def of_tickets(session: AsyncSession, ticket_ids: Iterable[int]) -> dict[int, Clocks]:
    """The clocks of several tickets."""
    found: dict[int, Clocks] = {}
    rows = select(TicketClock).where(TicketClock.ticket_id.in_(list(ticket_ids)))
    for clock in await session.scalars(rows):
        found.setdefault(clock.ticket_id, {})[clock.kind] = clock
    return found


def shown(clocks: Clocks, now: datetime) -> Sla:
    """The clocks as staff see them; one that never ran is none."""
    return Sla.model_validate(
        {kind: _shown(clocks[kind], now) if kind in clocks else None for kind in PROMISES}
    )


def _shown(clock: TicketClock, now: datetime) -> SlaClock:
    met = None if clock.met_at is None else clock.met_at <= clock.due_at
    return SlaClock(
        due=clock.due_at,
        met=met,
        overdue=_runs(clock) and clock.due_at < now,
        paused=clock.paused_at is not None and clock.met_at is None and clock.stopped_at is None,
    )


def _runs(clock: TicketClock) -> bool:
    return clock.met_at is None and clock.paused_at is None and clock.stopped_at is None


def running() -> tuple[ColumnElement[bool], ...]:
    """The conditions of a clock that runs."""
    return (
        TicketClock.met_at.is_(None),
        TicketClock.paused_at.is_(None),
        TicketClock.stopped_at.is_(None),
    )


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """The condition of a ticket that broke a promise which is still to be kept."""
    clock = exists().where(TicketClock.ticket_id == Ticket.id, TicketClock.due_at < now, *running())
    return clock & Ticket.status.not_in(ENDED)


async def begin(
    session: AsyncSession, ticket: Ticket, dues: Mapping[Promise, Due], *, at: datetime
) -> None:
    """Let these clocks run from `at`, each anew where it ran before."""
    clocks = await of_ticket(session, ticket.id)
    for kind, due in dues.items():
        clock = clocks.get(kind) or TicketClock(ticket_id=ticket.id, kind=kind)
        clock.started_at, clock.warn_at, clock.due_at = at, due.warn_at, due.due_at
        clock.met_at = clock.paused_at = clock.stopped_at = clock.told = None
        session.add(clock)
    await session.flush()


async def hasten(
    session: AsyncSession, ticket: Ticket, dues: Mapping[Promise, Due], *, at: datetime
) -> None:
    """A ticket became urgent: what runs is due no later than these; what never ran begins."""
    clocks = await of_ticket(session, ticket.id)
    missing = {kind: due for kind, due in dues.items() if kind not in clocks}
    await begin(session, ticket, missing, at=at)
    for kind, due in dues.items():
        clock = clocks.get(kind)
        if clock and _runs(clock) and due.due_at < clock.due_at:
            clock.warn_at, clock.due_at, clock.told = due.warn_at, due.due_at, None


async def relax(session: AsyncSession, ticket: Ticket, office: Office) -> None:
    """A ticket is no longer urgent: what runs is due as it would be if it never had been."""
    for kind, clock in (await of_ticket(session, ticket.id)).items():
        if _runs(clock) and kind in PROMISES:
            due = office.due(_promise(kind), ticket.priority, clock.started_at)
            if due.due_at > clock.due_at:
                clock.warn_at, clock.due_at, clock.told = due.warn_at, due.due_at, None


async def answered(session: AsyncSession, ticket: Ticket, office: Office, *, at: datetime) -> None:
    """The visitor was answered or told of progress: the first answer is there, and the next step is
    promised anew.
    """
    clocks = await of_ticket(session, ticket.id)
    _meet(clocks, ["first"], at)
    coming = clocks.get("next")
    if ticket.status not in ENDED and (coming is None or coming.paused_at is None):
        await begin(session, ticket, {"next": office.due("next", ticket.priority, at)}, at=at)


class Said(Protocol):
    """Something that an operator said in a conversation."""

    @property
    def conversation_id(self) -> str: ...

    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True)
class AnsweringInChat:
    """What an operator says in the chat answers the tickets that are worked on there."""

    office: Office

    async def __call__(self, session: AsyncSession, said: Said) -> None:
        found = select(Ticket).where(
            Ticket.conversation_id == said.conversation_id, Ticket.status.not_in(ENDED)
        )
        for ticket in (await session.scalars(found.with_for_update())).all():
            await answered(session, ticket, self.office, at=said.at)


async def moved(
    session: AsyncSession, ticket: Ticket, before: Status, office: Office, *, at: datetime
) -> None:
    """Keep the clocks with a ticket that staff moved from `before` to where it is."""
    after = Status(ticket.status)
    clocks = await of_ticket(session, ticket.id)
    if before in ENDED:
        dues = office.dues(ticket.priority, at)
        del dues["first"]
        await begin(session, ticket, dues, at=at)
    elif after is Status.WAITING:
        _meet(clocks, ["first"], at)
        _pause(clocks.values(), at)
    elif before is Status.WAITING and after is Status.IN_PROGRESS:
        _resume(clocks.values(), office, at)
    if after is Status.DONE:
        _meet(clocks, PROMISES, at)
    elif after in ENDED:
        stop(clocks.values(), at=at)


def stop(clocks: Iterable[TicketClock], *, at: datetime) -> None:
    """What runs is promised no longer: nobody waits for it."""
    for clock in clocks:
        if clock.met_at is None and clock.stopped_at is None:
            clock.stopped_at = at


def go_on(clocks: Iterable[TicketClock]) -> None:
    """What was stopped is promised as before."""
    for clock in clocks:
        clock.stopped_at = None


def _meet(clocks: Clocks, kinds: Sequence[str], at: datetime) -> None:
    for kind in kinds:
        clock = clocks.get(kind)
        if clock and clock.met_at is None and clock.stopped_at is None:
            clock.met_at, clock.paused_at = at, None


def _pause(clocks: Iterable[TicketClock], at: datetime) -> None:
    for clock in clocks:
        if _runs(clock):
            clock.paused_at = at


def _resume(clocks: Iterable[TicketClock], office: Office, at: datetime) -> None:
    for clock in clocks:
        if clock.paused_at is not None and clock.met_at is None:
            due = office.put_off(Due(clock.warn_at, clock.due_at), clock.paused_at, at)
            clock.warn_at, clock.due_at, clock.paused_at = due.warn_at, due.due_at, None


def _promise(kind: str) -> Promise:
    [promise] = [one for one in PROMISES if one == kind]
    return promise
