"""A visitor reads no editors' marks and no machines' dates."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from api.answers.schemas import FoundPassage
from api.dialogue.replies import Reply
from api.outgoing import guarded
from api.outgoing.plain import plain, plain_tree, spoken
from knowledge.law.citation_guard import Days
from knowledge.reviewed import CONTENT
from tests.conftest import TODAY
from tests.fakes import GUARD, a_hit

SEEN = ("institutions.yml", "conflicts.yml", "damages.yml", "remedies/*.yml", "answers/*.yml")


def texts(value: Any) -> Iterator[str]:
    """Every text in a value made of JSON's kinds."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("每类500元（待核）。", "每类500元（请先打电话确认）。"),
        ("南昌市调解委员会（全称待核）", "南昌市调解委员会（请先打电话确认）"),
        ("人民调解组织（名称待核）", "人民调解组织（请先打电话确认）"),
        ("费用数额待核", "费用数额请先打电话确认"),
        ("赣江新区的法院（由哪家受理待核）", "赣江新区的法院（由哪家受理请先打电话确认）"),
        ("侵权人所在地的法院（城市待问）", "侵权人所在地的法院"),
        ("县（市、区）市场监督管理局（区县待问）", "县（市、区）市场监督管理局"),
        ("货物进出境地海关（口岸待问）", "货物进出境地海关"),
    ],
)
def test_an_editors_mark_becomes_the_advice_to_ring_up_or_nothing(written: str, read: str) -> None:
    assert plain(written) == read


@pytest.mark.parametrize("words", ["商标还待核准", "情况有待核实", "身份待核对", "数量待核定"])
def test_words_that_only_begin_like_a_mark_stay(words: str) -> None:
    assert plain(words) == words


def test_no_mark_of_the_reviewed_content_reaches_a_visitor() -> None:
    marked = [
        text
        for pattern in SEEN
        for path in sorted(CONTENT.glob(pattern))
        for text in texts(yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader))
        if "待核" in text or "待问" in text
    ]
    left = {text for text in marked if re.search("待核(?![准查实对定销])|待问", plain(text))}

    assert marked and not left


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("最晚2026-12-07交到", "最晚2026年12月7日交到"),
        ("2026-11-01起，2026-12-31止", "2026年11月1日起，2026年12月31日止"),
    ],
)
def test_a_day_is_said_as_people_write_it(written: str, read: str) -> None:
    assert spoken(written) == read


@pytest.mark.parametrize(
    "number", ["JX20261122-0001", "0791-2026-12-07", "2026-12-071", "12026-12-07", "1926-12-07"]
)
def test_a_number_that_is_no_day_stays(number: str) -> None:
    assert spoken(number) == number


def test_in_a_tree_marks_go_and_days_stay_as_programs_read_them() -> None:
    tree = {"body": {"name": "法院（城市待问）"}, "due": ["2026-12-07", None, 3], "open": True}

    assert plain_tree(tree) == {
        "body": {"name": "法院"},
        "due": ["2026-12-07", None, 3],
        "open": True,
    }


def test_replies_and_referrals_leave_the_service_so() -> None:
    days = Days(TODAY)
    [said] = guarded.replies(
        [Reply("最晚2026-12-07交，费用待核。", [{"title": "好", "payload": "/affirm"}])],
        GUARD,
        days,
        "a test",
    )
    tree, rejected = guarded.tree({"fees": "待核", "due": "2026-12-07"}, GUARD, days, "a test")

    assert (said.text, len(said.buttons)) == ("最晚2026年12月7日交，费用请先打电话确认。", 1)
    assert (tree, rejected) == ({"fees": "请先打电话确认", "due": "2026-12-07"}, False)


def test_hits_of_a_search_leave_the_service_so() -> None:
    found = a_hit("fees", title="怎么收费（待核）", text="异议每类500元（待核）。")
    hits, rejected = guarded.hits(
        [FoundPassage.model_validate(found.as_dict())], GUARD, Days(TODAY)
    )

    assert [(hit.title, hit.text) for hit in hits] == [
        ("商标法怎么收费（请先打电话确认）", "异议每类500元（请先打电话确认）。")
    ]
    assert not rejected


def test_what_was_corrected_is_told_in_words_that_visitors_use() -> None:
    told = spoken(
        "已更正：处境：权利被侵犯→被抢注；发生场合：线下门店→电商平台；侵权地：南昌市→赣州市。"
    )

    assert not any(word in told for word in ("处境", "发生场合", "侵权地"))
    assert "您的情况：权利被侵犯→被抢注" in told and "事情发生在：南昌市→赣州市" in told
