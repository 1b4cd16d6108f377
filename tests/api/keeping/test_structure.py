"""The structure of the database is brought up to date once, however many start at once."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import make_url

from api.keeping import structure

# The number stands in api/migrations/env.py, which only Alembic can load.
TAKE_THE_LOCK = "SELECT pg_advisory_xact_lock(4851002200)"
WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
UPGRADE = ("-m", "alembic", "-c", "api/migrations/alembic.ini", "upgrade", "head")


@pytest.fixture
def empty(migrated_postgresql: str) -> Iterator[str]:
    """The URL of a database without any table on the tests' server."""
    with psycopg.connect(migrated_postgresql, autocommit=True) as admin:
        admin.execute("CREATE DATABASE many")
        yield make_url(migrated_postgresql).set(database="many").render_as_string(False)
        admin.execute("DROP DATABASE many WITH (FORCE)")


def test_of_two_who_start_at_once_on_postgresql_one_waits_for_the_other(empty: str) -> None:
    env = {**os.environ, "HELPLINE_DATABASE_URL": empty}
    with psycopg.connect(empty) as first, psycopg.connect(empty, autocommit=True) as looking:
        first.execute(TAKE_THE_LOCK)
        started = [
            subprocess.Popen([sys.executable, *UPGRADE], env=env, stderr=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        look_again = threading.Event()
        while looking.execute(WAITING).fetchone() != (2,):
            assert [process.poll() for process in started] == [None, None]
            look_again.wait(0.05)
        first.rollback()
        said = [process.communicate()[1] for process in started]

        assert [process.returncode for process in started] == [0, 0], said
        assert all("另一个进程正在升级数据库" in text for text in said)
        found = looking.execute("SELECT version_num FROM alembic_version").fetchall()
        assert found == [(structure.newest(),)]
