"""What a cluster's PostgreSQL has written, kept and opened, by its own counters."""

from dataclasses import dataclass
from typing import Any

import psycopg

_COUNTS = (
    "SELECT tup_inserted + tup_updated + tup_deleted, numbackends,"
    " pg_database_size(datname) FROM pg_stat_database WHERE datname = current_database()"
)
_LOG = "SELECT wal_bytes, wal_sync FROM pg_stat_wal"
_CONNECTIONS = "SELECT numbackends FROM pg_stat_database WHERE datname = %s"
_EVENTS = "SELECT count(*) FROM desk_events"
SETTLED_S = 2.0  # until a server process has told its counts, which it does once a second


@dataclass(frozen=True)
class Counts:
    """Rows written, connections, bytes on the disk, bytes and syncs of the log (WAL), events of the
    desk.
    """

    rows: int
    connections: int
    size: int
    log_bytes: int
    syncs: int
    events: int


def counts(url: str) -> Counts:
    """What there is by now."""
    with psycopg.connect(url, autocommit=True) as connection:
        rows, connections, size = _one(connection, _COUNTS)
        log_bytes, syncs = _one(connection, _LOG)
        [events] = _one(connection, _EVENTS)
    # One connection is this one.
    return Counts(rows, connections - 1, size, int(log_bytes), syncs, events)


class Connections:
    """How many connections a database has, seen from another one of the same server."""

    def __init__(self, url: str) -> None:
        place, _, self.name = url.rpartition("/")
        self._own = psycopg.connect(f"{place}/postgres", autocommit=True)

    def now(self) -> int:
        [number] = _one(self._own, _CONNECTIONS, (self.name,))
        return int(number)

    def close(self) -> None:
        self._own.close()


def between(before: Counts, after: Counts, messages: int) -> dict[str, float]:
    """What a message has cost on average, and the connections at the end."""
    names = ("rows", "size", "log_bytes", "syncs", "events")
    each = {
        name: round((getattr(after, name) - getattr(before, name)) / messages, 2) for name in names
    }
    return {**each, "connections": after.connections}


def _one(
    connection: "psycopg.Connection[Any]", sql: Any, more: tuple[str, ...] = ()
) -> tuple[Any, ...]:
    found = connection.execute(sql, more).fetchone()
    assert found
    return tuple(found)
