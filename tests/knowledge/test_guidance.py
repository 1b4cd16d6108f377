"""Guidance has one shape, stands on articles that exist, and a mistake names its file and line."""

import re
from datetime import date
from pathlib import Path

import pytest

from knowledge import guidance
from knowledge.guidance import HEADINGS
from knowledge.statutes import CONTENT, Statutes
from knowledge.yamlfile import ContentError

FIRST_REMEDIES = {
    "admin_complaint_trademark",
    "admin_adjudication_patent",
    "copyright_admin_complaint",
    "civil_litigation",
    "people_mediation",
    "platform_notice",
    "platform_counter_notice",
    "non_infringement_response",
    "trademark_opposition",
    "trademark_invalidation",
    "trademark_cancellation_nonuse",
    "preexam_fast",
}
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


def test_every_first_remedy_has_its_article(statutes: Statutes) -> None:
    covered = {article.remedies[0] for article in guidance.load(statutes) if article.remedies}
    assert covered >= FIRST_REMEDIES


def test_every_remedy_named_is_a_remedy(statutes: Statutes) -> None:
    known = {path.stem for path in (CONTENT / "remedies").glob("*.yml")}
    assert {key for article in guidance.load(statutes) for key in article.remedies} <= known


def test_phone_numbers_are_only_the_public_hotlines(statutes: Statutes) -> None:
    hotlines = {"12345", "12315", "12368", "12309", "110"}
    for article in guidance.load(statutes):
        for section in article.sections.values():
            numbers = set(re.findall(r"(?<![0-9])(?:1[0-9]{2}|[0-9]{5,})(?![0-9])", section))
            assert numbers <= hotlines, article.id
