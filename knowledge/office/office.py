"""What the office knows of its own work, loaded once and immutable."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

from knowledge.law.working_days import WorkingDays
from knowledge.office.dispatch import Dispatch
from knowledge.office.hours import WorkingHours
from knowledge.office.service_levels import PROMISES, Due, Promise, ServiceLevels
from knowledge.reviewed import CONTENT


@dataclass(frozen=True)
class Assessment:
    """What the office makes of a ticket: its queue, and until when it makes which promise."""

    queue: str
    queue_label: str
    dues: dict[Promise, Due]


@dataclass(frozen=True)
class Office:
    """Queues, promises and hours: plain computing without side effects."""

    dispatch: Dispatch
    levels: ServiceLevels
    hours: WorkingHours

    @classmethod
    def load(cls, content: Path = CONTENT, hours: Iterable[tuple[time, time]] = ()) -> "Office":
        """Read the content; `hours` are those of the desk on a working day, whole days without
        them.

        Raises ContentError.
        """
        days = WorkingDays.load(content)
        return cls(
            Dispatch.load(content), ServiceLevels.load(content), WorkingHours.of(days, hours)
        )

    def assess(
        self, facts: Mapping[str, Any], remedy: str | None, priority: str, at: datetime
    ) -> Assessment:
        """What the office makes of a ticket about these facts that is opened at a moment; `remedy`
        is the first way of its referral.
        """
        queue = self.dispatch.queue_for(facts, remedy)
        return Assessment(queue, self.queue_label(queue), self.dues(priority, at))

    def queue_label(self, queue: str) -> str:
        """What staff read for a queue; its key where the content names it no longer."""
        known = self.dispatch.queues.get(queue)
        return known.label if known else queue

    def due(self, promise: Promise, priority: str, start: datetime) -> Due:
        """Until when a promise is to be kept that is made at `start`."""
        return self.levels.of(priority).due(promise, start, self.hours)

    def dues(self, priority: str, start: datetime) -> dict[Promise, Due]:
        """The same of every promise."""
        return {promise: self.due(promise, priority, start) for promise in PROMISES}

    def put_off(self, due: Due, paused: datetime, resumed: datetime) -> Due:
        """What is due after a pause: as much working time is left as there was before it."""
        left = self.hours.between(paused, due.due_at)
        end = self.hours.after(resumed, left)
        return Due(max(end - (due.due_at - due.warn_at), resumed), end)
