"""What a release would change is told case by case, and which wordings lose their answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from api.content.proof import CASES, KEPT_BACK, Case, cases, compare
from knowledge.editing.folder import Change
from knowledge.search.cards import Found
from tests.conftest import TODAY
from tests.fakes import FakeReferral, a_hit

CASE = Case("C1", "有人用了我的牌子", {"right": "trademark"})


@dataclass(frozen=True)
class Written:
    id: str
    asks: tuple[str, ...]


@dataclass
class Told:
    """Knows for each text which answers it finds, and one way."""

    finds: Mapping[str, list[str]] = field(default_factory=dict)
    way: str = "商标行政投诉"
    answers: tuple[Written, ...] = (Written("a", ("甲", "乙")), Written("b", ("丙",)))

    def search(self, query: str, on: date, limit: int) -> list[Any]:
        return [a_hit("one")]

    def find_answers(self, query: str) -> list[Found]:
        return [Found(one, 1.0) for one in self.finds.get(query, [])]

    def read_facts(self, text: str, on: date) -> dict[str, Any]:
        return {}

    def referral(self, facts: Mapping[str, Any], on: date) -> Any:
        return FakeReferral({"remedies": [{"name": self.way, "body": {"name": "某局"}}]})


def report(before: Told, after: Told, *changes: Change) -> dict[str, Any]:
    return compare(before, after, changes, TODAY, [CASE])


def test_what_people_of_a_case_are_told_differently_is_shown_before_and_after() -> None:
    found = report(Told(), Told({CASE.text: ["b"]}, "民事诉讼"))

    assert found["cases"]["changed"] == [
        {
            "id": "C1",
            "text": CASE.text,
            "what": "remedies",
            "before": ["商标行政投诉：某局"],
            "after": ["民事诉讼：某局"],
        },
        {"id": "C1", "text": CASE.text, "what": "answer", "before": None, "after": "b"},
    ]


def test_a_change_without_effect_changes_no_case() -> None:
    assert report(Told(), Told())["cases"] == {"looked_at": 1, "changed": []}


def test_wordings_that_do_not_find_their_answer_first_are_told() -> None:
    own = Change("answer", "answers/x.yml", "a", "id: a")
    before = Told({"甲": ["a"], "乙": ["a"], "丙": ["b"]})
    after = Told({"甲": ["a", "b"], "乙": ["b"], "丙": ["a"]})

    assert report(before, after, own)["asks"] == {
        "looked_at": 3,
        "lost": [
            {"ask": "乙", "answer": "a", "found": "b"},
            {"ask": "丙", "answer": "b", "found": "a"},
        ],
    }


def test_an_answer_that_is_taken_away_is_missed_by_no_wording() -> None:
    gone = Change("answer", "answers/x.yml", "a", None)

    assert report(Told({"甲": ["a"], "乙": ["a"]}), Told(), gone)["asks"]["lost"] == []


def test_cases_that_nobody_tunes_by_are_not_shown() -> None:
    kept_back = {
        read["id"]
        for read in map(json.loads, CASES.read_text(encoding="utf-8").splitlines())
        if read.get("part") == KEPT_BACK
    }
    assert kept_back and cases() and not kept_back & {one.id for one in cases()}
