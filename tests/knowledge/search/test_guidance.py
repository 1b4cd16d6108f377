"""Guidance has one shape, stands on articles that exist, and a mistake names its file and line."""

import re
from datetime import date
from pathlib import Path

import pytest

from knowledge.law.statutes import Statutes
from knowledge.reviewed import CONTENT, ContentError
from knowledge.search import guidance
from knowledge.search.guidance import HEADINGS

GOOD = """---
id: sample
title: 样例文章
topic: 商标
reviewed_on: 2026-11-22
sources: [商标法]
basis:
  - 商标法(2019)第五十七条
---
""" + "".join(f"## {heading}\n{heading}的内容\n\n" for heading in HEADINGS)


def read(text: str, folder: Path, statutes: Statutes) -> list[guidance.Guidance]:
    (folder / "sample.md").write_text(text, encoding="utf-8")
    return guidance.load(statutes, folder)


def test_an_article_of_the_right_shape_is_read(tmp_path: Path, statutes: Statutes) -> None:
    [article] = read(GOOD, tmp_path, statutes)
    assert article.sections["找谁"] == "找谁的内容"
    assert article.articles[0].article == "第五十七条"
    assert article.articles[0].version_date == date(2019, 4, 23)


@pytest.mark.parametrize(
    ("right", "wrong", "line", "says"),
    [
        ("## 依据", "## 法律依据", 13, "「依据」"),
        ("## 材料\n材料的内容\n\n", "", 19, "「材料」"),
        ("期限的内容", "", 27, "「期限」"),
        ("第五十七条", "第九百条", 8, "没有这一条"),
        ("商标法(2019)第五十七条", "商标大法第五条", 8, "没有这部法"),
        ("商标法(2019)第五十七条", "商标法五十七", 8, "写法"),
        ("topic: 商标", "topics: 商标", 4, "topic"),
        ("sources: [商标法]", "sources: [商标法", 7, "YAML"),
        ("reviewed_on: 2026-11-22", "reviewed_on: 去年", 5, "reviewed_on"),
        ("## 结论\n", "开场白\n## 结论\n", 10, "正文"),
        ("---\nid", "id", 1, "---"),
    ],
)
def test_a_mistake_names_file_line_and_what_is_wrong(
    right: str, wrong: str, line: int, says: str, tmp_path: Path, statutes: Statutes
) -> None:
    with pytest.raises(ContentError) as raised:
        read(GOOD.replace(right, wrong, 1), tmp_path, statutes)
    assert raised.value.path.name == "sample.md"
    assert raised.value.line == line
    assert says in str(raised.value)


def test_two_articles_may_not_share_an_id(tmp_path: Path, statutes: Statutes) -> None:
    (tmp_path / "other.md").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ContentError, match="sample"):
        read(GOOD, tmp_path, statutes)


def test_every_remedy_leads_an_article_and_no_article_names_another(statutes: Statutes) -> None:
    # no remedy, a way out
    known = {path.stem for path in (CONTENT / "remedies").glob("*.yml")} - {"human_handoff"}
    articles = guidance.load(statutes)
    assert {article.remedies[0] for article in articles if article.remedies} == known
    assert {key for article in articles for key in article.remedies} == known


def test_no_number_of_an_article_is_said_that_the_basis_does_not_hold(statutes: Statutes) -> None:
    """Except where old numbers are set beside new ones, which is what the topic 法律版本 is about."""
    number = re.compile("第[一二三四五六七八九十百千零]+条(?:之[一二三四五])?")
    loose = {
        (article.id, found)
        for article in guidance.load(statutes)
        if article.topic != "法律版本"
        for found in number.findall("".join(article.sections.values()))
        if found not in {basis.article for basis in article.articles}
    }
    assert loose == set()


def test_both_versions_of_the_trademark_law_are_told_apart(statutes: Statutes) -> None:
    """Who stands on one stands on both or says until or since when; a number of the new law comes
    with its first day.
    """
    for article in guidance.load(statutes):
        text = "".join(article.sections.values())
        years = {basis.version_date.year for basis in article.articles if basis.law == "商标法"}
        if len(years) == 1:
            assert "2027年1月1日" in text or "2026年12月31日" in text, article.id
        old = {basis.article for basis in article.articles if basis.version_date.year != 2026}
        new = {
            basis.article
            for basis in article.articles
            if basis.law == "商标法" and basis.version_date.year == 2026
        }
        if any(number in text for number in new - old):
            assert "2027年1月1日" in text or "2027年起" in text, article.id


def test_bodies_and_courts_are_called_by_the_names_of_today(statutes: Statutes) -> None:
    gone = ("工商行政管理", "工商局", "专利复审委员会", "商标评审委员会", "工商部门")
    for article in guidance.load(statutes):
        assert not [name for name in gone if name in "".join(article.sections.values())], article.id


def test_phone_numbers_are_only_the_public_hotlines(statutes: Statutes) -> None:
    hotlines = {"12345", "12315", "12368", "12309", "110"}
    for article in guidance.load(statutes):
        for section in article.sections.values():
            numbers = set(re.findall(r"(?<![0-9])(?:1[0-9]{2}|[0-9]{5,})(?![0-9])", section))
            assert numbers <= hotlines, article.id
