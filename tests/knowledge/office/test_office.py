"""Tickets go to the queue of who follows them up, and our promises count working time."""

from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from shutil import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.law.working_days import WorkingDays
from knowledge.office.dispatch import OWN, Dispatch
from knowledge.office.hours import WorkingHours
from knowledge.office.office import Office
from knowledge.office.service_levels import PROMISES, Due, ServiceLevels
from knowledge.reviewed import CONTENT, ContentError
from knowledge.routing.refer import refer
from knowledge.slots import Facts
from tests.content import INSTITUTIONS, RULES, STATUTES, SUCCESSION

OFFICE = Office.load()
BY_THE_CLOCK = Office.load(hours=((time(9), time(12)), (time(14), time(17, 30))))
SHANGHAI = timezone(timedelta(hours=8))


def at(day: str, clock: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00+08:00")


def ends(office: Office, priority: str, start: datetime) -> list[str]:
    dues = office.dues(priority, start)
    return [f"{dues[promise].due_at:%m-%d %H:%M}" for promise in PROMISES]


# --- queues -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "queue"),
    [
        ({"right": "patent_utility", "situation": "infringed"}, "city_ip_office"),
        ({"right": "trademark", "situation": "infringed"}, "county_market"),
        ({"right": "unfair_competition", "situation": "infringed"}, "county_market"),
        ({"situation": "preexam_need"}, "protection_centres"),
        ({"situation": "overseas"}, "overseas"),
        ({"situation": "infringed", "right": "trademark", "venue": "overseas"}, "overseas"),
        ({"situation": "criminal_lead", "right": "trademark"}, "police_liaison"),
        ({"situation": "accused_criminal"}, "police_liaison"),
        ({"situation": "accused_court", "right": "trademark"}, OWN),
        ({}, OWN),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(map(str, value.values())),
)
def test_a_matter_goes_to_whoever_follows_it_up(facts: Facts, queue: str) -> None:
    day = at("2026-11-23").date()
    ways = refer(facts, RULES, INSTITUTIONS, STATUTES, SUCCESSION, day).remedies

    assert OFFICE.dispatch.queue_for(facts, ways[0].key if ways else None) == queue


@pytest.mark.parametrize(
    ("remedy", "queue"),
    [
        ("copyright_admin_complaint", "city_copyright"),
        ("people_mediation", "mediation"),
        ("trade_secret_report", "county_market"),
        ("civil_litigation", OWN),
    ],
)
def test_the_first_way_decides_where_no_fact_does(remedy: str, queue: str) -> None:
    assert OFFICE.dispatch.queue_for({}, remedy) == queue


def test_every_queue_is_reached_and_says_who_does_what() -> None:
    dispatch = OFFICE.dispatch

    assert {rule.queue for rule in dispatch.rules} | {OWN} == set(dispatch.queues)
    assert all(queue.label and queue.does for queue in dispatch.queues.values())


@pytest.mark.parametrize(
    ("before", "after", "trouble"),
    [
        ("queue: city_copyright", "queue: city_copy", "没有「city_copy」这个队列"),
        ("[copyright_admin_complaint]", "[copyright_complaint]", "没有 copyright_complaint"),
        ("{venue: overseas}", "{venue: moon}", "「venue」没有「moon」"),
        ("id: adjudication", "id: criminal", "criminal 用了两次"),
        ("  helpline:", "  hotline:", "缺少队列 helpline"),
    ],
)
def test_a_rule_that_leads_nowhere_is_told_with_its_line(
    tmp_path: Path, before: str, after: str, trouble: str
) -> None:
    copy(CONTENT / "vocabulary.yml", tmp_path)
    text = (CONTENT / "dispatch.yml").read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "dispatch.yml").write_text(text.replace(before, after), encoding="utf-8")

    with pytest.raises(ContentError, match=trouble):
        Dispatch.load(tmp_path)


# --- promises -----------------------------------------------------------------------------------


def test_days_end_with_the_hours_of_the_desk_and_hours_go_on_the_next_day() -> None:
    friday = at("2026-11-20", "16:30")

    assert ends(BY_THE_CLOCK, "normal", friday) == ["11-23 17:30", "11-25 17:30", "12-18 17:30"]
    assert ends(BY_THE_CLOCK, "urgent", friday) == ["11-23 10:00", "11-23 17:30", "11-27 17:30"]


def test_without_hours_of_the_desk_working_days_count_whole() -> None:
    assert ends(OFFICE, "normal", at("2026-11-20"))[0] == "11-23 23:59"
    assert ends(OFFICE, "urgent", at("2026-11-20", "10:00"))[0] == "11-20 12:00"


def test_holidays_are_no_working_time_and_made_up_weekends_are() -> None:
    before_the_holiday = at("2026-09-30", "17:00")  # the national holiday ends with 7 October

    assert ends(BY_THE_CLOCK, "urgent", before_the_holiday)[0] == "10-08 10:30"
    made_up = at("2026-10-09", "17:00")  # the Saturday after it is worked on
    assert ends(BY_THE_CLOCK, "urgent", made_up)[0] == "10-10 10:30"


def test_the_desk_is_warned_before_the_end_and_never_before_the_start() -> None:
    start = at("2026-11-23", "16:00")
    for priority in ("normal", "urgent"):
        for due in BY_THE_CLOCK.dues(priority, start).values():
            assert start <= due.warn_at < due.due_at


def test_after_a_pause_as_much_working_time_is_left_as_before_it() -> None:
    due = Due(at("2026-11-24", "16:30"), at("2026-11-24", "17:30"))

    later = BY_THE_CLOCK.put_off(due, at("2026-11-24", "15:30"), at("2026-11-28", "10:00"))

    assert later.due_at == at("2026-11-30", "11:00")  # two hours, from Monday on
    assert later.due_at - later.warn_at == due.due_at - due.warn_at


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 20)).map(
    lambda moment: moment.replace(tzinfo=SHANGHAI, microsecond=0)
)


@given(MOMENTS, st.integers(1, 80))
def test_working_time_that_is_added_is_the_time_that_lies_between(
    start: datetime, hours: int
) -> None:
    worked = timedelta(hours=hours)

    end = BY_THE_CLOCK.hours.after(start, worked)

    assert end > start and BY_THE_CLOCK.hours.between(start, end) == worked


def test_time_runs_backwards_nowhere() -> None:
    hours = WorkingHours.of(WorkingDays.load(), ())

    assert hours.between(at("2026-11-24"), at("2026-11-23")) == timedelta()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("first: {days: 1}", "first: {days: 1, hours: 1}"),
        ("first: {days: 1}", "first: {}"),
        ("first: {hours: 2}", "first: {hours: 0}"),
    ],
)
def test_a_promise_is_of_days_or_of_hours(tmp_path: Path, before: str, after: str) -> None:
    text = (CONTENT / "service_levels.yml").read_text(encoding="utf-8")
    (tmp_path / "service_levels.yml").write_text(text.replace(before, after), encoding="utf-8")

    with pytest.raises(ContentError, match="service_levels"):
        ServiceLevels.load(tmp_path)
