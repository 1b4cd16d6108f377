"""Moving from SQLite to PostgreSQL loses nothing, changes nothing, and overwrites nobody."""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Column, create_engine, insert, make_url, select
from sqlalchemy.types import JSON, TypeDecorator

from api.database import Base
from api.keeping import transfer
from api.keeping.__main__ import main
from api.keeping.archive import KeepingFailed
from api.protection.columns import use_keys
from api.protection.packing import Packer, fetch_from
from tests.conftest import KEYS, migrate

WORDS = '他说：“牌子被仿了”\t\\N \r\n第二行 \x01 😀 {"a": 1} \\.'
Server = Callable[[str], str]
AT = datetime(2026, 11, 22, 1, 2, 3, 4_000, tzinfo=UTC)


@pytest.fixture
def source(sqlite_url: str, tmp_path: Path) -> Path:
    """An SQLite file with rows in every table."""
    file = tmp_path / "helpline.db"
    fill(file)
    return file


@pytest.fixture(scope="module")
def server(migrated_postgresql: str) -> Iterator[Server]:
    """Makes databases on the tests' server: `empty` ones, and `migrated` ones, which is quick."""
    made: list[str] = []

    def make(kind: str) -> str:
        name = f"target{len(made)}"
        template = "template0" if kind == "empty" else "target0"
        with psycopg.connect(_other(migrated_postgresql, "template1"), autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        made.append(name)
        return _other(migrated_postgresql, name)

    migrate(make("empty"))
    yield make
    with psycopg.connect(_other(migrated_postgresql, "template1"), autocommit=True) as admin:
        for name in made:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _other(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def value_of(column: Column[Any], number: int) -> Any:
    """Something that the column can hold, as the program writes it."""
    kind: Any = column.type
    while isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    if column.primary_key and kind.python_type is int:
        return number
    # Of what may hold nothing some hold it; of what is yes or nothing (what is in use) one is yes.
    if column.nullable and (number > 1 if kind.python_type is bool else number % 3 == 0):
        return None
    if isinstance(kind, JSON):
        return [{"说": WORDS, "n": number, "x": 0.1, "none": None}]
    return {
        str: f"{number} {WORDS}"[: getattr(kind, "length", None) or 200],
        int: number,
        float: number / 7,
        bool: number == 1,
        datetime: AT + timedelta(seconds=number, microseconds=number % 2),
        date: date(2026, 11, 22) + timedelta(days=number),
        bytes: bytes(range(256)),
    }[kind.python_type]


def fill(file: Path, rows: int = 4) -> None:
    """Rows in every table; what one table says of another is the same text or number in both."""
    engine = create_engine(f"sqlite:///{file}")
    use_keys(engine.dialect, KEYS, Packer(fetch_from(engine.url)))
    with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name != transfer.SEEDED:
                connection.execute(
                    insert(table),
                    [
                        {column.name: value_of(column, number) for column in table.columns}
                        for number in range(1, rows + 1)
                    ],
                )
    engine.dispose()


def stored(url: str, what: Any) -> list[Any]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    use_keys(engine.dialect, KEYS, Packer(fetch_from(engine.url)))
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(what)]
    engine.dispose()
    return found


def test_every_row_arrives_as_the_program_reads_it(source: Path, server: Server) -> None:
    before = hashlib.sha256(source.read_bytes()).hexdigest()
    target = server("empty")

    moved = transfer.move(make_url(f"sqlite:///{source}"), target, say=lambda line: None)

    assert set(moved) == set(Base.metadata.tables)
    assert moved["conversations"] == 4 and moved["key_checks"] == 1
    for table in Base.metadata.sorted_tables:
        assert sorted(stored(f"sqlite:///{source}", select(table)), key=repr) == sorted(
            stored(target, select(table)), key=repr
        ), table.name
    assert hashlib.sha256(source.read_bytes()).hexdigest() == before


def test_what_refers_to_each_other_arrives_and_numbers_go_on(source: Path, server: Server) -> None:
    with closing(sqlite3.connect(source)) as file:
        # The newest event is gone: whoever read it asks for what comes after it.
        file.execute("UPDATE sqlite_sequence SET seq = 900 WHERE name = 'desk_events'")
        file.commit()
    target = server("migrated")
    transfer.move(make_url(f"sqlite:///{source}"), target, say=lambda line: None)

    with psycopg.connect(target) as connection:
        for table, last in (("desk_events", 900), ("canned_replies", 4)):
            found = connection.execute(
                f"SELECT nextval(pg_get_serial_sequence('{table}', 'id'))".encode()
            ).fetchone()
            assert found == (last + 1,)


def test_a_target_that_holds_something_is_refused_and_left_alone(
    source: Path, server: Server
) -> None:
    target = server("migrated")
    transfer.move(make_url(f"sqlite:///{source}"), target, say=lambda line: None)

    with pytest.raises(KeepingFailed, match="目标数据库不是空的"):
        transfer.move(make_url(f"sqlite:///{source}"), target, say=lambda line: None)


def test_what_does_not_arrive_as_it_was_is_taken_back_whole(source: Path, server: Server) -> None:
    target = server("migrated")
    with psycopg.connect(target) as connection:  # somebody's trigger changes what comes in
        connection.execute("""
            CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN NEW.channel := 'x'; RETURN NEW; END $$;
            CREATE TRIGGER spoil BEFORE INSERT ON conversations
            FOR EACH ROW EXECUTE FUNCTION spoil()
        """)
    with pytest.raises(KeepingFailed, match="conversations 搬过去以后不一样"):
        transfer.move(make_url(f"sqlite:///{source}"), target, say=lambda line: None)

    with psycopg.connect(target) as connection:
        for name in Base.metadata.tables:
            [held] = connection.execute(f"SELECT count(*) FROM {name}".encode()).fetchone() or [0]
            assert held == (name == transfer.SEEDED), name


@pytest.mark.parametrize(
    "target", ["sqlite:///x.db", "postgresql:", "mysql://a/b", "postgresql://"]
)
def test_another_kind_of_target_is_refused_in_a_sentence(source: Path, target: str) -> None:
    with pytest.raises(KeepingFailed, match="--to"):
        transfer.move(make_url(f"sqlite:///{source}"), target)


def test_an_older_structure_is_not_moved(tmp_path: Path, server: Server) -> None:
    migrate(f"sqlite:///{tmp_path / 'old.db'}", "0021")

    with pytest.raises(KeepingFailed, match=r"\./helpline migrate"):
        transfer.move(make_url(f"sqlite:///{tmp_path / 'old.db'}"), server("migrated"))


def test_a_target_that_does_not_answer_is_told_without_its_password(
    source: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HELPLINE_DATABASE_URL", f"sqlite:///{source}")

    assert main(["move", "postgresql://u:geheim@127.0.0.1:1/x"]) == 1
    said = capsys.readouterr().err
    assert "PostgreSQL 没有应答" in said and "geheim" not in said
