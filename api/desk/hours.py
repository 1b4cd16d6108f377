"""When the desk is staffed: stated hours on working days by the published calendar."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from api.clock import SHANGHAI
from knowledge.law.working_days import WorkingDays

ONE_DAY = timedelta(days=1)

Span = tuple[time, time]


@dataclass(frozen=True)
class Hours:
    """`spans` of a working day, from early to late; none where no hours are stated: then only who
    is there decides.
    """

    spans: tuple[Span, ...] = ()
    days: WorkingDays = field(default_factory=WorkingDays)

    def open_at(self, moment: datetime) -> bool:
        """Whether the desk is staffed at a moment, by what is stated."""
        if not self.spans:
            return True
        inside = any(begins <= moment.time() < ends for begins, ends in self.spans)
        return inside and self.days.is_workday(moment.date())

    def next_open(self, moment: datetime) -> datetime | None:
        """When it is staffed again; None where it is now, or no hours are stated."""
        if self.open_at(moment):
            return None
        if self.days.is_workday(moment.date()):
            later = [begins for begins, _ in self.spans if begins > moment.time()]
            if later:
                return datetime.combine(moment.date(), later[0], SHANGHAI)
        day = self.days.on_or_after(moment.date() + ONE_DAY)
        return datetime.combine(day, self.spans[0][0], SHANGHAI)

    @property
    def text(self) -> str | None:
        """The hours as visitors read them: 工作日 9:00-12:00、13:30-17:30."""
        spans = "、".join(f"{_short(begins)}-{_short(ends)}" for begins, ends in self.spans)
        return f"工作日 {spans}" if spans else None


def _short(moment: time) -> str:
    return f"{moment.hour}:{moment.minute:02}"
