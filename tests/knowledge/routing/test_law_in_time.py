"""Which law counts: at the change of law, for an act of another day, by when to act."""

from datetime import date, timedelta

import pytest

from knowledge.law.applicable import MOST_CHANGES
from knowledge.routing.referral import Referral
from knowledge.slots import UNKNOWN
from tests.knowledge.routing.referring import (
    FIRST_DAY_OF_NEW,
    LAST_DAY_OF_OLD,
    TODAY,
    closed,
    deadlines,
    open_remedies,
    opposition,
    refer,
)

# --- the change of law at new year ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "period", "article"),
    [(LAST_DAY_OF_OLD, "3个月", "第三十三条"), (FIRST_DAY_OF_NEW, "2个月", "第三十六条")],
)
def test_opposition_takes_three_months_until_new_year_and_two_from_then_on(
    on: date, period: str, article: str
) -> None:
    referral = refer(on, situation="squatted", right="trademark", other_status="published")
    [remedy] = [remedy for remedy in referral.remedies if remedy.key == "trademark_opposition"]
    [deadline] = [
        one
        for one in remedy.deadlines
        if "异议" in one.what and one.basis.short_title == "商标法" and "复审" not in one.what
    ]

    assert (deadline.period, deadline.basis.article) == (period, article)


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (date(2026, 11, 1), False),
        (date(2026, 11, 2), True),
        (LAST_DAY_OF_OLD, True),
        (FIRST_DAY_OF_NEW, False),
    ],
)
def test_sixty_days_ahead_the_coming_period_is_announced(on: date, told: bool) -> None:
    notices = refer(on, situation="squatted", right="trademark", other_status="published").notices

    assert bool(notices) is told
    assert all(
        "2027-01-01" in notice and "3个月" in notice and "2个月" in notice for notice in notices
    )


def test_a_change_of_what_is_cited_is_announced_in_one_notice_a_law() -> None:
    [notice] = refer(situation="infringed", right="trademark", right_status="registered").notices

    assert all(words in notice for words in ("2027-01-01", "商标法", "可以并处"))
    assert "过渡办法" not in notice  # no period of these remedies changes
    assert (
        refer(situation="infringed", right="patent_design", right_status="registered").notices == ()
    )


def test_the_notice_of_a_period_holds_what_else_changes_and_is_short() -> None:
    [notice] = refer(situation="squatted", right="trademark", other_status="published").notices

    assert notice.index("3个月变为2个月") < notice.index("抢")
    assert notice.count("；") < MOST_CHANGES


def test_an_opposition_that_runs_past_new_year_is_told_the_earlier_day_too() -> None:
    referral = refer(
        situation="squatted", right="trademark", other_status="published", published_on="2026-10-20"
    )
    days = [str(due) for _, due in deadlines(referral, "trademark_opposition").values()]

    assert "2026-12-20" in " ".join([*days, *referral.notices])
    assert opposition(referral).act_by == date(2026, 12, 20)


@pytest.mark.parametrize(
    ("on", "published", "act_by"),
    [
        (date(2026, 10, 22), "2026-10-20", date(2026, 12, 20)),  # more than sixty days ahead
        (TODAY, "2026-11-20", date(2027, 1, 20)),  # the new law's day lies beyond New Year too
        (
            TODAY,
            "2026-09-20",
            date(2026, 12, 21),
        ),  # over before the change, on the Monday after its last day
        (
            date(2026, 12, 28),
            "2026-10-20",
            LAST_DAY_OF_OLD,
        ),  # the shorter period is past: the last day that is sure
        (date(2027, 1, 5), "2026-11-20", date(2027, 1, 20)),
        (date(2027, 1, 5), "2026-10-20", date(2027, 1, 20)),  # only the former law's day is left
        (date(2027, 1, 5), "2027-01-04", date(2027, 3, 4)),
    ],
)
def test_who_opposes_is_told_the_earlier_day_that_is_still_ahead(
    on: date, published: str, act_by: date
) -> None:
    referral = refer(
        on,
        situation="squatted",
        right="trademark",
        other_status="published",
        published_on=published,
    )

    assert opposition(referral).act_by == act_by


