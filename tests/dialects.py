"""The statements that a process has compiled serve all of its tests.

Each test has databases of its own, and SQLAlchemy keeps what it compiled by the engine's dialect.
Here an engine that was closed leaves its dialect to the next one, together with what was compiled
for it: otherwise a tenth of the tests' time would go into compiling the same again.
"""

from functools import partial
from typing import Any, ClassVar

from sqlalchemy import URL, Dialect, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg, PGDialectAsync_psycopg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite

from api.protection import columns

COMPILED = "compiled_cache"  # SQLAlchemy's name for the option


class Lent(Dialect):
    """A dialect that one open engine has at a time: of those that were left, one that was made with
    the same options. The driver's module is the same each time, if not the same object.
    """

    left: ClassVar[list["Lent"]]  # by engines that were closed
    options: dict[str, Any]
    compiled: dict[Any, Any]
    lent_to: Engine | None

    def __new__(cls, dbapi: Any = None, **options: Any) -> "Lent":
        fitting = next((one for one in cls.left if one.options == options), None)
        if fitting is None:
            return super().__new__(cls)
        cls.left.remove(fitting)
        return fitting

    def __init__(self, dbapi: Any = None, **options: Any) -> None:
        if not hasattr(self, "compiled"):
            super().__init__(dbapi=dbapi, **options)  # type: ignore[call-arg]
            self.options, self.compiled = options, {}

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        lent = engine.dialect
        assert isinstance(lent, Lent)
        lent.lent_to = engine
        for known in (columns._KEYS, columns._PACKERS):  # a new engine is given its own, or fails
            known.pop(lent, None)
        engine.update_execution_options(**{COMPILED: lent.compiled})


class LentSQLite(Lent, SQLiteDialect_aiosqlite):
    left: ClassVar[list[Lent]] = []
    supports_statement_cache = True


class LentPostgreSQL(Lent, PGDialectAsync_psycopg):
    left: ClassVar[list[Lent]] = []
    supports_statement_cache = True


OF_DRIVERS = {SQLiteDialect_aiosqlite: LentSQLite, PGDialect_psycopg: LentPostgreSQL}


def lend() -> None:
    """From now on, in this process."""
    for driver, lent in OF_DRIVERS.items():
        driver.get_async_dialect_cls = partial(_always, lent)  # type: ignore[method-assign]
    event.listen(Engine, "engine_disposed", _is_left)


def _always(lent: type[Lent], _: URL) -> type[Lent]:
    return lent


def _is_left(engine: Engine) -> None:
    """An engine that is closed again has left its dialect before."""
    lent = engine.dialect
    if isinstance(lent, Lent) and lent.lent_to is engine:
        lent.lent_to = None
        lent.left.append(lent)
