"""What moves a remedy forward, and what one proceeding means for another."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.law.citation_guard import Days
from knowledge.routing.referral import Referral
from knowledge.slots import Facts
from tests.content import GUARD, RULES
from tests.knowledge.routing.referring import (
    ACCUSED,
    FACTS,
    FIRST_DAY_OF_NEW,
    LAST_DAY_OF_OLD,
    ON,
    open_remedies,
    refer,
    thoroughly,
)

# --- what moves a remedy forward ------------------------------------------------------------------


def moved_by(referral: Referral, key: str) -> list[str]:
    [remedy] = [remedy for remedy in referral.remedies if remedy.key == key]
    return [rule.id for rule in remedy.order]


MOVED: list[tuple[Facts, str, str]] = [
    (
        {"situation": "infringed", "right": "trademark", "circumstances": ["wants_talk"]},
        "people_mediation",
        "talk-people",
    ),
    (
        {"situation": "customs", "venue": "import_export", "doc_received": ["处罚决定"]},
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
def test_a_remedy_says_which_priority_moved_it(facts: Facts, key: str, rule: str) -> None:
    assert rule in moved_by(refer(**facts), key)


def test_every_priority_is_shown_at_work() -> None:
    assert {rule for _, _, rule in MOVED} == {rule.id for rule in RULES.priorities}


def test_a_period_that_ends_soon_comes_before_what_has_time() -> None:
    facts = {
        "situation": "accused_court",
        "right": "patent_design",
        "doc_received_on": "2026-11-16",
    }

    assert open_remedies(refer(**facts))[:2] == ["non_infringement_response", "patent_invalidation"]


def test_online_the_evidence_is_secured_before_the_platform_is_followed_by_others() -> None:
    referral = refer(
        situation="infringed", right="trademark", right_status="registered", venue="ecommerce"
    )

    assert open_remedies(referral)[:2] == ["platform_notice", "notarisation_evidence"]


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

    assert "people_mediation" not in open_remedies(referral)


def test_danger_is_looked_into_also_for_who_wants_damages() -> None:
    referral = refer(
        situation="infringed",
        right="trademark",
        right_status="registered",
        circumstances=["safety"],
        goal="damages",
    )

    assert open_remedies(referral)[0] == "criminal_report"
    assert "admin_complaint_trademark" in open_remedies(referral)


def test_a_letter_starts_no_period_that_only_a_complaint_of_the_court_starts() -> None:
    referral = refer(
        situation="accused_letter", right="patent_design", doc_received_on="2026-11-16"
    )

    assert [
        due for remedy in referral.remedies for due in [d.due for d in remedy.deadlines] if due
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
    assert open_remedies(refer(on, **{**facts, "situation": situation}))[0] in DEFENCES


# --- one proceeding and another -------------------------------------------------------------------


COLLIDING: dict[str, Facts] = {
    "cf-patent-sued": {"situation": "infringed", "right": "patent_design", "proceeding": "已起诉"},
    "cf-patent-adjudicating": {
        "situation": "infringed",
        "right": "patent_design",
        "proceeding": "已请求裁决",
    },
    "cf-mark-sued": {"situation": "infringed", "right": "trademark", "proceeding": "已起诉"},
    "cf-arbitration-contract": {"situation": "license_contract", "proceeding": "有仲裁条款"},
    "cf-arbitration-tort": {
        "situation": "infringed",
        "right": "trademark",
        "proceeding": "有仲裁条款",
    },
    "cf-arbitration-accused": {
        "situation": "accused_court",
        "right": "patent",
        "proceeding": "有仲裁条款",
    },
    "cf-criminal-civil": {
        "situation": "criminal_lead",
        "right": "trademark",
        "proceeding": "已报案",
    },
    "cf-criminal-goal": {"situation": "infringed", "right": "trademark", "goal": "criminal"},
    "cf-invalidation-minor": {"situation": "accused_court", "right": "patent_utility"},
    "cf-invalidation-invention": {"situation": "accused_court", "right": "patent_invention"},
    "cf-invalidation-type-unknown": {"situation": "accused_court", "right": "patent"},
    "cf-invalidation-adjudication": {
        "situation": "infringed",
        "right": "patent_utility",
        "doc_received": "无效通知",
    },
    "cf-mark-attacked": {"situation": "accused_court", "right": "trademark", "unused": "yes"},
    "cf-two-marks": {
        "situation": "infringed",
        "right": "trademark",
        "right_status": "registered",
        "other_status": "registered",
    },
    "cf-settled": {"situation": "infringed", "right": "trademark", "proceeding": "已和解"},
    "cf-platform-sued": {
        "situation": "infringed",
        "right": "trademark",
        "venue": "ecommerce",
        "proceeding": "已起诉",
    },
    "cf-noncompete": {"situation": "infringed", "right": "trade_secret"},
    "cf-consumer": {
        "situation": "criminal_lead",
        "right": "trademark",
        "circumstances": ["individual"],
    },
    "cf-layout-sued": {"situation": "infringed", "right": "ic_layout", "proceeding": "已起诉"},
    "cf-second-hand": {
        "situation": "infringed",
        "right": "trademark",
        "venue": "ecommerce",
        "circumstances": ["second_hand"],
    },
    "cf-settled-breach": {"situation": "infringed", "right": "trademark", "proceeding": "已和解"},
    "cf-judged-unpaid": {
        "situation": "infringed",
        "right": "trademark",
        "doc_received": "生效判决",
    },
    "cf-outside": {"situation": "infringed", "right": "trademark", "city": "深圳市"},
}


@pytest.mark.parametrize("on", [LAST_DAY_OF_OLD, FIRST_DAY_OF_NEW])
@pytest.mark.parametrize("rule", [rule.id for rule in RULES.conflicts])
def test_what_a_proceeding_means_for_another_is_told_and_passes_the_guard(
    rule: str, on: date
) -> None:
    [conflict] = [one for one in RULES.conflicts if one.id == rule]
    referral = refer(on, **COLLIDING[rule])
    [notice] = [notice for notice in referral.notices if notice.startswith(conflict.notice)]

    assert ("第" in notice.removeprefix(conflict.notice)) is bool(conflict.basis)
    assert GUARD.pass_together([notice], [], Days(on)).texts == (notice,)
    assert GUARD.pass_tree(referral.as_dict(), Days(on), "")[1] == ()


@thoroughly
@given(FACTS, ON)
def test_no_notice_names_an_article_that_does_not_govern(facts: Facts, on: date) -> None:
    notices = refer(on, **facts).notices

    assert GUARD.pass_together(notices, [], Days(on)).texts == notices


# --- mediation that is asked for ------------------------------------------------------------------


@pytest.mark.parametrize("right", ["trademark", "patent_design", "copyright_art", "trade_secret"])
@pytest.mark.parametrize("situation", ["infringed", "license_contract", "ownership"])
def test_mediation_that_is_asked_for_leads_where_it_is_open(situation: str, right: str) -> None:
    asked = refer(situation=situation, right=right, circumstances=["wants_talk"])
    assert asked.remedies[0].key == "people_mediation"


@pytest.mark.parametrize(
    "harm",
    [
        {"circumstances": ["wants_talk", "safety"]},
        {"circumstances": ["wants_talk", "mass"]},
        {"circumstances": ["wants_talk", "refuses_talk"]},
        {"circumstances": ["wants_talk"], "goal": "criminal"},
    ],
)
def test_mediation_that_is_asked_for_stays_closed_where_it_does_harm(harm: Facts) -> None:
    asked = refer(situation="infringed", right="trademark", **harm)
    assert "people_mediation" not in open_remedies(asked)


@pytest.mark.parametrize("situation", ["accused_letter", "accused_court"])
def test_who_is_accused_answers_first_though_he_would_rather_talk(situation: str) -> None:
    asked = refer(situation=situation, right="trademark", circumstances=["wants_talk"])
    assert asked.remedies[0].key == "non_infringement_response"
