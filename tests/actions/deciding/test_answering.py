"""Which of the written answers a message asks for, as they bear on the matter spoken of."""

from dataclasses import replace
from typing import Any

import pytest

from actions.deciding.answering import (
    asks_for_an_answer,
    is_errand,
    led_to,
    topics,
    weighed,
)
from actions.deciding.decision import Decision, Matter, Step
from actions.deciding.turn import Likely, read
from api.conversations.schemas import LedTo
from knowledge.routing.doubt import Doubt
from knowledge.slots import Facts
from tests.actions.likelihood import HARDLY, SURELY
from tests.conftest import TODAY
from tests.content import ANSWERS, knowledge_base

OF_MARKS, OF_PATENTS, OPPOSING = "tmi-damages-method", "ptf-annual-missed", "tmo-opp-how-long"
OF_ANY_RIGHT = "fup-no-money-company"
BARE = read({"text": "这个怎么算"}, knowledge_base(), TODAY)


def chosen(facts: Facts, *found: tuple[str, float]) -> str | None:
    best = next(iter(weighed([Likely(name, signs) for name, signs in found], facts, ANSWERS)), None)
    return best.name if best else None


def chance(facts: Facts, answer: str) -> float:
    [found] = weighed([Likely(answer, 6.0)], facts, ANSWERS)
    return found.chance


def test_the_strongest_signs_count_where_nothing_is_known() -> None:
    assert chosen({}, (OPPOSING, 6.1), (OF_MARKS, 6.0)) == OPPOSING
    assert chosen({}) is None


def test_one_that_is_written_for_the_situation_comes_before_one_with_hardly_stronger_signs() -> (
    None
):
    facts = {"situation": "infringed", "right": "trademark"}

    assert chosen(facts, (OPPOSING, 6.1), (OF_MARKS, 6.0)) == OF_MARKS
    assert chosen(facts, (OPPOSING, SURELY), (OF_MARKS, 6.0)) == OPPOSING


def test_one_about_another_right_falls_back() -> None:
    facts = {"situation": "registration_exam", "right": "trade_secret"}

    assert chance(facts, OF_PATENTS) < chance({**facts, "right": "patent"}, OF_PATENTS)


@pytest.mark.parametrize("right", ["unknown", "multiple", "none"])
def test_a_right_that_is_open_counts_less_for_an_answer_about_one_alone(right: str) -> None:
    assert chance({"right": right}, OF_PATENTS) == chance({}, OF_PATENTS)
    assert chance({}, OF_PATENTS) < chance({"right": "patent_design"}, OF_PATENTS)
    assert chance({"right": right}, OF_ANY_RIGHT) == chance({"right": "patent"}, OF_ANY_RIGHT)


def test_signs_become_a_chance_and_the_likeliest_stands_first() -> None:
    found = [Likely(OF_MARKS, HARDLY), Likely(OF_PATENTS, 6.0), Likely(OPPOSING, SURELY)]
    chances = weighed(found, {}, ANSWERS)

    assert [one.name for one in chances] == [OPPOSING, OF_PATENTS, OF_MARKS]
    assert chances[0].chance > 0.99 and 0 < chances[1].chance < 1 and chances[2].chance < 0.01


@pytest.mark.parametrize(("wish", "asks"), [("answer", True), ("road", False), ("no", False)])
def test_only_who_wants_an_answer_asks_for_one(wish: str, asks: bool) -> None:
    assert asks_for_an_answer(replace(BARE, likely_ask=Likely(wish, 0.9))) is asks
    assert not asks_for_an_answer(BARE)


def test_in_the_middle_of_a_matter_its_situation_says_less_of_a_question() -> None:
    facts: Facts = {"situation": "registration_exam", "right": "trademark"}
    [outside] = weighed([Likely(OF_MARKS, 6.0)], facts, ANSWERS)
    [between] = weighed([Likely(OF_MARKS, 6.0)], facts, ANSWERS, between=True)
    [fitting] = weighed([Likely(OF_MARKS, 6.0)], {**facts, "situation": "infringed"}, ANSWERS)

    assert outside.chance < between.chance < fitting.chance


OF_MARK_MATTER: Facts = {"situation": "infringed", "right": "trademark"}


def told(step: Step, answer: str | None = None, facts: Facts = OF_MARK_MATTER) -> Decision:
    return Decision(step, "", facts, Matter(facts), answer=answer, understood=facts)


