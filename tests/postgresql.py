"""PostgreSQL servers of our own, for the tests: python -m tests.postgresql runs one until it is
told to end, and prints its address.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pgserver._commands import POSTGRES_BIN_PATH
from pgserver.postgres_server import get_server

# What a copy of a server's folder must not take for its own.
OF_THE_RUNNING = (".s.PGSQL.5432", ".s.PGSQL.5432.lock", ".handle_pids.json", "log")


@contextmanager
def postgresql() -> Iterator[str]:
    """The URL of an empty database; the server is gone after the block.

    As root it runs under a user of its own, who could not reach a folder of pytest's.
    """
    folder = Path(tempfile.mkdtemp(prefix="helpline-postgresql-"))
    server = get_server(folder, cleanup_mode="delete")
    try:
        server.psql("ALTER SYSTEM SET fsync = off; SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def copied(url: str, *, standby: bool, wal_level: str = "replica") -> Iterator[str]:
    """The URL of a copy of the server at `url` as it is now, which is gone after the block: a hot
    standby of it, or one that goes on by itself.
    """
    folder = Path(tempfile.mkdtemp(prefix="helpline-postgresql-"))
    user = "pgserver" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    copying = [POSTGRES_BIN_PATH / "pg_basebackup", "-D", folder, "-d", url, "-c", "fast", "-N"]
    copying += ["-R"] if standby else []
    subprocess.run(copying, check=True, capture_output=True, user=user)
    for name in OF_THE_RUNNING:
        (folder / name).unlink(missing_ok=True)
    with (folder / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"wal_level = {wal_level}\n")
    server = get_server(folder, cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def main() -> None:
    with postgresql() as url:
        print(url, flush=True)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()
