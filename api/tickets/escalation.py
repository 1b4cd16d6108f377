"""Every minute the desk is warned of what is due and told of what is overdue, each once."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Clock
from api.database import Database, DatabaseUnavailable
from api.tickets import clocks, record
from api.tickets.models import Ticket, TicketChange, TicketClock
from api.tickets.status import ENDED
from knowledge.office.office import Office

log = logging.getLogger(__name__)

EVERY_S = 60
AT_ONCE = 100  # tickets in one unit of work: others write in between
# How long before a period of the law ends the desk is warned. A default of ours.
BEFORE_THE_LAW = timedelta(days=3)

DUE, OVERDUE = "due", "overdue"
STATUTORY = "statutory"  # the clock of a period that the law sets for the visitor
STEP = "next"


async def watch(database: Database, office: Callable[[], Office], clock: Clock) -> None:
    """Run until cancelled, by the office as it is then. What fell due while nothing ran is told
    when it is back.
    """
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            await look(database, office(), clock.now())
        except (DatabaseUnavailable, SQLAlchemyError):
            log.exception("what is due could not be told and is tried again")


async def look(database: Database, office: Office, now: datetime) -> int:
    """Tell of everything that is to be told at this moment; returns how much it was.

    Several processes may look at once: what one holds, the others leave to it.
    """
    told = 0
    for step in (_begin_missing, _tell_promises, _tell_law):
        while True:
            async with database.session() as session:
                done = await step(session, office, now)
            told += done
            if done < AT_ONCE:
                break
    return told


async def _begin_missing(session: AsyncSession, office: Office, now: datetime) -> int:
    """Tickets that are older than promises get them from this moment on."""
    has_clock = exists().where(TicketClock.ticket_id == Ticket.id)
    found = await _some(session, select(Ticket).where(~has_clock, Ticket.status.not_in(ENDED)))
    for ticket in found:
        await clocks.begin(session, ticket, office.dues(ticket.priority, now), at=now)
    return len(found)


async def _tell_promises(session: AsyncSession, office: Office, now: datetime) -> int:
    due = TicketClock.told.is_(None) & (TicketClock.warn_at <= now)
    overdue = (TicketClock.due_at < now) & or_(
        TicketClock.told.is_(None), TicketClock.told != OVERDUE
    )
    untold = (or_(due, overdue), *clocks.running())
    # The tickets are held first, and read after: whoever holds one tells all of its clocks.
    some = select(TicketClock.ticket_id).where(*untold)
    held = await _some(
        session, select(Ticket).where(Ticket.id.in_(some), Ticket.status.not_in(ENDED))
    )
    to_tell = (
        select(TicketClock, Ticket)
        .join(Ticket, Ticket.id == TicketClock.ticket_id)
        .where(*untold, Ticket.id.in_([ticket.id for ticket in held]))
        .order_by(TicketClock.id)
    )
    found = (await session.execute(to_tell)).all()
    for clock, ticket in found:
        clock.told = OVERDUE if clock.due_at < now else DUE
        if clock.told == OVERDUE:
            label, by = clocks.LABELS[clock.kind], f"{clock.due_at:%m月%d日 %H:%M}"
            await _press(session, ticket, f"「{label}」超过了承诺的期限（{by}）。", now)
        await record.publish(
            session, "ticket.due", ticket, at=now, clock=clock.kind, state=clock.told
        )
    return len(found)


async def _tell_law(session: AsyncSession, office: Office, now: datetime) -> int:
    """A period that the law sets for the visitor is about to end; so is one that a colleague set.

    Only the law's makes a ticket urgent: otherwise every step that is due tomorrow would.
    """
    near = Ticket.next_due <= now.date() + BEFORE_THE_LAW
    untold = or_(Ticket.next_due_told.is_(None), Ticket.next_due_told != Ticket.next_due)
    found = await _some(
        session,
        select(Ticket).where(
            near, Ticket.next_due >= now.date(), untold, Ticket.status.not_in(ENDED)
        ),
    )
    by_hand = await _set_by_hand(session, found)
    for ticket in found:
        ticket.next_due_told = ticket.next_due
        step = f"{ticket.next_step or '没有写是什么'}，最迟 {ticket.next_due}。"
        if ticket.id in by_hand:
            await record.note(session, ticket, f"「下一步」快到期了：{step}", public=False, at=now)
        else:
            await _press(session, ticket, f"来访者的法定期限快到了：{step}", now)
        kind = STEP if ticket.id in by_hand else STATUTORY
        await record.publish(session, "ticket.due", ticket, at=now, clock=kind, state=DUE)
    return len(found)


async def _set_by_hand(session: AsyncSession, tickets: Sequence[Ticket]) -> set[int]:
    """The ids of those whose day a colleague has set."""
    changed = select(TicketChange.ticket_id).where(
        TicketChange.ticket_id.in_([ticket.id for ticket in tickets]),
        TicketChange.what == "next_due",
        TicketChange.author_id.is_not(None),
    )
    return {*await session.scalars(changed)}


async def _press(session: AsyncSession, ticket: Ticket, said: str, now: datetime) -> None:
    """Note for the office why a ticket presses, and make it urgent where it is not."""
    if ticket.priority != "urgent":
        record.change(session, ticket, "priority", ticket.priority, "urgent", at=now)
        ticket.priority, ticket.version = "urgent", ticket.version + 1
        said = f"{said}已改为紧急。"
    await record.note(session, ticket, said, public=False, at=now)


async def _some(session: AsyncSession, found: Select[Any]) -> Sequence[Ticket]:
    some = found.order_by(Ticket.id).limit(AT_ONCE).with_for_update(skip_locked=True)
    return (await session.scalars(some)).all()
