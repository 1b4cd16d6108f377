"""A SQLite file is served by one process: nobody wakes or counts for another one there."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url

from api.settings import NEEDS_POSTGRESQL


class AlreadyServed(Exception):
    """Another process serves this file; the text says in Chinese what to do."""


@contextmanager
def alone(database_url: str) -> Iterator[None]:
    """Have the SQLite file for oneself in the block; PostgreSQL is shared as it is.

    The lock goes with the process, however it ends. Raises AlreadyServed, OSError.
    """
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    file = Path(url.database)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_name(f"{file.name}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyServed(
                f"另一个进程正在使用数据库文件 {file}，这个进程没有启动。"
                f"几个进程一起运行{NEEDS_POSTGRESQL}。"
            ) from None
        yield
