"""Which article governs on a day, under whatever name and spelling it is asked for."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.law.articles import article_number
from knowledge.law.statutes import NotInForce, Statutes, UnknownArticle, UnknownLaw, VersionEntry
from knowledge.reviewed import CONTENT, ContentError, line_of
from tests.content import STATUTES

TODAY = date(2026, 11, 22)
LAST_DAY_OF_OLD, FIRST_DAY_OF_NEW = date(2026, 12, 31), date(2027, 1, 1)
ONE_DAY = timedelta(days=1)


def chinese(number: int) -> str:
    """1..9999 in words, by way of 零X千零X百: another way than the code under test goes."""
    digits = zip(f"{number:04}", ("千", "百", "十", ""), strict=True)
    words = "".join(
        "零一二三四五六七八九"[int(digit)] + (unit if digit != "0" else "")
        for digit, unit in digits
    )
    words = re.sub("零+", "零", words).strip("零")
    return words.removeprefix("一") if words.startswith("一十") else words


# --- names ----------------------------------------------------------------------------------------


def test_every_official_title_leads_back_to_its_own_law_and_no_two_are_alike() -> None:
    titles = {law.short: law.title for law in STATUTES.laws.values()}

    assert {short: STATUTES.short_title(title) for short, title in titles.items()} == {
        short: short for short in titles
    }
    assert len(set(titles.values())) == len(titles)
    assert not [title for title in titles.values() if title.startswith("中华人民共和国")]
    assert all(one.title == titles[one.short_title] for one in STATUTES.articles())


def test_a_law_that_we_call_by_another_name_is_also_known_by_its_title_without_the_country() -> (
    None
):
    law = STATUTES.laws["海关法"].model_copy(
        update={"short": "灯塔法", "name": "中华人民共和国沿海灯塔管理法"}
    )

    assert law.title == "沿海灯塔管理法"
    assert "沿海灯塔管理法" in Statutes((law,), {}).names


# --- the change of the Trademark Law --------------------------------------------------------------


def test_the_same_number_is_another_article_when_the_new_trademark_law_begins() -> None:
    old = STATUTES.article("商标法", "第五十七条", LAST_DAY_OF_OLD)
    new = STATUTES.article("商标法", "第五十七条", FIRST_DAY_OF_NEW)

    assert (old.version_date, new.version_date) == (date(2019, 4, 23), date(2026, 6, 26))
    assert "侵犯注册商标专用权" in old.text
    assert "侵犯注册商标专用权" not in new.text


def test_infringement_moves_to_article_72_on_new_years_day() -> None:
    new = STATUTES.article("商标法", "第七十二条", FIRST_DAY_OF_NEW)

    assert "侵犯注册商标专用权" in new.text
    assert (new.in_force_from, new.in_force_to) == (FIRST_DAY_OF_NEW, None)
    assert (
        "侵犯注册商标专用权" not in STATUTES.article("商标法", "第七十二条", LAST_DAY_OF_OLD).text
    )


def test_an_article_that_only_the_new_law_has_is_unknown_before() -> None:
    assert STATUTES.article("商标法", "第八十一条", FIRST_DAY_OF_NEW)
    with pytest.raises(UnknownArticle):
        STATUTES.article("商标法", "第八十一条", LAST_DAY_OF_OLD)


def test_a_written_year_gives_that_version_whenever_it_governs() -> None:
    assert STATUTES.of_year("商标法", 2026, "第三十六条").version_date == date(2026, 6, 26)
    assert STATUTES.of_year("仲裁法", 2017, "第五条").version_date == date(2017, 9, 1)
    with pytest.raises(UnknownArticle):
        STATUTES.of_year("商标法", 2013, "第五十七条")


# --- what governs ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("law", "article", "words"),
    [
        ("反不正当竞争法", "第十条", "商业秘密"),  # was article 9 until 2025-10-14
        ("反不正当竞争法", "第七条", "混淆"),
        ("仲裁法", "第二十七条", "仲裁协议"),  # the version of 2025
        ("专利法", "第六十五条", "管理专利工作的部门"),
        ("著作权法", "第五十三条", "公共利益"),
        ("电子商务法", "第四十三条", "十五日"),
        ("刑法", "第二百一十九条之一", "境外"),
        ("民事诉讼法", "第一百二十八条", "答辩状"),
    ],
)
def test_the_articles_of_the_handbook_are_what_it_says_they_are(
    law: str, article: str, words: str
) -> None:
    assert words in STATUTES.article(law, article, TODAY).text


def test_the_versions_of_every_law_meet_without_gap_or_overlap() -> None:
    for law in STATUTES.laws.values():
        for older, newer in zip(law.versions, law.versions[1:], strict=False):
            assert older.in_force_to is not None, law.short
            assert newer.in_force_from - older.in_force_to == ONE_DAY, law.short
            assert older.version_date < newer.version_date, law.short


def test_a_version_governs_from_its_first_day_to_its_last() -> None:
    for law in STATUTES.laws.values():
        for version in law.versions:
            days = [version.in_force_from, *([version.in_force_to] if version.in_force_to else [])]
            assert all(STATUTES.version(law.short, day) == version for day in days), law.short
            assert not version.governs(version.in_force_from - ONE_DAY)
            assert version.in_force_to is None or not version.governs(version.in_force_to + ONE_DAY)


def test_no_version_begins_before_it_was_made() -> None:
    wrong = [
        law.short
        for law in STATUTES.laws.values()
        for v in law.versions
        if v.in_force_from < v.version_date
    ]

    assert wrong == []


def test_every_article_lies_in_the_range_of_its_version_and_says_something() -> None:
    versions: dict[tuple[str, date], VersionEntry] = {
        (law.short, version.version_date): version
        for law in STATUTES.laws.values()
        for version in law.versions
    }
    for article in STATUTES.articles():
        version = versions[article.short_title, article.version_date]
        assert (article.in_force_from, article.in_force_to) == (
            version.in_force_from,
            version.in_force_to,
        )
        assert article.governs(article.in_force_from)
        assert article.text.strip(), f"{article.short_title}{article.article}"
        assert article_number(article.article) == article.article, (
            f"{article.short_title}{article.article}"
        )


@pytest.mark.parametrize(
    ("law", "on"),
    [
        ("植物新品种保护条例", TODAY),  # its text of 2014 ended, the one of 2025 is not held
        ("知产刑事解释一", TODAY),  # repealed in 2025
        ("知产刑事解释三", TODAY),
        ("商标法", date(2019, 10, 31)),  # before the oldest version held
        ("民营经济促进法", date(2025, 5, 19)),  # the day before it began
    ],
)
def test_a_law_that_does_not_govern_yet_or_any_more_is_told_so(law: str, on: date) -> None:
    with pytest.raises(NotInForce, match=law):
        STATUTES.article(law, "第一条", on)


def test_an_unknown_article_or_law_is_told_and_not_invented() -> None:
    with pytest.raises(UnknownArticle):
        STATUTES.article("商标法", "第五百条", TODAY)
    with pytest.raises(UnknownLaw):
        STATUTES.article("火星知识产权法", "第一条", TODAY)


def test_articles_whose_text_in_the_dependency_is_outdated_are_not_shown() -> None:
    excluded = [
        (law.short, version, article)
        for law in STATUTES.laws.values()
        for version in law.versions
        for article in version.excluded
    ]
    assert ("刑法", "第一百六十五条") in {(law, article) for law, _, article in excluded}
    for law, version, article in excluded:
        with pytest.raises(UnknownArticle):
            STATUTES.article(law, article, version.in_force_from)


def test_our_own_digests_are_told_from_the_statutes_words() -> None:
    assert STATUTES.article("商标法", "第五十七条", TODAY).kind == "statute"
    digest = STATUTES.article("商标法实施条例", "第六十六条", TODAY)
    assert (digest.kind, bool(digest.heading)) == ("digest", True)


# --- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("反法", "反不正当竞争法"),
        ("商标条例", "商标法实施条例"),
        ("电商法", "电子商务法"),
        ("民诉法", "民事诉讼法"),
        ("版权法", "著作权法"),
        ("软件条例", "计算机软件保护条例"),
        ("海关条例", "知识产权海关保护条例"),
        ("专利细则", "专利法实施细则"),
        ("《专利法》", "专利法"),
        ("中华人民共和国专利法", "专利法"),
        ("《中华人民共和国反不正当竞争法》", "反不正当竞争法"),
        ("法释〔2021〕4号", "惩罚性赔偿解释"),
        ("最高人民法院关于审理侵害知识产权民事案件适用惩罚性赔偿的解释", "惩罚性赔偿解释"),
    ],
)
def test_a_law_is_known_by_its_nickname_and_its_full_title(name: str, short: str) -> None:
    assert STATUTES.short_title(name) == short


def test_no_name_means_two_laws() -> None:
    names = [
        name
        for law in STATUTES.laws.values()
        for name in {law.short, law.name, *law.aliases}
        if name
    ]
    assert sorted(name for name in names if names.count(name) > 1) == []


def test_names_come_longest_first_so_that_a_longer_one_is_never_cut() -> None:
    assert list(STATUTES.names) == sorted(STATUTES.names, key=len, reverse=True)


# --- numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["57条", "第57条", "第５７条", "五十七条", "第五十七条", "第五七条", " 第57条 ", "第五十七條"],
)
def test_an_article_number_is_read_in_every_spelling(written: str) -> None:
    assert article_number(written) == "第五十七条"


@pytest.mark.parametrize(
    "written", ["第二百一十九条之一", "219条之一", "第219条之1", "219条-1", "二百一十九条之一"]
)
def test_an_article_that_was_put_in_between_keeps_its_suffix(written: str) -> None:
    assert article_number(written) == "第二百一十九条之一"


@pytest.mark.parametrize(
    "written", ["", "条", "第条", "零条", "第0条", "10000条", "五十七", "法条", "第一章"]
)
def test_what_is_no_article_number_is_none(written: str) -> None:
    assert article_number(written) is None


@given(st.integers(1, 9999))
def test_every_number_comes_back_the_same_from_digits_and_from_words(number: int) -> None:
    words = f"第{chinese(number)}条"

    assert article_number(words) == words
    assert article_number(f"{number}条") == words
    assert (
        article_number(
            f"第{str(number).translate(str.maketrans('0123456789', '０１２３４５６７８９'))}条"
        )
        == words
    )


# --- files that are wrong -------------------------------------------------------------------------


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the laws and their digests."""
    shutil.copy(CONTENT / "laws.yml", tmp_path)
    shutil.copytree(CONTENT / "digests", tmp_path / "digests")
    return tmp_path


