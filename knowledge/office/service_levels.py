"""By when a ticket gets its first answer, its next step and its solution."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from knowledge.office.hours import WorkingHours
from knowledge.reviewed import CONTENT, Strict, load

Promise = Literal["first", "next", "solution"]
PROMISES: tuple[Promise, ...] = ("first", "next", "solution")


@dataclass(frozen=True)
class Due:
    """When something is due, and when the desk is warned of it."""

    warn_at: datetime
    due_at: datetime


class Period(Strict):
    """Either working hours or working days."""

    hours: int | None = Field(default=None, ge=1)
    days: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _is_one_of_both(self) -> Self:
        if (self.hours is None) == (self.days is None):
            raise ValueError("写 hours 或 days 中的一个")
        return self

    def end(self, start: datetime, hours: WorkingHours) -> datetime:
        if self.days is not None:
            return hours.end_of_day(start, self.days)
        return hours.after(start, timedelta(hours=self.hours or 0))


class Warning(Strict):
    hours: int = Field(ge=0)


class Level(Strict):
    first: Period
    next: Period
    solution: Period
    warn: Warning

    def due(self, promise: Promise, start: datetime, hours: WorkingHours) -> Due:
        periods: Mapping[Promise, Period] = {
            "first": self.first,
            "next": self.next,
            "solution": self.solution,
        }
        end = periods[promise].end(start, hours)
        return Due(max(end - timedelta(hours=self.warn.hours), start), end)


class _Levels(Strict):
    normal: Level
    urgent: Level


class ServiceLevels(Strict):
    """The promises of the office by how urgent a ticket is."""

    levels: _Levels

    @classmethod
    def load(cls, content: Path = CONTENT) -> "ServiceLevels":
        """Read service_levels.yml; raises ContentError."""
        return load(content / "service_levels.yml", cls)

    def of(self, priority: str) -> Level:
        return self.levels.urgent if priority == "urgent" else self.levels.normal
