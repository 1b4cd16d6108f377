"""Keeping strangers from guessing look-up codes."""

import time
from collections import OrderedDict
from collections.abc import Callable
from http import HTTPStatus
from math import ceil

from api.errors import HelplineError

MOST_TRIES = 5
WITHIN_S = 15 * 60
# Old entries go first beyond this: an attack must not fill the memory.
MOST_REMEMBERED = 10_000


class TooManyTries(HelplineError):
    code = "too_many_tries"
    status = HTTPStatus.TOO_MANY_REQUESTS
    title = "试得太多"
    detail = f"查询口令连续输错太多次，请 {WITHIN_S // 60} 分钟后再试；口令在登记工单时给出。"


class Throttle:
    """Counts the tries of each address on each number; `seconds` is a clock that never goes
    back.
    """

    def __init__(self, seconds: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._tries: OrderedDict[tuple[str, str], list[float]] = OrderedDict()

    def count(self, number: str, address: str) -> None:
        """Count one more try; raises TooManyTries when there were too many of late."""
        now = self._seconds()
        recent = [
            moment for moment in self._tries.pop((number, address), []) if moment > now - WITHIN_S
        ]
        allowed = len(recent) < MOST_TRIES
        self._tries[number, address] = [*recent, now] if allowed else recent
        if len(self._tries) > MOST_REMEMBERED:
            self._tries.popitem(last=False)
        if not allowed:
            raise TooManyTries(headers={"Retry-After": str(ceil(recent[0] + WITHIN_S - now))})

    def forgive(self, number: str, address: str) -> None:
        """Forget the tries: the last one was right."""
        self._tries.pop((number, address), None)
