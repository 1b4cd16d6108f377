"""What holds of every referral, whatever is said; and what is asked."""

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.routing.questions import MOST_ASKS
from knowledge.routing.verdicts import MOST_REMEDIES
from knowledge.slots import UNKNOWN, Facts
from tests.knowledge.routing.referring import (
    FACTS,
    ON,
    TODAY,
    VOCABULARY,
    cited,
    open_remedies,
    refer,
    thoroughly,
)

# --- asking ---------------------------------------------------------------------------------------


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

    assert ([remedy.key for remedy in referral.remedies], referral.asks) == (["human_handoff"], ())


# --- whatever is said -----------------------------------------------------------------------------


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
def test_a_remedy_is_never_both_open_and_closed_and_there_are_never_too_many(
    facts: Facts, on: date
) -> None:
    referral = refer(on, **facts)
    remedies = open_remedies(referral)

    assert not set(remedies) & {remedy.key for remedy in referral.ruled_out}
    assert len(remedies) == len(set(remedies)) <= MOST_REMEDIES
    assert all(remedy.why for remedy in (*referral.remedies, *referral.ruled_out))


@thoroughly
@given(FACTS, ON)
def test_what_was_told_or_is_not_known_is_not_asked_again(facts: Facts, on: date) -> None:
    asked = [ask.slot for ask in refer(on, **facts).asks]

    assert not set(asked) & set(facts)
    assert len(asked) == len(set(asked)) <= MOST_ASKS


@thoroughly
@given(FACTS, ON)
def test_there_is_always_a_remedy_a_question_that_opens_one_or_an_exit(
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
def test_remedies_stand_in_the_order_that_they_are_said_to_stand_in(facts: Facts, on: date) -> None:
    referral = refer(on, **facts)
    places = [
        (
            remedy.rank - sum(rule.boost for rule in remedy.order),
            min((d.act_by for d in remedy.deadlines if d.act_by), default=date.max),
        )
        for remedy in referral.remedies
    ]

    assert places == sorted(places)
    for told, remedy in zip(referral.as_dict()["remedies"], referral.remedies, strict=True):
        assert told["order"] == [{"id": rule.id, "why": rule.why} for rule in remedy.order]


@pytest.mark.parametrize(
    ("right", "foreign"),
    [("trademark", "专利法"), ("patent_design", "商标法"), ("copyright_av", "商标法")],
)
def test_the_laws_of_other_rights_are_not_cited(right: str, foreign: str) -> None:
    referral = refer(situation="infringed", right=right, right_status="registered", goal="damages")

    assert foreign not in {citation.short_title for citation in referral.remedies[0].basis}
    assert referral.remedies[0].basis
