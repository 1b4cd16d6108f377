"""Visitors who are played for measuring do what real ones do."""

from random import Random
from statistics import mean

import pytest

from evaluation.growth.conversations import (
    SCENARIOS,
    Scenario,
    Step,
    scenario,
    thought_s,
    words_for,
)
from evaluation.growth.sizing import EVERY_S
from evaluation.understanding import examples

ASKED = {"messages": [{"buttons": []}, {"buttons": [{"title": "是", "payload": "/affirm"}]}]}


def test_of_a_hundred_visitors_each_kind_has_its_share() -> None:
    assert sum(one.share for one in SCENARIOS) == 100
    chance = Random(1)
    drawn = [scenario(chance).name for _ in range(2_000)]
    for one in SCENARIOS:
        assert drawn.count(one.name) / 20 == pytest.approx(one.share, abs=3)


@pytest.mark.parametrize("one", SCENARIOS, ids=lambda one: one.name)
def test_whoever_says_something_has_words_for_it(one: Scenario) -> None:
    for step in one.steps:
        assert step.kind == "look" or words_for(step, {}, Random(1)) in step.words
    first = next(step.kind for step in one.steps if step.kind != "look")
    assert first in ("say", "search")  # nothing can be pressed yet


def test_a_button_is_pressed_where_there_is_one() -> None:
    step = Step("press", ("是的",))

    assert words_for(step, ASKED, Random(1)) == "/affirm"
    assert words_for(step, {"messages": [{"buttons": []}]}, Random(1)) == "是的"
    assert words_for(Step("say", ("你好",)), ASKED, Random(1)) == "你好"


def test_a_visitor_pauses_as_long_as_the_page_says() -> None:
    chance = Random(1)

    assert mean(thought_s(chance) for _ in range(20_000)) == pytest.approx(EVERY_S, rel=0.02)
    assert 30 <= EVERY_S <= 40
    assert thought_s(chance, 0) == 0


def test_no_sentence_is_one_that_was_learnt_or_is_held_out() -> None:
    """What is measured must not be found ready-made."""
    files = (examples.NLU, examples.HELD_OUT)
    known = {one.text for file in files for one in examples.read(file)}
    said = {words for one in SCENARIOS for step in one.steps for words in step.words}

    assert said & known == set()
