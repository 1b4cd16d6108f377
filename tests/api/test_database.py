import asyncio
import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, func, inspect, make_url, select, text, update
from sqlalchemy.exc import DBAPIError, OperationalError

import api.desk.models
import api.events.models
import api.privacy.models
import api.referrals.models
import api.tickets.models  # noqa: F401 - makes all tables known
from api.clock import SHANGHAI
from api.contacts.models import Contact
from api.conversations.models import Conversation
from api.database import (
    MIGRATIONS,
    Base,
    Database,
    DatabaseUnavailable,
    HealthCheck,
    insert_missing,
    insert_once,
    locked,
)
from tests.conftest import KEYS, ONE_DATABASE, migrate

HEAD = ScriptDirectory.from_config(Config(MIGRATIONS / "alembic.ini")).get_current_head()


def conversation(name: str = "c") -> Conversation:
    moment = datetime(2026, 11, 22, 9, 30, tzinfo=SHANGHAI)
    return Conversation(
        id=name,
        channel="web",
        token_sha256="",
        state="bot",
        facts={"city": "赣州市"},
        last_position=0,
        opened_at=moment,
    )


async def test_who_reads_does_not_wait_for_who_writes(database: Database) -> None:
    async with database.session() as session:
        session.add(conversation())
    async with database.session() as writer:
        writer.add(conversation("d"))
        await writer.flush()

        async with database.reading() as session:
            assert (await session.get_one(Conversation, "c")).facts == {"city": "赣州市"}
            assert await session.get(Conversation, "d") is None


async def test_who_only_reads_cannot_write(database: Database) -> None:
    with pytest.raises((DBAPIError, DatabaseUnavailable)):
        async with database.reading() as session:
            session.add(conversation())


@ONE_DATABASE
async def test_a_lock_reads_the_row_as_it_is_by_then(database: Database) -> None:
    async with database.session() as session:
        session.add(conversation())
    async with database.session() as session:
        row = await session.get_one(Conversation, "c")
        # As somebody else would have left it while one waited for the lock.
        there = update(Conversation).values(state="closed")
        await (await session.connection()).execute(there)
        assert row.state == "bot"
        await session.get_one(Conversation, "c", with_for_update=True)
        assert row.state == "closed"
        row.state = "people"  # what one has changed oneself is not undone
        await session.scalars(select(Conversation).with_for_update())
        assert row.state == "people"


async def test_a_unit_of_work_that_is_cut_off_leaves_nothing_and_keeps_no_lock(
    database: Database,
) -> None:
    async def stores_and_waits() -> None:
        async with database.session() as session:
            session.add(conversation())
            await session.flush()
            await session.execute(select(func.count()).select_from(Conversation))
            raise AssertionError("it was to be cut off before")

    for turns in range(1, 40):  # of the loop, so that it ends in the midst of any statement
        work = asyncio.create_task(stores_and_waits())
        for _ in range(turns):
            await asyncio.sleep(0)
        work.cancel()
        with pytest.raises((asyncio.CancelledError, AssertionError)):
            await work
        async with database.session() as session:
            assert await session.get(Conversation, "c") is None


async def test_a_transaction_that_could_not_begin_begins_with_the_next_statement(
    sqlite_url: str,
) -> None:
    database = Database(sqlite_url, KEYS)
    async with database.session() as session:
        await session.execute(text("PRAGMA busy_timeout = 1"))
    file = make_url(sqlite_url).database
    assert file is not None
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    async with database.session() as session:
        with pytest.raises(OperationalError, match="locked"):
            await session.execute(select(1))
        other.execute("ROLLBACK")
        session.add(conversation())
        await session.flush()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
    other.close()
    await database.close()


async def test_whoever_locked_a_row_has_it_and_does_not_read_it_again(database: Database) -> None:
    async with database.session() as session:
        session.add(conversation())
    async with database.session() as session:
        first = await locked(session, Conversation, "c")
        assert first is not None
        first.state = "people"
        with session.no_autoflush:
            assert await locked(session, Conversation, "c") is first
        assert first.state == "people"
        assert await locked(session, Conversation, "nobody") is None
    async with database.session() as session:
        stored = await locked(session, Conversation, "c")
        assert stored is not None and stored.state == "people"