def test_after_new_year_a_mark_published_before_is_told_both_days() -> None:
    facts = {"situation": "squatted", "right": "trademark", "other_status": "published"}
    [notice] = refer(date(2027, 1, 5), **facts, published_on="2026-11-20").notices

    assert all(words in notice for words in ("3个月", "2027-02-22", "2个月", "2027-01-20", "马上"))
    assert refer(date(2027, 1, 5), **facts, published_on="2027-01-04").notices == ()


@pytest.mark.parametrize(
    ("published", "on", "open_"),
    [
        ("2026-11-20", date(2027, 2, 22), True),
        ("2026-11-20", date(2027, 2, 23), False),
        ("2027-01-04", date(2027, 3, 4), True),
        ("2027-01-04", date(2027, 3, 5), False),
    ],
)
def test_opposition_closes_when_both_periods_are_over(
    published: str, on: date, open_: bool
) -> None:
    referral = refer(
        on,
        situation="squatted",
        right="trademark",
        other_status="published",
        published_on=published,
    )

    assert ("trademark_opposition" in open_remedies(referral)) is open_


# --- an act of another day ------------------------------------------------------------------------


def cited_for(referral: Referral, key: str, law: str) -> set[str]:
    [remedy] = [remedy for remedy in referral.remedies if remedy.key == key]
    return {
        f"{c.version_date.year}{c.article}"
        for c in remedy.basis
        if c.short_title == law and c.version_date
    }


def test_an_imitation_of_2025_is_judged_by_its_law_and_reported_by_todays() -> None:
    referral = refer(situation="infringed", right="unfair_competition", acted_on="2025-08-31")
    cited_articles = cited_for(referral, "unfair_competition_complaint", "反不正当竞争法")

    assert cited_articles == {
        "2019第六条",
        "2019第八条",
        "2019第十一条",
        "2019第十二条",
        "2019第十八条",
        "2025第二十条",
    }
    assert "2025-10-15" in referral.notices[0] and "2025年8月" in referral.notices[0]


def test_an_infringement_of_2026_asked_about_in_2027_is_cited_by_the_old_law() -> None:
    facts = {
        "situation": "infringed",
        "right": "trademark",
        "right_status": "registered",
        "acted_on": "2026-08-31",
    }
    referral = refer(date(2027, 2, 1), **facts)

    assert cited_for(referral, "admin_complaint_trademark", "商标法") == {
        "2019第五十六条", "2019第五十七条", "2019第六十条", "2026第七十五条", "2026第七十六条",
    }  # fmt: skip
    assert any("2027-01-01" in notice for notice in referral.notices)


def test_an_opposition_in_2027_is_todays_whenever_the_mark_was_copied() -> None:
    facts = {
        "situation": "squatted",
        "right": "trademark",
        "other_status": "published",
        "acted_on": "2026-08-31",
    }
    referral = refer(date(2027, 1, 5), **facts, published_on="2026-12-10")

    assert opposition(referral).basis.article == "第三十六条"
    assert all(
        name.startswith("2026") for name in cited_for(referral, "trademark_opposition", "商标法")
    )


def test_an_act_that_goes_on_is_cited_under_both_laws_but_for_trade_secrets() -> None:
    facts = {"situation": "infringed", "acted_on": "2025-08-31", "circumstances": ["ongoing"]}
    imitation, secret = (
        refer(**facts, right="unfair_competition"),
        refer(**facts, right="trade_secret"),
    )

    assert cited_for(imitation, "unfair_competition_complaint", "反不正当竞争法") >= {
        "2019第六条",
        "2025第七条",
    }
    assert "2025第十条" in cited_for(secret, "trade_secret_report", "反不正当竞争法")
    assert "2019第九条" not in cited_for(secret, "trade_secret_report", "反不正当竞争法")
    assert imitation.notices != secret.notices


