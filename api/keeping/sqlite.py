"""A copy of an SQLite database that is in use, and the exchange of one file for another."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import URL

from api.keeping import structure
from api.keeping.archive import KeepingFailed, keep_aside

BESIDE = ("-wal", "-shm")  # what SQLite keeps beside the file while it is in use


def copy(address: URL, target: Path) -> tuple[str, list[str]]:
    """Copy one moment of the database; its revision and its tables.

    SQLite's own backup reads through one snapshot, while others write on.
    """
    source = Path(address.database or "")
    if not source.is_file():
        raise KeepingFailed(f"还没有数据库：{source}。没有什么可以备份。")
    # Who may only read would leave the log's files behind where nobody else has it open.
    with opened(source, "rw") as live, closing(sqlite3.connect(target)) as copied:
        live.backup(copied)
    return examine(target)


def examine(file: Path) -> tuple[str, list[str]]:
    """Revision and tables of a database file that is whole; raises KeepingFailed."""
    try:
        with opened(file, "rw") as database:
            [found] = database.execute("PRAGMA integrity_check").fetchone()
            if found != "ok":
                raise KeepingFailed(f"数据库文件已损坏（{found[:100]}）。请换一份备份。")
            [revision] = database.execute("SELECT version_num FROM alembic_version").fetchone()
            rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return str(revision), sorted(name for (name,) in rows)
    except (sqlite3.Error, TypeError) as error:
        raise KeepingFailed(f"数据库文件读不懂（{error}）。请换一份备份。") from error


def restore(address: URL, file: Path, mark: str) -> str | None:
    """Put `file` in the place of the database, migrated; where the former one is kept."""
    examine(file)
    structure.migrate(address.set(database=str(file)))
    with opened(file, "rw") as database:  # the file alone must hold everything
        database.execute("PRAGMA journal_mode = DELETE")
    target = Path(address.database or "")
    kept = keep_aside(target, mark)
    for ending in BESIDE:  # they belong to the former file and would spoil this one
        beside = target.with_name(target.name + ending)
        if kept and beside.exists():
            beside.replace(kept.with_name(kept.name + ending))
        beside.unlink(missing_ok=True)
    os.chmod(file, 0o600)
    file.replace(target)
    return str(kept) if kept else None


@contextmanager
def opened(file: Path, mode: str) -> Iterator[sqlite3.Connection]:
    """A connection that makes no file where there is none."""
    address = f"file:{quote(str(file))}?mode={mode}"
    with closing(sqlite3.connect(address, uri=True, timeout=30)) as connection:
        yield connection
