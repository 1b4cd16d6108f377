"""A PostgreSQL server of our own, for the tests: python -m tests.postgresql runs one until it is
told to end, and prints its address.
"""

import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pgserver.postgres_server import get_server


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


def main() -> None:
    with postgresql() as url:
        print(url, flush=True)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()
