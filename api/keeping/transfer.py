"""The move from SQLite to PostgreSQL: every table in batches, counts and digests compared.

Rows travel as they are stored: what is sealed stays sealed, under the same data key.
"""

import hashlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.string import TextLoader
from sqlalchemy import URL, Boolean, Column, Date, DateTime, Float, Table, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.types import JSON, TypeDecorator, TypeEngine

from api.database import Base
from api.keeping import sqlite, structure
from api.keeping.archive import KeepingFailed
from api.settings import DRIVERS

BATCH = 5_000  # rows that are in memory at the same time
# What a new database holds already: the word that tells which data key it was sealed with. It is
# replaced by that of the source.
SEEDED = "key_checks"

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Counted:
    """How many rows a table has, and a digest of them all, whatever their order."""

    rows: int = 0
    digest: int = 0

    def and_also(self, rows: Sequence[Row], columns: Sequence[Column[Any]]) -> "Counted":
        """The same with these rows, of either database."""
        alike = [_alike(column) for column in columns]
        digest = self.digest
        for row in rows:
            told = repr(
                [None if one is None else to(one) for to, one in zip(alike, row, strict=True)]
            )
            digest += int.from_bytes(hashlib.sha256(told.encode()).digest(), "big")
        return Counted(self.rows + len(rows), digest % 2**256)


def move(source: URL, target: str, say: Callable[[str], None] = print) -> dict[str, int]:
    """Copy everything that `source`, an SQLite file, holds into the empty PostgreSQL at `target`.

    Returns rows by table. Raises KeepingFailed, and then the target holds no row of the source. The
    source is only read: nobody may write to it meanwhile.
    """
    address = _postgresql(target)
    file = Path(source.database or "")
    if not file.is_file():
        raise KeepingFailed(f"没有找到 SQLite 数据库：{file}。没有什么可以搬。")
    _check_revision(file)
    _check_empty(address)
    _migrate(address)
    with closing(_read_only(file)) as read, _connected(address) as write:
        _check_empty_tables(write)
        write.execute(f"DELETE FROM {SEEDED}".encode())
        moved = {}
        for table in Base.metadata.sorted_tables:
            moved[table.name] = _copy(read, write, table)
            say(f"  {table.name}：{moved[table.name]:,} 行")
        _set_sequences(read, write)
        # What was copied is committed with the end of the block.
    return moved


def _postgresql(target: str) -> URL:
    # It may hold a password: it is not repeated.
    scheme, separator, rest = target.partition("://")
    if not DRIVERS.get(scheme, "").startswith("postgresql") or not rest:
        raise KeepingFailed("--to 应写成 postgresql://用户@主机/库名 这样；只能搬到 PostgreSQL。")
    try:
        return make_url(f"{DRIVERS[scheme]}{separator}{rest}")
    except ArgumentError as wrong:
        raise KeepingFailed("--to 里的地址读不懂。口令里的特殊字符要写成 %40 这样。") from wrong


def _check_revision(file: Path) -> None:
    revision, _ = sqlite.examine(file)
    if revision != structure.newest():
        raise KeepingFailed("现在的数据库结构比程序旧或新。请先运行 ./helpline migrate，再搬。")


def _check_empty(address: URL) -> None:
    """Before anything is made in the target."""
    with _connected(address) as connection:
        _check_empty_tables(connection)


def _check_empty_tables(connection: psycopg.Connection[Row]) -> None:
    held = {
        name
        for (name,) in connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        )
    }
    for table in Base.metadata.sorted_tables:
        if table.name not in held or table.name == SEEDED:
            continue
        if connection.execute(f"SELECT 1 FROM {table.name} LIMIT 1".encode()).fetchone():
            raise KeepingFailed(
                f"目标数据库不是空的：{table.name} 里已经有数据，没有动它。请换一个新建的空库。"
            )


def _migrate(address: URL) -> None:
    try:
        structure.migrate(address)
    except (SQLAlchemyError, SystemExit) as error:
        raise KeepingFailed(f"目标数据库的结构没有建成：{error}") from error


def _connected(address: URL) -> psycopg.Connection[Row]:
    """A connection to PostgreSQL that commits when its block ends well, in UTC as SQLite has it."""
    url = address.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        connection = psycopg.connect(url, connect_timeout=5)
    except psycopg.OperationalError as error:
        raise KeepingFailed(
            f"PostgreSQL 没有应答或没有权限（{str(error).strip()}）。"
            "请核对 --to 里的主机、用户和库名；口令可以用环境变量 PGPASSWORD 给出。"
        ) from error
    connection.execute("SET TIME ZONE 'UTC'")
    connection.adapters.register_loader("json", TextLoader)  # as it is written, not as it is read
    return connection


def _read_only(file: Path) -> sqlite3.Connection:
    """One moment of the source: a transaction that reads."""
    connection = sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
    connection.isolation_level = None
    connection.execute("BEGIN")
    return connection


def _copy(read: sqlite3.Connection, write: psycopg.Connection[Row], table: Table) -> int:
    """Copy one table, and look whether it arrived; how many rows it has."""
    columns = list(table.columns)
    names = ", ".join(f'"{column.name}"' for column in columns)
    sent = Counted()
    with (
        write.cursor() as cursor,
        cursor.copy(f"COPY {table.name} ({names}) FROM STDIN".encode()) as copy,
    ):
        for rows in _batches(read.execute(f"SELECT {names} FROM {table.name}")):
            sent = sent.and_also(rows, columns)
            for row in rows:
                copy.write_row(row)
    arrived = Counted()
    with write.cursor(name="arrived") as cursor:
        cursor.itersize = BATCH
        cursor.execute(f"SELECT {names} FROM {table.name}".encode())
        while rows := cursor.fetchmany(BATCH):
            arrived = arrived.and_also(rows, columns)
    if sent != arrived:
        raise KeepingFailed(
            f"{table.name} 搬过去以后不一样：原有 {sent.rows:,} 行，搬到 {arrived.rows:,} 行，"
            "或内容有出入。没有搬动任何数据，请把这句话告诉开发者。"
        )
    return sent.rows


def _batches(cursor: sqlite3.Cursor) -> Iterator[list[Row]]:
    while rows := cursor.fetchmany(BATCH):
        yield rows


def _set_sequences(read: sqlite3.Connection, write: psycopg.Connection[Row]) -> None:
    """Let numbers go on where they were, also where the highest one was deleted meanwhile: readers
    of events ask for what is above the last that they saw.
    """
    last = dict(read.execute("SELECT name, seq FROM sqlite_sequence").fetchall())
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        found = write.execute(
            "SELECT pg_get_serial_sequence(%s, %s)", (f"public.{table.name}", column.name)
        ).fetchone()
        highest = write.execute(f"SELECT max({column.name}) FROM {table.name}".encode()).fetchone()
        number = max((highest and highest[0]) or 0, last.get(table.name, 0))
        if found and found[0] and number:
            write.execute("SELECT setval(%s::regclass, %s)", (found[0], number))


def _alike(column: Column[Any]) -> Callable[[Any], Any]:
    """What makes a value of either database the same in Python."""
    kind: TypeEngine[Any] = column.type
    while isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    makers: list[tuple[type[TypeEngine[Any]], Callable[[Any], Any]]] = [
        (DateTime, _moment),
        (Date, _day),
        (Boolean, bool),
        (Float, float),
        (JSON, str),
    ]
    return next((maker for made, maker in makers if isinstance(kind, made)), _itself)


def _itself(value: Any) -> Any:
    return value


def _moment(value: datetime | str) -> datetime:
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _day(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()
