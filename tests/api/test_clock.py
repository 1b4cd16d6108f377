from datetime import date, datetime, timedelta, timezone

from api.clock import SHANGHAI, Clock


def test_a_fixed_clock_shows_that_date_and_the_time_of_day() -> None:
    now = Clock(date(2026, 11, 22)).now()

    assert now.date() == date(2026, 11, 22)
    assert now.utcoffset() == timedelta(hours=8)


def test_a_running_clock_shows_shanghai() -> None:
    now, there = Clock().now(), datetime.now(timezone(timedelta(hours=8)))

    assert abs(there - now) < timedelta(minutes=1)
    assert Clock().today() in {there.date(), now.date()}


def test_what_lasts_for_some_time_goes_by_the_real_moment_also_where_the_date_stands() -> None:
    before, moment = datetime.now(SHANGHAI), Clock(date(2000, 1, 1)).moment()

    assert before <= moment <= datetime.now(SHANGHAI)
