"""How much is worked on at once, so that whoever calls is taken in before others are answered."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

AT_ONCE = 4  # works; the answers are thought out on two cores
BESIDE_CALLS = 0  # works while something is taken in: a steady stream must not stop them
USUAL_S = 0.3  # what a work takes until some were timed
CALL_S = 0.02  # what it takes to take in a call; measured on two cores
CALL_S = 0.02  # what it takes to take in a call; measured on two cores
_WEIGHT = 0.1  # of the latest work in the mean


class Pace:
    """Lets works begin in the order in which they came, fewer while calls are taken in."""

    def __init__(self, at_once: int = AT_ONCE, beside_calls: int = BESIDE_CALLS) -> None:
        self._at_once, self._beside_calls = at_once, beside_calls
        self._calls = self._under_way = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._mean_s = USUAL_S

    def __len__(self) -> int:
        """How many works wait."""
        return len(self._waiting)

    @property
    def seconds_to_begin(self) -> float:
        """About how long a work that comes at this moment waits."""
        return self._calls * CALL_S + len(self) * self._mean_s / self._at_once

    @contextmanager
    def taking_in(self) -> Iterator[None]:
        """Run the block as a call that goes before works."""
        self._calls += 1
        try:
            yield
        finally:
            self._calls -= 1
            self._let_in()

    @asynccontextmanager
    async def work(self) -> AsyncIterator[None]:
        """Wait for a place, then run the block as a work."""
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        self._let_in()
        try:
            await place
        except asyncio.CancelledError:
            self._leave(place)
            raise
        began = asyncio.get_running_loop().time()
        try:
            yield
        finally:
            took_s = asyncio.get_running_loop().time() - began
            self._mean_s += _WEIGHT * (took_s - self._mean_s)
            self._end()

    def _let_in(self) -> None:
        places = self._beside_calls if self._calls else self._at_once
        while self._waiting and self._under_way < places:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                self._under_way += 1

    def _leave(self, place: asyncio.Future[None]) -> None:
        """Who is cancelled gives back the place that he may have been given."""
        if place.cancelled():
            return
        self._end()

    def _end(self) -> None:
        self._under_way -= 1
        self._let_in()
