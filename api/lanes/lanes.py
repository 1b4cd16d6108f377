"""Lanes in the database: each process knows what of its own stands in them, and waits for its turn.

Nobody holds a session while he waits or works. An entry is a lease: its process renews it every few
seconds, and what a process that died left behind counts no more when it ran out, or earlier, where
PostgreSQL shows that the process is gone. Whoever leaves wakes the next one, here at once and
elsewhere over the line of the events; without that line the next one looks by himself.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    String,
    and_,
    bindparam,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    not_,
    select,
    table,
    true,
    update,
)
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningDelete, ReturningInsert

from api.database import OF_HELPLINE, Database, DatabaseUnavailable
from api.lanes.models import LaneEntry

LEASE_S = 15.0
RENEW_S = 2.0
# A process that gave no sign for so long and has no session left is gone. One that lives and lost
# its sessions has a new one by then: it needs one for its next sign.
UNSEEN_S = 5.0
LOOK_AGAIN_S = 0.5

Tell = Callable[[str], Awaitable[None]]


class LaneFull(Exception):
    """As many stand in this lane as may."""


class Place:
    """Where one thing stands in a lane; `entry` is the id of its row, None while it has none."""

    def __init__(self, lanes: "Lanes", lane: str) -> None:
        self._lanes, self.lane = lanes, lane
        self.entry: int | None = None
        self._is_first = False
        self._next: int | None = None  # the entry behind it, when it went

    async def draw(self, session: AsyncSession, most: int) -> bool:
        """Take the last place in the lane, in the caller's unit of work; whether it is its turn
        already. Raises LaneFull where `most` stand there.

        The caller keeps a lock that everybody takes who draws in this lane.
        """
        self.entry, ahead = await self._lanes.draw(session, self.lane, most)
        self._is_first = not ahead
        return self._is_first

    async def turn(self) -> bool:
        """Wait until nobody stands before it; False where the place was lost, because this process
        gave no sign for long. Raises DatabaseUnavailable.
        """
        assert self.entry is not None, "drawn before"
        self._is_first = await self._lanes.turn(self.entry)
        if not self._is_first:
            self._lanes.forget(self.entry)
            self.entry = None
        return self._is_first

    async def leave(self, session: AsyncSession) -> None:
        """Leave the lane in the caller's unit of work, which `left` says was committed."""
        if self.entry is not None:
            self._next = await self._lanes.take_away(session, self.entry)

    async def left(self) -> None:
        """What left the lane was committed: it is the next one's turn."""
        if self.entry is not None:
            self._lanes.forget(self.entry)
            self.entry = None
            await self._lanes.wake(self.lane, self._next, is_its_turn=self._is_first)


class Lanes:
    """The lanes as one process sees them. `alone`: no other one serves the database; else `tell`
    wakes those who wait elsewhere.

    Everything starts by itself when there is something to wait for or to renew.
    """

    def __init__(self, database: Database, tell: Tell | None = None, *, alone: bool = True) -> None:
        self._database, self._tell, self.alone = database, tell, alone
        self.process = database.process
        self._held: set[int] = set()
        self._left_behind: set[int] = set()  # what could not be taken away when it was over
        self._waiting: dict[int, asyncio.Future[bool]] = {}
        self._look = asyncio.Event()
        self._work: dict[str, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        """How many entries this process has in all lanes."""
        return len(self._held)

    @asynccontextmanager
    async def place(self, lane: str) -> AsyncIterator[Place]:
        """A place in a lane for the block, which draws it; it is left in any case. Where the
        database does not answer by then, that is done as soon as it does.
        """
        place = Place(self, lane)
        try:
            yield place
        finally:
            if place.entry is not None:
                await self._leave(place, place.entry)

    async def _leave(self, place: Place, entry: int) -> None:
        self.forget(entry)
        try:
            async with self._database.session() as session:
                await place.leave(session)
            await place.left()
        except DatabaseUnavailable:
            self._left_behind.add(entry)
            self._begin("renew", self._renew)

    def hear(self, lane: str) -> None:
        """Somebody left a lane in another process."""
        if self._waiting:
            self._look.set()

    async def begin(self) -> None:
        """Take away what processes left that are gone: what ran out, or where this one is alone,
        everything that is not its own, because it would stand in the way of whoever comes.
        """
        while True:
            with suppress(DatabaseUnavailable, SQLAlchemyError):
                async with self._database.session() as session:
                    gone = LaneEntry.process != self.process
                    over = true() if self.alone else not_(_standing(LaneEntry, session))
                    await session.execute(delete(LaneEntry).where(gone, over))
                return
            await asyncio.sleep(LOOK_AGAIN_S)

    async def close(self) -> None:
        """Wait for nothing any more, and let nobody wait."""
        for task in self._work.values():
            task.cancel()
        for future in self._waiting.values():
            _settle(future, DatabaseUnavailable())
        await asyncio.gather(*self._work.values(), return_exceptions=True)

    async def draw(self, session: AsyncSession, lane: str, most: int) -> tuple[int, int]:
        """A new entry at the end of a lane, and how many stand before it; raises LaneFull."""
        values: dict[str, Any] = {"in_lane": lane, "by": self.process}
        if is_sqlite := _is_sqlite(session):
            values["now"] = asyncio.get_running_loop().time()
        row = await session.execute(_draws(is_sqlite), values)
        entry, before = row.one()
        if before >= most:
            raise LaneFull
        self._held.add(entry)
        self._begin("renew", self._renew)
        return entry, before

    async def turn(self, entry: int) -> bool:
        """Wait until nobody stands before an entry; False where it is gone."""
        future = asyncio.get_running_loop().create_future()
        self._waiting[entry] = future
        self._look.set()
        self._begin("look", self._look_on)
        try:
            return await future
        finally:
            self._waiting.pop(entry, None)

    async def take_away(self, session: AsyncSession, entry: int) -> int | None:
        """Take an entry away; the one behind it."""
        found: int | None = await session.scalar(_takes_away(), {"entry": entry})
        return found

    def forget(self, entry: int) -> None:
        """Give no more signs for an entry."""
        self._held.discard(entry)

    async def wake(self, lane: str, entry: int | None, *, is_its_turn: bool) -> None:
        """Wake who waits behind what went. Where that had its turn, it is the next one's."""
        if entry is None:
            return
        if entry in self._held and is_its_turn:
            if future := self._waiting.get(entry):
                _settle(future, True)
            return
        self.hear(lane)
        if entry not in self._held and self._tell:
            await self._tell(lane)

    def _begin(self, name: str, work: Callable[[], Any]) -> None:
        under_way = self._work.get(name)
        if under_way is None or under_way.done():
            self._work[name] = asyncio.create_task(work())

    async def _renew(self) -> None:
        """Give a sign for all that this process has, and take away what it left behind, as long as
        there is anything.
        """
        while True:
            await asyncio.sleep(RENEW_S)
            if not (self._held or self._left_behind):
                return
            over = frozenset(self._left_behind)
            with suppress(DatabaseUnavailable, SQLAlchemyError):
                async with self._database.session() as session:
                    mine = update(LaneEntry).where(LaneEntry.id.in_(self._held))
                    await session.execute(mine.values(until=_now(session) + LEASE_S))
                    await session.execute(delete(LaneEntry).where(LaneEntry.id.in_(over)))
                self._left_behind -= over

    async def _look_on(self) -> None:
        """Look whose turn it is, as long as somebody waits."""
        while self._waiting:
            self._look.clear()
            try:
                await self._look_once()
            except (DatabaseUnavailable, SQLAlchemyError):
                for future in self._waiting.values():
                    _settle(future, DatabaseUnavailable())
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_S):
                    await self._look.wait()

    async def _look_once(self) -> None:
        asked = tuple(self._waiting)
        before = aliased(LaneEntry)
        async with self._database.reading() as session:
            goes_before = exists().where(
                before.lane == LaneEntry.lane,
                before.id < LaneEntry.id,
                _standing(before, session),
            )
            mine = select(LaneEntry.id, goes_before).where(LaneEntry.id.in_(asked))
            found = {entry: waits for entry, waits in await session.execute(mine)}
        for entry in asked:
            future = self._waiting.get(entry)
            if future is not None and not found.get(entry):
                _settle(future, entry in found)


