"""The analysts' database: tables of the open columns, filled and kept up by PostgreSQL's logical
replication.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Column, MetaData, Table, make_url
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import ArgumentError
from sqlalchemy.schema import CreateTable

from api.database import LONGEST_WAIT_S, Base
from api.keeping import structure
from api.protection.classified import OPEN
from api.protection.publication import NAME
from api.settings import DRIVERS

OURS = "helpline: open columns, kept up by its publication"  # the comment of each table made here
# What the subscription's comment tells: by which structure its tables were made.
_MADE_BY = "SELECT obj_description(oid, 'pg_subscription') FROM pg_subscription WHERE subname = %s"
_TABLES = (
    "SELECT relname, obj_description(oid, 'pg_class') FROM pg_class "
    "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
)

Target = psycopg.Connection[tuple[Any, ...]]


class NotReceiving(Exception):
    """The analysts' database cannot be set up; the text says in Chinese why and what to do."""


def tables() -> list[Table]:
    """The analysts' tables: open columns and primary key, no foreign key, nothing sealed."""
    metadata = MetaData()
    return [
        Table(
            name,
            metadata,
            *(_column(Base.metadata.tables[name].columns[column]) for column in columns),
        )
        for name, columns in sorted(OPEN.items())
    ]


def subscribe(target: str, source: str, reader: str | None = None) -> bool:
    """Let the database at `target` receive what the one at `source` publishes; both are URLs, and
    `source` is as the target's server reaches it. The role `reader` may then select it.

    Returns whether the tables were made anew, as they are when the structure has changed: then all
    rows are copied again. Raises NotReceiving.
    """
    with _connected(target) as connection:
        made_by = _made_by(connection)
        fingerprint = _fingerprint()
        if made_by == fingerprint:
            _follow(connection, source)
        else:
            _check_free(connection)
            _drop(connection)
            _make(connection)
            _begin(connection, source, fingerprint)
        if reader:
            _let_read(connection, reader)
    return made_by != fingerprint


def unsubscribe(target: str) -> list[str]:
    """Drop the subscription, and with it its slot at the helpline's database, and the tables;
    returns their names. Raises NotReceiving.
    """
    with _connected(target) as connection:
        return _drop(connection)


def _column(column: Column[Any]) -> Column[Any]:
    return Column(
        column.name, column.type, primary_key=column.primary_key, autoincrement=False, nullable=True
    )


def _statements() -> list[str]:
    dialect: Any = postgresql.dialect()
    return [str(CreateTable(table).compile(dialect=dialect)).strip() for table in tables()]


def _fingerprint() -> str:
    return hashlib.sha256("\n".join(_statements()).encode()).hexdigest()


def _made_by(connection: Target) -> str | None:
    """The structure by which the tables were made; "" where nobody knows, None without any."""
    row = connection.execute(_MADE_BY, (NAME,)).fetchone()
    return (row[0] or "") if row else None


def _check_free(connection: Target) -> None:
    """Nobody else's tables are touched, least of all the helpline's own."""
    held: dict[str, str | None] = dict(connection.execute(_TABLES).fetchall())
    named = {*Base.metadata.tables, structure.REVISION_TABLE}
    if theirs := sorted(name for name in named & held.keys() if held[name] != OURS):
        raise NotReceiving(
            f"这个数据库里已有同名的表（{theirs[0]} 等 {len(theirs)} 张），"
            "不是这个命令建的，没有动它。请换一个空库；主库的地址写在 --from 里。"
        )


def _drop(connection: Target) -> list[str]:
    if _made_by(connection) is not None:
        connection.execute(_statement("DROP SUBSCRIPTION {}", NAME))
    held = [name for name, told in connection.execute(_TABLES).fetchall() if told == OURS]
    for name in held:
        connection.execute(_statement("DROP TABLE public.{}", name))
    return held


def _make(connection: Target) -> None:
    with connection.transaction():
        for statement in _statements():
            connection.execute(statement.encode())
        for table in OPEN:
            connection.execute(_statement("COMMENT ON TABLE public.{} IS {}", table, text=OURS))


def _begin(connection: Target, source: str, fingerprint: str) -> None:
    statement = sql.SQL("CREATE SUBSCRIPTION {} CONNECTION {} PUBLICATION {}").format(
        sql.Identifier(NAME), sql.Literal(_as_libpq(source)), sql.Identifier(NAME)
    )
    connection.execute(statement)
    connection.execute(_statement("COMMENT ON SUBSCRIPTION {} IS {}", NAME, text=fingerprint))


def _follow(connection: Target, source: str) -> None:
    """The same tables: only the address may be another one, and more may be published."""
    connection.execute(
        _statement("ALTER SUBSCRIPTION {} CONNECTION {}", NAME, text=_as_libpq(source))
    )
    connection.execute(_statement("ALTER SUBSCRIPTION {} REFRESH PUBLICATION", NAME))


def _let_read(connection: Target, reader: str) -> None:
    with connection.transaction():
        connection.execute(_statement("GRANT USAGE ON SCHEMA public TO {}", reader))
        for table in OPEN:
            grant = sql.SQL("GRANT SELECT ON public.{} TO {}")
            connection.execute(grant.format(sql.Identifier(table), sql.Identifier(reader)))


def _statement(words: str, *names: str, text: str | None = None) -> sql.Composed:
    parts: Sequence[sql.Composable] = [sql.Identifier(name) for name in names]
    literals = [] if text is None else [sql.Literal(text)]
    return sql.SQL(words).format(*parts, *literals)


@contextmanager
def _connected(target: str) -> Iterator[Target]:
    """A connection without a transaction around it, which a subscription does not bear."""
    try:
        with psycopg.connect(
            _as_libpq(target), autocommit=True, connect_timeout=LONGEST_WAIT_S
        ) as connection:
            yield connection
    except psycopg.Error as error:
        raise NotReceiving(
            f"PostgreSQL 没有照办：{_first_line(error)}。请核对两个地址和权限："
            "分析库的用户要能建订阅（超级用户，或 PostgreSQL 16 起的 pg_create_subscription），"
            "主库的用户要有 REPLICATION，且主库已运行过 ./helpline analysts publish。"
        ) from error


def _first_line(error: psycopg.Error) -> str:
    return (str(error).strip().splitlines() or ["没有说明"])[0]


def _as_libpq(url: str) -> str:
    """The URL without the name of a driver; raises NotReceiving. It may hold a password: it is not
    repeated.
    """
    scheme, separator, rest = url.partition("://")
    if not DRIVERS.get(scheme, scheme).startswith("postgresql") or not rest:
        raise NotReceiving("地址应写成 postgresql://用户@主机/库名 这样；口令可以用 PGPASSWORD。")
    try:
        return make_url(f"postgresql{separator}{rest}").render_as_string(hide_password=False)
    except ArgumentError as wrong:
        raise NotReceiving("地址读不懂。口令里的特殊字符要写成 %40 这样。") from wrong
