"""The one clock: everything that depends on a date reads it."""

from datetime import date, datetime, timedelta, timezone
from typing import Annotated

from fastapi import Depends, Request

# China has kept one time without daylight saving since 1991; a fixed offset needs no time zone
# database.
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


class Clock:
    """Tells the date and time in Shanghai.

    With `fixed` (the setting HELPLINE_AS_OF) the date stands still while the time of day goes on.
    """

    def __init__(self, fixed: date | None = None) -> None:
        self._fixed = fixed

    def now(self) -> datetime:
        """The present moment with its offset, e.g. 2026-11-22T09:30:00+08:00."""
        now = datetime.now(SHANGHAI)
        return now if self._fixed is None else datetime.combine(self._fixed, now.time(), SHANGHAI)

    def today(self) -> date:
        """The calendar date in Shanghai."""
        return self.now().date()

    def moment(self) -> datetime:
        """The real moment, also where the date stands still: for what ends after so long a time,
        such as a session. A date that stands still comes round to the same hour every day.
        """
        return datetime.now(SHANGHAI)


async def _clock_of(request: Request) -> Clock:
    clock: Clock = request.app.state.clock
    return clock


AppClock = Annotated[Clock, Depends(_clock_of)]
