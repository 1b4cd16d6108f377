"""The desk reads from a real hot standby while that is well, else from the database."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import get_args

import httpx
import psycopg
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.roles import Role
from api.app import create_app
from api.database import Database
from api.dialogue.engine import Dialogue
from api.metrics import Miss
from api.protection.keys import DataKeys
from api.replicas import reading
from api.replicas.reading import Readings, Replica
from api.settings import Settings
from tests.api.desk import Colleague, make_cheap
from tests.api.test_metrics import counted
from tests.conftest import KEYS
from tests.fakes import FakeKnowledge, FakeRasa
from tests.postgresql import copied

PAUSE, RESUME = "SELECT pg_wal_replay_pause()", "SELECT pg_wal_replay_resume()"
SLEEPS = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"
WHERE = text("SELECT pg_is_in_recovery()")
WRITTEN = text("SELECT count(*) FROM ticket_days")
ADD = text("INSERT INTO ticket_days (day, last) VALUES (DATE '2026-01-01' + :n, 1)")


@pytest.fixture(scope="module")
def standby(migrated_postgresql: str) -> Iterator[str]:
    """A hot standby of the tests' server, which replays without a delay."""
    with copied(migrated_postgresql, standby=True) as url:
        yield url


@pytest.fixture
def database_url(postgresql_url: str) -> str:
    return postgresql_url


@pytest.fixture
def asked(standby: str) -> Iterator[psycopg.Connection]:
    """A connection to the standby; after the test it replays again."""
    with psycopg.connect(standby, autocommit=True) as connection:
        yield connection
        connection.execute(RESUME)


@contextmanager
def clearing_at_once(asked: psycopg.Connection) -> Iterator[None]:
    """The standby gives up queries that stand in the way of what it replays, without a delay."""
    asked.execute("ALTER SYSTEM SET max_standby_streaming_delay = 0")
    asked.execute("SELECT pg_reload_conf()")
    yield
    asked.execute("ALTER SYSTEM RESET max_standby_streaming_delay")
    asked.execute("SELECT pg_reload_conf()")


def replica_at(url: str, database: Database, keys: DataKeys = KEYS, behind_s: float = 5) -> Replica:
    url = url.replace("postgresql://", "postgresql+psycopg://")
    return Replica(url, database, keys, behind_s)


@pytest.fixture
async def replica(
    database: Database, standby: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Replica]:
    monkeypatch.setattr(reading, "LOOK_S", 30)  # however busy the machine is
    monkeypatch.setattr(reading, "LONGEST_S", 60)
    monkeypatch.setattr(reading, "STALE_S", 600)
    replica = replica_at(standby, database)
    yield replica
    await replica.close()


@pytest.fixture
async def readings(database: Database, replica: Replica) -> Readings:
    """Reads at the desk, after a look at the replica."""
    readings = Readings(database, replica)
    await replica.look(await readings._primary())
    assert replica.told() is None
    return readings


async def came_from(session: AsyncSession) -> str:
    return "the replica" if await session.scalar(WHERE) else "the database"


async def written(session: AsyncSession) -> tuple[str, int]:
    return await came_from(session), int(await session.scalar(WRITTEN) or 0)


def misses(cause: str) -> float:
    return counted(f'helpline_replica_fallbacks_total{{why="{cause}"}}')


async def add(database: Database, number: int) -> None:
    async with database.session() as session:
        await session.execute(ADD, {"n": number})


async def test_what_may_be_late_is_read_from_the_replica(readings: Readings) -> None:
    assert await readings.late(came_from) == "the replica"
    assert counted("helpline_replica_unused") == 0
    assert counted("helpline_replica_lag_seconds") < 5


async def test_what_somebody_just_wrote_is_in_what_he_reads_though_the_replica_lacks_it(
    readings: Readings, database: Database, asked: psycopg.Connection
) -> None:
    asked.execute(PAUSE)
    before = misses("behind")
    await add(database, 1)

    assert await readings.fresh(written) == ("the database", 1)
    assert misses("behind") == before + 1
    assert await readings.late(written) == ("the replica", 0)


async def test_what_somebody_just_wrote_is_read_from_the_replica_once_it_is_there(
    readings: Readings, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "REACH_TRIES", 500)
    for number in range(3):
        await add(database, number)

        assert await readings.fresh(written) == ("the replica", number + 1)


async def test_a_replica_that_is_behind_by_more_than_allowed_is_not_read_from(
    readings: Readings, replica: Replica, database: Database, asked: psycopg.Connection
) -> None:
    asked.execute(PAUSE)
    await add(database, 1)
    primary = await readings._primary()
    assert primary
    replica._lag.written(primary.written, now=replica._now() - 6)  # seen six seconds ago
    await replica.look(primary)

    assert await readings.late(written) == ("the database", 1)
    assert "落后 6 秒（上限 5 秒）" in (await readings.trouble() or "")
    assert counted("helpline_replica_unused") == 1


