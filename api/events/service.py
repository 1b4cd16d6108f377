"""Publishing events, and reading what was published.

`publish` notes an event; it is written when the caller's unit of work commits, after every other
lock was taken. On PostgreSQL whoever writes events does so one after the other, so that ids become
visible in their order: a reader who saw id 7 never misses a 6 that comes later.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from api.events.models import DeskEvent

KEPT = timedelta(days=2)
WRITERS = 7310945  # PostgreSQL's lock of those who write events; any number that nobody else uses
_PENDING, _WRITTEN = "events_to_write", "events_written"
_HEARS: WeakKeyDictionary[Engine, Callable[[], None]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Event:
    """Something that happened; `id` is None where it is not stored, such as somebody typing."""

    id: int | None
    kind: str
    conversation_id: str | None = None
    ticket_number: str | None = None
    staff_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None

    @cached_property
    def sent(self) -> str:
        """The event as a console reads it, in JSON."""
        return json.dumps(self.as_dict(), ensure_ascii=False)

    def as_dict(self) -> dict[str, Any]:
        return {
            **self.data,
            "kind": self.kind,
            "conversation_id": self.conversation_id,
            "ticket_number": self.ticket_number,
            "staff_id": self.staff_id,
            "at": self.at.isoformat() if self.at else None,
        }


async def publish(
    session: AsyncSession,
    kind: str,
    *,
    at: datetime,
    conversation_id: str | None = None,
    ticket_number: str | None = None,
    staff_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Tell of something, once the caller's unit of work commits; nothing is told where it fails.

    `data`: ids, roles, places; never a visitor's words.
    """
    session.info.setdefault(_PENDING, []).append(
        {
            "kind": kind,
            "conversation_id": conversation_id,
            "ticket_number": ticket_number,
            "staff_id": staff_id,
            "data": dict(data or {}),
            "at": at,
        }
    )


async def after(session: AsyncSession, last: int, most: int) -> list[Event]:
    """The stored events behind id `last`, oldest first, at most so many."""
    behind = select(DeskEvent).where(DeskEvent.id > last).order_by(DeskEvent.id).limit(most)
    return [_event(row) for row in await session.scalars(behind)]


async def newest(session: AsyncSession) -> int:
    """The id of the newest event, 0 where there is none."""
    return await session.scalar(select(func.max(DeskEvent.id))) or 0


async def oldest(session: AsyncSession) -> int | None:
    """The id of the oldest event that is kept."""
    found: int | None = await session.scalar(select(func.min(DeskEvent.id)))
    return found


def hears(engine: Engine, told: Callable[[], None] | None) -> None:
    """Let `told` be called whenever events were committed through this engine; None ends it."""
    if told is None:
        _HEARS.pop(engine, None)
    else:
        _HEARS[engine] = told


def _event(row: DeskEvent) -> Event:
    return Event(
        row.id,
        row.kind,
        row.conversation_id,
        row.ticket_number,
        row.staff_id,
        row.data,
        row.at,
    )


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction() or not (rows := session.info.pop(_PENDING, None)):
        return
    session.flush()  # whatever locks that takes are taken before the writers' own
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:writers)"), {"writers": WRITERS})
    session.execute(insert(DeskEvent), rows)
    session.info[_WRITTEN] = True


@event.listens_for(Session, "after_commit")
def _tell(session: Session) -> None:
    if session.info.pop(_WRITTEN, None):
        bind = session.get_bind()
        told = _HEARS.get(bind if isinstance(bind, Engine) else bind.engine)
        if told:
            told()


@event.listens_for(Session, "after_rollback")
def _drop(session: Session) -> None:
    session.info.pop(_PENDING, None)
    session.info.pop(_WRITTEN, None)
