"""Which roads are open to whom, which are closed and why, what is asked, and by when to act."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.law.applicable import MOST_CHANGES
from knowledge.law.citation_guard import Days
from knowledge.law.citations import Citation
from knowledge.law.deadlines import Deadline
from knowledge.reviewed import CONTENT, ContentError
from knowledge.routing.questions import MOST_ASKS
from knowledge.routing.refer import (
    MOST_REMEDIES,
    Referral,
    holds,
)
from knowledge.routing.refer import refer as referral_of
from knowledge.routing.rulebook import ApplyRule, Rulebook, load_rulebook
from knowledge.slots import UNKNOWN, Facts
from tests.content import GATE, INSTITUTIONS, REGIONS, RULES, STATUTES, SUCCESSION

TODAY = date(2026, 11, 22)
LAST_DAY_OF_OLD, FIRST_DAY_OF_NEW = date(2026, 12, 31), date(2027, 1, 1)

VOCABULARY = RULES.vocabulary

PATENTS = ("patent", "patent_invention", "patent_utility", "patent_design")
WORKS = ("copyright", "copyright_software", "copyright_art", "copyright_av", "copyright_text")
ACCUSED = (
    "accused_letter",
    "accused_platform",
    "accused_court",
    "accused_admin",
    "accused_criminal",
)
LOST = ("pending", "unregistered", "expired", "cancelled")
WORDS = {
    "proceeding": (
        "已起诉",
        "未起诉",
        "已报案",
        "已请求裁决",
        "有仲裁条款",
        "无仲裁条款",
        "已和解",
        "已调解成功",
    ),
    "doc_received": (
        "律师函",
        "平台通知",
        "传票",
        "处罚告知",
        "处罚决定",
        "海关通知",
        "驳回通知",
        "裁决书",
    ),
    "evidence": ("权利证书", "公证书", "购买凭证", "截图", "合同", "进货凭证", "样品"),
}


def refer(on: date = TODAY, **facts: Any) -> Referral:
    return referral_of(facts, RULES, INSTITUTIONS, STATUTES, SUCCESSION, on)


def open_roads(referral: Referral) -> list[str]:
    return [road.key for road in referral.remedies]


def closed(referral: Referral, key: str) -> list[str]:
    """The articles a closed road is closed by; the road must be closed and say why."""
    [road] = [road for road in referral.ruled_out if road.key == key]
    assert road.why
    return [f"{citation.law}{citation.article}" for citation in road.basis]


def opposition(referral: Referral) -> Deadline:
    """The period for opposing a mark."""
    [road] = [road for road in referral.remedies if road.key == "trademark_opposition"]
    [deadline] = [one for one in road.deadlines if one.what == "提出商标异议"]
    return deadline


def cited(referral: Referral) -> Iterator[Citation]:
    for road in referral.remedies:
        yield from road.basis
        yield from (deadline.basis for deadline in road.deadlines)
    for closed_road in referral.ruled_out:
        yield from closed_road.basis


def deadlines(referral: Referral, key: str) -> dict[str, tuple[str, date | None]]:
    """What falls due on a road: what → (period, day)."""
    [road] = [road for road in referral.remedies if road.key == key]
    return {deadline.what: (deadline.period, deadline.due) for deadline in road.deadlines}


# --- an infringed mark -----------------------------------------------------------------------------------------------


def test_a_registered_mark_used_in_a_shop_goes_to_the_county_market_bureau_first() -> None:
    referral = refer(
        situation="infringed", right="trademark", right_status="registered", city="赣州市", county="章贡区",
        venue="offline_store", goal="stop",
    )  # fmt: skip
    first = referral.remedies[0]

    assert (first.key, first.body.city, first.body.county) == (
        "admin_complaint_trademark",
        "赣州市",
        "章贡区",
    )
    assert "章贡区" in first.body.name
    assert "商标法第五十七条" in {f"{c.law}{c.article}" for c in first.basis}


@pytest.mark.parametrize("situation", ["infringed", "criminal_lead", "exhibition"])
@pytest.mark.parametrize("status", LOST)
def test_without_a_valid_registration_there_is_no_trademark_complaint(
    situation: str, status: str
) -> None:
    referral = refer(situation=situation, right="trademark", right_status=status)

    assert "admin_complaint_trademark" not in open_roads(referral)
    assert closed(referral, "admin_complaint_trademark")


def test_an_unregistered_mark_is_pointed_to_unfair_competition() -> None:
    referral = refer(
        situation="infringed", right="trademark", right_status="unregistered", venue="offline_store"
    )

    assert open_roads(referral)[0] == "unfair_competition_complaint"
    assert "反不正当竞争法第七条" in closed(referral, "admin_complaint_trademark")


def test_the_market_bureau_does_not_award_damages() -> None:
    referral = refer(
        situation="infringed", right="trademark", right_status="registered", goal="damages"
    )

    assert open_roads(referral)[0] == "civil_litigation"
    assert closed(referral, "admin_complaint_trademark") == ["商标法第六十条"]


def test_a_lawsuit_about_a_mark_does_not_close_the_market_bureau() -> None:
    referral = refer(
        situation="infringed", right="trademark", right_status="registered", proceeding="已起诉"
    )

    assert open_roads(referral)[0] == "civil_litigation"
    assert "admin_complaint_trademark" in open_roads(referral)


@pytest.mark.parametrize("venue", ["ecommerce", "social_media"])
@pytest.mark.parametrize("right", ["trademark", "patent_design", "copyright_art"])
def test_what_is_sold_online_goes_to_the_platform_first_with_the_evidence_secured(
    venue: str, right: str
) -> None:
    referral = refer(
        situation="infringed", right=right, right_status="registered", venue=venue, goal="stop"
    )

    assert open_roads(referral)[0] == "platform_notice"
    assert "notarisation_evidence" in open_roads(referral)


@pytest.mark.parametrize("right", ["trademark", "patent_utility"])
@pytest.mark.parametrize("status", LOST)
def test_a_platform_is_not_notified_of_a_right_that_is_not_there(right: str, status: str) -> None:
    referral = refer(situation="infringed", right=right, right_status=status, venue="ecommerce")

    assert closed(referral, "platform_notice") == ["电子商务法第四十二条"]


# --- patents ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("right", PATENTS)
def test_a_granted_patent_is_adjudicated_by_the_city_and_never_by_the_county(right: str) -> None:
    referral = refer(
        situation="infringed",
        right=right,
        right_status="registered",
        city="赣州市",
        county="章贡区",
        goal="stop",
    )
    first = referral.remedies[0]

    assert (first.key, first.body.city, first.body.county) == (
        "admin_adjudication_patent",
        "赣州市",
        None,
    )
    assert "admin_complaint_trademark" not in open_roads(referral)


@pytest.mark.parametrize("right", PATENTS)
@pytest.mark.parametrize("situation", ["infringed", "criminal_lead", "exhibition"])
def test_who_has_sued_gets_no_adjudication_and_is_told_why(right: str, situation: str) -> None:
    referral = refer(
        situation=situation, right=right, right_status="registered", proceeding="已起诉"
    )

    [barred] = [one for one in referral.ruled_out if one.key == "admin_adjudication_patent"]
    assert barred.rule == "pat-adj-x-sued" and "待核" in barred.why
    assert (
        barred.basis == ()
    )  # the departmental rule that says so is not held; the Patent Law does not


@pytest.mark.parametrize("right", PATENTS)
@pytest.mark.parametrize("status", LOST)
def test_a_patent_that_is_not_in_force_is_not_adjudicated(right: str, status: str) -> None:
    assert closed(
        refer(situation="infringed", right=right, right_status=status), "admin_adjudication_patent"
    )


def test_adjudication_does_not_award_damages_nor_decide_who_owns_a_patent() -> None:
    wants_money = refer(
        situation="infringed", right="patent_utility", right_status="registered", goal="damages"
    )

    assert open_roads(wants_money)[0] == "civil_litigation"
    assert "专利法第六十五条" in closed(wants_money, "admin_adjudication_patent")
    assert closed(refer(situation="ownership", right="patent_utility"), "admin_adjudication_patent")


@pytest.mark.parametrize("right", PATENTS)
def test_copying_a_patented_product_never_reaches_the_police(right: str) -> None:
    others = [None, *(code for code in VOCABULARY["circumstances"] if code != "fake_patent")]
    situations = [s for s in VOCABULARY["situation"] if s not in ("ticket_service", "out_of_scope")]
    reached = [
        (situation, goal, circumstance)
        for situation, goal, circumstance in product(situations, [None, "criminal"], others)
        if "criminal_report"
        in open_roads(
            refer(
                situation=situation,
                right=right,
                **({"goal": goal} if goal else {}),
                **({"circumstances": [circumstance]} if circumstance else {}),
            )
        )
    ]
    assert reached == []


def test_a_false_patent_number_is_another_matter_and_may_be_a_crime() -> None:
    facts = {"situation": "criminal_lead", "right": "patent", "circumstances": ["fake_patent"]}

    assert open_roads(refer(**facts))[0] == "admin_complaint_fake_patent"
    assert "criminal_report" in open_roads(refer(**facts, amount="30万元"))


# --- works -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("right", WORKS)
def test_a_small_copying_of_a_work_is_not_for_the_copyright_office(right: str) -> None:
    referral = refer(situation="infringed", right=right, circumstances=["small_scale"])

    assert closed(referral, "copyright_admin_complaint") == ["著作权法第五十三条"]
    assert {"civil_litigation", "people_mediation"} <= set(open_roads(referral))


@pytest.mark.parametrize("right", WORKS)
def test_mass_piracy_goes_to_the_copyright_office_of_the_city(right: str) -> None:
    referral = refer(
        situation="infringed", right=right, circumstances=["mass"], city="吉安市", goal="stop"
    )
    first = referral.remedies[0]

    assert (first.key, first.body.city) == ("copyright_admin_complaint", "吉安市")
    assert "宣传部" in first.body.name


def test_piracy_of_unknown_extent_is_not_assumed_to_harm_the_public() -> None:
    assert "copyright_admin_complaint" not in open_roads(
        refer(situation="infringed", right="copyright_text")
    )


@pytest.mark.parametrize("right", WORKS)
@pytest.mark.parametrize("situation", ["infringed", "criminal_lead"])
def test_works_are_never_sent_to_the_market_bureau(right: str, situation: str) -> None:
    assert "著作权法第五十三条" in closed(
        refer(situation=situation, right=right), "admin_complaint_trademark"
    )


# --- talking and suing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "situation", ["infringed", "accused_letter", "accused_court", "license_contract", "ownership"]
)
def test_nobody_is_sent_to_mediation_when_the_other_side_refuses(situation: str) -> None:
    referral = refer(situation=situation, right="trademark", circumstances=["refuses_talk"])

    assert closed(referral, "people_mediation") == ["人民调解法第十七条"]
    assert "court_mediation" not in open_roads(referral)


@pytest.mark.parametrize("right", ["trademark", "patent_design", "copyright_art", "trade_secret"])
def test_when_both_sides_want_to_talk_mediation_comes_first(right: str) -> None:
    referral = refer(
        situation="infringed",
        right=right,
        right_status="registered",
        circumstances=["both_willing"],
    )

    assert open_roads(referral)[0] == "people_mediation"
    assert any(deadline.period == "30日" for deadline in referral.remedies[0].deadlines)


def test_danger_to_people_is_reported_and_not_mediated() -> None:
    referral = refer(
        situation="infringed",
        right="trademark",
        right_status="registered",
        circumstances=["safety"],
    )

    assert open_roads(referral)[0] == "criminal_report"
    closed(referral, "people_mediation")


@pytest.mark.parametrize("situation", ["license_contract", "ownership"])
def test_an_arbitration_clause_keeps_a_contract_out_of_court(situation: str) -> None:
    referral = refer(situation=situation, right="trademark", proceeding="有仲裁条款")

    assert "arbitration" in open_roads(referral)
    assert closed(referral, "civil_litigation") == ["仲裁法第五条", "民事诉讼法第一百二十七条"]


# --- being accused ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("situation", ACCUSED)
def test_who_is_accused_is_told_of_the_defence_first_for_every_right_and_goal(
    situation: str,
) -> None:
    defences = {"non_infringement_response", "platform_counter_notice"}
    wrong = [
        (right, goal, open_roads(referral)[:2])
        for right, goal in product([None, *VOCABULARY["right"]], [None, *VOCABULARY["goal"]])
        if not defences
        & set(
            open_roads(
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

    assert open_roads(referral)[:2] == ["platform_counter_notice", "non_infringement_response"]
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


# --- somebody else's mark --------------------------------------------------------------------------------------------


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

    assert open_roads(referral)[0] == first
    for key in closed_ones:
        closed(referral, key)


def test_before_publication_there_is_nothing_to_oppose_yet() -> None:
    referral = refer(situation="squatted", right="trademark", other_status="pending")

    for key in ("trademark_opposition", "trademark_invalidation", "trademark_cancellation_nonuse"):
        closed(referral, key)
    assert referral.remedies


def test_a_mark_of_unknown_stage_is_not_assumed_to_be_at_any_and_the_stage_is_asked() -> None:
    referral = refer(situation="squatted", right="trademark")

    assert {"trademark_invalidation", "trademark_opposition"} <= set(open_roads(referral))
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
    assert "trademark_invalidation" not in open_roads(refer(last_day + timedelta(days=1), **facts))


def test_non_use_is_told_with_the_day_from_which_it_can_be_claimed() -> None:
    facts = {
        "situation": "squatted",
        "right": "trademark",
        "other_status": "registered",
        "unused": "yes",
    }
    [road] = [
        road
        for road in refer(date(2026, 10, 2), **facts, registered_on="2023-10-01").remedies
        if road.key == "trademark_cancellation_nonuse"
    ]
    [deadline] = [one for one in road.deadlines if one.what == "可以提出撤三"]

    assert (deadline.opens_on, deadline.due, deadline.act_by) == (date(2026, 10, 2), None, None)
    assert deadline.note and "2026-10-02" in deadline.note
    closed(
        refer(date(2026, 10, 1), **facts, registered_on="2023-10-01"),
        "trademark_cancellation_nonuse",
    )


# --- pre-examination -------------------------------------------------------------------------------------------------


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
def test_pre_examination_is_closed_with_a_reason_and_another_road(facts: Facts) -> None:
    referral = refer(situation="preexam_need", **facts)

    assert "preexam_fast" not in open_roads(referral)
    assert [road for road in referral.ruled_out if road.key == "preexam_fast" and road.why]
    assert referral.remedies


def test_without_the_city_pre_examination_is_not_promised_but_asked_about() -> None:
    referral = refer(situation="preexam_need")

    assert (referral.scope, referral.asks[0].slot) == ("clarify", "own_city")


# --- abroad ----------------------------------------------------------------------------------------------------------


DOMESTIC = {
    "admin_complaint_trademark", "admin_adjudication_patent", "admin_complaint_fake_patent",
    "copyright_admin_complaint", "unfair_competition_complaint", "trade_secret_report", "plant_variety_complaint",
    "ic_layout_complaint", "enterprise_name_dispute", "criminal_report", "people_mediation", "court_mediation",
    "admin_mediation", "civil_litigation", "platform_notice",
}  # fmt: skip


@pytest.mark.parametrize(
    "facts", [{"situation": "overseas"}, {"situation": "infringed", "venue": "overseas"}]
)
def test_what_happens_abroad_is_not_for_domestic_bodies(facts: Facts) -> None:
    sent = {
        right: DOMESTIC & set(open_roads(refer(right=right, **facts)))
        for right in VOCABULARY["right"]
    }

    assert {right: roads for right, roads in sent.items() if roads} == {}


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

        assert open_roads(referral)[0] == "overseas_guidance"
        assert closed(referral, key)


# --- the change of law at new year -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "period", "article"),
    [(LAST_DAY_OF_OLD, "3个月", "第三十三条"), (FIRST_DAY_OF_NEW, "2个月", "第三十六条")],
)
def test_opposition_takes_three_months_until_new_year_and_two_from_then_on(
    on: date, period: str, article: str
) -> None:
    referral = refer(on, situation="squatted", right="trademark", other_status="published")
    [road] = [road for road in referral.remedies if road.key == "trademark_opposition"]
    [deadline] = [
        one
        for one in road.deadlines
        if "异议" in one.what and one.basis.law == "商标法" and "复审" not in one.what
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
    assert "过渡办法" not in notice  # no period of these roads changes
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

    assert ("trademark_opposition" in open_roads(referral)) is open_


# --- an act of another day -------------------------------------------------------------------------------------------


def cited_for(referral: Referral, key: str, law: str) -> set[str]:
    [road] = [road for road in referral.remedies if road.key == key]
    return {
        f"{c.version_date.year}{c.article}" for c in road.basis if c.law == law and c.version_date
    }


def test_an_imitation_of_august_2025_is_judged_by_the_law_of_then_and_reported_by_that_of_today() -> (
    None
):
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
    articles = {c.article for c in referral.remedies[0].basis if c.law == "商标法"}

    assert ("第五十七条" in articles, "第七十二条" in articles) == (
        on < FIRST_DAY_OF_NEW,
        on >= FIRST_DAY_OF_NEW,
    )


# --- days ------------------------------------------------------------------------------------------------------------


def opposed(ends: date, on: date) -> Referral:
    """A referral about a mark whose three months for opposition end on a day of the second half of a year."""
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


def test_a_road_that_lapsed_in_a_year_of_unknown_holidays_says_so() -> None:
    facts = {
        "situation": "squatted",
        "right": "trademark",
        "other_status": "published",
        "published_on": "2027-01-04",
    }
    [road] = [
        one
        for one in refer(date(2027, 3, 5), **facts).ruled_out
        if one.key == "trademark_opposition"
    ]

    assert "没有录入2027年的放假安排" in road.why


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
    assert open_roads(by_day) == open_roads(by_years)


@pytest.mark.parametrize("slot", ["doc_received_on", "published_on", "registered_on", "acted_on"])
def test_a_day_that_the_visitor_does_not_know_is_no_day(slot: str) -> None:
    facts = {"situation": "squatted", "right": "trademark", "other_status": "registered"}
    without, unknown = refer(**facts), refer(**facts, **{slot: UNKNOWN})

    assert open_roads(unknown) == open_roads(without)
    assert all(due is None for road in unknown.remedies for due in [d.due for d in road.deadlines])


# --- asking ----------------------------------------------------------------------------------------------------------


def test_nothing_known_means_one_question_about_what_happened() -> None:
    referral = refer()

    assert (referral.scope, [ask.slot for ask in referral.asks]) == ("clarify", ["situation"])


def test_a_question_within_scope_gets_its_direction_at_once_together_with_what_is_asked() -> None:
    referral = refer(situation="infringed", right="trademark")

    assert referral.remedies and referral.asks


def test_the_right_is_asked_first_because_it_decides_the_authority() -> None:
    referral = refer(situation="infringed")

    assert (referral.scope, referral.asks[0].slot) == ("clarify", "right")


def test_what_is_not_for_this_line_is_neither_routed_nor_asked() -> None:
    referral = refer(situation="out_of_scope")

    assert (referral.scope, referral.remedies, referral.asks) == ("out", (), ())


def test_who_asks_after_a_ticket_or_a_person_is_led_to_one() -> None:
    referral = refer(situation="ticket_service")

    assert ([road.key for road in referral.remedies], referral.asks) == (["human_handoff"], ())


# --- conditions ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "facts", "expected"),
    [
        ({"right": "trademark"}, {"right": "trademark"}, True),
        ({"right": ["trademark", "patent"]}, {"right": "patent"}, True),
        ({"right": "trademark"}, {}, False),
        ({"right": "trademark"}, {"right": UNKNOWN}, False),
        ({"right": {"not": "trademark"}}, {}, True),
        ({"right": {"not": ["trademark", "patent"]}}, {"right": "patent"}, False),
        ({"right": {"not": "trademark"}}, {"right": UNKNOWN}, True),
        ({"right": {"known": True}}, {"right": UNKNOWN}, False),
        ({"right": {"known": False}}, {}, True),
        ({"circumstances": {"known": False}}, {"circumstances": []}, True),
        ({"circumstances": "mass"}, {"circumstances": ["seller", "mass"]}, True),
        ({"circumstances": {"not": ["mass"]}}, {"circumstances": ["seller", "mass"]}, False),
        ({"circumstances": "mass"}, {"circumstances": UNKNOWN}, False),
        ({"proceeding": "已起诉"}, {"proceeding": "已报案、已起诉"}, True),
        ({"proceeding": "已起诉"}, {"proceeding": "未起诉"}, False),
        ({"years_registered": {"lt": 3}}, {"years_registered": 2.5}, True),
        ({"years_registered": {"gte": 3, "lt": 5}}, {"years_registered": 5}, False),
        ({"years_registered": {"lt": 3}}, {}, False),
        ({"years_registered": {"lt": 3}}, {"years_registered": UNKNOWN}, False),
        ({"right": "trademark", "goal": "stop"}, {"right": "trademark"}, False),
        ({}, {}, True),
    ],
)
def test_a_condition_means_what_the_lawyer_wrote(when: Facts, facts: Facts, expected: bool) -> None:
    assert holds(when, facts) is expected


def satisfying(rule: ApplyRule) -> Facts:
    """Facts that meet every positive condition of a rule."""
    facts: Facts = {}
    for slot, condition in rule.when.items():
        if isinstance(condition, dict):
            if condition.get("known"):
                facts[slot] = "x"
            elif "gte" in condition or "gt" in condition:
                facts[slot] = condition.get("gte", condition.get("gt", 0)) + 0.5
            elif "lt" in condition or "lte" in condition:
                facts[slot] = 0
            continue
        value = condition[0] if isinstance(condition, list) else condition
        facts[slot] = [value] if slot == "circumstances" else value
    return facts


def test_no_rule_assumes_a_fact_that_is_absent_or_unknown() -> None:
    wrong = []
    for remedy in RULES.remedies:
        for rule in (*remedy.applies_when, *remedy.excluded_when):
            facts = satisfying(rule)
            assert holds(rule.when, facts), rule.id
            for slot in facts:
                without = {key: value for key, value in facts.items() if key != slot}
                if holds(rule.when, without) or holds(rule.when, {**without, slot: UNKNOWN}):
                    wrong.append((rule.id, slot))
    assert wrong == []


# --- whatever is said ------------------------------------------------------------------------------------------------


def day() -> st.SearchStrategy[str]:
    return st.dates(date(2015, 1, 1), date(2027, 3, 1)).map(date.isoformat) | st.just(UNKNOWN)


def words(slot: str) -> st.SearchStrategy[str]:
    several = st.lists(st.sampled_from(WORDS[slot]), min_size=1, max_size=2, unique=True).map(
        "、".join
    )
    return several | st.just(UNKNOWN)


CLOSED = ("right", "situation", "right_status", "other_status", "unused", "venue", "goal", "field")
FACTS = st.fixed_dictionaries(
    {},
    optional={
        **{slot: st.sampled_from([*VOCABULARY[slot], UNKNOWN]) for slot in CLOSED},
        **{slot: words(slot) for slot in WORDS},
        "circumstances": st.just(UNKNOWN)
        | st.lists(
            st.sampled_from(list(VOCABULARY["circumstances"])), min_size=1, max_size=3, unique=True
        ),
        "years_registered": st.sampled_from([0, 0.5, 2, 3, 4.5, 5, 12, UNKNOWN]),
        "city": st.sampled_from([*REGIONS.cities, "深圳市", UNKNOWN]),
        "county": st.sampled_from([*REGIONS.counties(), UNKNOWN]),
        "own_city": st.sampled_from([*REGIONS.cities, "赣江新区", "深圳市", UNKNOWN]),
        "doc_received_on": day(),
        "published_on": day(),
        "registered_on": day(),
        "amount": st.sampled_from(["3万元", UNKNOWN]),
    },
)
ON = st.sampled_from([TODAY, LAST_DAY_OF_OLD, FIRST_DAY_OF_NEW, date(2027, 6, 1)])
thoroughly = settings(max_examples=500, derandomize=True, deadline=None)


@thoroughly
@given(FACTS, ON)
def test_nothing_is_cited_that_does_not_govern_on_the_day(facts: Facts, on: date) -> None:
    for citation in cited(refer(on, **facts)):
        assert citation.in_force_from and citation.in_force_from <= on
        assert citation.in_force_to is None or on <= citation.in_force_to


@thoroughly
@given(FACTS, st.dates(date(2018, 1, 1), TODAY), st.booleans(), ON)
def test_for_an_act_nothing_is_cited_that_governs_neither_on_its_day_nor_today(
    facts: Facts, acted_on: date, goes_on: bool, on: date
) -> None:
    known = (
        facts
        | {"acted_on": acted_on.isoformat()}
        | ({"circumstances": ["ongoing"]} if goes_on else {})
    )
    for citation in cited(refer(on, **known)):
        days = (acted_on, on)
        assert citation.in_force_from
        assert any(citation.in_force_from <= day <= (citation.in_force_to or day) for day in days)


@thoroughly
@given(FACTS, ON)
def test_a_road_is_never_both_open_and_closed_and_there_are_never_too_many(
    facts: Facts, on: date
) -> None:
    referral = refer(on, **facts)
    roads = open_roads(referral)

    assert not set(roads) & {road.key for road in referral.ruled_out}
    assert len(roads) == len(set(roads)) <= MOST_REMEDIES
    assert all(road.why for road in (*referral.remedies, *referral.ruled_out))


@thoroughly
@given(FACTS, ON)
def test_what_was_told_or_is_not_known_is_not_asked_again(facts: Facts, on: date) -> None:
    asked = [ask.slot for ask in refer(on, **facts).asks]

    assert not set(asked) & set(facts)
    assert len(asked) == len(set(asked)) <= MOST_ASKS


@thoroughly
@given(FACTS, ON)
def test_there_is_always_a_road_a_question_that_opens_one_or_an_exit(
    facts: Facts, on: date
) -> None:
    referral = refer(on, **facts)

    assert (
        referral.remedies
        or any(ask.required_for_routing for ask in referral.asks)
        or referral.scope in ("out", "service")
    )


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"evidence": "公证书"},
        {"other_status": "pending"},
        {"right_status": "cancelled"},
        {"proceeding": "已起诉"},
        {"venue": "overseas"},
    ],
    ids=lambda facts: "-".join(facts.values()) or "nothing-else",
)
def test_no_right_in_any_situation_leads_nowhere(more: Facts) -> None:
    nowhere = []
    for situation, right in product(VOCABULARY["situation"], [None, *VOCABULARY["right"], UNKNOWN]):
        referral = refer(situation=situation, **({"right": right} if right else {}), **more)
        if not (
            referral.remedies
            or any(ask.required_for_routing for ask in referral.asks)
            or referral.scope in ("out", "service")
        ):
            nowhere.append((situation, right))
    assert nowhere == []


@thoroughly
@given(FACTS, ON)
def test_the_same_facts_always_give_the_same_referral(facts: Facts, on: date) -> None:
    assert refer(on, **facts) == refer(on, **dict(reversed(facts.items())))


@thoroughly
@given(FACTS, ON)
def test_roads_stand_in_the_order_that_they_are_said_to_stand_in(facts: Facts, on: date) -> None:
    referral = refer(on, **facts)
    places = [
        (
            road.rank - sum(rule.boost for rule in road.order),
            min((d.act_by for d in road.deadlines if d.act_by), default=date.max),
        )
        for road in referral.remedies
    ]

    assert places == sorted(places)
    for told, road in zip(referral.as_dict()["remedies"], referral.remedies, strict=True):
        assert told["order"] == [{"id": rule.id, "why": rule.why} for rule in road.order]


@pytest.mark.parametrize(
    ("right", "foreign"),
    [("trademark", "专利法"), ("patent_design", "商标法"), ("copyright_av", "商标法")],
)
def test_the_laws_of_other_rights_are_not_cited(right: str, foreign: str) -> None:
    referral = refer(situation="infringed", right=right, right_status="registered", goal="damages")

    assert foreign not in {citation.law for citation in referral.remedies[0].basis}
    assert referral.remedies[0].basis


# --- what moves a road forward ---------------------------------------------------------------------------------------


def moved_by(referral: Referral, key: str) -> list[str]:
    [road] = [road for road in referral.remedies if road.key == key]
    return [rule.id for rule in road.order]


MOVED: list[tuple[Facts, str, str]] = [
    (
        {"situation": "customs", "venue": "import_export", "doc_received": "处罚决定"},
        "admin_reconsideration_litigation",
        "customs-penalised",
    ),
    (
        {
            "situation": "agency_misconduct",
            "right": "trademark",
            "circumstances": ["suspected_scam"],
        },
        "legal_info",
        "scam-first",
    ),
    (
        {"situation": "accused_court", "right": "trademark"},
        "non_infringement_response",
        "defence-first",
    ),
    (
        {"situation": "customs", "right": "trademark", "doc_received": "海关通知"},
        "customs_protection",
        "deadline-customs",
    ),
    (
        {"situation": "exhibition", "right": "patent_design"},
        "exhibition_complaint",
        "deadline-fair",
    ),
    (
        {"situation": "accused_court", "right": "patent_design", "doc_received_on": "2026-11-16"},
        "patent_invalidation",
        "deadline-near",
    ),
    (
        {"situation": "infringed", "right": "trademark", "circumstances": ["safety"]},
        "criminal_report",
        "safety-first",
    ),
    (
        {"situation": "infringed", "right": "trademark", "venue": "ecommerce"},
        "notarisation_evidence",
        "evidence-first",
    ),
    (
        {"situation": "infringed", "right": "trademark", "goal": "damages"},
        "civil_litigation",
        "goal",
    ),
    (
        {"situation": "infringed", "right": "patent_utility"},
        "patent_evaluation_report",
        "stable-right",
    ),
    (
        {"situation": "accused_court", "right": "patent_utility"},
        "patent_invalidation",
        "stable-right-accused",
    ),
    (
        {
            "situation": "infringed",
            "right": "trademark",
            "circumstances": ["both_willing"],
            "amount": "2万元",
        },
        "people_mediation",
        "small-and-willing",
    ),
    (
        {"situation": "infringed", "right": "trademark", "proceeding": "投诉没人管"},
        "admin_reconsideration_litigation",
        "idle-authority",
    ),
    (
        {
            "situation": "squatted",
            "right": "trademark",
            "other_status": "published",
            "published_on": "2026-11-01",
        },
        "trademark_opposition",
        "nearest-deadline",
    ),
    (
        {
            "situation": "infringed",
            "right": "patent_invention",
            "circumstances": ["both_willing", "talk_by_authority"],
        },
        "admin_mediation",
        "talk-authority",
    ),
    (
        {
            "situation": "infringed",
            "right": "copyright_art",
            "circumstances": ["both_willing", "talk_by_court"],
        },
        "court_mediation",
        "talk-court",
    ),
    (
        {
            "situation": "opposition_invalid_cancel",
            "right": "trademark",
            "circumstances": ["generic_name"],
        },
        "trademark_cancellation_nonuse",
        "generic-name",
    ),
]


@pytest.mark.parametrize(("facts", "key", "rule"), MOVED, ids=[rule for _, _, rule in MOVED])
def test_a_road_says_which_priority_moved_it(facts: Facts, key: str, rule: str) -> None:
    assert rule in moved_by(refer(**facts), key)


def test_every_priority_is_shown_at_work() -> None:
    assert {rule for _, _, rule in MOVED} == {rule.id for rule in RULES.priorities}


def test_a_period_that_ends_soon_comes_before_what_has_time() -> None:
    facts = {
        "situation": "accused_court",
        "right": "patent_design",
        "doc_received_on": "2026-11-16",
    }

    assert open_roads(refer(**facts))[:2] == ["non_infringement_response", "patent_invalidation"]


def test_online_the_evidence_is_secured_before_the_platform_is_followed_by_others() -> None:
    referral = refer(
        situation="infringed", right="trademark", right_status="registered", venue="ecommerce"
    )

    assert open_roads(referral)[:2] == ["platform_notice", "notarisation_evidence"]


@pytest.mark.parametrize(
    ("amount", "moves"), [("2万元", True), ("两万", True), ("3万元", False), ("几万", False)]
)
def test_mediation_is_moved_for_less_than_thirty_thousand_only(amount: str, moves: bool) -> None:
    facts = {
        "situation": "infringed",
        "right": "trademark",
        "circumstances": ["both_willing"],
        "amount": amount,
    }

    assert ("small-and-willing" in moved_by(refer(**facts), "people_mediation")) is moves


def test_a_small_sum_does_not_bring_anybody_to_talk_who_refuses() -> None:
    referral = refer(
        situation="infringed", right="trademark", circumstances=["refuses_talk"], amount="2万元"
    )

    assert "people_mediation" not in open_roads(referral)


def test_danger_is_looked_into_also_for_who_wants_damages() -> None:
    referral = refer(
        situation="infringed",
        right="trademark",
        right_status="registered",
        circumstances=["safety"],
        goal="damages",
    )

    assert open_roads(referral)[0] == "criminal_report"
    assert "admin_complaint_trademark" in open_roads(referral)


def test_a_letter_starts_no_period_that_only_a_complaint_of_the_court_starts() -> None:
    referral = refer(
        situation="accused_letter", right="patent_design", doc_received_on="2026-11-16"
    )

    assert [
        due for road in referral.remedies for due in [d.due for d in road.deadlines] if due
    ] == []


DEFENCES = {
    "non_infringement_response", "platform_counter_notice", "declaratory_non_infringement",
    "admin_reconsideration_litigation", "overseas_guidance",
}  # fmt: skip


@thoroughly
@given(FACTS, st.sampled_from(ACCUSED), ON)
def test_whoever_is_accused_is_first_told_how_to_defend_himself(
    facts: Facts, situation: str, on: date
) -> None:
    assert open_roads(refer(on, **{**facts, "situation": situation}))[0] in DEFENCES


# --- one proceeding and another --------------------------------------------------------------------------------------

COLLIDING: dict[str, Facts] = {
    "cf-patent-sued": {"situation": "infringed", "right": "patent_design", "proceeding": "已起诉"},
    "cf-patent-adjudicating": {"situation": "infringed", "right": "patent_design", "proceeding": "已请求裁决"},
    "cf-mark-sued": {"situation": "infringed", "right": "trademark", "proceeding": "已起诉"},
    "cf-arbitration-contract": {"situation": "license_contract", "proceeding": "有仲裁条款"},
    "cf-arbitration-tort": {"situation": "infringed", "right": "trademark", "proceeding": "有仲裁条款"},
    "cf-arbitration-accused": {"situation": "accused_court", "right": "patent", "proceeding": "有仲裁条款"},
    "cf-criminal-civil": {"situation": "criminal_lead", "right": "trademark", "proceeding": "已报案"},
    "cf-criminal-goal": {"situation": "infringed", "right": "trademark", "goal": "criminal"},
    "cf-invalidation-minor": {"situation": "accused_court", "right": "patent_utility"},
    "cf-invalidation-invention": {"situation": "accused_court", "right": "patent_invention"},
    "cf-invalidation-type-unknown": {"situation": "accused_court", "right": "patent"},
    "cf-invalidation-adjudication": {"situation": "infringed", "right": "patent_utility", "doc_received": "无效通知"},
    "cf-mark-attacked": {"situation": "accused_court", "right": "trademark", "unused": "yes"},
    "cf-two-marks": {
        "situation": "infringed", "right": "trademark", "right_status": "registered", "other_status": "registered",
    },
    "cf-settled": {"situation": "infringed", "right": "trademark", "proceeding": "已和解"},
    "cf-platform-sued": {"situation": "infringed", "right": "trademark", "venue": "ecommerce", "proceeding": "已起诉"},
    "cf-noncompete": {"situation": "infringed", "right": "trade_secret"},
    "cf-consumer": {"situation": "criminal_lead", "right": "trademark", "circumstances": ["individual"]},
    "cf-layout-sued": {"situation": "infringed", "right": "ic_layout", "proceeding": "已起诉"},
    "cf-second-hand": {
        "situation": "infringed", "right": "trademark", "venue": "ecommerce", "circumstances": ["second_hand"],
    },
    "cf-settled-breach": {"situation": "infringed", "right": "trademark", "proceeding": "已和解"},
    "cf-judged-unpaid": {"situation": "infringed", "right": "trademark", "doc_received": "生效判决"},
    "cf-outside": {"situation": "infringed", "right": "trademark", "city": "深圳市"},
}  # fmt: skip


@pytest.mark.parametrize("on", [LAST_DAY_OF_OLD, FIRST_DAY_OF_NEW])
@pytest.mark.parametrize("rule", [rule.id for rule in RULES.conflicts])
def test_what_a_proceeding_means_for_another_is_told_and_passes_the_gate(
    rule: str, on: date
) -> None:
    [conflict] = [one for one in RULES.conflicts if one.id == rule]
    referral = refer(on, **COLLIDING[rule])
    [notice] = [notice for notice in referral.notices if notice.startswith(conflict.notice)]

    assert ("第" in notice.removeprefix(conflict.notice)) is bool(conflict.basis)
    assert GATE.pass_together([notice], [], Days(on)).texts == (notice,)
    assert GATE.pass_tree(referral.as_dict(), Days(on), "")[1] == ()


@thoroughly
@given(FACTS, ON)
def test_no_notice_names_an_article_that_does_not_govern(facts: Facts, on: date) -> None:
    notices = refer(on, **facts).notices

    assert GATE.pass_together(notices, [], Days(on)).texts == notices


# --- the ten traps of the handbook -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "article", "facts"),
    [
        # 1: a patent authority decides patents only
        ("admin_adjudication_patent", "商标法第六十条", {"right": "trademark", "proceeding": "已请求裁决"}),
        ("admin_adjudication_patent", "著作权法第七条", {"right": "copyright_art", "proceeding": "已请求裁决"}),
        ("admin_complaint_trademark", "种子法第七十二条", {"right": "plant_variety"}),
        ("admin_complaint_trademark", "集成电路布图设计保护条例第三十一条", {"right": "ic_layout"}),
        # 2: a county's market bureau does not decide patents; whoever sued is not heard
        ("admin_complaint_trademark", "专利法实施细则第九十五条", {"right": "patent_design", "county": "章贡区"}),
        # 3: nobody but a court awards damages
        ("admin_complaint_trademark", "商标法第六十条", {"right": "trademark", "goal": "damages"}),
        ("admin_adjudication_patent", "专利法第六十五条", {"right": "patent_utility", "goal": "damages"}),
        # 4: works are not for the market bureau, and only what harms the public is for the copyright office
        ("admin_complaint_trademark", "著作权法第七条", {"right": "copyright_text"}),
        ("copyright_admin_complaint", "著作权法第五十三条", {"right": "copyright_text", "circumstances": ["small_scale"]}),
        # 5: copying a patent is no crime and no false marking
        ("criminal_report", "刑法第二百一十六条", {"right": "patent_utility", "goal": "criminal"}),
        ("criminal_report", "刑法第二百一十六条", {"situation": "criminal_lead", "right": "patent"}),
        ("admin_complaint_fake_patent", "专利法第六十八条", {"situation": "criminal_lead", "right": "patent"}),
        # 6: a mark is fought by its stage
        (
            "trademark_opposition",
            "商标法第三十三条",
            {"situation": "squatted", "right": "trademark", "other_status": "registered"},
        ),
        (
            "trademark_opposition",
            "商标法第三十三条",
            {"situation": "squatted", "right": "trademark", "other_status": "pending"},
        ),
        (
            "trademark_cancellation_nonuse",
            "商标法实施条例第六十六条",
            {"situation": "squatted", "right": "trademark", "other_status": "registered", "years_registered": 2},
        ),
        (
            "trademark_invalidation",
            "商标法第四十五条",
            {"situation": "squatted", "right": "trademark", "other_status": "registered", "years_registered": 6},
        ),
        # 10: who was not urged cannot be sued for a declaration
        (
            "declaratory_non_infringement",
            "知产民事证据规定第五条",
            {"situation": "accused_letter", "right": "patent"},
        ),
        (
            "declaratory_non_infringement",
            "知产民事证据规定第五条",
            {"situation": "accused_court", "right": "patent"},
        ),
    ],
)  # fmt: skip
def test_the_road_that_people_take_for_right_is_closed_with_the_reason(
    key: str, article: str, facts: Facts
) -> None:
    referral = refer(**{"situation": "infringed", "right_status": "registered", **facts})

    assert key not in open_roads(referral)
    assert article in closed(referral, key)


def test_laws_that_were_revised_are_cited_by_their_numbers_of_today() -> None:
    secret = refer(situation="infringed", right="trade_secret", goal="stop").remedies[0]
    clause = refer(situation="license_contract", proceeding="有仲裁条款").remedies[0]

    assert {c.article for c in secret.basis if c.law == "反不正当竞争法"} == {
        "第十条", "第十六条", "第二十六条", "第三十九条",
    }  # fmt: skip
    assert {c.article for c in clause.basis if c.law == "仲裁法"} == {
        "第三条",
        "第五条",
        "第二十七条",
        "第三十七条",
    }


@pytest.mark.parametrize("parts", [["maker"], ["maker", "has_source"]])
@pytest.mark.parametrize("situation", ["accused_court", "accused_letter"])
def test_who_makes_the_goods_is_not_told_to_show_where_they_came_from(
    situation: str, parts: list[str]
) -> None:
    first = refer(situation=situation, right="patent_design", circumstances=parts).remedies[0]

    assert (first.key, first.rule.endswith("maker")) == ("non_infringement_response", True)


def test_fifteen_days_are_promised_of_e_commerce_platforms_only() -> None:
    on_a_video = refer(situation="accused_platform", right="copyright_av", venue="social_media")

    assert {p for p, _ in deadlines(on_a_video, "platform_counter_notice").values()} == {
        "合理期限（没有固定天数）"
    }


def test_who_sues_many_is_not_taken_for_malicious_and_the_defence_comes_first() -> None:
    referral = refer(situation="malicious_suit", right="copyright_art", doc_received="律师函")

    assert open_roads(referral)[0] == "non_infringement_response"
    [road] = [road for road in referral.remedies if road.key == "malicious_litigation_report"]
    assert "不等于恶意" in road.cannot_do


def test_goods_at_a_port_are_held_by_the_customs_of_that_port() -> None:
    first = refer(situation="customs", right="trademark", city="赣州市").remedies[0]

    assert (first.key, first.body.city) == ("customs_protection", None)
    assert "进出境地" in first.body.name


def test_a_fair_that_is_over_has_no_complaints_office() -> None:
    closed(
        refer(situation="exhibition", right="patent_design", circumstances=["fair_over"]),
        "exhibition_complaint",
    )


def test_an_authority_that_does_nothing_is_answered_with_reconsideration() -> None:
    referral = refer(situation="infringed", right="trademark", proceeding="投诉没人管", goal="stop")

    assert open_roads(referral)[0] == "admin_reconsideration_litigation"


# --- which body ------------------------------------------------------------------------------------------------------

TRIBUNAL = "南昌知识产权法庭"


@pytest.mark.parametrize(
    ("right", "court"),
    [
        ("patent_invention", TRIBUNAL),
        ("patent_utility", TRIBUNAL),
        ("plant_variety", TRIBUNAL),
        ("ic_layout", TRIBUNAL),
        ("copyright_software", TRIBUNAL),
        ("trade_secret", TRIBUNAL),
        ("patent_design", "赣州市中级人民法院"),
        ("patent", "赣州市中级人民法院"),
        ("domain_name", "赣州市中级人民法院"),
        ("trademark", "赣州市有知识产权管辖权的基层人民法院"),
        ("copyright_art", "赣州市有知识产权管辖权的基层人民法院"),
        ("unfair_competition", "赣州市有知识产权管辖权的基层人民法院"),
    ],
)
def test_the_court_follows_from_the_right_and_the_visitor_is_told_to_ask(
    right: str, court: str
) -> None:
    referral = refer(
        situation="infringed", right=right, right_status="registered", goal="damages", city="赣州市"
    )
    [road] = [road for road in referral.remedies if road.key == "civil_litigation"]

    assert court in road.body.name
    assert road.body.note and "12368" in road.body.note


def test_of_shangrao_the_one_court_that_is_known_is_named_and_marked() -> None:
    referral = refer(
        situation="infringed",
        right="trademark",
        right_status="registered",
        goal="damages",
        city="上饶市",
    )

    assert referral.remedies[0].body.name == "广信区人民法院（上饶市集中管辖，待核）"
    assert "2022" in str(referral.remedies[0].body.note)


def test_contracts_go_to_the_basic_courts_also_about_patents() -> None:
    referral = refer(
        situation="license_contract",
        right="patent_invention",
        proceeding="无仲裁条款",
        city="赣州市",
    )

    assert "基层" in referral.remedies[0].body.name


@pytest.mark.parametrize(
    ("facts", "key", "kind"),
    [
        (
            {"situation": "agency_misconduct", "right": "patent"},
            "agency_complaint",
            "patent_administration",
        ),
        (
            {"situation": "agency_misconduct", "right": "trademark"},
            "agency_complaint",
            "market_regulation",
        ),
        (
            {"situation": "registration_exam", "right": "trademark", "doc_received": "裁决书"},
            "admin_reconsideration_litigation",
            "beijing_ip_court",
        ),
        (
            {"situation": "accused_admin", "doc_received": "处罚决定"},
            "admin_reconsideration_litigation",
            "reconsideration",
        ),
        (
            {"situation": "license_contract", "circumstances": ["cooling_off"]},
            "license_contract_dispute",
            "commerce",
        ),
        ({"situation": "accused_admin"}, "non_infringement_response", "deciding_authority"),
    ],
)
def test_a_road_leads_to_the_body_that_is_competent(facts: Facts, key: str, kind: str) -> None:
    [road] = [road for road in refer(**facts).remedies if road.key == key]

    assert road.body.kind == kind


# --- files that are wrong --------------------------------------------------------------------------------------------


OPPOSITION = "remedies/trademark_opposition.yml"
TABLES = ("courts.yml", "priorities.yml", "conflicts.yml")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the rules with two remedies only."""
    (tmp_path / "remedies").mkdir()
    for file in (
        "vocabulary.yml",
        "asks.yml",
        *TABLES,
        OPPOSITION,
        "remedies/admin_complaint_trademark.yml",
    ):
        shutil.copy(CONTENT / file, tmp_path / file)
    return tmp_path