def broken(content: Path, file: str, old: str, new: str) -> ContentError:
    """What loading says after `old` was replaced by `new` in a copy."""
    path = content / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as error:
        Statutes.load(content)
    assert error.value.path == path
    return error.value


def line_with(path: Path, words: str) -> int:
    """The first line, counted from one, that holds the words."""
    return next(
        n
        for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if words in line
    )


@pytest.mark.parametrize("last_day", ["2026-12-30", "2027-01-01"])
def test_a_gap_and_an_overlap_between_versions_are_refused(content: Path, last_day: str) -> None:
    error = broken(content, "laws.yml", "in_force_to: 2026-12-31", f"in_force_to: {last_day}")

    assert error.line == line_of(content / "laws.yml", "laws", 0, "versions")
    assert "商标法" in str(error)


def test_a_document_that_the_dependency_does_not_hold_is_refused(content: Path) -> None:
    error = broken(content, "laws.yml", "document: d744436b60a9", "document: ffffffffffff")

    assert error.line == line_with(content / "laws.yml", "ffffffffffff")
    assert "ffffffffffff" in str(error)


def test_a_misspelled_field_is_refused_with_its_line(content: Path) -> None:
    error = broken(content, "laws.yml", "trust: two_sources", "trusted: two_sources")

    assert error.line == line_with(content / "laws.yml", "trusted")


