"""The question whose answer changes the way to go most is put first; one that changes nothing is not put."""

from dataclasses import dataclass
from typing import Any

import pytest

from knowledge.routing.questions import Facts, Outcome, information_gain, select_questions
from knowledge.routing.refer import next_asks, open_remedies
from knowledge.slots import UNKNOWN
from tests.content import RULES


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


def outcome(facts: Facts) -> Outcome:
    roads = {"shop": "authority", "web": "platform", "abroad": "treaty"}
    return (
        roads.get(facts.get("venue", ""), "none"),
        "court" if facts.get("goal") == "money" else "talk",
    )


def slots(*asks: Question) -> list[str]:
    return [ask.slot for ask in select_questions(asks, {}, outcome)]


def test_the_answers_that_lead_the_furthest_apart_are_asked_for_first() -> None:
    assert slots(HALVES, SPLITS) == ["venue", "goal"]


def test_what_changes_no_road_is_not_asked() -> None:
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
    assert information_gain(Question("goal", ("stop", UNKNOWN)), {}, outcome) == 0


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
    assert next_asks(facts, RULES)[0].slot == slot


def test_a_known_goal_moves_the_roads_that_serve_it_forward() -> None:
    facts = {"situation": "infringed", "right": "trademark", "right_status": "registered"}

    assert open_remedies(facts, RULES)[0] == "admin_complaint_trademark"
    assert open_remedies({**facts, "goal": "damages"}, RULES)[0] == "civil_litigation"
