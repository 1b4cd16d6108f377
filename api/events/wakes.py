"""How processes wake each other: who wrote events says so, and what is not stored is handed on.

Nothing depends on it but speed: every reader looks into the table now and then anyway.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Protocol

import psycopg
from sqlalchemy import make_url, text

from api.database import PATIENCE, Database, DatabaseUnavailable
from api.logs import Outage

log = logging.getLogger(__name__)

CHANNEL = "helpline_events"
TRY_AGAIN_S = 5
LOOK = ""  # what is said when there is something to read in the table

Heard = Callable[[str], None]


class Wakes(Protocol):
    """A line between the processes that share a database."""

    async def listen(self, heard: Heard) -> None:
        """Hand on whatever is said, until cancelled."""

    async def say(self, words: str) -> None:
        """Say something to every process; whoever does not hear it looks by himself."""


class Alone:
    """One process needs no line."""

    async def listen(self, heard: Heard) -> None:
        await asyncio.Event().wait()

    async def say(self, words: str) -> None:
        return None


class ByPostgreSQL:
    """LISTEN and NOTIFY. Listening keeps one connection of its own."""

    def __init__(self, url: str, database: Database) -> None:
        self._address = make_url(url).set(drivername="postgresql")
        self._database = database
        self._outage = Outage("listening for events in PostgreSQL")

    async def listen(self, heard: Heard) -> None:
        address = self._address.render_as_string(hide_password=False)
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    address, autocommit=True, application_name=self._database.process, **PATIENCE
                ) as line:
                    await line.execute(f"LISTEN {CHANNEL}".encode())
                    self._outage.ends()
                    heard(LOOK)  # something may have been said before
                    async for told in line.notifies():
                        heard(told.payload)
            except psycopg.Error as trouble:
                self._outage.begins(str(trouble))
            await asyncio.sleep(TRY_AGAIN_S)

    async def say(self, words: str) -> None:
        tell = text("SELECT pg_notify(:channel, :words)")
        try:
            async with self._database.session() as session:
                await session.execute(tell, {"channel": CHANNEL, "words": words})
        except DatabaseUnavailable as trouble:
            log.warning("nobody was woken: %s", trouble)
