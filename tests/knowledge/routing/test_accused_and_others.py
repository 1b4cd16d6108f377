"""Being accused, the marks of others, pre-examination, disputes abroad."""

from datetime import date, timedelta
from itertools import product

import pytest

from knowledge.slots import Facts
from tests.content import INSTITUTIONS, REGIONS, RULES
from tests.knowledge.routing.referring import (
    ACCUSED,
    PATENTS,
    VOCABULARY,
    closed,
    deadlines,
    open_remedies,
    refer,
)

# --- being accused --------------------------------------------------------------------------------


@pytest.mark.parametrize("situation", ACCUSED)
def test_who_is_accused_is_told_of_the_defence_first_for_every_right_and_goal(
    situation: str,
) -> None:
    defences = {"non_infringement_response", "platform_counter_notice"}
    wrong = [
        (right, goal, open_remedies(referral)[:2])
        for right, goal in product([None, *VOCABULARY["right"]], [None, *VOCABULARY["goal"]])
        if not defences
        & set(
            open_remedies(
                referral := refer(
                    situation=situation,
                    **({"right": right} if right else {}),
                    **({"goal": goal} if goal else {}),
                )
            )[:1]
        )
    ]
    assert wrong == []


def test_a_summons_gives_fifteen_days_from_the_day_it_came() -> None:
    referral = refer(
        situation="accused_court",
        right="trademark",
        doc_received="传票",
        doc_received_on="2026-11-16",
    )

    assert date(2026, 12, 1) in {
        due for _, due in deadlines(referral, "non_infringement_response").values()
    }


def test_a_link_that_was_taken_down_is_answered_with_a_counter_notice() -> None:
    referral = refer(
        situation="accused_platform", right="copyright_art", venue="ecommerce", goal="relist"
    )

    assert open_remedies(referral)[:2] == ["platform_counter_notice", "non_infringement_response"]
    assert "15日" in {
        period for period, _ in deadlines(referral, "platform_counter_notice").values()
    }


def test_foreign_platforms_have_their_own_rules() -> None:
    closed(
        refer(situation="accused_platform", right="trademark", venue="overseas"),
        "platform_counter_notice",
    )


def test_a_seller_and_a_maker_are_told_different_things() -> None:
    seller, maker = (
        refer(situation="accused_court", right="trademark", circumstances=[part]).remedies[0]
        for part in ("seller", "maker")
    )
    assert seller.key == maker.key == "non_infringement_response"
    assert seller.why != maker.why


# --- somebody else's mark -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "first", "closed_ones"),
    [
        ({"other_status": "published"}, "trademark_opposition", ["trademark_invalidation"]),
        ({"published_on": "2026-11-01"}, "trademark_opposition", []),
        ({"other_status": "registered"}, "trademark_invalidation", ["trademark_opposition"]),
        (
            {"other_status": "registered", "years_registered": 2, "unused": "yes"},
            "trademark_invalidation",
            ["trademark_opposition", "trademark_cancellation_nonuse"],
        ),
        (
            {"other_status": "registered", "years_registered": 4, "unused": "yes"},
            "trademark_cancellation_nonuse",
            ["trademark_opposition"],
        ),
        (
            {"other_status": "registered", "years_registered": 6, "unused": "yes"},
            "trademark_cancellation_nonuse",
            ["trademark_opposition", "trademark_invalidation"],
        ),
        (
            {"other_status": "registered", "years_registered": 6, "circumstances": ["mass"]},
            "trademark_invalidation",
            ["trademark_opposition"],
        ),
    ],
)
def test_a_squatted_mark_is_fought_by_its_stage(
    facts: Facts, first: str, closed_ones: list[str]
) -> None:
    referral = refer(situation="squatted", right="trademark", **facts)

    assert open_remedies(referral)[0] == first
    for key in closed_ones:
        closed(referral, key)


def test_before_publication_there_is_nothing_to_oppose_yet() -> None:
    referral = refer(situation="squatted", right="trademark", other_status="pending")

    for key in ("trademark_opposition", "trademark_invalidation", "trademark_cancellation_nonuse"):
        closed(referral, key)
    assert referral.remedies


def test_a_mark_of_unknown_stage_is_not_assumed_to_be_at_any_and_the_stage_is_asked() -> None:
    referral = refer(situation="squatted", right="trademark")

    assert {"trademark_invalidation", "trademark_opposition"} <= set(open_remedies(referral))
    assert referral.asks[0].slot == "other_status"


def test_a_mark_in_use_is_not_cancelled_for_nonuse() -> None:
    referral = refer(
        situation="squatted", right="trademark", other_status="registered", unused="no"
    )

    closed(referral, "trademark_cancellation_nonuse")


@pytest.mark.parametrize(
    ("registered", "last_day"),
    [
        ("2021-11-24", date(2026, 11, 24)),
        ("2021-11-22", date(2026, 11, 23)),  # a Sunday
        ("2021-10-01", date(2026, 10, 8)),  # the National Day holiday
        ("2021-10-10", date(2026, 10, 10)),  # a Saturday that is worked
    ],
)
def test_invalidation_is_open_until_the_last_working_day_of_the_five_years(
    registered: str, last_day: date
) -> None:
    facts = {
        "situation": "squatted",
        "right": "trademark",
        "other_status": "registered",
        "registered_on": registered,
    }

    assert last_day in {
        due for _, due in deadlines(refer(last_day, **facts), "trademark_invalidation").values()
    }
    assert "trademark_invalidation" not in open_remedies(
        refer(last_day + timedelta(days=1), **facts)
    )


