"""The database: SQLite for one machine, PostgreSQL by one setting; a unit of work commits once, at
its edge.
"""

import json
import secrets
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from fastapi import Depends, Request
from sqlalchemy import JSON, DateTime, Dialect, MetaData, String, delete, event, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    mapped_column,
)
from sqlalchemy.types import TypeDecorator

from api.clock import SHANGHAI
from api.errors import HelplineError
from api.logs import Outage
from api.protection.checks import check
from api.protection.columns import use_keys
from api.protection.keys import DataKeys
from api.protection.packing import Packer, fetch_from
from api.sqlite.driver import Driver
from api.telemetry import statements

LONGEST_WAIT_S = 5  # for a lock, and for a server to answer
LONGEST_IN_LINE_S = 12  # for a connection that others use: a message that is stored waits for it
# A server whose machine is gone without a word is noticed after some ten seconds in which nothing
# of what was sent arrived there, or no sign of life came back.
PATIENCE: dict[str, Any] = {
    "connect_timeout": LONGEST_WAIT_S,
    "tcp_user_timeout": 10_000,  # milliseconds
    **{"keepalives_idle": 4, "keepalives_interval": 2, "keepalives_count": 3},
}
READERS = 4  # connections to SQLite that only read
OF_HELPLINE = "helpline-"  # how the name of a process and of its sessions begins
MIGRATIONS = Path(__file__).parent / "migrations"


class DatabaseUnavailable(HelplineError):
    code = "database_unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "暂时无法保存"
    detail = "系统暂时无法保存您的话，请过一会儿再发一次。"


class Instant(TypeDecorator[datetime]):
    """A moment: Shanghai time in Python, UTC in the database (SQLite keeps no offset)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return (value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value).astimezone(
            SHANGHAI
        )


class Base(DeclarativeBase):
    """The base of all tables; constraints are named, so that migrations can speak of them on both
    databases.
    """

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        dict[str, Any]: JSON(none_as_null=True),
        list[dict[str, Any]]: JSON,
    }


class HealthCheck(Base):
    """A row that is written and deleted to see whether that can be done; nothing else is kept."""

    __tablename__ = "health_checks"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    written_at: Mapped[datetime]


async def insert_once(session: AsyncSession, table: type[Base], values: Mapping[str, Any]) -> bool:
    """Insert a row; False where a unique key of it is taken, also by somebody who just does."""
    return bool(await insert_missing(session, table, [values]))


async def insert_missing(
    session: AsyncSession, table: type[Base], rows: Sequence[Mapping[str, Any]]
) -> int:
    """Insert those rows of which no unique key is taken; returns how many."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert if is_sqlite else postgresql.insert
    missing = insert(table).values(rows).on_conflict_do_nothing()
    # A driver's count of rows is -1 for some of these: those that were made are told.
    made = await session.execute(missing.returning(*inspect(table).primary_key))
    return len(made.all())


Row = TypeVar("Row", bound=Base)
_HELD = "held"  # where a unit of work keeps the rows that it has locked


class _Work(Session):
    """A unit of work."""


@event.listens_for(_Work, "do_orm_execute")
def _read_what_is_locked(state: ORMExecuteState) -> None:
    """A lock reads the row as it is by then: what was read before it, somebody else may have
    changed while one waited.
    """
    if state.is_select and getattr(state.statement, "_for_update_arg", None) is not None:
        state.update_execution_options(populate_existing=True)


async def locked(session: AsyncSession, table: type[Row], key: str) -> Row | None:
    """The row of a key as it is by then, kept so until the unit of work ends; None where there is
    none. Whoever has the lock does not read the row again.

    On SQLite a unit of work has the only lock there is from its first statement on.
    """
    held = _held(session)
    row = await session.get(table, key, with_for_update=not _alone(session) and key not in held)
    held[key] = row
    return row


async def locked_by_another(session: AsyncSession, row: Base, key: str) -> None:
    """Let a row be what it is by then, once the lock that it is changed under was taken."""
    held = _held(session)
    if not _alone(session) and key not in held:
        await session.refresh(row)
    held[key] = row


