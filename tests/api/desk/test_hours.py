"""When the desk is staffed: hours of working days, by the published calendar."""

from datetime import datetime, time

import pytest

from api.clock import SHANGHAI
from api.desk.hours import Hours
from knowledge.law.working_days import WorkingDays

HOURS = Hours(((time(9), time(12)), (time(13, 30), time(17, 30))), WorkingDays())


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("moment", "staffed"),
    [
        (at(11, 23, 9), True),  # a Monday
        (at(11, 23, 8, 59), False),
        (at(11, 23, 12), False),
        (at(11, 23, 13, 30), True),
        (at(11, 23, 17, 30), False),
        (at(11, 22, 10), False),  # a Sunday
        (at(10, 1, 10), False),  # 国庆节
        (at(10, 10, 10), True),  # a Saturday that makes up for it
    ],
)
def test_the_desk_is_staffed_in_its_hours_on_working_days(moment: datetime, staffed: bool) -> None:
    assert HOURS.open_at(moment) is staffed


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (at(11, 23, 10), None),
        (at(11, 23, 7), at(11, 23, 9)),
        (at(11, 23, 12, 30), at(11, 23, 13, 30)),
        (at(11, 20, 18), at(11, 23, 9)),  # Friday evening
        (at(10, 1, 10), at(10, 8, 9)),
    ],
)
def test_the_next_hours_are_told(moment: datetime, opens: datetime | None) -> None:
    assert HOURS.next_open(moment) == opens


def test_hours_are_told_as_people_read_them() -> None:
    assert HOURS.text == "工作日 9:00-12:00、13:30-17:30"


def test_without_stated_hours_the_clock_decides_nothing() -> None:
    assert Hours().open_at(at(11, 22, 3)) and Hours().next_open(at(11, 22, 3)) is None
    assert Hours().text is None
