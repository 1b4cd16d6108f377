"""The written answers: what they say stands on articles in force, on both sides of 2027-01-01."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.answers.answers import Answers
from knowledge.law.citation_guard import Days
from knowledge.reviewed import ContentError
from tests.content import ANSWERS, GUARD, RULES, STATUTES

DAYS = (date(2026, 11, 28), date(2026, 12, 31), date(2027, 1, 1), date(2027, 6, 1))
HEAD = "reviewed_on: 2026-11-28\nanswers:\n"
CARD = """- id: opposition-period
  asks: [商标异议期几个月, 公告多久之内能反对, 初审公告后还能提意见吗]
  says: 三个月，从初步审定公告那天起算。
  why: 公告就是给人提反对用的。
  articles: [商标法(2019)第三十三条, 商标法(2026)第三十六条]
  later: {from: 2027-01-01, says: 两个月，从初步审定公告那天起算。}
  rights: [trademark]
  situations: [opposition_invalid_cancel]
  remedy: trademark_opposition
"""


def read(folder: Path, *files: str) -> Answers:
    for number, text in enumerate(files):
        (folder / f"{number}.yml").write_text(HEAD + text, encoding="utf-8")
    return Answers.load(STATUTES, RULES.vocabulary, folder)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_what_every_answer_says_and_cites_may_go_out_on_every_day(day: date) -> None:
    for one in ANSWERS:
        told = one.on(day)
        cited = [citation.as_dict() for citation in told.citations]
        passed = GUARD.pass_together([told.says, told.why, told.unless], cited, Days(day))
        assert not passed.rejected, one.id


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_an_answer_that_stands_on_the_law_cites_an_article_in_force(day: date) -> None:
    bare = [one.id for one in ANSWERS if one.articles and not one.on(day).citations]
    assert bare == []


def test_every_answer_has_its_conclusion_first_and_three_wordings() -> None:
    assert [one.id for one in ANSWERS if len(one.says) > 160 or len(one.asks) < 3] == []


def test_what_changes_is_told_from_its_day_on(tmp_path: Path) -> None:
    answer = read(tmp_path, CARD)["opposition-period"]

    before, after = answer.on(date(2026, 12, 31)), answer.on(date(2027, 1, 1))

    assert (before.says[:3], after.says[:3]) == ("三个月", "两个月")
    assert before.why == after.why
    assert [one.article for one in before.citations] == ["第三十三条"]
    assert [one.article for one in after.citations] == ["第三十六条"]


def test_what_changes_in_part_keeps_the_rest(tmp_path: Path) -> None:
    card = CARD.replace("says: 两个月，从初步审定公告那天起算。", "unless: 收到通知的按通知。")
    answer = read(tmp_path, card)["opposition-period"]

    before, after = answer.on(date(2026, 12, 31)), answer.on(date(2027, 1, 1))

    assert (before.says, before.unless) == (after.says, "")
    assert after.text == f"{before.text}收到通知的按通知。"


def test_an_answer_may_have_been_reviewed_on_a_day_of_its_own(tmp_path: Path) -> None:
    other = CARD.replace("opposition-period", "other").replace("商标异议", "别的异议")
    other = other.replace("公告多久", "多久").replace("初审公告后", "公示后")
    answers = read(tmp_path, CARD, f"{other}  reviewed_on: 2026-12-01\n")

    assert answers["opposition-period"].reviewed_on == date(2026, 11, 28)
    assert answers["other"].reviewed_on == date(2026, 12, 1)


def test_an_answer_without_an_article_names_its_source(tmp_path: Path) -> None:
    card = CARD.replace(
        "articles: [商标法(2019)第三十三条, 商标法(2026)第三十六条]",
        "sources: [国家知识产权局网站]",
    )
    told = read(tmp_path, card)["opposition-period"].on(DAYS[0])

    assert told.citations == ()


@pytest.mark.parametrize(
    ("wrong", "right", "what"),
    [
        ("第三十三条, ", "第九百条, ", "查无此条"),
        ("opposition_invalid_cancel", "opposing", "situation 里没有 opposing"),
        ("trademark_opposition", "oppose", "remedy 里没有 oppose"),
        ("公告就是给人提反对用的。", "看第三十三条。", "不写条号"),
        (", 初审公告后还能提意见吗", "", "at least 3"),
        (
            "  articles: [商标法(2019)第三十三条, 商标法(2026)第三十六条]\n",
            "",
            "sources 里写明出处",
        ),
        ("rights: [trademark]", "rights: [brand]", "right 里没有 brand"),
        ("says: 两个月，从初步审定公告那天起算。", "says: 看第三十六条。", "不写条号"),
    ],
)
def test_a_faulty_answer_is_named_with_its_line(
    tmp_path: Path, wrong: str, right: str, what: str
) -> None:
    with pytest.raises(ContentError, match=what):
        read(tmp_path, CARD.replace(wrong, right))


def test_an_id_and_a_wording_belong_to_one_answer(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="已经用过"):
        read(tmp_path, CARD, CARD)
    with pytest.raises(ContentError, match="已经是 opposition-period 的问法"):
        read(tmp_path, CARD, CARD.replace("opposition-period", "another"))
