"""Fixtures that every test may use: a migrated database of either kind, and the fixed clock."""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config

from api.clock import Clock
from api.database import MIGRATIONS, Database
from api.keeping import structure
from api.protection.keys import DataKeys
from api.settings import Settings
from tests import dialects
from tests.postgresql import postgresql

TODAY = date(2026, 11, 22)

# For a test whose statements no kind of database takes otherwise: it runs on one.
ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

# One key for all tests: the service, the migrations and the tests look into the same databases.
os.environ["HELPLINE_DATA_KEY"] = "b25seSBmb3IgdGVzdHMsIG5vIHNlY3JldDogMzIgYnk="
KEYS = DataKeys.of(Settings())


def pytest_configure() -> None:
    """What is imported and collected lasts for the whole run: a million objects, which Python would
    search for garbage again and again.
    """
    gc.disable()
    dialects.lend()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    gc.freeze()
    gc.set_threshold(20_000, 20, 5)  # each test leaves much behind that dies with it
    gc.enable()


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to a revision, the way an operator does."""
    before = os.environ.get("HELPLINE_DATABASE_URL")
    os.environ["HELPLINE_DATABASE_URL"] = url
    try:
        turn = command.downgrade if revision == "base" else command.upgrade
        turn(Config(MIGRATIONS / "alembic.ini"), revision)
    finally:
        if before is None:
            del os.environ["HELPLINE_DATABASE_URL"]
        else:
            os.environ["HELPLINE_DATABASE_URL"] = before


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, from which others are copied."""
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgresql() -> Iterator[str]:
    """The URL of a migrated database on a PostgreSQL server of our own."""
    with postgresql() as url:
        migrate(url)
        yield url


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """An empty migrated SQLite file."""
    shutil.copy(migrated_sqlite, tmp_path / "helpline.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'helpline.db'}"


@pytest.fixture
def postgresql_url(migrated_postgresql: str) -> Iterator[str]:
    """The migrated PostgreSQL database, emptied after each test.

    The tables hold a few rows: TRUNCATE, which makes new files for all of them, takes far longer.
    """
    yield migrated_postgresql.replace("postgresql://", "postgresql+psycopg://")
    tables = [name for name in structure.tables() if name != structure.REVISION_TABLE]
    with psycopg.connect(migrated_postgresql) as connection:
        # Also what only grows, for every user but the tests' own.
        connection.execute("SET session_replication_role = replica")
        connection.execute("; ".join(f"DELETE FROM {name}" for name in tables).encode())
        connection.execute("SELECT setval(oid, 1, false) FROM pg_class WHERE relkind = 'S'")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty migrated database, once of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh migrated database, opened."""
    database = Database(database_url, KEYS)
    yield database
    await database.close()


@pytest.fixture
def clock() -> Clock:
    """The fixed date of all tests."""
    return Clock(TODAY)
