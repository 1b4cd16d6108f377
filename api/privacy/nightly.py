"""Sweeps once a night, in one process of those that share a database."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Clock
from api.database import Database, DatabaseUnavailable
from api.dictionaries import service as dictionaries
from api.privacy.models import Lease
from api.privacy.sweep import sweep, sweep_logs
from api.settings import Settings

log = logging.getLogger(__name__)

NAME = "sweep"
LOOK_AGAIN_S = 600
LONGEST = timedelta(hours=2)  # after which a process that took the work is given up

_BEGIN = text("INSERT INTO leases (name) VALUES (:name) ON CONFLICT (name) DO NOTHING")


async def sweep_every_night(database: Database, settings: Settings) -> None:
    """Run until cancelled. A night that was missed is made up for when the service is back.

    Where the clock stands on another day (HELPLINE_AS_OF) nothing is deleted: what is not old must
    not look old.
    """
    if settings.as_of is not None:
        return
    clock = Clock()
    while True:
        try:
            await sweep_if_due(database, settings, clock.now())
        except (DatabaseUnavailable, SQLAlchemyError, OSError):
            log.exception("the nightly sweep failed and is tried again")
        await asyncio.sleep(LOOK_AGAIN_S)


async def sweep_if_due(
    database: Database, settings: Settings, now: datetime
) -> dict[str, int] | None:
    """Sweep when it is time and nobody else did or does; returns the counts, None if not."""
    if now.hour < settings.sweep_hour:
        return None
    sweep_logs(settings, at=now)  # each process has its own
    async with database.session() as session:
        if not await take(session, now):
            return None
    packed = await dictionaries.repack(database)
    counts = await sweep(database, settings, "schedule", at=now)
    async with database.session() as session:
        done = update(Lease).where(Lease.name == NAME)
        await session.execute(done.values(done_on=now.date(), held_until=None))
    log.info("the nightly sweep packed %d rows anew and deleted %s", packed, counts)
    return counts


async def take(session: AsyncSession, now: datetime) -> bool:
    """Take today's work, unless it is done or in another's hands."""
    await session.execute(_BEGIN, {"name": NAME})
    free = update(Lease).where(
        Lease.name == NAME,
        or_(Lease.done_on.is_(None), Lease.done_on < now.date()),
        or_(Lease.held_until.is_(None), Lease.held_until < now),
    )
    taken: Any = await session.execute(free.values(held_until=now + LONGEST))
    return bool(taken.rowcount)
