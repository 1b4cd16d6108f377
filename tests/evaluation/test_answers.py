"""What an answer is worth is told by the case alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.answers import citations, lines, score, score_dialogue
from evaluation.retrieval.corpora import CorpusError

IN: dict[str, Any] = {
    "text": "有人卖假货",
    "scope": "in",
    "situation": "infringed",
    "gold_remedies": ["admin_complaint_trademark", "platform_notice"],
    "must_not": ["criminal_report"],
    "gold_articles": ["商标法第五十七条", "中华人民共和国商标法 第六十条第二款"],
}


def turn(
    scope: str, *roads: str, cited: tuple[str, ...] = (), asks: tuple[str, ...] = ()
) -> dict[str, Any]:
    basis = [{"law": "商标法", "article": article} for article in cited]
    remedies = [{"key": key, "basis": basis} for key in roads]
    return {
        "messages": [],
        "referral": {"scope": scope, "remedies": remedies, "asks": [{"slot": s} for s in asks]},
    }


def test_the_best_road_with_all_its_articles_is_right_in_every_measure() -> None:
    got = score(IN, turn("in", "admin_complaint_trademark", cited=("第五十七条", "第六十条")))

    assert got.pop("harm") == 0
    assert got.pop("cite_recall") == 1.0
    assert got and all(got.values())


def test_another_acceptable_road_is_acceptable_but_not_exact() -> None:
    got = score(IN, turn("in", "platform_notice", cited=("第五十七条",)))

    assert (got["acceptable"], got["exact"], got["cite_recall"], got["cite_any"]) == (
        True,
        False,
        0.5,
        True,
    )


def test_a_road_that_must_not_be_shown_is_harm_wherever_it_stands() -> None:
    assert score(IN, turn("in", "admin_complaint_trademark", "criminal_report"))["harm"]


def test_a_case_may_name_a_law_by_its_official_title_or_by_our_own_name() -> None:
    basis = [{"law": "最高人民法院关于审理某案的解释", "short": "某案解释", "article": "第一条"}]
    answer = {"referral": {"scope": "in", "remedies": [{"key": "platform_notice", "basis": basis}]}}

    for named in ("最高人民法院关于审理某案的解释第一条", "某案解释第一条"):
        assert score({**IN, "gold_articles": [named]}, answer)["cite_recall"] == 1
    assert score({**IN, "gold_articles": ["别案解释第一条"]}, answer)["cite_recall"] == 0


def test_an_answer_that_never_came_is_wrong_and_does_no_harm() -> None:
    got = score(IN, {})

    assert not any(got.values()) and {"scope", "acceptable", "exact", "cited"} <= got.keys()


def test_a_provisional_road_beside_a_question_counts_as_an_answer_in_scope() -> None:
    assert score(IN, turn("clarify", "platform_notice"))["scope"]
    assert not score(IN, turn("clarify"))["scope"]


def test_a_case_may_be_judged_by_another_scope_that_it_allows() -> None:
    vague = {**IN, "scope": "clarify", "scope_also": ["in"], "needs": ["right"]}

    assert score(vague, turn("clarify", asks=("right",)))["asks"]
    assert not score(vague, turn("clarify", asks=("city",)))["asks"]
    assert score(vague, turn("in", "platform_notice"))["acceptable"]


def test_a_question_out_of_scope_is_measured_by_scope_and_harm_alone() -> None:
    labour = {**IN, "scope": "out", "gold_remedies": [], "gold_articles": []}

    assert score(labour, turn("out")) == {"scope": True, "harm": False}
    assert score(labour, turn("service"))["scope"]


def test_a_person_who_takes_over_needs_neither_road_nor_article() -> None:
    wants_a_person = {**IN, "gold_remedies": ["human_handoff"], "gold_articles": []}
    got = score(wants_a_person, {**turn("in"), "handoff": {"state": "waiting", "position": 1}})

    assert got["exact"] and got["cited"]


def test_citations_are_found_wherever_they_stand() -> None:
    one, other = {"law": "专利法", "article": "第十一条"}, {"law": "商标法", "article": "第一条"}

    found = list(
        citations(
            {"messages": [{"citations": [one]}], "referral": {"ruled_out": [{"basis": [other]}]}}
        )
    )

    assert found == [one, other]


GOLD: dict[str, Any] = {
    "turns": ["一", "二"],
    "final_facts": {"right": "trademark", "city": "赣州市", "evidence": "发票", "goal": "unknown"},
    "gold_route": ["platform_notice"],
    "must_not": ["criminal_report"],
    "ticket": "new",
    "priority": "urgent",
}


def test_what_stands_at_the_end_of_a_dialogue_is_what_was_said_last() -> None:
    told = {"right": "trademark", "city": "赣州市", "evidence": "一张收据"}
    ticket = {"number": "1", "priority": "urgent", "created": True}
    first = {"facts": {"right": "patent"}, **turn("in", "criminal_report"), "ticket": ticket}
    last = {**turn("in", "platform_notice"), "facts": told, "ticket": None}

    got = score_dialogue(GOLD, [first, last])

    assert got == {"facts": 1.0, "route": True, "ticket": True, "priority": True, "harm": False}


def test_facts_count_by_their_share_and_a_ticket_too_many_is_wrong() -> None:
    got = score_dialogue(
        {**GOLD, "ticket": "none"},
        [
            {
                "facts": {"right": "patent", "evidence": "有"},
                "ticket": {"number": "1"},
                "referral": None,
            }
        ],
    )

    assert got["facts"] == pytest.approx(1 / 3)
    assert (got["route"], got["ticket"], got["priority"]) == (False, False, True)


def test_only_the_part_asked_for_is_read(tmp_path: Path) -> None:
    file = tmp_path / "cases.jsonl"
    file.write_text(
        "".join(json.dumps({**IN, "part": part}) + "\n" for part in ("look", "blind")),
        encoding="utf-8",
    )

    assert [one["part"] for one in lines(file, "blind", ("text",))] == ["blind"]
    assert len(lines(file, None, ("text",))) == 2


@pytest.mark.parametrize(
    ("content", "told"), [("{}\n", "第 1 行缺少 text"), ('{"text": 1}\n不是\n', "第 2 行不是 JSON")]
)
def test_a_file_that_cannot_be_read_is_told_with_its_line(
    tmp_path: Path, content: str, told: str
) -> None:
    (tmp_path / "cases.jsonl").write_text(content, encoding="utf-8")

    with pytest.raises(CorpusError, match=told):
        lines(tmp_path / "cases.jsonl", None, ("text",))
