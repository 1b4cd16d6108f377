"""A period begins the day after, runs on to a working day, and says what is not sure about its last
day.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.law.applicable import ApplicableLaw
from knowledge.law.deadlines import (
    Deadline,
    DeadlineRule,
    Length,
    add,
    lapsed,
    last_day_note,
    living,
    unmoved,
)
from tests.content import RULES, STATUTES, SUCCESSION

WORKDAYS = RULES.workdays
TODAY = date(2026, 11, 22)


def law(on: date = TODAY) -> ApplicableLaw:
    return ApplicableLaw(STATUTES, SUCCESSION, on)


def remedy_deadline(key: str, what: str, starts: str, start: date, on: date = TODAY) -> Deadline:
    """One deadline of a remedy in the rulebook, counted from a day."""
    [remedy] = [one for one in RULES.remedies if one.key == key]
    counted = living(remedy.deadlines, {starts: start}, law(on), WORKDAYS)
    # one for each case of `when`: all that count say the same
    [deadline] = {one for _, one in counted if one.what.startswith(what) and one.starts}
    return deadline


# --- counting -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "length", "last_day"),
    [
        (date(2026, 11, 16), {"days": 15}, date(2026, 12, 1)),
        (date(2026, 8, 31), {"months": 3}, date(2026, 11, 30)),
        (date(2026, 12, 31), {"months": 2}, date(2027, 2, 28)),
        (date(2027, 12, 31), {"months": 2}, date(2028, 2, 29)),
        (date(2028, 2, 29), {"years": 5}, date(2033, 2, 28)),
        (date(2026, 1, 31), {"months": 1}, date(2026, 2, 28)),
    ],
)
def test_a_period_ends_on_the_same_day_or_on_the_last_of_a_shorter_month(
    start: date, length: dict[str, int], last_day: date
) -> None:
    assert unmoved(start, Length(**length)) == last_day


@pytest.mark.parametrize(
    ("start", "length", "last_day"),
    [
        (date(2026, 7, 1), {"months": 3}, date(2026, 10, 8)),  # would end on National Day
        (date(2026, 9, 25), {"days": 15}, date(2026, 10, 10)),  # on a Saturday that is worked
        (date(2026, 9, 26), {"days": 15}, date(2026, 10, 12)),  # on the Sunday after it
        (date(2026, 1, 31), {"days": 15}, date(2026, 2, 24)),  # in the Spring Festival
        (date(2026, 1, 30), {"days": 15}, date(2026, 2, 14)),  # on the Saturday worked before it
        (date(2026, 11, 22), {"days": 30}, date(2026, 12, 22)),
        (date(2026, 9, 30), {"workdays": 3}, date(2026, 10, 10)),
        (date(2026, 11, 23), {"workdays": 20}, date(2026, 12, 21)),
        (date(2021, 10, 1), {"years": 5}, date(2026, 10, 8)),
    ],
)
def test_a_last_day_that_is_no_working_day_is_moved_to_the_next(
    start: date, length: dict[str, int], last_day: date
) -> None:
    assert add(start, Length(**length), WORKDAYS) == last_day


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(1, 400), st.integers(1, 60))
def test_a_period_ends_on_the_first_working_day_that_is_not_before_its_end(
    start: date, days: int, months: int
) -> None:
    for length in (Length(days=days), Length(months=months)):
        end, last = unmoved(start, length), add(start, length, WORKDAYS)
        skipped = [end + timedelta(days=n) for n in range((last - end).days)]

        assert start < end <= last and WORKDAYS.is_workday(last)
        assert not any(map(WORKDAYS.is_workday, skipped))


@pytest.mark.parametrize(
    ("start", "length", "said"),
    [
        (date(2026, 11, 20), {"months": 2}, ("请按2027-01-20办",)),
        (
            date(2026, 11, 20),
            {"months": 3},
            ("2027-02-20", "按周末顺延到2027-02-22", "请按2027-02-20办"),
        ),
        (date(2026, 12, 30), {"workdays": 3}, ("只按周末计算", "补班")),
    ],
)
def test_a_last_day_in_a_year_that_is_not_recorded_is_told_with_the_day_that_is_not_moved(
    start: date, length: dict[str, int], said: tuple[str, ...]
) -> None:
    note = last_day_note(start, Length(**length), WORKDAYS) or ""

    assert all(words in note for words in (*said, "本系统还没有录入2027年的放假安排"))
    assert "还没公布" not in note  # what the State Council has done is not ours to tell


def test_a_last_day_that_was_moved_is_told_with_the_one_that_was_not() -> None:
    note = last_day_note(date(2026, 7, 1), Length(months=3), WORKDAYS) or ""

    assert "2026-10-01" in note and "2026-10-08" in note and "请按2026-10-01办" in note


@pytest.mark.parametrize("start", [date(2026, 11, 16), date(2026, 12, 21)])
def test_nothing_is_said_of_a_last_day_that_is_a_working_day(start: date) -> None:
    days = {date(2026, 11, 16): 15, date(2026, 12, 21): 10}[start]

    assert last_day_note(start, Length(days=days), WORKDAYS) is None


# --- the periods of the rulebook ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "what", "starts", "start", "due"),
    [
        (
            "trademark_opposition",
            "提出商标异议",
            "published_on",
            date(2026, 7, 1),
            date(2026, 10, 8),
        ),
        (
            "trademark_refusal_review",
            "对驳回决定申请复审",
            "doc_received_on",
            date(2026, 9, 16),
            date(2026, 10, 8),
        ),
        (
            "trademark_invalidation",
            "以在先权利",
            "registered_on",
            date(2021, 10, 1),
            date(2026, 10, 8),
        ),
        (
            "non_infringement_response",
            "收到法院起诉状副本的：提交答辩",
            "doc_received_on",
            date(2026, 9, 20),
            date(2026, 10, 8),
        ),
        (
            "non_infringement_response",
            "收到行政处罚告知的：要求听证",
            "doc_received_on",
            date(2026, 9, 29),
            date(2026, 10, 12),
        ),
        (
            "customs_protection",
            "（权利人）接到海关通知后",
            "doc_received_on",
            date(2026, 9, 30),
            date(2026, 10, 10),
        ),
        (
            "admin_reconsideration_litigation",
            "收到商标复审决定",
            "doc_received_on",
            date(2026, 9, 3),
            date(2026, 10, 8),
        ),
        ("patent_filing", "专利申请被驳回", "doc_received_on", date(2026, 7, 3), date(2026, 10, 8)),
    ],
)
def test_the_periods_of_the_rules_run_on_over_national_day(
    key: str, what: str, starts: str, start: date, due: date
) -> None:
    deadline = remedy_deadline(key, what, starts, start, date(2026, 9, 30))

    assert (deadline.due, deadline.act_by) == (due, due)
    assert deadline.as_dict()["due"] == due.isoformat()
    assert deadline.note is None or str(due) in deadline.note


def test_a_deadline_in_2027_is_told_with_what_is_not_known_yet() -> None:
    deadline = remedy_deadline(
        "trademark_opposition", "提出商标异议", "published_on", date(2026, 11, 20)
    )

    assert deadline.due == date(2027, 2, 20)  # a Saturday: the day that is sure is not moved
    assert deadline.latest == date(2027, 2, 22)
    assert "2027-02-22" in deadline.as_dict()["note"]


def test_what_may_still_be_moved_has_not_passed_yet() -> None:
    deadline = remedy_deadline(
        "trademark_opposition", "提出商标异议", "published_on", date(2027, 1, 20), date(2027, 3, 21)
    )

    assert deadline.due == deadline.act_by == date(2027, 3, 22)  # the 20th was a Saturday
    assert lapsed(deadline, date(2027, 3, 22)) is None
    assert lapsed(deadline, date(2027, 4, 23)) is not None


@pytest.mark.parametrize(
    ("on", "period", "due", "act_by"),
    [
        (date(2026, 12, 31), "3个月", date(2027, 2, 20), date(2027, 1, 20)),
        (date(2027, 1, 1), "2个月", date(2027, 1, 20), date(2027, 1, 20)),
    ],
)
def test_on_both_sides_of_new_year_the_earlier_day_is_the_one_to_act_by(
    on: date, period: str, due: date, act_by: date
) -> None:
    deadline = remedy_deadline(
        "trademark_opposition", "提出商标异议", "published_on", date(2026, 11, 20), on
    )

    assert (deadline.period, deadline.due, deadline.act_by) == (period, due, act_by)


def test_a_coming_laws_last_day_is_not_trusted_to_move_past_a_sunday() -> None:
    deadline = remedy_deadline(
        "trademark_opposition", "提出商标异议", "published_on", date(2026, 10, 20)
    )

    assert deadline.act_by == date(2026, 12, 20)  # a Sunday


def test_non_use_can_be_claimed_from_the_day_after_the_third_year_wherever_it_falls() -> None:
    deadline = remedy_deadline(
        "trademark_cancellation_nonuse", "可以提出撤三", "registered_on", date(2023, 10, 1)
    )

    assert (deadline.opens_on, deadline.due, deadline.act_by) == (date(2026, 10, 2), None, None)
    assert deadline.as_dict()["opens_on"] == "2026-10-02"


def test_without_its_first_day_a_period_has_no_last_one() -> None:
    rule = DeadlineRule.model_validate(
        {
            "what": "答辩",
            "period": "15日",
            "from": "收到之日",
            "starts": "doc_received_on",
            "length": {"days": 15},
            "basis": "民事诉讼法第一百二十八条",
        }
    )
    [(_, deadline)] = living([rule], {}, law(), WORKDAYS)

    assert (deadline.due, deadline.act_by, deadline.note, lapsed(deadline, TODAY)) == (
        None,
        None,
        None,
        None,
    )


def test_a_deadline_has_passed_only_the_day_after_its_last() -> None:
    [(_, deadline)] = [
        (rule, one)
        for remedy in RULES.remedies
        if remedy.key == "trademark_opposition"
        for rule, one in living(
            remedy.deadlines, {"published_on": date(2026, 7, 1)}, law(), WORKDAYS
        )
        if rule.bars
    ]

    assert lapsed(deadline, date(2026, 10, 8)) is None
    assert "2026-10-08" in (lapsed(deadline, date(2026, 10, 9)) or "")