def test_a_digest_of_a_version_that_is_not_listed_is_refused(content: Path) -> None:
    error = broken(
        content,
        "digests/商标法实施条例.yml",
        "version_date: 2014-04-29",
        "version_date: 2014-04-30",
    )

    assert error.line == line_with(content / "digests/商标法实施条例.yml", "version_date")


def test_a_digest_of_a_law_whose_own_words_we_have_is_refused(content: Path) -> None:
    text = "law: 专利法\nversion_date: 2020-10-17\narticles: []\n"
    (content / "digests/专利法.yml").write_text(text, encoding="utf-8")

    with pytest.raises(ContentError, match="专利法") as error:
        Statutes.load(content)
    assert error.value.line == 1


def test_the_same_article_twice_in_a_digest_is_refused(content: Path) -> None:
    path = content / "digests/商标法实施条例.yml"
    again = "\n  - {article: 第六十六条, heading: 又一次, text: 又一次, trust: one_source}\n"
    path.write_text(path.read_text(encoding="utf-8").rstrip() + again, encoding="utf-8")

    with pytest.raises(ContentError, match="第六十六条 重复") as error:
        Statutes.load(content)
    assert error.value.line == line_with(path, "又一次")


def test_no_article_ends_with_the_heading_of_the_next_part() -> None:
    for law, number in (
        ("民法典", "第二百零四条"),
        ("民法典", "第一千零三十九条"),
        ("刑事诉讼法", "第一百八十二条"),
    ):
        text = STATUTES.article(law, number, date(2026, 11, 22)).text
        assert text.endswith("。"), f"{law}{number}……{text[-20:]}"
