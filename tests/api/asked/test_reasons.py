"""Why a turn counts as one that went badly, told from what was noted of it."""

from datetime import datetime, time, timedelta

import pytest

from api.asked.reasons import ENDLESS, Ending, Heard, Reason, of_conversation, says_something_else
from api.clock import SHANGHAI
from tests.conftest import TODAY

NOW = datetime.combine(TODAY, time(10), SHANGHAI)
LEFT, UNHAPPY = Ending(left=True), Ending(badly_rated=True)


def turns(*outcomes: str | None) -> list[Heard]:
    return [
        Heard(str(number), NOW + timedelta(minutes=number), outcome)
        for number, outcome in enumerate(outcomes)
    ]


def test_what_was_not_understood_is_unanswered() -> None:
    assert of_conversation(turns("answered", "unclear"), Ending()) == {"1": Reason.UNANSWERED}


def test_asked_back_without_end_the_first_of_them_says_what_is_wanted() -> None:
    asked = ["asked"] * ENDLESS
    found = of_conversation(turns("answered", *asked, "asked"), Ending())
    assert found == {"1": Reason.ASKED_BACK}


def test_asked_back_a_few_times_and_then_answered_is_no_trouble() -> None:
    asked = ["asked"] * (ENDLESS - 1)
    assert of_conversation(turns(*asked, "answered", *asked, "answered"), Ending()) == {}


@pytest.mark.parametrize("outcome", ["answered", "served", "elsewhere", "handed_over", None])
def test_who_leaves_with_an_answer_or_to_people_abandoned_nothing(outcome: str | None) -> None:
    assert of_conversation(turns("answered", outcome), LEFT) == {}


def test_who_leaves_while_he_is_asked_back_abandoned_what_he_asked_first() -> None:
    assert of_conversation(turns("answered", "asked", "asked"), LEFT) == {"1": Reason.ABANDONED}


def test_who_leaves_when_he_was_not_understood_has_two_reasons() -> None:
    found = of_conversation(turns("unclear"), LEFT)
    assert found == {"0": Reason.UNANSWERED | Reason.ABANDONED}


def test_what_was_told_to_somebody_who_was_not_content_is_looked_at() -> None:
    found = of_conversation(turns("answered", "served", "asked", "asked", "answered"), UNHAPPY)
    assert found == dict.fromkeys(["0", "2", "4"], Reason.BADLY_RATED)


def test_a_pressed_button_says_nothing_that_could_be_learnt_from() -> None:
    pressed = Heard("p", NOW, "asked", in_words=False)
    assert of_conversation([pressed, *turns("asked", "asked")], LEFT) == {
        "0": Reason.ASKED_BACK | Reason.ABANDONED
    }
    assert of_conversation([Heard("p", NOW, "unclear", in_words=False)], LEFT) == {}


def test_a_greeting_before_a_suggestion_is_no_correction() -> None:
    suggested = "可以向商标局提异议，三个月内提。"
    assert not says_something_else(suggested, f"您好，{suggested}祝顺利")
    assert says_something_else(suggested, "这个要找法院")
