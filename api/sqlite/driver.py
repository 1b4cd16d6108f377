"""SQLAlchemy's driver for SQLite over aiosqlite, with one visit to a connection's thread for each
statement.

SQLAlchemy makes a cursor, executes, fetches and closes in four visits, and begins a transaction in
three more. Each visit wakes two threads, which takes more of the processor than most statements do.
"""

import sqlite3
from collections import deque
from typing import Any, NamedTuple

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)


class _Ran(NamedTuple):
    """What a cursor knows once it ran a statement."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    arraysize: int = 1

    def close(self) -> None:
        """It was closed where it ran."""


class Cursor(AsyncAdapt_aiosqlite_cursor):
    """Runs a statement, fetches all its rows and closes in one visit."""

    __slots__ = ()
    _awaitable_cursor_close = False
    _adapt_connection: "Connection"

    def _make_new_cursor(self, _: Any) -> Any:
        return _Ran()

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        await self._visit("execute", operation, () if parameters is None else parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        await self._visit("executemany", operation, seq_of_parameters)

    async def _visit(self, how: str, *args: Any) -> None:
        there: Any = self._adapt_connection
        ran, rows = await there._connection._execute(_run, there, how, args)
        self._cursor, self._rows = ran, deque(rows)


class Connection(AsyncAdapt_aiosqlite_connection):
    """A connection. `begins` is how its next transaction begins, together with the first statement
    of it; None where one has begun, or none is meant to.
    """

    __slots__ = ("begins",)
    _cursor_cls = Cursor

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.begins: str | None = None

    def commit(self) -> None:
        super().commit()
        self.begins = None

    def rollback(self) -> None:
        # Also where nothing seems to have begun: the thread may only be coming to it.
        super().rollback()
        self.begins = None


class Driver(AsyncAdapt_aiosqlite_dbapi):
    """What `create_async_engine` takes as its `module`."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *args: Any, **options: Any) -> Connection:
        return Connection(self, super().connect(*args, **options)._connection)


def _run(connection: Any, how: str, args: tuple[Any, ...]) -> tuple[_Ran, list[Any]]:
    """In the connection's thread. A transaction that could not begin begins with the next try."""
    cursor = connection._connection._conn.cursor()
    try:
        if connection.begins is not None:
            cursor.execute(connection.begins)
            connection.begins = None
        getattr(cursor, how)(*args)
        rows = cursor.fetchall() if cursor.description else []
        return _Ran(cursor.description, cursor.rowcount, cursor.lastrowid), rows
    finally:
        cursor.close()
