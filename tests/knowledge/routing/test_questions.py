"""The question whose answer changes the way to go most is put first; one that changes nothing is
not put.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.routing.questions import Outcome, information_gain, next_asks, select_questions
from knowledge.routing.verdicts import Verdicts, open_remedies
from knowledge.slots import UNKNOWN, Facts, as_listed
from tests.content import RULES
from tests.knowledge.routing.referring import FACTS, thoroughly


@dataclass(frozen=True)
class Option:
    value: str


@dataclass(frozen=True)
class Question:
    slot: str
    values: tuple[str, ...] = ()
    required_for_routing: bool = False
    always_ask: bool = False

    @property
    def options(self) -> tuple[Option, ...]:
        return tuple(Option(value) for value in self.values)


SPLITS = Question("venue", ("shop", "web", "abroad"))
HALVES = Question("goal", ("stop", "money"))
IDLE = Question("field", ("a", "b"))


def play(slot: str, fact: Any) -> Outcome:
    remedies = {"shop": "authority", "web": "platform", "abroad": "treaty"}
    return (
        remedies.get(fact, "none"),
        "court" if (slot, fact) == ("goal", "money") else "talk",
    )


def slots(*asks: Question) -> list[str]:
    return [ask.slot for ask in select_questions(asks, play)]


def test_the_answers_that_lead_the_furthest_apart_are_asked_for_first() -> None:
    assert slots(HALVES, SPLITS) == ["venue", "goal"]


def test_what_changes_no_remedy_is_not_asked() -> None:
    assert slots(IDLE) == []


def test_what_blocks_comes_first_and_what_a_lawyer_always_asks_second() -> None:
    required, always = (
        Question("right", ("x", "y"), required_for_routing=True),
        Question("city", always_ask=True),
    )

    assert slots(SPLITS, always, required) == ["right", "city"]


def test_one_question_a_slot_and_two_in_all() -> None:
    assert slots(SPLITS, Question("venue", ("other",)), HALVES, Question("city")) == [
        "venue",
        "city",
    ]


def test_not_knowing_is_no_answer_that_leads_anywhere() -> None:
    assert information_gain(Question("goal", ("stop", UNKNOWN)), play) == 0


@pytest.mark.parametrize(
    ("facts", "slot"),
    [
        ({"situation": "infringed"}, "right"),
        ({"situation": "infringed", "right": "trademark"}, "right_status"),
        ({"situation": "squatted", "right": "trademark"}, "other_status"),
        ({"situation": "accused_court", "right": "trademark"}, "doc_received_on"),
        ({"situation": "license_contract", "right": "patent"}, "proceeding"),
        ({"situation": "preexam_need"}, "own_city"),
        ({"right": "trademark"}, "situation"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value.values()),
)
def test_with_the_real_rules_the_lawyers_first_question_is_the_first(
    facts: dict[str, Any], slot: str
) -> None:
    assert next_asks(Verdicts(facts, RULES))[0].slot == slot


def test_a_known_goal_moves_the_remedies_that_serve_it_forward() -> None:
    facts = {"situation": "infringed", "right": "trademark", "right_status": "registered"}

    assert open_remedies(facts, RULES)[0] == "admin_complaint_trademark"
    assert open_remedies({**facts, "goal": "damages"}, RULES)[0] == "civil_litigation"


ANSWERS = [
    (ask.slot, as_listed(ask.slot, option.value)) for ask in RULES.asks for option in ask.options
]


@thoroughly
@given(FACTS, st.sampled_from(ANSWERS))
def test_an_answer_that_is_played_leads_where_the_rules_lead_with_it(
    facts: Facts, answer: tuple[str, Any]
) -> None:
    slot, fact = answer

    assert Verdicts(facts, RULES).after(slot, fact) == open_remedies({**facts, slot: fact}, RULES)


def test_no_answer_is_played_from_which_another_fact_would_be_derived() -> None:
    derived_from = {"amount", "registered_on"}
    assert [slot for slot, _ in ANSWERS if slot in derived_from] == []
