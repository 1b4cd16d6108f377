"""What analysts can read, on a real server that receives from a real database: codes, times and
counts, and nothing of a person.
"""

import json
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import Boolean, Column, Date, DateTime, LargeBinary, Numeric, make_url
from sqlalchemy.types import JSON, TypeDecorator

from api.analysts import receiving
from api.analysts.__main__ import main
from api.analysts.receiving import NotReceiving
from api.database import Base
from api.protection.classified import CLASSIFIED, OPEN
from api.protection.publication import NAME
from tests.conftest import migrate
from tests.postgresql import copied

PLANTED = "张三13812345678"
MOMENT = "2026-11-22T09:00:00+08:00"
KEY_CHECKS = "key_checks"  # a word that the data key opens: nobody would migrate with another
NOT_YET = "SELECT count(*) FROM pg_subscription_rel WHERE srsubstate <> 'r'"
TABLES = (
    "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)


@pytest.fixture(scope="module")
def main_database(migrated_postgresql: str) -> Iterator[str]:
    """A helpline's database that can publish, with a row in every table but one: what is not open
    holds a name and a telephone number. Its role `feed` may replicate.
    """
    with copied(migrated_postgresql, standby=False, wal_level="logical") as url:
        with psycopg.connect(url) as connection:
            connection.execute("SET session_replication_role = replica")
            for table in Base.metadata.sorted_tables:
                values = {column.name: planted(column) for column in table.columns}
                names = ", ".join(f'"{name}"' for name in values)
                marks = ", ".join(["%s"] * len(values))
                connection.execute(f"DELETE FROM {table.name}".encode())
                if table.name == KEY_CHECKS:
                    continue
                connection.execute(
                    f"INSERT INTO {table.name} ({names}) VALUES ({marks})".encode(),
                    list(values.values()),
                )
            connection.execute("CREATE ROLE feed LOGIN REPLICATION")
        yield url


def planted(column: Column[Any]) -> Any:
    """A value of the column's type: where it is not open and can hold it, a person's."""
    kind: Any = column.type
    while isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    opened = column.name in OPEN.get(column.table.name, ())
    if isinstance(kind, DateTime):
        return MOMENT
    if isinstance(kind, Date):
        return "2026-11-22"
    if isinstance(kind, JSON):
        return json.dumps({"名": PLANTED})
    if isinstance(kind, LargeBinary):
        return PLANTED.encode()
    if kind.python_type is str:
        return "code" if opened else PLANTED[: kind.length or 80]
    return True if isinstance(kind, Boolean) else 0.5 if isinstance(kind, Numeric) else 7


@pytest.fixture(scope="module")
def analysts(migrated_postgresql: str) -> Iterator[str]:
    """The URL of an empty database on another server."""
    with psycopg.connect(migrated_postgresql, autocommit=True) as admin:
        admin.execute("CREATE DATABASE analysts TEMPLATE template0")
        admin.execute("CREATE ROLE readers")
        url = make_url(migrated_postgresql).set(database="analysts").render_as_string(False)
        yield url
        receiving.unsubscribe(url)
        admin.execute("DROP DATABASE analysts WITH (FORCE)")
        admin.execute("DROP ROLE readers")


@pytest.fixture
def published(main_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL by which the role `feed` comes to what is published."""
    monkeypatch.setenv("HELPLINE_DATABASE_URL", main_database)
    assert main(["publish", "--to", "feed"]) == 0
    return make_url(main_database).set(username="feed").render_as_string(False)


def received(connection: psycopg.Connection, query: str, wanted: Any) -> Any:
    """What a query tells, as soon as that is what is wanted, or after a minute."""
    until = time.monotonic() + 60
    while (found := connection.execute(query.encode()).fetchall()) != wanted:
        if time.monotonic() > until:
            break
        time.sleep(0.05)
    return found


def test_analysts_read_every_open_column_and_nothing_of_a_person(
    main_database: str, published: str, analysts: str, capsys: pytest.CaptureFixture[str]
) -> None:
    subscribe = ["subscribe", analysts, "--from", published, "--reader", "readers"]
    assert main(subscribe) == 0
    assert "正在复制" in capsys.readouterr().out
    with psycopg.connect(analysts, autocommit=True) as connection:
        assert received(connection, NOT_YET, [(0,)]) == [(0,)]
        assert {name for (name,) in connection.execute(TABLES.encode())} == set(OPEN)
        for table, columns in OPEN.items():
            rows = connection.execute(f'SELECT * FROM "{table}"'.encode())
            assert {one.name for one in rows.description or ()} == set(columns)
            [row] = rows.fetchall()
            assert None not in row
            told = repr(row)
            assert PLANTED not in told and "13812345678" not in told and "张" not in told

        # What changes and what is deleted follows; what is personal of it does not.
        with psycopg.connect(main_database) as helpline:
            helpline.execute("SET session_replication_role = replica")
            helpline.execute(
                "UPDATE tickets SET summary = %s, status = 'closed', contact = %s",
                (PLANTED, PLANTED),
            )
            helpline.execute("DELETE FROM messages")
        assert received(connection, "SELECT status FROM tickets", [("closed",)]) == [("closed",)]
        assert received(connection, "SELECT id FROM messages", []) == []

        # Once more changes nothing.
        assert main(subscribe) == 0
        assert "没有变" in capsys.readouterr().out
        connection.execute("SET ROLE readers")
        assert connection.execute("SELECT count(*) FROM tickets").fetchone() == (1,)


@pytest.mark.parametrize("table", ["users", "messages", "tickets", "staff_sessions"])
def test_the_role_by_which_they_are_fed_selects_no_other_column(published: str, table: str) -> None:
    with psycopg.connect(published, autocommit=True) as connection:
        for column, kind in CLASSIFIED[table].items():
            query = f'SELECT "{column}" FROM {table}'.encode()
            if kind == "open":
                connection.execute(query)
            else:
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(query)


def test_a_column_that_is_open_no_more_can_be_dropped_and_is_taken_from_the_analysts(
    main_database: str, published: str, analysts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiving.subscribe(analysts, published)
    kept = tuple(one for one in OPEN["satisfactions"] if one != "score")
    monkeypatch.setitem(OPEN, "satisfactions", kept)  # type: ignore[arg-type]

    assert main(["publish", "--to", "feed"]) == 0
    assert receiving.subscribe(analysts, published)

    with psycopg.connect(main_database) as helpline:
        helpline.execute("ALTER TABLE satisfactions DROP COLUMN score")
        helpline.rollback()
        listed = "SELECT attnames FROM pg_publication_tables WHERE tablename = 'satisfactions'"
        assert set(helpline.execute(listed).fetchone()[0]) == set(kept)  # type: ignore[index]
    with psycopg.connect(analysts, autocommit=True) as connection:
        rows = connection.execute("SELECT * FROM satisfactions")
        assert {one.name for one in rows.description or ()} == set(kept)


def test_a_migration_brings_what_is_published_up_to_date(
    main_database: str, published: str
) -> None:
    with psycopg.connect(main_database) as connection:
        connection.execute(f"ALTER PUBLICATION {NAME} SET TABLE tickets (id)".encode())

    migrate(main_database)

    with psycopg.connect(main_database) as connection:
        found = connection.execute("SELECT tablename, attnames FROM pg_publication_tables")
        assert {table: set(names) for table, names in found} == {
            table: set(columns) for table, columns in OPEN.items()
        }


def test_the_helpline_s_own_database_is_never_taken_for_the_analysts(
    main_database: str, published: str
) -> None:
    with pytest.raises(NotReceiving, match="不是这个命令建的，没有动它"):
        receiving.subscribe(main_database, published)
    with psycopg.connect(main_database) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (1,)
        assert connection.execute("SELECT subname FROM pg_subscription").fetchall() == []


def test_what_is_no_longer_wanted_leaves_nothing_behind_at_either_end(
    main_database: str, published: str, analysts: str, capsys: pytest.CaptureFixture[str]
) -> None:
    receiving.subscribe(analysts, published)

    assert main(["unsubscribe", analysts]) == 0

    assert "主库不再为它留日志" in capsys.readouterr().out
    with psycopg.connect(main_database) as helpline, psycopg.connect(analysts) as connection:
        assert connection.execute(TABLES.encode()).fetchall() == []
        slots = helpline.execute("SELECT slot_name FROM pg_replication_slots").fetchall()
        assert (NAME,) not in slots


def test_on_sqlite_publishing_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("HELPLINE_DATABASE_URL", raising=False)

    assert main(["publish"]) == 1
    assert "PostgreSQL" in capsys.readouterr().err