async def test_a_query_that_the_replica_gives_up_is_answered_by_the_database_at_once(
    readings: Readings,
    replica: Replica,
    database: Database,
    asked: psycopg.Connection,
    migrated_postgresql: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rows that a query on the standby still reads are deleted and cleared away."""
    monkeypatch.setattr(reading, "REACH_TRIES", 500)
    await add(database, 1)
    assert await readings.fresh(written) == ("the replica", 1)
    before = misses("conflict")

    async def work(session: AsyncSession) -> str:
        where = await came_from(session)
        if where == "the replica":
            await session.execute(text("SELECT pg_sleep(60) FROM ticket_days"))
        return where

    with clearing_at_once(asked), psycopg.connect(migrated_postgresql, autocommit=True) as other:
        reads = asyncio.create_task(readings.late(work))
        while asked.execute(SLEEPS).fetchone() != (1,):
            await asyncio.sleep(0.02)
        other.execute("DELETE FROM ticket_days")
        other.execute("VACUUM ticket_days")

        assert await reads == "the database"
    assert misses("conflict") == before + 1
    # For a moment nobody else is sent there, and a look does not end that.
    await replica.look(await readings._primary())
    assert await readings.late(came_from) == "the database"
    assert "恢复冲突" in (await readings.trouble() or "")
    replica._rests_until = 0
    await replica.look(await readings._primary())
    assert await readings.late(came_from) == "the replica"


async def test_a_replica_that_takes_too_long_is_left_and_the_database_answers(
    readings: Readings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LONGEST_S", 0.05)

    async def work(session: AsyncSession) -> str:
        where = await came_from(session)
        if where == "the replica":
            await session.execute(text("SELECT pg_sleep(30)"))
        return where

    assert await readings.late(work) == "the database"


async def test_a_replica_that_is_away_is_told_and_the_database_answers(
    database: Database, tmp_path: object
) -> None:
    replica = replica_at(f"postgresql://u@/x?host={tmp_path}", database)
    readings, before = Readings(database, replica), misses("away")
    await replica.look(await readings._primary())

    assert await readings.late(came_from) == "the database"
    assert "没有应答" in (await readings.trouble() or "")
    assert misses("away") == before + 1
    await replica.close()


async def test_what_is_no_standby_of_the_database_is_never_read_from(
    database: Database, migrated_postgresql: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LOOK_S", 30)
    replica = replica_at(migrated_postgresql, database)
    readings = Readings(database, replica)
    await replica.look(await readings._primary())

    assert await readings.late(came_from) == "the database"
    assert "不是主库的只读副本" in (await readings.trouble() or "")
    await replica.close()


@pytest.fixture
async def app(settings: Settings, standby: str) -> AsyncIterator[FastAPI]:
    url = standby.replace("postgresql://", "postgresql+psycopg://")
    settings = settings.model_copy(update={"replica_url": url})
    app = create_app(settings, Dialogue("http://rasa", 8, FakeRasa()), FakeKnowledge(), actions=[])
    async with app.router.lifespan_context(app):
        yield app


# Of each kind of read that goes there.
OF_ADMINS = ("asked/groups", "audit", "audit.csv")
OF_SUPERVISORS = (
    *("figures", "figures/details", "figures.csv", "figures/tables/topics.csv"),
    *("figures/report.docx?month=2026-10", "figures/open-data.zip?year=2025", "figures/comments"),
    *("tickets", "tickets/board", "tickets.csv", "search?q=茶油"),
)


async def test_at_the_desk_nothing_is_missing_and_readyz_says_how_the_replica_is(
    app: FastAPI,
    client: httpx.AsyncClient,
    asked: psycopg.Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "LOOK_S", 30)
    monkeypatch.setattr(reading, "LONGEST_S", 60)
    monkeypatch.setattr(reading, "STALE_S", 600)
    monkeypatch.setattr(reading, "REACH_TRIES", 2)
    replica = app.state.readings._replica
    await replica.look(await app.state.readings._primary())
    make_cheap(app)
    asked.execute(PAUSE)
    admin = await Colleague.comes(app, Role.ADMIN)
    added = {"name": "li", "display_name": "李敏", "role": "operator"}
    assert (await admin.client.post("/api/desk/users", json=added)).is_success

    # She looks for what she just did, while the replica knows of nothing yet.
    log = (await admin.client.get("/api/desk/audit")).json()
    assert "user.added" in [one["what"] for one in log["items"]]
    asked.execute(RESUME)
    monkeypatch.setattr(reading, "REACH_TRIES", 500)
    supervisor = await Colleague.comes(app, Role.SUPERVISOR)
    before = sum(map(misses, get_args(Miss)))
    for who, addresses in ((admin, OF_ADMINS), (supervisor, OF_SUPERVISORS)):
        for address in addresses:
            answer = await who.client.get(f"/api/desk/{address}")
            assert answer.status_code == 200, address
    assert sum(map(misses, get_args(Miss))) == before
    replica._cause = "away"
    app.state.monitor._last = None
    part = (await client.get("/readyz")).json()["parts"]["replica"]
    assert part["ok"] and "改读主库" in part["detail"]
