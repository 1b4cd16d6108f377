"""Each copy of the service follows the release in use, and looks what holds on the day."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from api.answers.service import Knowledge
from api.clock import Clock
from api.content import catalogue, releases
from api.content.press import Press
from api.content.workshop import Workshop
from api.database import Database, DatabaseUnavailable
from api.errors import HelplineError
from api.events.service import Event
from knowledge.editing.entries import EntryError
from knowledge.editing.folder import Change

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 30.0
AGAIN_AFTER_S = 60.0  # what could not be loaded is tried again
BEHIND = (
    "新发布的内容没有换上，这个进程仍在用旧的：{problem}。请在工作台撤回这次发布，或看服务的日志"
)

Use = Callable[[Knowledge], Awaitable[None]]


class Following:
    """Knows what this process speaks from; `use` lets it speak from something else. `settle` is
    called, in a thread, whenever other content has taken the place of what was used.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        workshop: Workshop,
        press: Press,
        use: Use,
        settle: Callable[[], None] | None = None,
    ) -> None:
        self._database, self._clock, self._workshop = database, clock, workshop
        self._press, self._use = press, use
        self.settle = settle or (lambda: None)
        self._look = asyncio.Event()
        self._tried: str | None = None  # the hash that failed, and when it is tried again
        self._again_at = 0.0
        self._speaking: tuple[Change, ...] = ()
        self.hash = ""
        self._problem: str | None = None

    def hear(self, event: Event) -> None:
        """Look at once where something was published."""
        if event.kind == releases.PUBLISHED:
            self._look.set()

    async def trouble(self) -> str | None:
        """What keeps this process from following, in Chinese."""
        return BEHIND.format(problem=self._problem.rstrip("。")) if self._problem else None

    async def begin(self, load: Callable[[], Knowledge]) -> Knowledge:
        """What this process speaks from first: the release in use, else what is shipped, which
        `load` loads.
        """
        try:
            changes = await self._changes()
        except (DatabaseUnavailable, SQLAlchemyError):
            changes = ()
        loaded: list[Knowledge] = []

        async def take(knowledge: Knowledge) -> None:
            loaded.append(knowledge)

        if changes:
            with suppress(_Failed):
                await self._follow(changes, take)
        return loaded[0] if loaded else await asyncio.to_thread(load)

    async def run(self) -> None:
        """Follow until cancelled."""
        place = await asyncio.to_thread(self._workshop.place, self._speaking)
        await self._take_in(place.content)
        await asyncio.to_thread(self.settle)
        while True:
            try:
                await self.look()
                await self._press.renew()
            except (DatabaseUnavailable, SQLAlchemyError, HelplineError):
                log.exception("what holds today cannot be told and is looked for again")
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_S):
                    await self._look.wait()
            self._look.clear()

    async def look(self) -> None:
        """Speak from the release in use; where it cannot be loaded, go on speaking from the old."""
        changes = await self._changes()
        place = await asyncio.to_thread(self._workshop.place, changes)
        if place.hash == self.hash:
            self._problem = None
        elif place.hash != self._tried or time.monotonic() >= self._again_at:
            with suppress(_Failed):
                await self._follow(changes, self._use)
                await self._take_in(place.content)
                await asyncio.to_thread(self._workshop.prune, {place.hash})
                await asyncio.to_thread(self.settle)

    async def _changes(self) -> tuple[Change, ...]:
        async with self._database.reading() as session:
            return await releases.changes_in_use(session)

    async def _follow(self, changes: tuple[Change, ...], use: Use) -> None:
        """Load the content with these changes and speak from it; raises _Failed, and notes why."""
        hash_ = ""
        try:
            place = await asyncio.to_thread(self._workshop.place, changes)
            hash_ = place.hash
            await asyncio.to_thread(self._workshop.make, changes)
            await use(await asyncio.to_thread(self._workshop.load, place))
        except Exception as error:
            log.exception("release %s cannot be put in use here", hash_)
            self._tried, self._again_at = hash_, time.monotonic() + AGAIN_AFTER_S
            self._problem = str(error) or type(error).__name__
            raise _Failed from error
        self._speaking, self.hash, self._problem, self._tried = changes, hash_, None, None

    async def _take_in(self, content: Path) -> None:
        """Let the table of items follow; one that cannot be read is told when it is edited."""
        try:
            items = await asyncio.to_thread(catalogue.read, content)
            await catalogue.take_in(self._database, items, at=self._clock.now())
        except (EntryError, OSError, DatabaseUnavailable, SQLAlchemyError):
            log.exception("the list of content items cannot be brought up to date")


class _Failed(Exception):
    """What should be in use cannot be loaded; it is noted why."""
