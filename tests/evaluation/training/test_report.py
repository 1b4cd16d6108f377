"""What a report tells of two models, what it keeps to itself, and when it refuses one."""

from typing import Any

import pytest

from evaluation.training import verdict
from evaluation.training.cases import Answered, harms, report
from evaluation.training.scores import Guess, changed, scores


def guess(truth: str, likeliest: str, chance: float = 0.8) -> Guess:
    return Guess(f"{truth} {likeliest}", truth, likeliest, chance)


GUESSES = [guess("a", "a", 0.9), guess("a", "b", 0.4), guess("b", "b", 0.8), guess("c", "b", 0.35)]


def named(name: str) -> str:
    return name.upper()


def test_each_intent_has_its_precision_recall_and_f1() -> None:
    told = {one["intent"]: one for one in scores(GUESSES, named)["intents"]}
    assert (told["a"]["precision"], told["a"]["recall"], told["a"]["support"]) == (1.0, 0.5, 2)
    assert told["b"]["precision"] == pytest.approx(1 / 3) and told["b"]["f1"] == 0.5
    assert (told["c"]["precision"], told["c"]["recall"], told["c"]["f1"]) == (None, 0.0, 0.0)


def test_the_macro_f1_weighs_intents_alike() -> None:
    told = scores(GUESSES, named)
    assert told["macro_f1"] == pytest.approx((2 / 3 + 0.5 + 0) / 3)
    assert told["accuracy"] == 0.5


def test_what_is_mixed_up_is_told_by_names() -> None:
    mixed = scores([*GUESSES, guess("c", "b")], named)["confusions"]
    assert mixed[0] == {"truth": "C", "taken_for": "B", "count": 2}


def test_a_model_that_is_as_right_as_it_is_sure_has_no_calibration_error() -> None:
    sure = [guess("a", "a", 1.0), guess("b", "b", 1.0)]
    assert scores(sure, named)["ece"] == 0
    assert scores([guess("a", "b", 1.0)], named)["ece"] == 1.0
    assert [one["count"] for one in scores(GUESSES, named)["bins"]] == [1, 1, 1, 1]


def test_sentences_that_changed_are_shown_on_their_side() -> None:
    told = changed([guess("a", "b"), guess("a", "a")], [guess("a", "a"), guess("a", "b")], named)
    assert [one["after"] for one in told["better"]] == ["A"]
    assert [one["before"] for one in told["worse"]] == ["A"]


def answered(acceptable: bool, harm: bool = False) -> Answered:
    measures = {"acceptable": acceptable, "exact": acceptable, "scope": True, "harm": harm}
    return Answered(measures, "民事诉讼", ("litigation",))


CASES: list[dict[str, Any]] = [
    {"text": "看得见的案例", "gold_remedies": ["platform"], "must_not": ["litigation"]},
    {"text": "不给看的案例", "gold_remedies": [], "must_not": ["litigation"], "part": "blind"},
]


def test_of_cases_that_are_kept_back_only_numbers_are_told() -> None:
    before, after = [answered(True), answered(True)], [answered(False), answered(False)]
    told = report(CASES, before, after, named)
    assert [one["text"] for one in told["worse"]] == ["看得见的案例"]
    assert (told["hidden_worse"], told["hidden_better"]) == (1, 0)
    assert "不给看的案例" not in str(told)


def test_more_harm_is_shown_with_what_was_forbidden_and_counted_where_it_is_kept_back() -> None:
    before, after = [answered(True), answered(True)], [answered(True, True), answered(True, True)]
    shown, hidden = harms(CASES, before, after, named)
    assert shown == [{"text": "看得见的案例", "forbidden": ["LITIGATION"]}] and hidden == 1


def held_out(f1: float, ece: float = 0.1, of_intent: float = 0.8) -> dict[str, Any]:
    intent = {"intent": "a", "label": "被侵权", "f1": of_intent, "support": 30}
    return {"macro_f1": f1, "accuracy": 0.8, "ece": ece, "intents": [intent]}


def shares(harm: int = 1, acceptable: float = 0.9) -> dict[str, Any]:
    return {"acceptable": acceptable, "exact": 0.8, "harm": harm}


@pytest.mark.parametrize(
    ("after", "cases", "broken"),
    [
        (held_out(0.7), shares(), []),
        (held_out(0.65), shares(), ["宏平均 F1 的下限", "宏平均 F1不比现用的低（容 0.01）"]),
        (held_out(0.7, ece=0.2), shares(), ["校准误差（ECE）"]),
        (held_out(0.7, of_intent=0.6), shares(), ["「被侵权」的 F1不比现用的低（容 0.1）"]),
        (held_out(0.7), shares(harm=2), ["案例：指到不该去的地方"]),
        (held_out(0.7), shares(acceptable=0.8), ["案例：首选办法可以接受不比现用的低（容 0.01）"]),
    ],
)
def test_a_model_is_refused_by_name_where_harm_rises_or_a_floor_falls(
    after: dict[str, Any], cases: dict[str, Any], broken: list[str]
) -> None:
    floors = verdict.floors(
        {"before": held_out(0.7), "after": after}, {"before": shares(), "after": cases}
    )
    assert [one["name"] for one in floors if not one["holds"]] == broken
    assert len(verdict.why(floors)) == len(broken)
