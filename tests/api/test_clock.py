from datetime import date, datetime, timedelta, timezone

from api.clock import Clock


def test_a_fixed_clock_shows_that_date_and_the_time_of_day() -> None:
    now = Clock(date(2026, 11, 22)).now()

    assert now.date() == date(2026, 11, 22)
    assert now.utcoffset() == timedelta(hours=8)


def test_a_running_clock_shows_shanghai() -> None:
    now, there = Clock().now(), datetime.now(timezone(timedelta(hours=8)))

    assert abs(there - now) < timedelta(minutes=1)
    assert Clock().today() in {there.date(), now.date()}
