"""Reads of the desk that a hot standby may answer; whatever is wrong with it, the database does.

Nothing of a turn, of a claim, of a change, of who is signed in comes here: docs/operations.md says
what does.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import Annotated, NamedTuple, TypeVar

from fastapi import Depends, Request
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from api import metrics
from api.database import PATIENCE, Database, DatabaseUnavailable
from api.logs import Outage
from api.metrics import Miss
from api.protection.columns import use_keys
from api.protection.keys import DataKeys
from api.replicas.lag import Lag
from api.telemetry import statements

EVERY_S = 2.0  # between two looks at a replica
STALE_S = 3 * EVERY_S  # what was seen earlier counts no more
LOOK_S = 2.0  # so long a look may take, a connection included
LONGEST_S = 10.0  # so long a read may take; then the database is asked
REST_S = 5.0  # so long a replica is left alone that failed a read
REACH_TRIES, REACH_S = 10, 0.02  # looks whether what was written is there, and seconds between them

# What a commit waited for, and the only part of the log that a standby is sent.
_WRITTEN = text("SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint")
_REPLAYED = text("SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint")
_PRIMARY = text(
    "SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint, "
    "(SELECT system_identifier FROM pg_control_system()), current_database()"
)
_STANDBY = text(
    "SELECT pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint, "
    "(SELECT system_identifier FROM pg_control_system()), current_database(), "
    "pg_is_in_recovery(), "
    "extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float"
)
# SQLSTATEs: the standby gave a query up for what it had to replay; a query was told to end.
CONFLICTS, ENDED = {"40001", "40P01"}, {"57014"}
# Tables or columns that a migration has made and the standby has not replayed yet.
NOT_THERE = {"42P01", "42703"}

TOLD: dict[Miss, str] = {
    "away": "只读副本没有应答，报表和列表暂时改读主库，来访者不受影响。"
    "请看副本的 PostgreSQL 是否在运行，并核对 HELPLINE_REPLICA_URL；原因在服务的日志里",
    "behind": "只读副本落后 {lag:.0f} 秒（上限 {most:.0f} 秒），报表和列表暂时改读主库。"
    "请看副本的负载和主库到副本的网络",
    "slow": "只读副本答得太慢，报表和列表暂时改读主库。请看副本的负载",
    "wrong": "HELPLINE_REPLICA_URL 指的不是主库的只读副本（或者它已升为主库），没有读它。"
    "请改成热备（hot standby）的地址，或去掉这个设置",
    "conflict": "只读副本刚刚中断了一次查询（恢复冲突），改读了主库；几秒后再用它。"
    "常常这样，就在副本上设 hot_standby_feedback = on",
}

Found = TypeVar("Found")
Work = Callable[[AsyncSession], Awaitable[Found]]


class Missed(Exception):
    """A replica did not answer; `cause` says why."""

    def __init__(self, cause: Miss, why: str = "") -> None:
        self.cause: Miss = cause
        super().__init__(why or cause)


class Primary(NamedTuple):
    """What the database says of itself: how far its log is written (bytes), and which it is."""

    written: int
    system: int
    name: str


class Replica:
    """A hot standby at `url`, which names the asynchronous driver. It is read from while it is no
    more than `behind_s` seconds behind. `now` is a monotonic clock in seconds.
    """

    def __init__(
        self,
        url: str,
        database: Database,
        keys: DataKeys,
        behind_s: float,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        told = {**PATIENCE, "connect_timeout": round(LOOK_S), "application_name": database.process}
        engine = create_async_engine(
            make_url(url),
            hide_parameters=True,
            pool_pre_ping=True,
            pool_timeout=1,
            connect_args=told,
        )
        statements.watch(engine.sync_engine)
        self._engine = engine.execution_options(postgresql_readonly=True)
        use_keys(self._engine.dialect, keys, database.packer)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._behind_s, self._now = behind_s, now
        self._lag, self._lag_s = Lag(), math.nan
        self._cause: Miss | None = "away"  # until somebody has looked
        self._seen_at, self._rests_until = -math.inf, -math.inf
        self._outage = Outage("the replica")
        self._gone = asyncio.Event()  # while it does not answer: reads under way wait no longer

    def miss(self) -> Miss | None:
        """Why it is not to be read from now; None where it is."""
        if self._cause is None and self._now() - self._seen_at > STALE_S:
            return "away"
        return self._cause

    def told(self) -> str | None:
        """The same for people, in Chinese."""
        cause = self.miss()
        return cause and TOLD[cause].format(lag=self._lag_s, most=self._behind_s)

    async def look(self, primary: Primary | None) -> None:
        """See how far it is behind a primary, None where that did not tell; then it is read from,
        or not. One that failed a read rests first.
        """
        now = self._now()
        if primary:
            self._lag.written(primary.written, now=now)
        if now < self._rests_until:
            return
        try:
            if not primary:
                raise Missed("away", "the database did not tell how far it is")
            self._lag_s = await _bounded(self._measured(primary), LOOK_S)
            self._cause = "behind" if self._lag_s > self._behind_s else None
        except (Missed, DBAPIError) as error:
            # What is no miss was refused: another program, or a user without the right to ask.
            self._cause = error.cause if isinstance(error, Missed) else "wrong"
            self._lag_s = math.nan
            self._outage.begins(str(error))
            self._gone.set()
        self._seen_at = self._now()
        if self._cause is None:
            self._outage.ends()
            self._gone.clear()
        metrics.replica(self._lag_s, unused=self._cause is not None)

    async def read(self, work: Work[Found], reached: int) -> Found:
        """What `work` finds there, once it has replayed the log up to `reached` (bytes).

        Raises Missed; the replica then rests, unless it was only not as far yet.
        """
        try:
            return await _bounded(self._worked(work, reached), LONGEST_S, self._gone)
        except Missed as missed:
            if missed.cause != "behind":
                self._cause, self._rests_until = missed.cause, self._now() + REST_S
                self._outage.begins(str(missed))
                metrics.replica(self._lag_s, unused=True)
            raise

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()

    async def _measured(self, primary: Primary) -> float:
        async with self._sessions.begin() as session:
            row = (await session.execute(_STANDBY)).one()
        replayed, system, name, recovers, stamp_age_s = row
        if not recovers or (system, name) != (primary.system, primary.name):
            raise Missed("wrong", "it is no standby of the database")
        return self._lag.of(replayed, stamp_age_s, now=self._now())

    async def _worked(self, work: Work[Found], reached: int) -> Found:
        async with self._sessions.begin() as session:
            if reached:
                await _reach(session, reached)
            return await work(session)


class Readings:
    """Reads at the desk: from the replica where there is one that is well, else from the database.

    `work` may run twice, and only reads.
    """

    def __init__(self, database: Database, replica: Replica | None = None) -> None:
        self._database, self._replica = database, replica

    async def late(self, work: Work[Found]) -> Found:
        """What may be a little behind. Raises DatabaseUnavailable."""
        return await self._read(work, fresh=False)

    async def fresh(self, work: Work[Found]) -> Found:
        """What holds everything that was committed anywhere before it was asked for: the replica
        answers when it has replayed the database's log up to now. Raises DatabaseUnavailable.
        """
        return await self._read(work, fresh=True)

    async def watch(self) -> None:
        """Look at the replica again and again; nothing where there is none."""
        while self._replica:
            await self._replica.look(await self._primary())
            await asyncio.sleep(EVERY_S)

    async def trouble(self) -> str | None:
        """What is wrong with the replica, in Chinese. It keeps nobody from being served."""
        return self._replica.told() if self._replica else None

    async def close(self) -> None:
        """Close the replica's connections."""
        if self._replica:
            await self._replica.close()

    async def _read(self, work: Work[Found], *, fresh: bool) -> Found:
        replica = self._replica
        if replica:
            cause = replica.miss()
            if cause is None:
                try:
                    return await replica.read(work, await self._written() if fresh else 0)
                except Missed as missed:
                    cause = missed.cause
            metrics.replica_fallback(cause)
        async with self._database.reading() as session:
            return await work(session)

    async def _written(self) -> int:
        async with self._database.reading() as session:
            return int(await session.scalar(_WRITTEN) or 0)

    async def _primary(self) -> Primary | None:
        try:
            async with self._database.reading() as session:
                return Primary(*(await session.execute(_PRIMARY)).one())
        except (DatabaseUnavailable, DBAPIError):
            return None


