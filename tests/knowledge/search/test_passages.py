"""One article is one passage, a guidance article one passage for each section, and both survive
being written down.
"""

import json
from datetime import date
from pathlib import Path

import pytest

from knowledge.law.statutes import Statutes
from knowledge.reviewed import ContentError
from knowledge.search import guidance, passages
from knowledge.search.passages import Passage

TODAY = date(2026, 11, 22)


def test_every_article_of_every_version_is_one_passage(statutes: Statutes) -> None:
    found = passages.all(statutes, [])
    assert len(found) == len(list(statutes.articles()))
    assert len({passage.id for passage in found}) == len(found)


def test_a_passage_is_named_like_a_citation_with_its_year(statutes: Statutes) -> None:
    article = statutes.of_year("商标法", 2026, "第三十六条")
    passage = passages.of_article(article)
    assert passage.id == "商标法(2026)第三十六条"
    assert passage.title == "商标法第三十六条"
    assert not passage.governs(TODAY)
    assert passage.governs(date(2027, 1, 1))


def test_law_and_chapter_are_read_with_the_article(statutes: Statutes) -> None:
    passage = passages.of_article(statutes.article("商标法", "第五十七条", TODAY))
    assert passage.embedded_text.startswith("商标法第五十七条 第七章")
    assert passage.embedded_text.endswith(passage.text)


def test_titles_say_in_everyday_words_what_an_article_is_about(statutes: Statutes) -> None:
    titles = {passage.id: passage.title for passage in passages.all(statutes, [])}
    assert "卖假货" in titles["商标法(2019)第五十七条"]
    assert "卖假货" in titles["商标法(2026)第七十二条"]
    assert "撤三" in titles["商标法实施条例(2014)第六十六条"]


def test_a_heading_for_an_unknown_article_names_its_line(
    tmp_path: Path, statutes: Statutes
) -> None:
    path = tmp_path / "headings.yml"
    path.write_text("商标法(2019):\n  第五十七条: 侵权\n  第五百条: 没有\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"第 3 行.*第五百条"):
        passages.headings(statutes, path)


def test_guidance_is_cut_at_its_headings_and_names_its_basis(statutes: Statutes) -> None:
    article = next(item for item in guidance.load(statutes) if item.id == "legal-source")
    sections = passages.of_guidance(article)
    assert [section.article for section in sections] == list(guidance.HEADINGS)
    assert {section.document for section in sections} == {"legal-source"}
    assert "商标法(2019)第六十四条" in sections[0].basis


def test_passages_survive_being_written_as_json(statutes: Statutes) -> None:
    for passage in passages.all(statutes, guidance.load(statutes)):
        assert Passage.from_dict(json.loads(json.dumps(passage.as_dict()))) == passage