@pytest.mark.parametrize("acted_on", ["2025-11-30", UNKNOWN])
def test_an_act_under_todays_law_or_of_an_unknown_day_changes_nothing(acted_on: str) -> None:
    facts = {"situation": "infringed", "right": "unfair_competition"}

    with_day, without = refer(**facts, acted_on=acted_on), refer(**facts)

    assert (with_day.remedies, with_day.notices) == (without.remedies, without.notices)


@pytest.mark.parametrize("on", [TODAY, LAST_DAY_OF_OLD, FIRST_DAY_OF_NEW])
def test_an_infringed_mark_is_judged_by_the_article_of_its_day(on: date) -> None:
    referral = refer(
        on, situation="infringed", right="trademark", right_status="registered", goal="stop"
    )
    articles = {c.article for c in referral.remedies[0].basis if c.short_title == "商标法"}

    assert ("第五十七条" in articles, "第七十二条" in articles) == (
        on < FIRST_DAY_OF_NEW,
        on >= FIRST_DAY_OF_NEW,
    )


# --- days -----------------------------------------------------------------------------------------


def opposed(ends: date, on: date) -> Referral:
    """A referral about a mark whose three months for opposition end on a day of the second half of
    a year.
    """
    published = ends.replace(month=ends.month - 3).isoformat()
    return refer(
        on,
        situation="squatted",
        right="trademark",
        other_status="published",
        published_on=published,
    )


@pytest.mark.parametrize(
    ("ends", "last_day"),
    [
        (date(2026, 9, 30), date(2026, 9, 30)),
        (date(2026, 11, 22), date(2026, 11, 23)),
        (date(2026, 10, 1), date(2026, 10, 8)),
    ],
)
def test_an_opposition_is_open_until_its_last_working_day_and_then_closed_with_the_reason(
    ends: date, last_day: date
) -> None:
    open_, no_more = opposed(ends, last_day), opposed(ends, last_day + timedelta(days=1))

    assert last_day in {due for _, due in deadlines(open_, "trademark_opposition").values()}
    assert closed(no_more, "trademark_opposition") == ["商标法第三十三条"]
    assert str(last_day) in next(
        r.why for r in no_more.ruled_out if r.key == "trademark_opposition"
    )


def test_a_remedy_that_lapsed_in_a_year_of_unknown_holidays_says_so() -> None:
    facts = {
        "situation": "squatted",
        "right": "trademark",
        "other_status": "published",
        "published_on": "2027-01-04",
    }
    [remedy] = [
        one
        for one in refer(date(2027, 3, 5), **facts).ruled_out
        if one.key == "trademark_opposition"
    ]

    assert "没有录入2027年的放假安排" in remedy.why


def test_the_customs_notice_leaves_three_working_days() -> None:
    facts = {
        "situation": "customs",
        "right": "trademark",
        "right_status": "registered",
        "doc_received": "海关通知",
    }
    due = deadlines(
        refer(date(2026, 9, 29), **facts, doc_received_on="2026-09-29"), "customs_protection"
    )

    assert due["（权利人）接到海关通知后：提出扣留申请并提供担保"] == (
        "3个工作日",
        date(2026, 10, 9),
    )


def test_the_years_of_a_registration_follow_from_its_day() -> None:
    by_day, by_years = (
        refer(
            situation="squatted",
            right="trademark",
            other_status="registered",
            unused="yes",
            **facts,
        )
        for facts in ({"registered_on": "2022-11-22"}, {"years_registered": 4})
    )
    assert open_remedies(by_day) == open_remedies(by_years)


@pytest.mark.parametrize("slot", ["doc_received_on", "published_on", "registered_on", "acted_on"])
def test_a_day_that_the_visitor_does_not_know_is_no_day(slot: str) -> None:
    facts = {"situation": "squatted", "right": "trademark", "other_status": "registered"}
    without, unknown = refer(**facts), refer(**facts, **{slot: UNKNOWN})

    assert open_remedies(unknown) == open_remedies(without)
    assert all(
        due is None for remedy in unknown.remedies for due in [d.due for d in remedy.deadlines]
    )