def test_non_use_is_told_with_the_day_from_which_it_can_be_claimed() -> None:
    facts = {
        "situation": "squatted",
        "right": "trademark",
        "other_status": "registered",
        "unused": "yes",
    }
    [remedy] = [
        remedy
        for remedy in refer(date(2026, 10, 2), **facts, registered_on="2023-10-01").remedies
        if remedy.key == "trademark_cancellation_nonuse"
    ]
    [deadline] = [one for one in remedy.deadlines if one.what == "可以提出撤三"]

    assert (deadline.opens_on, deadline.due, deadline.act_by) == (date(2026, 10, 2), None, None)
    assert deadline.note and "2026-10-02" in deadline.note
    closed(
        refer(date(2026, 10, 1), **facts, registered_on="2023-10-01"),
        "trademark_cancellation_nonuse",
    )


# --- pre-examination ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("city", "field"),
    [
        ("南昌市", "electronics"),
        ("南昌市", "biomedicine"),
        ("南昌市", "automobile"),
        ("赣州市", "new_functional_materials"),
        ("赣州市", "equipment_manufacturing"),
        ("景德镇市", "ceramics"),
        ("景德镇市", "aviation_equipment"),
    ],
)
def test_pre_examination_is_open_to_firms_of_the_city_in_the_field_of_its_centre(
    city: str, field: str
) -> None:
    first = refer(situation="preexam_need", own_city=city, field=field).remedies[0]

    assert (first.key, first.body.city) == ("preexam_fast", city)


@pytest.mark.parametrize(
    "facts",
    [
        {"own_city": "南昌市", "field": "ceramics"},
        {"own_city": "赣州市", "field": "electronics"},
        {"own_city": "景德镇市", "field": "other"},
        {"own_city": "九江市", "field": "electronics"},
        {"own_city": "赣江新区", "field": "electronics"},
        {"own_city": "深圳市", "field": "electronics"},
        {"own_city": "南昌市", "field": "electronics", "circumstances": ["individual"]},
        {"own_city": "南昌市", "field": "electronics", "circumstances": ["already_filed"]},
        {"own_city": "南昌市", "field": "electronics", "right_status": "pending"},
        {"own_city": "南昌市", "field": "electronics", "right": "trademark"},
        {"own_city": "南昌市", "field": "electronics", "right": "copyright_software"},
    ],
    ids=lambda facts: "-".join(map(str, facts.values())),
)
def test_pre_examination_is_closed_with_a_reason_and_another_remedy(facts: Facts) -> None:
    referral = refer(situation="preexam_need", **facts)

    assert "preexam_fast" not in open_remedies(referral)
    assert [remedy for remedy in referral.ruled_out if remedy.key == "preexam_fast" and remedy.why]
    assert referral.remedies


def test_without_the_city_pre_examination_is_not_promised_but_asked_about() -> None:
    referral = refer(situation="preexam_need")

    assert (referral.scope, referral.asks[0].slot) == ("clarify", "own_city")


# --- abroad ---------------------------------------------------------------------------------------


DOMESTIC = {
    "admin_complaint_trademark",
    "admin_adjudication_patent",
    "admin_complaint_fake_patent",
    "copyright_admin_complaint",
    "unfair_competition_complaint",
    "trade_secret_report",
    "plant_variety_complaint",
    "ic_layout_complaint",
    "enterprise_name_dispute",
    "criminal_report",
    "people_mediation",
    "court_mediation",
    "admin_mediation",
    "civil_litigation",
    "platform_notice",
}


@pytest.mark.parametrize(
    "facts", [{"situation": "overseas"}, {"situation": "infringed", "venue": "overseas"}]
)
def test_what_happens_abroad_is_not_for_domestic_bodies(facts: Facts) -> None:
    sent = {
        right: DOMESTIC & set(open_remedies(refer(right=right, **facts)))
        for right in VOCABULARY["right"]
    }

    assert {right: remedies for right, remedies in sent.items() if remedies} == {}


@pytest.mark.parametrize(
    ("right", "key"),
    [
        ("trademark", "admin_complaint_trademark"),
        ("patent_invention", "admin_adjudication_patent"),
        ("copyright_av", "copyright_admin_complaint"),
    ],
)
def test_why_domestic_bodies_cannot_help_abroad_is_said(right: str, key: str) -> None:
    for facts in ({"situation": "overseas"}, {"situation": "infringed", "venue": "overseas"}):
        referral = refer(right=right, **facts)

        assert open_remedies(referral)[0] == "overseas_guidance"
        assert closed(referral, key)


# --- the rules and the directory agree ------------------------------------------------------------


FIELDS = sorted(RULES.vocabulary["field"])


@pytest.mark.parametrize("city", sorted(REGIONS.cities))
@pytest.mark.parametrize("obstacle", [None, "individual", "already_filed"])
def test_pre_examination_is_recommended_just_where_the_directory_knows_a_centre(
    city: str, obstacle: str | None
) -> None:
    for field, right in product(FIELDS, PATENTS[1:]):
        known = any(
            one.city == city and field in one.fields and right in one.rights
            for one in INSTITUTIONS.centres
        )
        circumstances = [obstacle] if obstacle else []
        referral = refer(
            situation="preexam_need",
            right=right,
            own_city=city,
            field=field,
            circumstances=circumstances,
        )
        assert ("preexam_fast" in open_remedies(referral)) == (known and not obstacle), (
            field,
            right,
        )
