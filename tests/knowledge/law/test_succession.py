"""Every article of an older version is followed to the newer one, and back."""

import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.law.statutes import Article
from knowledge.law.succession import Succession
from knowledge.reviewed import CONTENT, ContentError
from tests.content import STATUTES, SUCCESSION

VERSIONS = [("商标法", 2019, 2026, 73, 87), ("反不正当竞争法", 2019, 2025, 33, 41)]


def of(law: str, year: int) -> list[Article]:
    return [
        one
        for one in STATUTES.articles()
        if one.short_title == law and one.version_date.year == year
    ]


def numbers(articles: list[Article]) -> list[str]:
    return [one.article for one in articles]


def successors(law: str, year: int, article: str) -> list[str]:
    return numbers(SUCCESSION.successors(STATUTES.of_year(law, year, article)))


# --- the maps -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("law", "old", "new", "articles_before", "articles_after"), VERSIONS)
def test_every_article_of_both_versions_is_accounted_for(
    law: str, old: int, new: int, articles_before: int, articles_after: int
) -> None:
    before, after = of(law, old), of(law, new)

    assert (len(before), len(after)) == (articles_before, articles_after)
    assert [one.article for one in (*before, *after) if not SUCCESSION.knows(one)] == []
    assert [
        one.article for one in before if bool(SUCCESSION.successors(one)) == SUCCESSION.is_gone(one)
    ] == []


@pytest.mark.parametrize(("law", "old", "new", "_before", "_after"), VERSIONS)
def test_both_directions_agree(law: str, old: int, new: int, _before: int, _after: int) -> None:
    for article in of(law, old):
        assert all(
            article in SUCCESSION.predecessors(one) for one in SUCCESSION.successors(article)
        )
    for article in of(law, new):
        assert all(
            article in SUCCESSION.successors(one) for one in SUCCESSION.predecessors(article)
        )


@pytest.mark.parametrize(
    ("law", "old", "new"),
    [
        ("反不正当竞争法", "第六条", ["第七条"]),
        ("反不正当竞争法", "第九条", ["第十条"]),
        ("反不正当竞争法", "第十七条", ["第二十二条"]),
        ("反不正当竞争法", "第二十八条", ["第三十五条", "第三十八条"]),
        ("反不正当竞争法", "第三十二条", ["第三十九条"]),
        ("商标法", "第四条", ["第二条", "第五条", "第十九条"]),
        ("商标法", "第三十三条", ["第三十六条"]),
        ("商标法", "第三十五条", ["第三十八条", "第四十一条"]),
        ("商标法", "第五十七条", ["第七十二条"]),
        ("商标法", "第五十八条", []),
        ("商标法", "第六十八条", ["第五十四条", "第六十七条", "第八十一条"]),
    ],
)
def test_articles_went_where_the_texts_show_them(law: str, old: str, new: list[str]) -> None:
    assert successors(law, 2019, old) == new


@pytest.mark.parametrize(
    "number", ["第三条", "第十三条", "第四十七条", "第四十八条", "第五十六条", "第六十条"]
)
def test_what_the_new_trademark_law_adds_has_no_predecessor(number: str) -> None:
    assert SUCCESSION.predecessors(STATUTES.of_year("商标法", 2026, number)) == []


def test_most_of_a_successors_words_stand_in_its_predecessor() -> None:
    """A slip of one number in the file would join articles that have nothing to do with each
    other.
    """

    def pairs(text: str) -> set[str]:
        plain = re.sub(r"[^一-鿿]", "", text)
        return {plain[i : i + 2] for i in range(len(plain) - 1)}

    strangers = [
        (old.article, new.article)
        for old in of("商标法", 2019)
        for new in SUCCESSION.successors(old)
        if len(pairs(old.text) & pairs(new.text))
        < 0.2 * min(len(pairs(old.text)), len(pairs(new.text)))
    ]
    assert strangers == []


def test_a_change_in_substance_is_told_and_a_mere_number_is_not() -> None:
    assert "2个月" in SUCCESSION.change_of(STATUTES.of_year("商标法", 2019, "第三十三条"))
    assert SUCCESSION.change_of(STATUTES.of_year("商标法", 2019, "第五十七条")) == ""


def test_a_law_that_did_not_change_has_neither_successors_nor_predecessors() -> None:
    article = STATUTES.of_year("专利法", 2020, "第六十五条")

    assert SUCCESSION.successors(article) == SUCCESSION.predecessors(article) == []
    assert not SUCCESSION.is_gone(article)
    assert not SUCCESSION.by_act(article)


@pytest.mark.parametrize(
    ("law", "year", "number", "by_act"),
    [
        ("商标法", 2019, "第五十七条", True),  # infringement
        ("商标法", 2026, "第七十七条", True),  # damages
        ("商标法", 2019, "第三十三条", False),  # opposition
        ("商标法", 2026, "第七十六条", False),  # powers of the authority
        ("反不正当竞争法", 2019, "第十八条", True),  # penalties
        ("反不正当竞争法", 2025, "第十六条", False),  # investigation
        ("反不正当竞争法", 2025, "第二十条", False),  # reporting
    ],
)
def test_the_day_of_the_act_decides_substance_and_today_decides_procedure(
    law: str, year: int, number: str, by_act: bool
) -> None:
    assert SUCCESSION.by_act(STATUTES.of_year(law, year, number)) is by_act


def test_an_act_that_goes_on_is_settled_for_trade_secrets_alone() -> None:
    basis = SUCCESSION.continuing("反不正当竞争法", "trade_secret")

    assert basis and (basis.short_title, basis.article) == ("商业秘密民事规定", "第二十八条")
    assert SUCCESSION.continuing("反不正当竞争法", "unfair_competition") is None
    assert SUCCESSION.continuing("商标法", "trademark") is None


def test_acts_before_the_copyright_act_of_today_are_left_to_the_rules_of_their_time() -> None:
    earlier = SUCCESSION.earlier["著作权法"]

    assert (earlier.until, earlier.basis.article) == (date(2021, 6, 1), "第六十六条")


# --- files that are wrong -------------------------------------------------------------------------


@pytest.fixture
def content(tmp_path: Path) -> Path:
    shutil.copy(CONTENT / "succession.yml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{old: 38, new: [42], by: today", "{old: 38, new: [88], by: today", "没有第88条"),
        ("{old: 73, new: [87], by: today}", "{old: 74, new: [87], by: today}", "没有第74条"),
        ("{old: 34, new: [37], by: today}", "{old: 33, new: [37], by: today}", "重复"),
        ("{old: 34, new: [37], by: today}", "{old: 34, new: [37], by: yesterday}", "by"),
        ("{old: 34, new: [37], by: today}", "{old: 34, by: today}", "gone"),
        ("basis: 商业秘密民事规定第二十八条", "basis: 商业秘密民事规定第二百条", "查无此条"),
        ("law: 著作权法, until", "law: 火星法, until", "火星法"),
    ],
)
def test_a_mistake_is_told_with_its_line(content: Path, old: str, new: str, says: str) -> None:
    path = content / "succession.yml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ContentError, match=says) as error:
        Succession.load(STATUTES, content)
    assert error.value.line == text[: text.index(old)].count("\n") + 1
