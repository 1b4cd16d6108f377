"""The audit log: who of the staff saw and did what.

It only grows: the database refuses to change or delete a row, and nothing in this program tries.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.accounts.models import AuditEvent
from api.clock import SHANGHAI
from api.replicas.reading import Readings

PAGE = 100
AT_ONCE = 1000  # rows of an export in one look
HEADINGS = ("编号", "时间", "账号", "动作", "对象", "对象编号", "说明")


async def record(
    session: AsyncSession,
    staff: Staff | None,
    what: str,
    object_kind: str,
    object_id: str,
    *,
    at: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write into the log, in the caller's unit of work, that somebody saw or did something.

    `what`: a verb with its noun, e.g. conversation.read; `detail`: ids and codes, never a visitor's
    words.
    """
    session.add(
        AuditEvent(
            at=at,
            staff_id=staff and staff.id,
            staff_name=staff and staff.name,
            what=what,
            object_kind=object_kind,
            object_id=object_id,
            detail=dict(detail or {}),
        )
    )


@dataclass(frozen=True)
class Wanted:
    """Which events somebody asks for; None asks for all. Both days are meant whole.

    `what` is an action (ticket.read) or all those of a noun (ticket).
    """

    first_day: date | None = None
    last_day: date | None = None
    user: int | None = None
    what: str | None = None
    object_id: str | None = None

    def query(self, before: int | None) -> Select[AuditEvent]:
        """The events, the newest first, from those older than the event `before`."""
        found = select(AuditEvent).order_by(AuditEvent.id.desc())
        if self.first_day:
            found = found.where(AuditEvent.at >= _midnight(self.first_day))
        if self.last_day:
            found = found.where(AuditEvent.at < _midnight(self.last_day + timedelta(days=1)))
        if self.user is not None:
            found = found.where(AuditEvent.staff_id == self.user)
        if self.what:
            of_noun = AuditEvent.what.startswith(f"{self.what}.", autoescape=True)
            found = found.where(or_(AuditEvent.what == self.what, of_noun))
        if self.object_id:
            found = found.where(AuditEvent.object_id == self.object_id)
        return found if before is None else found.where(AuditEvent.id < before)


async def page(
    session: AsyncSession, wanted: Wanted, before: int | None = None, size: int = PAGE
) -> Sequence[AuditEvent]:
    """So many events, the newest first."""
    return (await session.scalars(wanted.query(before).limit(size))).all()


async def rows(readings: Readings, wanted: Wanted) -> AsyncIterator[list[list[object]]]:
    """Every event that is asked for as a row under HEADINGS, the newest first, many at a time.

    No session stays open while a slow reader takes his time.
    """
    before: int | None = None
    while True:
        events = await readings.fresh(partial(page, wanted=wanted, before=before, size=AT_ONCE))
        yield [_row(event) for event in events]
        if len(events) < AT_ONCE:
            return
        before = events[-1].id


def _row(event: AuditEvent) -> list[object]:
    told = "；".join(f"{key}={value}" for key, value in event.detail.items())
    return [
        *(event.id, event.at, event.staff_name, event.what),
        *(event.object_kind, event.object_id, told),
    ]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
