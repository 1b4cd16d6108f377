"""Working time: the hours of the desk on working days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from knowledge.law.working_days import ONE_DAY, WorkingDays

_MINUTE = timedelta(minutes=1)

Span = tuple[int, int]  # minutes of the day: the first, and the one after the last
# Without hours of the desk a working day counts whole; it ends on its own date.
WHOLE_DAY: tuple[Span, ...] = ((0, 24 * 60 - 1),)


@dataclass(frozen=True)
class WorkingHours:
    """Which moments are working time. All datetimes are of one time zone, which is kept."""

    days: WorkingDays
    spans: tuple[Span, ...] = WHOLE_DAY

    @classmethod
    def of(cls, days: WorkingDays, spans: Iterable[tuple[time, time]]) -> "WorkingHours":
        """Working hours of these spans of a day, whole days where there are none."""
        named = sorted((_minute(begins), _minute(ends)) for begins, ends in spans)
        return cls(days, tuple(named) or WHOLE_DAY)

    def after(self, start: datetime, worked: timedelta) -> datetime:
        """The moment at which so much working time has passed since `start`."""
        left, day = worked, start.date()
        while True:
            for begin, end in self._of(day, start):
                begin = max(begin, start)
                if begin < end and left <= end - begin:
                    return begin + left
                left -= max(end - begin, timedelta())
            day += ONE_DAY

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; none where `end` is the earlier one."""
        worked, day = timedelta(), start.date()
        while day <= end.date():
            for begin, stop in self._of(day, start):
                worked += max(min(stop, end) - max(begin, start), timedelta())
            day += ONE_DAY
        return worked

    def end_of_day(self, start: datetime, days: int) -> datetime:
        """The end of the working hours of the day that comes so many working days after
        `start`.
        """
        return self._of(self.days.after(start.date(), days), start)[-1][1]

    def _of(self, day: date, like: datetime) -> list[tuple[datetime, datetime]]:
        """The spans of a day, none where it is not worked on."""
        if not self.days.is_workday(day):
            return []
        midnight = datetime.combine(day, time(), like.tzinfo)
        return [(midnight + begin * _MINUTE, midnight + end * _MINUTE) for begin, end in self.spans]


def _minute(moment: time) -> int:
    return moment.hour * 60 + moment.minute
