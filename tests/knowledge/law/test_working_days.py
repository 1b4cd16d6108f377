"""Holidays are no working days, made-up weekends are; a year of which nothing is known counts
weekends only.
"""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.law.working_days import WorkingDays
from knowledge.reviewed import CONTENT, ContentError

WORKDAYS = WorkingDays.load()


def with_years(folder: Path, text: str) -> WorkingDays:
    """The calendar with another content file."""
    (folder / "holidays.yml").write_text(text, encoding="utf-8")
    return WorkingDays.load(folder)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 2, 14), True),  # Saturday, made up for the Spring Festival
        (date(2026, 2, 16), False),  # Monday, New Year's Eve of the lunar year
        (date(2026, 2, 23), False),
        (date(2026, 2, 24), True),
        (date(2026, 2, 28), True),  # Saturday, made up for
        (date(2026, 9, 20), True),  # Sunday, made up for National Day
        (date(2026, 10, 1), False),
        (date(2026, 10, 7), False),
        (date(2026, 10, 8), True),
        (date(2026, 10, 10), True),  # Saturday, made up for
        (date(2026, 10, 11), False),
    ],
)
def test_the_published_holidays_and_made_up_days_of_2026_count(day: date, worked: bool) -> None:
    assert WORKDAYS.is_workday(day) is worked


def test_a_year_without_a_published_calendar_is_known_to_be_so_and_counts_weekends() -> None:
    assert (WORKDAYS.knows(2026), WORKDAYS.knows(2027)) == (True, False)
    assert WORKDAYS.is_workday(date(2027, 10, 1))  # a Friday
    assert not WORKDAYS.is_workday(date(2027, 10, 2))


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        (date(2026, 11, 23), 3, date(2026, 11, 26)),
        (date(2026, 11, 20), 3, date(2026, 11, 25)),  # over a weekend
        (
            date(2026, 9, 30),
            3,
            date(2026, 10, 10),
        ),  # over National Day: 8, 9 and the Saturday that is worked
        (
            date(2026, 2, 13),
            3,
            date(2026, 2, 25),
        ),  # over the Spring Festival, with its Saturday before
        (date(2026, 11, 23), 20, date(2026, 12, 21)),
    ],
)
def test_working_days_are_counted_from_the_day_after(start: date, count: int, last: date) -> None:
    assert WORKDAYS.after(start, count) == last


@given(st.dates(date(2003, 1, 1), date(2035, 1, 1)), st.integers(1, 60))
def test_so_many_working_days_lie_between_the_start_and_the_last(start: date, count: int) -> None:
    last = WORKDAYS.after(start, count)
    between = [start + timedelta(days=n) for n in range(1, (last - start).days + 1)]

    assert sum(map(WORKDAYS.is_workday, between)) == count
    assert WORKDAYS.is_workday(last)


def test_a_year_that_an_admin_wrote_down_is_counted_by_what_was_published(tmp_path: Path) -> None:
    calendar = with_years(
        tmp_path,
        "years:\n- year: 2027\n  source: 假想的通知\n  days_off: [2027-10-01, "
        "2027-10-04]\n  workdays: [2027-10-09]\n",
    )

    assert calendar.knows(2027) and not calendar.knows(2028)
    assert calendar.on_or_after(date(2027, 10, 1)) == date(2027, 10, 5)
    assert calendar.is_workday(date(2027, 10, 9))


@pytest.mark.parametrize(
    ("entry", "line", "says"),
    [
        ("{year: 2027, source: 通知, days_off: [2026-10-01]}", 2, "不在 2027 年"),
        (
            "{year: 2027, source: 通知, days_off: [2027-01-02], workdays: [2027-01-02]}",
            2,
            "又写了补班",
        ),
        ("{year: 2027, source: 通知, days_off: [], workdays: [2027-01-04]}", 2, "不是周末"),
        (
            "{year: 2027, source: 通知, days_off: []}\n- {year: 2027, source: 通知, days_off: []}",
            3,
            "写了两次",
        ),
        ("{year: 2027, days_off: []}", 2, "source"),
    ],
)
def test_a_mistake_in_the_holidays_is_told_with_file_and_line(
    tmp_path: Path, entry: str, line: int, says: str
) -> None:
    with pytest.raises(ContentError, match=rf"holidays\.yml 第 {line} 行.*{says}"):
        with_years(tmp_path, f"years:\n- {entry}\n")


def test_the_file_in_the_repository_can_be_read(tmp_path: Path) -> None:
    shutil.copy(CONTENT / "holidays.yml", tmp_path)

    assert WorkingDays.load(tmp_path) == WORKDAYS