def loading(content: Path) -> Rulebook:
    return load_rulebook(STATUTES, INSTITUTIONS, content)


def broken(content: Path, file: str, old: str, new: str) -> ContentError:
    """What loading says after `old` was replaced by `new`; the blame must fall on the line that was changed."""
    path = content / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as error:
        loading(content)
    assert error.value.path == path
    assert error.value.line == text[: text.index(old)].count("\n") + 1
    return error.value


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("key: trademark_opposition", "key: trademark_oposition", "文件名"),
        (
            "situation: opposition_invalid_cancel, right: trademark",
            "situation: opposition_invalid_cancel, right: tm",
            "tm",
        ),
        (
            "situation: opposition_invalid_cancel, right: trademark",
            "sitution: squatted, right: trademark",
            "sitution",
        ),
        ("rank: 1", "rank: 4", "rank"),
        ("body: {kind: cnipa_trademark,", "body: {kind: cnipa_tm,", "cnipa_tm"),
        ("level: national", "level: county", "county"),
        ("  - 商标法(2019)第三十五条", "  - 商标法(2019)第五百条", "查无此条"),
        ("  - 商标法(2019)第三十五条", "  - 商标法第三十五条", "年份"),
        ("  - 商标法(2019)第三十五条", "  - 商标法(2013)第三十五条", "查无此条"),
        ("  - 商标法(2019)第三十五条", "  - 火星法第三十五条", "火星法"),
        ("  - 商标法(2019)第三十五条", "  - 商标法三十五", "写法"),
        ("goes_with: [notarisation_evidence", "goes_with: [notarization", "notarization"),
    ],
)
def test_a_mistake_in_a_remedy_is_told_with_file_and_line(
    content: Path, old: str, new: str, says: str
) -> None:
    assert says in str(broken(content, OPPOSITION, old, new))


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("courts.yml", "kind: ip_tribunal", "kind: ip_court", "ip_court"),
        ("courts.yml", "right: trade_secret", "right: secret", "secret"),
        ("priorities.yml", "remedies: [customs_protection", "remedies: [customs", "customs"),
        ("priorities.yml", "circumstances: safety", "circumstances: danger", "danger"),
        ("priorities.yml", "id: goal", "id: safety-first", "两次"),
        (
            "conflicts.yml",
            "remedies: [admin_complaint_trademark]",
            "remedies: [complaint]",
            "complaint",
        ),
        (
            "conflicts.yml",
            "basis: [商标法(2019)第六十二条",
            "basis: [商标法(2019)第六百条",
            "查无此条",
        ),
    ],
)
def test_a_mistake_in_a_table_is_told_with_file_and_line(
    content: Path, file: str, old: str, new: str, says: str
) -> None:
    assert says in str(broken(content, file, old, new))


def test_a_condition_that_nobody_understands_is_refused(content: Path) -> None:
    error = broken(content, OPPOSITION, "{not: [generic_name]}", "{nott: [generic_name]}")

    assert "nott" in str(error)


def test_a_rule_number_that_is_taken_is_refused(content: Path) -> None:
    path = content / OPPOSITION
    text = path.read_text(encoding="utf-8").replace("id: opp-unfair", "id: tm-admin-1", 1)
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ContentError, match="tm-admin-1 已在 admin_complaint_trademark") as error:
        loading(content)
    assert error.value.path == path


def test_a_question_about_something_unheard_of_is_refused(content: Path) -> None:
    assert "venu" in str(
        broken(content, "asks.yml", "venue: {not: [ecommerce", "venu: {not: [ecommerce")
    )


# --- the rules and the directory agree -------------------------------------------------------------------------------

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
        assert ("preexam_fast" in open_roads(referral)) == (known and not obstacle), (field, right)