async def _reach(session: AsyncSession, place: int) -> None:
    """Wait a moment until the standby has replayed the log up to a place; raises Missed."""
    for _ in range(REACH_TRIES):
        if int(await session.scalar(_REPLAYED) or 0) >= place:
            return
        await asyncio.sleep(REACH_S)
    raise Missed("behind")


async def _bounded(
    work: Awaitable[Found], seconds: float, gone: asyncio.Event | None = None
) -> Found:
    """What `work` finds; raises Missed after so many seconds, once the standby is `gone`, and for
    what it says when it cannot. Nobody waits until it is cancelled: a driver asks the server first,
    which may stand still.
    """
    task = asyncio.ensure_future(work)
    task.add_done_callback(_look_at)
    leaving = asyncio.ensure_future((gone or asyncio.Event()).wait())
    try:
        await asyncio.wait({task, leaving}, timeout=seconds, return_when="FIRST_COMPLETED")
        if not task.done():
            raise Missed("slow", f"no answer within {seconds:.0f} s, or to a look")
        return task.result()
    except (OperationalError, InterfaceError, ProgrammingError) as error:
        cause = _cause(error)
        if cause is None:
            raise
        raise Missed(cause, str(error.orig)) from error
    except PoolTimeout as error:
        raise Missed("slow", "every connection serves others") from error
    finally:
        task.cancel()
        leaving.cancel()


def _look_at(task: "asyncio.Future[Found]") -> None:
    """Nobody else asks what became of it, when it took too long."""
    if not task.cancelled():
        task.exception()


def _cause(error: DBAPIError) -> Miss | None:
    """Why a standby failed; None where it is the query's own fault, as the database tells too."""
    state = getattr(error.orig, "sqlstate", None)
    if state in CONFLICTS or "conflict with recovery" in str(error.orig):
        return "conflict"
    if state in ENDED:
        return "slow"
    if isinstance(error, ProgrammingError):
        return "behind" if state in NOT_THERE else None
    return "away"


async def _readings_of(request: Request) -> Readings:
    readings: Readings = request.app.state.readings
    return readings


AppReadings = Annotated[Readings, Depends(_readings_of)]
