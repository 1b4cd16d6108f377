"""Whole conversations are held on both sides, and told message by message where they differ."""

from pathlib import Path
from typing import Any

import pytest

from api.content.journeys import held, script
from api.content.journeys.held import compare
from api.content.journeys.script import Journey, journeys, touched
from api.conversations.service import StoredMessage
from api.dialogue.replies import Reply
from api.suggestions.schemas import Candidate, Composed
from knowledge.editing.folder import Change

PLACE = Journey("happy: a place", ("有人仿我的牌子", "在吉安县"), frozenset({"complaint"}))
LETTER = Journey("happy: a letter", ("收到律师函了",), frozenset({"商标法", "response"}))
REMEDY = Change("remedy", "remedies/marks.yml", "marks", "remedies:\n- key: complaint\n")

WRITTEN = """
- name: a ticket is opened and looked up
  side: rights_holder
  turns:
  - {say: 帮我登记, first: complaint, not: [criminal_report]}
  - {say: 李四 13800000000, cites: 商标法(2019)第五十七条}
  - say: 查 {number} {code}
  - say: 谢谢
"""
DIALOGUES = """\
{"id": "L1", "turns": ["甲", "乙"], "gold_route": ["complaint"], "must_not": [], "part": "look"}
{"id": "L2", "turns": ["丙"], "gold_route": [], "must_not": [], "part": "blind"}
"""


class Side:
    """Says which message of a conversation it hears, and names a way once a place was told."""

    def __init__(self, way: str = "行政投诉", breaks_at: str = "") -> None:
        self.way, self.breaks_at = way, breaks_at

    async def __call__(
        self, stored: StoredMessage, memory: dict[str, Any], seen: dict[str, Any]
    ) -> Composed:
        if stored.spoken == self.breaks_at:
            raise ValueError("broken")
        heard = {"heard": memory.get("heard", 0) + 1}
        basis = [{"law": "商标法", "article": "第五十七条", "version_date": "2019-04-23"}]
        way = {"name": self.way, "body": {"name": "某局"}, "basis": basis}
        asks = [{"question": "在哪个县？"}] if heard["heard"] == 1 else []
        referral = {"remedies": [way] if heard["heard"] == 2 else [], "asks": asks}
        said = [Reply(f"第 {heard['heard']} 句")]
        reply = Candidate("reply", said, 1.0, "", "rule:x")
        return Composed((reply,), seen, heard, referral, "infringed", 1.0, None)


async def test_a_difference_is_told_with_its_message_and_each_side_remembers() -> None:
    report = await compare([PLACE, LETTER], 9, Side(), Side("民事诉讼"))

    assert report == {
        **{"looked_at": 2, "total": 9, "picked": 2, "messages": 3, "changed_in": 1},
        "changed": [
            {
                **{"id": PLACE.id, "at": 2, "text": "在吉安县", "what": "remedies"},
                **{"before": ["行政投诉：某局"], "after": ["民事诉讼：某局"]},
            }
        ],
        "said": {PLACE.id: ["有人仿我的牌子", "在吉安县"]},
    }


async def test_two_sides_that_answer_alike_differ_in_nothing() -> None:
    assert (await compare([PLACE], 1, Side(), Side()))["changed"] == []


async def test_a_message_that_one_side_cannot_answer_is_told_and_the_others_go_on() -> None:
    report = await compare([PLACE, LETTER], 2, Side(), Side(breaks_at="在吉安县"))

    told = {one["what"]: (one["before"], one["after"]) for one in report["changed"]}
    assert told["text"] == ("第 2 句", "（这一句没有答上来）")
    assert told["articles"] == (["商标法(2019)第五十七条"], [])
    assert report["looked_at"] == 2


async def test_when_the_time_is_over_it_says_how_many_were_held() -> None:
    report = await compare([PLACE, LETTER], 2, Side(), Side(), longest_s=0)

    assert (report["looked_at"], report["picked"]) == (0, 2)


async def test_of_many_that_change_the_first_are_shown_and_all_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(held, "MOST_SHOWN", 1)
    report = await compare([PLACE, PLACE], 2, Side(), Side("民事诉讼"))

    assert (report["changed_in"], len(report["changed"])) == (2, 1)


def test_conversations_that_name_what_is_changed_are_picked() -> None:
    law = Change("law", "laws.yml", "商标法", "short: 商标法")

    assert touched([PLACE, LETTER], [REMEDY]) == [PLACE]
    assert touched([PLACE, LETTER], [law]) == [LETTER]


def test_where_that_cannot_be_told_all_are_held_the_most_alike_first() -> None:
    answer = Change("answer", "answers/x.yml", "letter", "asks: [收到律师函怎么办]")
    nowhere = Change("remedy", "remedies/x.yml", "x", "remedies: []")

    assert touched([PLACE, LETTER], [answer]) == [LETTER, PLACE]
    assert touched([PLACE, LETTER], [REMEDY, answer]) == [LETTER, PLACE]
    assert len(touched([PLACE, LETTER], [nowhere])) == 2


def test_a_journey_is_taken_up_to_where_it_needs_a_ticket(tmp_path: Path) -> None:
    (tmp_path / "tickets.yml").write_text(WRITTEN, encoding="utf-8")

    assert journeys(tmp_path, tmp_path / "none") == (
        Journey(
            "tickets: a ticket is opened and looked up",
            ("帮我登记", "李四 13800000000"),
            frozenset({"complaint", "criminal_report", "商标法"}),
        ),
    )


def test_without_journeys_the_dialogues_are_held_that_may_be_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "dialogues.jsonl"
    file.write_text(DIALOGUES, encoding="utf-8")

    assert journeys(tmp_path, file) == (Journey("L1", ("甲", "乙"), frozenset({"complaint"})),)
    assert journeys(tmp_path, tmp_path / "none") == ()


def test_the_checkouts_journeys_can_be_held() -> None:
    assert len(script.journeys()) > 200 and all(one.says for one in script.journeys())