async def test_a_key_is_taken_once_and_who_comes_second_is_told(database: Database) -> None:
    at = datetime(2026, 11, 22, 9, 30, tzinfo=SHANGHAI)
    new = {"channel": "wechat", "account": "a", "contact": "p", "contact_hash": "p", "made_at": at}
    other = new | {"contact": "q", "contact_hash": "q"}
    async with database.session() as session:
        assert await insert_once(session, Contact, new)
        assert not await insert_once(session, Contact, new)
        assert await insert_missing(session, Contact, [new, other]) == 1


async def test_a_unit_of_work_commits_at_its_edge(database: Database) -> None:
    async with database.session() as session:
        session.add(conversation())

    async with database.session() as session:
        stored = await session.get_one(Conversation, "c")
    assert stored.facts == {"city": "赣州市"}
    assert stored.opened_at == datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    assert stored.opened_at.isoformat() == "2026-11-22T09:30:00+08:00"


async def test_a_unit_of_work_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.session() as session:
            session.add(conversation())
            await session.flush()
            raise RuntimeError

    async with database.session() as session:
        assert await session.scalar(select(func.count()).select_from(Conversation)) == 0


async def test_a_migrated_database_has_no_trouble(database: Database) -> None:
    assert await database.trouble() is None


async def test_looking_whether_the_database_works_leaves_no_row(database: Database) -> None:
    assert await database.trouble() is None

    async with database.session() as session:
        assert await session.scalar(select(func.count()).select_from(HealthCheck)) == 0


async def test_a_database_of_a_newer_program_is_told_as_such(database: Database) -> None:
    async with database.session() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    said = await database.trouble() or ""
    async with database.session() as session:  # PostgreSQL is shared with other tests
        await session.execute(text(f"UPDATE alembic_version SET version_num = '{HEAD}'"))
    assert "比程序新" in said and "./helpline restore" in said


async def test_a_database_that_others_keep_busy_is_not_taken_for_one_that_is_away(
    sqlite_url: str,
) -> None:
    database = Database(sqlite_url, KEYS, longest_wait_s=0.05)

    async with database.session() as session:
        await session.execute(select(1))
        with pytest.raises(TimeoutError):
            await database.trouble()
    await database.close()


async def test_the_cause_of_an_outage_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none", KEYS)

    for _ in range(3):
        with pytest.raises(DatabaseUnavailable):
            async with database.session() as session:
                await session.execute(select(1))

    [line] = [record.getMessage() for record in caplog.records if record.name == "api.logs"]
    assert "the database fails" in line and "refused" in line.lower()


async def test_a_database_without_tables_says_that_it_needs_an_upgrade(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/new/helpline.db", KEYS)

    assert "升级" in (await database.trouble() or "")
    await database.close()


async def test_a_database_that_does_not_answer_is_named_and_its_use_is_refused() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/none", KEYS)

    assert "HELPLINE_DATABASE_URL" in (await database.trouble() or "")
    with pytest.raises(DatabaseUnavailable):
        async with database.session() as session:
            await session.execute(select(1))


def test_models_and_migrations_agree(database_url: str) -> None:
    engine = create_engine(make_url(re.sub("aiosqlite", "pysqlite", database_url)))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []
        assert {index["name"] for index in inspect(connection).get_indexes("tickets")} >= {
            "uq_tickets_open_conversation"
        }
    engine.dispose()


def test_a_migrated_file_has_its_log_before_anybody_uses_it(migrated_sqlite: Path) -> None:
    with sqlite3.connect(f"file:{migrated_sqlite}?mode=ro", uri=True) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_migrations_can_be_taken_back(database_url: str) -> None:
    migrate(database_url, "base")
    migrate(database_url, "head")


async def test_an_error_of_the_database_does_not_tell_what_was_stored(database: Database) -> None:
    async with database.session() as session:
        session.add(conversation())

    with pytest.raises(Exception, match=r"(?i)unique") as raised:
        async with database.session() as session:
            session.add(conversation())
    assert "赣州市" not in str(raised.value)


def test_a_postgresql_that_refuses_is_told_in_the_last_line_of_a_migration(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        migrate("postgresql://visitor:geheim@127.0.0.1:1/none")

    last = str(ended.value).splitlines()[-1]
    assert "PostgreSQL（127.0.0.1，端口 1）" in last and "HELPLINE_DATABASE_URL" in last
    assert "geheim" not in str(ended.value)
