"""Three years to sue for money, told with where they are counted from, what does not end and what
begins them anew.
"""

from datetime import date
from pathlib import Path

import pytest

from knowledge.figures.limitation import Limitation, LimitationRules, limitation
from knowledge.law.applicable import ApplicableLaw
from knowledge.reviewed import CONTENT, ContentError
from tests.content import RULES, STATUTES, SUCCESSION

FIGURES = LimitationRules.load(STATUTES)
TODAY = date(2026, 11, 22)


def told(
    right: str | None, acted_on: date | None, goes_on: bool = False, on: date = TODAY
) -> Limitation:
    return limitation(
        FIGURES, right, acted_on, goes_on, ApplicableLaw(STATUTES, SUCCESSION, on), RULES.workdays
    )


def articles(found: Limitation) -> list[str]:
    return [f"{one.short_title}{one.article}" for one in found.basis]


@pytest.mark.parametrize(
    ("acted_on", "ends_on", "over"),
    [
        (date(2023, 10, 1), date(2026, 10, 8), True),  # would end on National Day
        (date(2023, 11, 22), date(2026, 11, 23), False),  # on a Sunday
        (date(2024, 2, 29), date(2027, 3, 1), False),  # 28 February 2027 is a Sunday
    ],
)
def test_three_years_from_the_act_are_counted_to_a_working_day(
    acted_on: date, ends_on: date, over: bool
) -> None:
    found = told("trademark", acted_on)

    assert found.ends_on == ends_on and str(ends_on) in found.sentence
    assert ("已经满" in found.sentence) is over
    assert ("没有录入2027年的放假安排" in found.sentence) is (ends_on.year == 2027)


def test_the_day_of_the_act_is_said_to_be_only_the_start_that_is_taken() -> None:
    sentence = told("trademark", date(2024, 5, 31)).sentence

    assert "从知道或者应当知道权利受损和是谁干的那天算" in sentence
    assert (
        "最晚发生在2024-05-31" in sentence and "还要更早" in sentence and "后来才知道" in sentence
    )


@pytest.mark.parametrize(
    ("right", "basis"),
    [
        ("trademark", "商标民事解释第十八条"),
        ("patent_utility", "专利纠纷若干规定第十七条"),
        ("copyright_text", "著作权民事解释第二十七条"),
    ],
)
def test_what_goes_on_reaches_back_three_years_from_the_suit(right: str, basis: str) -> None:
    found = told(right, date(2021, 5, 1), goes_on=True)

    assert (found.ends_on, found.reaches_back_to) == (None, date(2023, 11, 22))
    assert "2023-11-22" in found.sentence and basis in articles(found)


def test_reaching_back_is_not_promised_where_no_rule_says_so() -> None:
    found = told("trade_secret", date(2021, 5, 1), goes_on=True)

    assert (found.ends_on, found.reaches_back_to) == (None, None)


def test_from_the_last_day_of_february_one_reaches_back_to_the_last_of_a_shorter_one() -> None:
    assert told("trademark", None, goes_on=True, on=date(2028, 2, 29)).reaches_back_to == date(
        2025, 2, 28
    )


@pytest.mark.parametrize("goes_on", [True, False])
def test_stopping_is_never_too_late_and_letters_begin_the_period_anew(goes_on: bool) -> None:
    found = told(None, None, goes_on)

    assert "停手不受这个时间限制" in found.sentence and "重新算" in found.sentence
    assert {"民法典第一百八十八条", "民法典第一百九十五条", "民法典第一百九十六条"} <= set(
        articles(found)
    )
    assert found.ends_on is None


def test_an_article_that_does_not_exist_is_told_with_its_line(tmp_path: Path) -> None:
    text = (CONTENT / "limitation.yml").read_text(encoding="utf-8")
    (tmp_path / "limitation.yml").write_text(
        text.replace("专利法第七十四条", "专利法第九百条"), encoding="utf-8"
    )

    with pytest.raises(ContentError, match=r"limitation\.yml 第 \d+ 行.*查无此条"):
        LimitationRules.load(STATUTES, tmp_path)