def _held(session: AsyncSession) -> dict[str, Base | None]:
    """What a unit of work has read under a lock, by its keys, which are random and never the same
    in two tables. A session alone would forget a row that nobody looks at.
    """
    held: dict[str, Base | None] = session.info.setdefault(_HELD, {})
    return held


def _alone(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"


@event.listens_for(_Work, "after_transaction_end")
def _let_go(session: Session, ended: SessionTransaction) -> None:
    if ended.nested or ended.parent is None:  # and not one of the session's own, within
        session.info.pop(_HELD, None)


class Database:
    """Hands out sessions.

    `url` names the asynchronous driver, as Settings.database_url does; `keys` open what is sealed.
    Nobody waits longer than `longest_wait_s` seconds for a connection. `outage` tells the log once
    when the database cannot be used; who sees it work ends it. `packer` packs what is stored.
    `process` is what other processes know this one by: PostgreSQL shows it as the
    `application_name` of its sessions.
    """

    def __init__(self, url: str, keys: DataKeys, longest_wait_s: float = LONGEST_IN_LINE_S) -> None:
        address = make_url(url)
        # Parameters hold what visitors said; without this they would stand in every error message.
        common: dict[str, Any] = {
            "hide_parameters": True,
            "json_serializer": _json,
            "pool_timeout": longest_wait_s,
        }
        self._keys, self.process = keys, OF_HELPLINE + secrets.token_urlsafe(5)
        make = _sqlite_engines if address.get_backend_name() == "sqlite" else _postgresql_engines
        self._engine, self._reader = make(address, common, self.process)
        self.packer = Packer(fetch_from(address))
        for engine in (self._engine, self._reader):
            use_keys(engine.dialect, keys, self.packer)
        self._sessions = async_sessionmaker(
            self._engine, expire_on_commit=False, sync_session_class=_Work
        )
        self._readings = async_sessionmaker(self._reader, expire_on_commit=False)
        self.outage = Outage("the database")

    @property
    def engine(self) -> Engine:
        """The engine that units of work commit through."""
        return self._engine.sync_engine

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """One unit of work: commits when the block ends, rolls back when it raises. Hold it for
        database work only.

        Raises DatabaseUnavailable when the database does not answer.
        """
        with _told_apart(self.outage):
            async with self._sessions.begin() as session:
                yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """A session that only reads: it takes no lock and waits for nobody who writes.

        Raises DatabaseUnavailable when the database does not answer.
        """
        with _told_apart(self.outage):
            async with self._readings.begin() as session:
                yield session

    async def trouble(self) -> str | None:
        """What keeps the database from being used, in Chinese; None when it has the structure that
        this program needs, and a row can be written and deleted.

        Raises TimeoutError while every connection serves others.
        """
        try:
            if wrong := await self._wrong_structure():
                return wrong
            async with self.session() as session:
                session.add(HealthCheck(id=str(uuid.uuid4()), written_at=datetime.now(SHANGHAI)))
            async with self.session() as session:
                await session.execute(delete(HealthCheck))
        except DatabaseUnavailable as away:
            if isinstance(away.__cause__, PoolTimeout):
                raise TimeoutError from away
            return _cause_in_chinese(str(away.__cause__))
        return None

    async def _wrong_structure(self) -> str | None:
        async with self.reading() as session:
            connection = await session.connection()
            found = await connection.run_sync(
                lambda bare: MigrationContext.configure(bare).get_current_heads()
            )
        needed = _migrations()
        if set(found) == set(needed.get_heads()):
            return None
        known = {revision.revision for revision in needed.walk_revisions()}
        return OLDER_STRUCTURE if set(found) <= known else NEWER_STRUCTURE

    async def check_keys(self) -> None:
        """Raises DataKeyWrong where the database was sealed with another key; a database that does
        not answer cannot tell.
        """
        with suppress(OperationalError, InterfaceError, PoolTimeout):
            async with self._engine.connect() as connection:
                await connection.run_sync(check, self._keys)

    async def close(self) -> None:
        """Close every connection."""
        await self._engine.dispose()
        await self._reader.dispose()


@contextmanager
def _told_apart(outage: Outage) -> Iterator[None]:
    """A database that does not answer is an error of ours, not of the query."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as error:
        outage.begins(str(getattr(error, "orig", None) or error))
        raise DatabaseUnavailable from error


OLDER_STRUCTURE = (
    "数据库的结构比程序旧。请停下热线，运行 ./helpline migrate 升级，再运行 ./helpline up"
)
NEWER_STRUCTURE = (
    "数据库的结构比程序新。请换用与它相配的程序，或停下热线后用 ./helpline restore 恢复较早的备份"
)
NO_ANSWER = (
    "数据库没有应答。请确认它在运行，并核对设置 HELPLINE_DATABASE_URL；具体原因在服务的日志里"
)
# What a database's own message holds → what an operator reads; the rest stands in the log.
CAUSES = {
    "is full": "数据库写不进去：磁盘已满。请清理或扩大数据库所在的磁盘",
    "disk I/O error": "数据库写不进去：磁盘出错或已满。请检查数据库所在的磁盘",
    "No space left": "数据库写不进去：磁盘已满。请清理或扩大数据库所在的磁盘",
    "readonly": "数据库写不进去：文件或磁盘是只读的。请核对数据文件夹的权限",
    "read-only": "数据库写不进去：它是只读的。请核对数据库的设置和权限",
    "is locked": "数据库被别的程序锁住了。请停下正在使用数据库文件的其他程序",
}


def _cause_in_chinese(message: str) -> str:
    return next((said for sign, said in CAUSES.items() if sign in message), NO_ANSWER)


def _sqlite_engines(
    address: URL, common: Mapping[str, Any], _: str
) -> tuple[AsyncEngine, AsyncEngine]:
    """One connection writes, several read beside it (WAL).

    SQLite lets one write at a time and makes others try again and again; the pool's queue is fair
    and faster.
    """
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    common = {**common, "module": Driver()}
    writer = create_async_engine(address, pool_size=1, max_overflow=0, **common)
    event.listen(writer.sync_engine, "connect", _prepare_sqlite)
    event.listen(writer.sync_engine, "begin", _begin_immediately)
    reader = create_async_engine(address, pool_size=READERS, max_overflow=0, **common)
    event.listen(reader.sync_engine, "connect", _prepare_sqlite_reader)
    event.listen(reader.sync_engine, "begin", _begin)
    for one in (writer, reader):
        statements.watch(one.sync_engine)
    return writer, reader


def _postgresql_engines(
    address: URL, common: Mapping[str, Any], process: str
) -> tuple[AsyncEngine, AsyncEngine]:
    """One pool for both; who only reads tells the database so."""
    told = {**PATIENCE, "application_name": process}
    engine = create_async_engine(address, pool_pre_ping=True, connect_args=told, **common)
    statements.watch(engine.sync_engine)
    return engine, engine.execution_options(postgresql_readonly=True)


async def _database_of(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


AppDatabase = Annotated[Database, Depends(_database_of)]


def _migrations() -> ScriptDirectory:
    return ScriptDirectory.from_config(Config(MIGRATIONS / "alembic.ini"))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _prepare_sqlite(connection: Any, _: object) -> None:
    # What is deleted is written over, not only let go.
    _set_up(connection, "foreign_keys = ON", "synchronous = NORMAL", "secure_delete = ON")


def _prepare_sqlite_reader(connection: Any, _: object) -> None:
    _set_up(connection, "query_only = ON")


def _set_up(connection: Any, *pragmas: str) -> None:
    # Transactions begin below, not when the driver thinks they should.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode = WAL", f"busy_timeout = {LONGEST_WAIT_S * 1000}", *pragmas):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediately(connection: Connection) -> None:
    # A transaction that reads first and writes later could otherwise fail at once instead of
    # waiting its turn.
    _begin_by(connection, "BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    _begin_by(connection, "BEGIN")


def _begin_by(connection: Connection, statement: str) -> None:
    driver: Any = connection.connection.dbapi_connection
    driver.begins = statement
