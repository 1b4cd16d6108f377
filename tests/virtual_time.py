"""An event loop whose time passes only while nothing is left to do: waiting costs nothing, and
whatever takes real time (threads, sockets) takes none of the loop's.
"""

import asyncio
import selectors
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar, TypeVarTuple

Result = TypeVar("Result")
Arguments = TypeVarTuple("Arguments")

STUCK_S = 20.0  # real seconds without anything to do, after which a test hangs for good
GLANCE_S = 0.05
OTHER_THREADS = "aiosqlite"  # whose futures a thread of its own completes


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """The loop; `time()` begins at 0."""

    def __init__(self) -> None:
        self._passed = 0.0
        self._elsewhere: set[asyncio.Future[Any]] = set()
        super().__init__(_Selector(self._skip, self._is_awaited))
        self._clock_resolution = 1e-6

    def time(self) -> float:
        return self._passed

    def run_in_executor(
        self,
        executor: Executor | None,
        func: Callable[[*Arguments], Result],
        *args: *Arguments,
    ) -> asyncio.Future[Result]:
        return self._watched(super().run_in_executor(executor, func, *args))

    def create_future(self) -> asyncio.Future[Any]:
        made = super().create_future()
        asker = str(sys._getframe(1).f_globals.get("__name__", ""))
        return self._watched(made) if asker.startswith(OTHER_THREADS) else made

    def _watched(self, future: asyncio.Future[Result]) -> asyncio.Future[Result]:
        self._elsewhere.add(future)
        future.add_done_callback(self._elsewhere.discard)
        return future

    def _is_awaited(self) -> bool:
        """Whether another thread is at work for us."""
        return bool(self._elsewhere)

    def _skip(self, seconds: float) -> None:
        self._passed += seconds


class _Selector(selectors.DefaultSelector):
    """Passes time over instead of waiting; whoever reads or writes a socket is waited for."""

    def __init__(self, skip: Callable[[float], None], is_awaited: Callable[[], bool]) -> None:
        super().__init__()
        self._skip, self._awaited = skip, is_awaited

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        for_the_loop_alone = 1  # its own pipe, by which threads wake it
        if timeout is not None and timeout <= 0:
            return super().select(0)
        quiet_s = 0.0
        while True:
            is_busy = self._awaited() or len(self.get_map()) > for_the_loop_alone
            if events := super().select(GLANCE_S if is_busy or timeout is None else 0):
                return events
            if not is_busy and timeout is not None:
                self._skip(timeout)
                return []
            quiet_s += GLANCE_S
            if quiet_s > STUCK_S:
                raise RuntimeError("nothing will ever happen: every task waits for another")


def run(scenario: Coroutine[Any, Any, Result]) -> Result:
    """Run a scenario to its end in virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(scenario)
