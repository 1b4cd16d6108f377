"""The queue before the dialogue engine: bounded, and everybody in it can be told his place."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from math import ceil

AT_ONCE = 4  # messages that the engine is given at the same time; it thinks on one core
MOST_WAITING = 200
USUAL_S = 0.1  # what a message takes until some were timed
_WEIGHT = 0.1  # of the latest message in the mean


class WaitedTooLong(Exception):
    """The engine did not get round to this message in time."""


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
        self._free = asyncio.Semaphore(at_once)
        self._at_once, self._longest_wait_s = at_once, longest_wait_s
        self._waiting: dict[str, None] = {}  # in the order in which they came
        self._mean_s = USUAL_S

    def __len__(self) -> int:
        """How many messages wait."""
        return len(self._waiting)

    @property
    def full(self) -> bool:
        """Whether nobody else should be let in."""
        return len(self) >= MOST_WAITING

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        """Wait, then run the block; raises WaitedTooLong. `key` is what `place` is asked by."""
        self._waiting[key] = None
        try:
            async with asyncio.timeout(self._longest_wait_s):
                await self._free.acquire()
        except TimeoutError as error:
            raise WaitedTooLong from error
        finally:
            self._waiting.pop(key, None)
        began = time.monotonic()
        try:
            yield
        finally:
            self._free.release()
            self._mean_s += _WEIGHT * (time.monotonic() - began - self._mean_s)

    @asynccontextmanager
    async def between(self) -> AsyncIterator[None]:
        """Run the block while the engine is given nothing: between two turns. Who comes meanwhile
        waits behind it.
        """
        taken = 0
        try:
            for _ in range(self._at_once):
                await self._free.acquire()
                taken += 1
            yield
        finally:
            for _ in range(taken):
                self._free.release()

    def place(self, key: str) -> Place | None:
        """Where a message stands; None where it does not wait."""
        if key not in self._waiting:
            return None
        ahead = list(self._waiting).index(key)
        return Place(ahead, self.seconds_for(ahead + 1))

    def seconds_for(self, messages: int) -> int:
        """About how long the engine takes for so many messages, at least one second."""
        return max(1, ceil(messages * self._mean_s / self._at_once))