def test_a_turn_speaks_of_its_matter_and_of_the_answer_that_is_about_one_right_alone() -> None:
    of_the_matter = topics(BARE, told(Step.REFER), ANSWERS)
    beside = topics(BARE, told(Step.ANSWER, OF_PATENTS), ANSWERS)

    assert {"infringed", "trademark"} <= of_the_matter and "patent" not in of_the_matter
    assert {"infringed", "trademark", "patent"} <= beside


def test_an_answer_about_any_right_makes_a_turn_speak_of_none_beside_its_own() -> None:
    spoken = topics(BARE, told(Step.ANSWER, OF_ANY_RIGHT), ANSWERS)

    assert {"patent", "copyright"}.isdisjoint(spoken)


def test_a_turn_speaks_of_the_family_of_a_right_and_of_what_its_words_name() -> None:
    design = topics(BARE, told(Step.REFER, facts={"right": "patent_design"}), ANSWERS)
    words = read({"text": "外观设计专利被抄了去哪投诉"}, knowledge_base(), TODAY)
    named = topics(words, told(Step.REMEDY_DETAILS), ANSWERS)

    assert {"patent_design", "patent"} <= design and {"trademark", "patent"} <= named


@pytest.mark.parametrize(
    ("step", "intent", "errand"),
    [
        (Step.OPEN_TICKET, "inform", True),
        (Step.TICKET_STATUS, "ask_ticket_status", True),
        (Step.DELETE_DATA, "affirm", True),
        (Step.HAND_OFF, "human_handoff", True),
        (Step.SMALL_TALK, "goodbye", True),
        (Step.SMALL_TALK, "greet", False),
        (Step.OUT_OF_SCOPE, "out_weather", False),
        (Step.REFER, "infringed", False),
        (Step.ANSWER, "ask_law", False),
    ],
)
def test_errands_are_what_needs_nothing_of_what_the_bot_knows(
    step: Step, intent: str, errand: bool
) -> None:
    assert is_errand(replace(BARE, intent=intent), told(step)) is errand


def understood(
    step: Step, text: str = "这个怎么算", facts: Facts | None = None, **more: Any
) -> LedTo:
    decision = Decision(step=step, reason="", facts=facts or {}, matter=Matter({}), **more)
    return led_to(read({"text": text}, knowledge_base(), TODAY), decision)


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        (Step.HAND_OFF, "handed_over"),
        (Step.OUT_OF_SCOPE, "elsewhere"),
        (Step.TICKET_FORM, "served"),
        (Step.SMALL_TALK, "served"),
        (Step.DEADLINE, "answered"),
        (Step.REFER, "unclear"),
    ],
)
def test_figures_count_a_turn_by_what_is_done(step: Step, outcome: str) -> None:
    assert understood(step).outcome == outcome


def test_figures_count_the_answer_that_is_told_also_where_it_is_only_perhaps_meant() -> None:
    assert understood(Step.ANSWER, answer=OF_MARKS).answers == [OF_MARKS]
    perhaps = understood(Step.REFER, perhaps=OF_MARKS)
    assert (perhaps.outcome, perhaps.answers) == ("answered", [OF_MARKS])


def test_a_remedy_counts_once_in_a_matter_and_not_while_the_situation_is_in_doubt() -> None:
    facts = {"situation": "infringed", "right": "trademark"}
    referral = knowledge_base().referral(facts, TODAY)
    told = {"referral": referral, "records": True, "facts": facts}

    first = understood(Step.REFER, **told)
    assert first.outcome == "answered"
    assert first.remedies == [remedy.key for remedy in referral.remedies]
    again = understood(Step.REFER, **told, previous_referral=referral)
    assert (again.outcome, again.remedies) == ("answered", [])
    doubt = Doubt(("infringed", "accused"), side_open=True)
    in_doubt = understood(Step.REFER, **told, doubt=doubt)
    assert (in_doubt.outcome, in_doubt.remedies) == ("asked", [])


def test_where_nothing_of_the_matter_is_understood_no_way_is_told() -> None:
    referral = knowledge_base().referral({"situation": "infringed"}, TODAY)
    told = understood(Step.REFER, referral=referral, records=True)
    assert (told.outcome in ("asked", "unclear"), told.remedies) == (True, [])
