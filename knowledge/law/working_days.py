"""Working days: weekends, statutory holidays and the weekend days that are worked to make up for
them.

The one door to the package `chinesecalendar`, whose years end; later ones stand in
`content/holidays.yml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Self

import chinese_calendar
from pydantic import model_validator

from knowledge.reviewed import CONTENT, ContentError, Strict, line_of, load

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class PublishedYear(Strict):
    """The arrangement of one year, as the State Council's office published it."""

    year: int
    source: str
    days_off: tuple[date, ...]
    workdays: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _is_of_this_year(self) -> Self:
        if stray := next(
            (day for day in (*self.days_off, *self.workdays) if day.year != self.year), None
        ):
            raise ValueError(f"{stray} 不在 {self.year} 年")
        if both := set(self.days_off) & set(self.workdays):
            raise ValueError(f"{min(both)} 既写了放假又写了补班")
        if weekday := next((day for day in self.workdays if day.weekday() < SATURDAY), None):
            raise ValueError(f"{weekday} 不是周末，不用写补班")
        return self


class _File(Strict):
    years: tuple[PublishedYear, ...]


@dataclass(frozen=True)
class WorkingDays:
    """Which days are worked. `years` are those of the content file: they win over the package's."""

    years: Mapping[int, PublishedYear] = field(default_factory=dict)

    @classmethod
    def load(cls, content: Path = CONTENT) -> Self:
        """Read holidays.yml; raises ContentError."""
        path = content / "holidays.yml"
        years: dict[int, PublishedYear] = {}
        for index, one in enumerate(load(path, _File).years):
            if one.year in years:
                raise ContentError(path, line_of(path, "years", index), f"{one.year} 年写了两次")
            years[one.year] = one
        return cls(years)

    def knows(self, year: int) -> bool:
        """Whether the holidays of a year are known; if not, only weekends count."""
        return year in self.years or _in_package(date(year, 1, 1)) is not None

    def is_workday(self, day: date) -> bool:
        """Whether work is done on a day; a weekend day that is made up for counts as any other
        working day.
        """
        if published := self.years.get(day.year):
            return day in published.workdays or (
                day.weekday() < SATURDAY and day not in published.days_off
            )
        known = _in_package(day)
        return day.weekday() < SATURDAY if known is None else known

    def on_or_after(self, day: date) -> date:
        """The day itself where it is a working day, else the next one: where a period ends that
        would end on it.
        """
        while not self.is_workday(day):
            day += ONE_DAY
        return day

    def after(self, start: date, count: int) -> date:
        """The last of so many working days, the first being the first one after `start`."""
        day = start
        for _ in range(count):
            day = self.on_or_after(day + ONE_DAY)
        return day


def _in_package(day: date) -> bool | None:
    """Whether the package takes a day for a working day; None for years that it does not hold."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None
