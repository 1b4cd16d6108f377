"""The queue before the dialogue engines: bounded, and everybody in it can be told his place."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import ceil

from anyio import CapacityLimiter, WouldBlock

AT_ONCE = 4  # messages that an engine is given at the same time; it thinks on one core
MOST_WAITING = 200
USUAL_S = 0.1  # what a message takes until some were timed
_WEIGHT = 0.1  # of the latest message in the mean


class WaitedTooLong(Exception):
    """No engine got round to this message in time."""


@dataclass(frozen=True)
class Place:
    """Where a message stands: how many wait before it, and about how many seconds that takes."""

    ahead: int
    seconds: int


class EngineQueue:
    """Lets `at_once` messages through at a time, first come, first served.

    Nobody waits in it longer than `longest_wait_s` seconds.
    """

    def __init__(self, longest_wait_s: float, at_once: int = AT_ONCE) -> None:
        self._places = CapacityLimiter(at_once)
        self.longest_wait_s = longest_wait_s
        self._waiting: dict[str, None] = {}  # in the order in which they came
        self._mean_s = USUAL_S
        self._thinking = 0
        self._still, self._open = asyncio.Event(), asyncio.Event()
        self._still.set()
        self._open.set()
        self._one_between = asyncio.Lock()

    def __len__(self) -> int:
        """How many messages wait."""
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether nobody else should be let in."""
        return len(self) >= MOST_WAITING

    @property
    def at_once(self) -> int:
        """How many messages are let through at a time: more, where more engines are in service."""
        return int(self._places.total_tokens)

    def let_through(self, at_once: int) -> None:
        """Let so many through from here on; whoever is through already stays."""
        if at_once != self.at_once:
            self._places.total_tokens = at_once

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Wait, then run the block; raises WaitedTooLong. `key` is what `place` is asked by."""
        self._waiting[key] = None
        place = object()
        try:
            async with asyncio.timeout(self.longest_wait_s):
                await self._let_in(place)
        except TimeoutError as error:
            raise WaitedTooLong from error
        finally:
            self._waiting.pop(key, None)
        began = time.monotonic()
        try:
            yield
        finally:
            self._places.release_on_behalf_of(place)
            self._thinking -= 1
            if not self._thinking:
                self._still.set()
            self._mean_s += _WEIGHT * (time.monotonic() - began - self._mean_s)

    @asynccontextmanager
    async def between(self) -> AsyncIterator[None]:
        """Run the block while the engines are given nothing: between two turns. Who comes meanwhile
        waits behind it.
        """
        async with self._one_between:
            self._open.clear()
            try:
                await self._still.wait()
                yield
            finally:
                self._open.set()

    def place(self, key: str) -> Place | None:
        """Where a message stands; None where it does not wait."""
        if key not in self._waiting:
            return None
        ahead = list(self._waiting).index(key)
        return Place(ahead, self.seconds_for(ahead + 1))

    def seconds_for(self, messages: int) -> int:
        """About how long the engines take for so many messages, at least one second."""
        return max(1, ceil(messages * self._mean_s / self.at_once))

    async def _let_in(self, place: object) -> None:
        """Take a place among those that are thought about."""
        try:
            self._places.acquire_on_behalf_of_nowait(place)
        except WouldBlock:
            await self._places.acquire_on_behalf_of(place)
        try:
            while not self._open.is_set():
                await self._open.wait()
        except BaseException:
            self._places.release_on_behalf_of(place)
            raise
        self._thinking += 1
        self._still.clear()