def _settle(future: "asyncio.Future[bool]", result: bool | Exception) -> None:
    if future.done():
        return
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)


_SESSIONS = table("pg_stat_activity", column("application_name"))


def _counts(
    entry: type[LaneEntry], now: ColumnElement[float], is_sqlite: bool
) -> ColumnElement[bool]:
    """Whether an entry stands in the way of those behind it: its lease runs, and its process is not
    known to be gone.

    It is known where none of its sessions is left, though the database has run since before its
    last sign: then it was not the database that lost them. Sessions of others tell nothing: a pool
    under load closes old ones and opens new ones.
    """
    runs = entry.until > now
    if is_sqlite:
        return runs
    last_sign, name = entry.until - LEASE_S, _SESSIONS.c.application_name
    is_gone = and_(
        entry.process.startswith(OF_HELPLINE),  # versions before did not name their sessions
        last_sign < now - UNSEEN_S,
        not_(exists().where(name == entry.process)),
        func.extract("epoch", func.pg_postmaster_start_time()) <= last_sign,
    )
    return and_(runs, not_(is_gone))


# Every turn runs these two: made once, they take a millisecond less of the processor.


@cache
def _draws(is_sqlite: bool) -> ReturningInsert[int, int]:
    now = bindparam("now", type_=Float) if is_sqlite else _clock()
    lane = bindparam("in_lane", type_=String)
    counts = _counts(LaneEntry, now, is_sqlite)
    ahead = select(func.count()).where(LaneEntry.lane == lane, counts)
    drawn = insert(LaneEntry).values(
        lane=lane, process=bindparam("by"), ahead=ahead.scalar_subquery(), until=now + LEASE_S
    )
    return drawn.returning(LaneEntry.id, LaneEntry.ahead)


@cache
def _takes_away() -> ReturningDelete[int]:
    entry, behind = bindparam("entry", type_=Integer), aliased(LaneEntry)
    after = select(func.min(behind.id)).where(behind.lane == LaneEntry.lane, behind.id > entry)
    gone = delete(LaneEntry).where(LaneEntry.id == entry)
    return gone.returning(after.scalar_subquery())


def _standing(entry: type[LaneEntry], session: AsyncSession) -> ColumnElement[bool]:
    return _counts(entry, _now(session), _is_sqlite(session))


def _now(session: AsyncSession) -> ColumnElement[float]:
    """Seconds by a clock that all processes share: of PostgreSQL its own, of SQLite that of the one
    process that serves it, by which it also waits.
    """
    if _is_sqlite(session):
        return literal(asyncio.get_running_loop().time(), Float)
    return _clock()


def _clock() -> ColumnElement[float]:
    return func.extract("epoch", func.clock_timestamp()).cast(Float(53))


def _is_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"
