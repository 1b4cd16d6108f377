"""The day of the act decides the substance, today the procedure, and both are told where they
differ.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.law.applicable import (
    FRESH,
    MOST_CHANGES,
    NOTICE_DAYS,
    Act,
    ApplicableLaw,
    as_of,
    changes_soon,
    coming_changes,
    governing_articles,
    old_number,
    successor_phrase,
)
from knowledge.law.statutes import Article
from tests.content import STATUTES, SUCCESSION

TODAY, NEW_YEAR = date(2026, 11, 22), date(2027, 1, 1)
AUGUST_2025, NOVEMBER_2025, MAY_2026 = date(2025, 8, 31), date(2025, 11, 30), date(2026, 5, 31)
MAPPED = [one for one in STATUTES.articles() if SUCCESSION.knows(one)]


def article(law: str, year: int, number: str) -> Article:
    return STATUTES.of_year(law, year, number)


def names(articles: tuple[Article, ...]) -> list[str]:
    return [f"{one.version_date.year}{one.article}" for one in articles]


def about(act: Act, *basis: str, on: date = TODAY) -> list[str]:
    law = ApplicableLaw(STATUTES, SUCCESSION, on, act)
    return law.about_the_act(law.cite(basis))


# --- which article --------------------------------------------------------------------------------


def test_unfair_competition_of_2025_is_judged_by_the_version_of_its_day() -> None:
    found = governing_articles(
        SUCCESSION, article("反不正当竞争法", 2025, "第七条"), Act(AUGUST_2025), TODAY
    )

    assert (names(found.substance), names(found.procedure)) == (["2019第六条"], ["2025第七条"])
    assert found.differs


def test_how_to_report_it_is_todays() -> None:
    found = governing_articles(
        SUCCESSION, article("反不正当竞争法", 2025, "第二十条"), Act(AUGUST_2025), TODAY
    )

    assert names(found.substance) == names(found.procedure) == ["2025第二十条"]
    assert not found.differs


def test_an_act_after_the_change_is_judged_by_todays_version() -> None:
    assert not governing_articles(
        SUCCESSION, article("反不正当竞争法", 2025, "第七条"), Act(NOVEMBER_2025), TODAY
    ).differs


def test_in_2027_an_infringement_of_2026_is_judged_by_the_old_law() -> None:
    infringed = governing_articles(
        SUCCESSION, article("商标法", 2026, "第七十二条"), Act(MAY_2026), NEW_YEAR
    )
    opposed = governing_articles(
        SUCCESSION, article("商标法", 2019, "第三十三条"), Act(MAY_2026), NEW_YEAR
    )

    assert names(infringed.substance) == ["2019第五十七条"]
    assert names(opposed.substance) == names(opposed.procedure) == ["2026第三十六条"]


def test_where_the_article_is_read_from_does_not_matter() -> None:
    old, new = article("商标法", 2019, "第六十三条"), article("商标法", 2026, "第七十七条")

    assert governing_articles(SUCCESSION, old, Act(MAY_2026), NEW_YEAR) == governing_articles(
        SUCCESSION, new, Act(MAY_2026), NEW_YEAR
    )


def test_what_did_not_exist_yet_judges_nothing() -> None:
    found = governing_articles(
        SUCCESSION, article("反不正当竞争法", 2025, "第十五条"), Act(AUGUST_2025), TODAY
    )

    assert (found.substance, names(found.procedure)) == ((), ["2025第十五条"])


def test_without_an_act_everything_is_todays() -> None:
    found = governing_articles(SUCCESSION, article("商标法", 2019, "第五十七条"), None, NEW_YEAR)

    assert names(found.substance) == names(found.procedure) == ["2026第七十二条"]


def test_a_trade_secret_still_being_used_is_judged_by_the_new_law() -> None:
    act = Act(AUGUST_2025, goes_on=True, right="trade_secret")

    assert names(
        governing_articles(
            SUCCESSION, article("反不正当竞争法", 2025, "第十条"), act, TODAY
        ).substance
    ) == ["2025第十条"]


def test_another_act_that_goes_on_is_shown_under_both() -> None:
    act = Act(AUGUST_2025, goes_on=True, right="unfair_competition")
    found = governing_articles(SUCCESSION, article("反不正当竞争法", 2025, "第七条"), act, TODAY)

    assert names(found.substance) == ["2019第六条", "2025第七条"]


@given(st.sampled_from(MAPPED), st.dates(date(2019, 11, 1), date(2028, 1, 1)))
def test_an_article_is_never_given_for_a_day_on_which_it_does_not_govern(
    one: Article, day: date
) -> None:
    assert all(
        found.governs(day) and found.short_title == one.short_title
        for found in as_of(SUCCESSION, one, day)
    )


@given(st.sampled_from(MAPPED), st.dates(date(2019, 11, 1), TODAY), st.booleans())
def test_what_governs_an_act_governs_on_its_day_or_today(
    one: Article, day: date, goes_on: bool
) -> None:
    found = governing_articles(SUCCESSION, one, Act(day, goes_on), TODAY)

    assert all(a.governs(TODAY) for a in found.procedure)
    assert all(a.governs(day) or a.governs(TODAY) for a in found.substance)


# --- what is said about the act -------------------------------------------------------------------


def test_an_act_under_the_former_version_is_told_with_its_month_and_the_day_of_the_change() -> None:
    [sentence] = about(Act(AUGUST_2025), "反不正当竞争法(2025)第七条", "反不正当竞争法(2025)第十条")

    assert all(
        words in sentence
        for words in ("2025年8月", "2019年", "反不正当竞争法", "2025-10-15", "今天的法")
    )


def test_in_2027_the_same_is_told_of_the_trademark_law() -> None:
    [sentence] = about(Act(MAY_2026), "商标法(2026)第七十二条", on=NEW_YEAR)

    assert all(words in sentence for words in ("2026年5月", "2019年", "商标法", "2027-01-01"))


@pytest.mark.parametrize(
    "basis", ["反不正当竞争法(2025)第二十条", "商标法(2019)第五十七条", "专利法第六十五条"]
)
def test_where_nothing_else_governs_nothing_is_said(basis: str) -> None:
    assert about(Act(AUGUST_2025), basis) == []


def test_a_continuing_act_is_told_the_rule_or_that_there_is_none() -> None:
    [settled] = about(Act(AUGUST_2025, True, "trade_secret"), "反不正当竞争法(2025)第十条")
    [open_] = about(Act(AUGUST_2025, True, "unfair_competition"), "反不正当竞争法(2025)第七条")

    assert "商业秘密民事规定第二十八条" in settled
    assert "没有查到明确规定" in open_


def test_a_version_that_is_not_held_is_admitted_and_todays_shown_for_comparison() -> None:
    law = ApplicableLaw(STATUTES, SUCCESSION, TODAY, Act(date(2018, 5, 31)))
    cited = law.cite(["商标法(2019)第五十七条", "商标法(2026)第七十二条"])

    assert [one.article for one in cited] == ["第五十七条"]
    assert "没有收录" in law.about_the_act(cited)[0]


def test_copying_before_the_copyright_act_of_today_is_left_to_the_rules_of_its_time() -> None:
    [sentence] = about(Act(date(2021, 3, 31)), "著作权法第五十三条")

    assert "著作权法第六十六条" in sentence and "2021-06-01" in sentence
    assert about(Act(date(2021, 6, 30)), "著作权法第五十三条") == []


# --- what comes -----------------------------------------------------------------------------------


def test_a_change_is_near_for_sixty_days() -> None:
    old = article("商标法", 2019, "第五十七条")
    first = NEW_YEAR - timedelta(days=NOTICE_DAYS)

    assert [
        changes_soon(old, day)
        for day in (first - timedelta(days=1), first, date(2026, 12, 31), NEW_YEAR)
    ] == [
        None,
        NEW_YEAR,
        NEW_YEAR,
        None,
    ]


def test_what_is_notable_is_told_once_a_law_and_numbers_only_where_nothing_is() -> None:
    cited = [
        article("商标法", 2019, number)
        for number in ("第五十七条", "第六十条", "第六十三条", "第三十三条", "第四十九条")
    ]
    told = coming_changes(SUCCESSION, cited, TODAY)

    assert list(told) == [(NEW_YEAR, "商标法")]
    assert len(told[NEW_YEAR, "商标法"]) == MOST_CHANGES
    assert coming_changes(SUCCESSION, cited[:1], TODAY) == {
        (NEW_YEAR, "商标法"): ["第五十七条改为第七十二条"]
    }
    assert coming_changes(SUCCESSION, [article("专利法", 2020, "第六十五条")], TODAY) == {}


def test_what_judges_an_act_that_is_over_does_not_change_for_it() -> None:
    law = ApplicableLaw(STATUTES, SUCCESSION, TODAY, Act(AUGUST_2025))

    assert law.coming_changes(law.cite(["商标法(2019)第六十条"])) == {}
    assert law.coming_changes(law.cite(["商标法(2019)第三十三条"]))


def test_an_article_becomes_its_successor_or_nothing() -> None:
    assert successor_phrase(SUCCESSION, article("商标法", 2019, "第五十七条")) == "是第七十二条"
    assert successor_phrase(SUCCESSION, article("商标法", 2019, "第三十三条")).startswith(
        "是第三十六条（变化：异议期"
    )
    assert successor_phrase(SUCCESSION, article("商标法", 2019, "第五十八条")).startswith(
        "不再保留"
    )
    assert successor_phrase(SUCCESSION, article("专利法", 2020, "第六十五条")) == ""


# --- old numbers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("law", "number", "words", "on"),
    [
        ("反法", "第六条", "混淆怎么罚", TODAY),
        ("反不正当竞争法", "第九条", "侵犯商业秘密", TODAY),
        ("反不正当竞争法", "第十七条", "能赔偿多少", TODAY),
        ("商标法", "第六十三条", "赔偿怎么算", NEW_YEAR),
    ],
)
def test_the_words_around_a_number_tell_that_it_is_an_old_one(
    law: str, number: str, words: str, on: date
) -> None:
    old = old_number(STATUTES, law, number, words, on)

    assert old and old.certain
    assert (old.article.version_date.year, old.article.article) == (2019, number)


@pytest.mark.parametrize(
    ("number", "words"), [("第十条", "商业秘密"), ("第七条", "混淆"), ("第五百条", "混淆")]
)
def test_a_number_that_fits_todays_article_or_none_at_all_is_no_old_one(
    number: str, words: str
) -> None:
    assert old_number(STATUTES, "反法", number, words, TODAY) is None


def test_while_a_change_is_fresh_a_bare_number_may_be_an_old_one() -> None:
    on = [NEW_YEAR, NEW_YEAR + FRESH - timedelta(days=1), NEW_YEAR + FRESH]
    found = [old_number(STATUTES, "商标法", "第五十七条", "", day) for day in on]

    assert [bool(old) for old in found] == [True, True, False]
    assert found[0] and not found[0].certain


def test_a_law_with_one_version_has_no_old_numbers() -> None:
    assert old_number(STATUTES, "专利法", "第六十五条", "侵权", TODAY) is None
    # the oldest version that is held
    assert old_number(STATUTES, "商标法", "第五十七条", "侵权", TODAY) is None
    assert old_number(STATUTES, "火星法", "第三条", "", TODAY) is None
