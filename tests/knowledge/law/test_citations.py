"""Citations are read as people write them, and only articles that exist and govern are given."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.law.citations import Quoted, Reference, citation, quoted
from knowledge.law.statutes import Article, UnknownArticle, UnknownLaw
from tests.content import STATUTES

TODAY = date(2026, 11, 22)
LAST_DAY_OF_OLD, FIRST_DAY_OF_NEW = date(2026, 12, 31), date(2027, 1, 1)
ARTICLES = list(STATUTES.articles())


def found(text: str, on: date = TODAY) -> list[tuple[str, str, str | None]]:
    """(law, article, problem) of everything that a text names."""
    return [(one.law, one.number, one.problem) for one in quoted(text, STATUTES, on)]


# --- the notation of content files ----------------------------------------------------------------


def test_the_notation_names_law_version_and_article() -> None:
    assert Reference.parse("商标法(2019)第五十七条") == Reference("商标法", "第五十七条", 2019)
    assert Reference.parse("刑法第二百一十九条之一") == Reference("刑法", "第二百一十九条之一")


@pytest.mark.parametrize("notation", ["", "商标法", "商标法57条", "第五十七条", "商标法(旧)"])
def test_anything_else_is_refused_with_the_words_that_were_written(notation: str) -> None:
    with pytest.raises(ValueError, match="写法"):
        Reference.parse(notation)


def test_a_reference_gives_its_article_only_while_that_version_governs() -> None:
    old, new = Reference.parse("商标法(2019)第三十三条"), Reference.parse("商标法(2026)第三十六条")

    assert [bool(old.article_of(STATUTES, day)) for day in (LAST_DAY_OF_OLD, FIRST_DAY_OF_NEW)] == [
        True,
        False,
    ]
    assert [bool(new.article_of(STATUTES, day)) for day in (LAST_DAY_OF_OLD, FIRST_DAY_OF_NEW)] == [
        False,
        True,
    ]


def test_a_reference_without_a_year_follows_the_day() -> None:
    assert Reference.parse("专利法第六十五条").article_of(STATUTES, TODAY)
    assert Reference.parse("专利法第六十五条").article_of(STATUTES, date(2021, 5, 31)) is None


def test_a_reference_to_nothing_is_told() -> None:
    with pytest.raises(UnknownLaw):
        Reference.parse("火星法第三条").article_of(STATUTES, TODAY)
    with pytest.raises(UnknownArticle):
        Reference.parse("商标法(2019)第五百条").article_of(STATUTES, TODAY)


def test_a_citation_is_shown_with_its_dates_in_iso_form() -> None:
    shown = citation(STATUTES.article("商标法", "第五十七条", TODAY)).as_dict()

    assert {key: shown[key] for key in shown if key != "text"} == {
        "law": "商标法",
        "short": "商标法",
        "article": "第五十七条",
        "version_date": "2019-04-23",
        "in_force_from": "2019-11-01",
        "in_force_to": "2026-12-31",
        "kind": "statute",
        "url": None,
    }
    assert shown["text"].strip()


@pytest.mark.parametrize(
    ("short", "number", "title"),
    [
        (
            "专利侵权解释一",
            "第一条",
            "最高人民法院关于审理侵犯专利权纠纷案件应用法律若干问题的解释",
        ),
        (
            "反不正当竞争法解释",
            "第一条",
            "最高人民法院关于适用《中华人民共和国反不正当竞争法》若干问题的解释",
        ),
        ("专利法实施细则", "第一百零二条", "专利法实施细则"),
        ("人民法院在线调解规则", "第四条", "人民法院在线调解规则"),
    ],
)
def test_a_citation_leaves_with_the_official_title_and_our_own_name_beside_it(
    short: str, number: str, title: str
) -> None:
    one = citation(STATUTES.article(short, number, TODAY))

    assert one.short_title == short
    assert (one.as_dict()["law"], one.as_dict()["short"]) == (title, short)


# --- what visitors write --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "商标法57条",
        "商标法第57条",
        "商标法第５７条",
        "商标法第五十七条",
        "《商标法》第五十七条",
        "中华人民共和国商标法第57条",
        "《中华人民共和国商标法》第五十七条第二项",
        "商标法 第 57 条",
        "商标法的第57条",
        "商标法（2019）第五十七条",
        "商标法(2019年修正)第五十七条",
    ],
)
def test_an_article_is_read_in_every_spelling(text: str) -> None:
    [one] = quoted(text, STATUTES, TODAY)

    assert one.article and (one.law, one.number) == ("商标法", "第五十七条")
    assert one.article.version_date == date(2019, 4, 23)


@pytest.mark.parametrize(
    "text",
    [
        "按照商标法第57条怎么说",
        "请问商标法第五十七条是什么",
        "对方说我违反了商标法第五十七条",
        "我看了商标法 第57条，看不懂",
        "根据商标法57条能赔多少",
        "想查商标法第五十七条",
        "律师函里写的是商标法第五十七条",
    ],
)
def test_an_article_is_found_in_the_middle_of_a_sentence(text: str) -> None:
    assert found(text) == [("商标法", "第五十七条", None)]


@pytest.mark.parametrize(
    ("text", "law", "article"),
    [
        ("反法第十条", "反不正当竞争法", "第十条"),
        ("商标条例66条", "商标法实施条例", "第六十六条"),
        ("电商法第43条", "电子商务法", "第四十三条"),
        ("民法典1185条", "民法典", "第一千一百八十五条"),
        ("刑法第二百一十九条之一", "刑法", "第二百一十九条之一"),
        ("刑法219条之一", "刑法", "第二百一十九条之一"),
        ("刑法第219条之1", "刑法", "第二百一十九条之一"),
    ],
)
def test_nicknames_and_inserted_articles_are_understood(text: str, law: str, article: str) -> None:
    assert found(text) == [(law, article, None)]


def test_several_articles_are_given_in_the_order_they_are_named() -> None:
    assert found("《著作权法》第53条，《专利法》第65条") == [
        ("著作权法", "第五十三条", None),
        ("专利法", "第六十五条", None),
    ]
    assert found("著作权法第53条和专利法第65条") == [
        ("著作权法", "第五十三条", None),
        ("专利法", "第六十五条", None),
    ]


def test_the_day_decides_which_version_is_quoted() -> None:
    days = (LAST_DAY_OF_OLD, FIRST_DAY_OF_NEW)
    old, new = (quoted("商标法第57条", STATUTES, day)[0].article for day in days)

    assert old and new
    assert ("侵犯注册商标专用权" in old.text, "侵犯注册商标专用权" in new.text) == (True, False)


def test_a_written_year_gives_that_version_even_before_it_governs() -> None:
    [one] = quoted("商标法(2026)第三十六条", STATUTES, TODAY)

    assert one.article and one.article.version_date == date(2026, 6, 26)
    assert not one.article.governs(TODAY)


def test_who_asks_for_the_new_trademark_law_is_not_given_the_old_one() -> None:
    [one] = quoted("新商标法第三十六条", STATUTES, TODAY)

    assert one.article is None or one.article.version_date == date(2026, 6, 26)


def test_who_asks_for_the_old_trademark_law_in_2027_is_not_given_the_new_one() -> None:
    [one] = quoted("旧商标法第三十三条", STATUTES, FIRST_DAY_OF_NEW)

    assert one.article is None or one.article.version_date == date(2019, 4, 23)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("火星法第三条", "unknown_law"),
        ("商标法第五百条", "unknown_article"),
        ("商标法第八十一条", "comes_later"),
        ("商标法（2019）第八十一条", "unknown_article"),
        ("专利法第83条", "unknown_article"),
        ("植物新品种保护条例第三条", "not_in_force"),
        ("商标法(2013)第五十七条", "unknown_article"),
    ],
)
def test_what_cannot_be_quoted_is_told_and_not_invented(text: str, problem: str) -> None:
    [one] = quoted(text, STATUTES, TODAY)

    assert (one.article, one.problem) == (None, problem)


def test_a_number_that_only_a_coming_version_has_comes_with_that_version() -> None:
    [before] = quoted("商标法第八十一条", STATUTES, TODAY)
    [after] = quoted("商标法第八十一条", STATUTES, FIRST_DAY_OF_NEW)

    assert before.comes and before.comes.in_force_from == FIRST_DAY_OF_NEW
    assert before.comes == after.article and after.comes is None


@pytest.mark.parametrize(
    "text", ["", "商标被人抄了", "第五十七条", "商标法怎么说", "我开了57家店", "合同第五条写了保密"]
)
def test_a_text_without_a_law_and_a_number_names_nothing(text: str) -> None:
    assert found(text) == []


@given(st.sampled_from(ARTICLES), st.dates(date(2018, 1, 1), date(2030, 1, 1)))
def test_nothing_is_quoted_that_does_not_govern_on_the_day(article: Article, on: date) -> None:
    [one] = quoted(f"《{article.short_title}》{article.article}", STATUTES, on)

    assert (one.article is None) != (one.problem is None)
    if one.article:
        assert one.article.governs(on)
        assert (one.article.short_title, one.article.article) == (
            article.short_title,
            article.article,
        )
    if article.governs(on):
        assert one == Quoted(article.short_title, article.article, article)


@given(st.sampled_from(ARTICLES), st.dates(date(2018, 1, 1), date(2030, 1, 1)))
def test_with_the_year_written_exactly_that_version_is_quoted(article: Article, on: date) -> None:
    [one] = quoted(
        f"{article.short_title}({article.version_date.year}){article.article}", STATUTES, on
    )

    assert one.article == article


@given(
    st.text(
        alphabet="商标法专利反不正当竞争第零一二三十百千条之0123456789《》()年的 ，", max_size=60
    )
)
def test_no_text_however_odd_breaks_the_reading(text: str) -> None:
    for one in quoted(text, STATUTES, TODAY):
        assert (one.article is None) != (one.problem is None)
