"""The numbers of crimes are shown as what has to be verified; a sum is compared with them and
nothing is decided.
"""

from datetime import date
from pathlib import Path

import pytest

from knowledge.figures.thresholds import Threshold, ThresholdRules, thresholds
from knowledge.law.applicable import ApplicableLaw
from knowledge.reviewed import CONTENT, ContentError
from tests.content import RULES, STATUTES, SUCCESSION

FIGURES = ThresholdRules.load(STATUTES)
TODAY = date(2026, 11, 22)


def told(right: str, amount: int | None = None, most: int | None = None) -> tuple[Threshold, ...]:
    span = None if amount is None else (amount, most or amount)
    return thresholds(FIGURES, right, span, ApplicableLaw(STATUTES, SUCCESSION, TODAY))


@pytest.mark.parametrize(
    ("right", "articles", "numbers"),
    [
        (
            "trademark",
            ["第二百一十三条", "第二百一十四条", "第二百一十五条"],
            ["违法所得3万元", "非法经营额5万元", "货值15万元", "1万件"],
        ),
        (
            "patent_utility",
            ["第二百一十六条"],
            ["非法经营额20万元", "违法所得10万元", "损失30万元"],
        ),
        (
            "copyright_av",
            ["第二百一十七条", "第二百一十八条"],
            ["500件", "500部", "1万次", "10万次", "1000人"],
        ),
        ("trade_secret", ["第二百一十九条"], ["30万元"]),
    ],
)
def test_each_right_has_its_crimes_with_their_numbers(
    right: str, articles: list[str], numbers: list[str]
) -> None:
    found = told(right)
    said = "".join(one.sentence for one in found)

    assert [one.basis.article for one in found] == articles
    assert all(number in said for number in numbers)


@pytest.mark.parametrize("right", RULES.vocabulary["right"])
def test_every_number_is_shown_as_to_be_verified_with_its_source(right: str) -> None:
    for one in told(right):
        assert "需核实" in one.sentence and one.sources
        assert all("二手" in source or "常识" in source for source in one.sources)


def test_ordinary_patent_infringement_is_said_to_be_no_crime() -> None:
    [found] = told("patent")

    assert "普通的专利侵权不是犯罪" in found.sentence


@pytest.mark.parametrize(
    ("amount", "reached", "missed"),
    [
        (20_000, [], ["违法所得3万元", "销售金额5万元"]),
        (30_000, ["违法所得3万元"], ["销售金额5万元", "货值15万元"]),
        (149_999, ["违法所得3万元", "销售金额5万元"], ["货值15万元"]),
        (150_000, ["违法所得3万元", "销售金额5万元", "货值15万元"], []),
    ],
)
def test_a_sum_reaches_a_number_or_does_not_and_the_police_decide(
    amount: int, reached: list[str], missed: list[str]
) -> None:
    [compared] = [
        one.compared for one in told("trademark", amount) if one.name == "销售假冒注册商标的商品"
    ]
    assert compared is not None
    before, _, after = compared.partition("未达到")

    assert ("达到" in before) is bool(reached) and all(words in before for words in reached)
    assert all(words in after for words in missed)
    assert "待核" in compared and compared.endswith("是否立案由公安决定。")
    assert "构成" not in compared and "够罪" not in compared


@pytest.mark.parametrize("amount", [100, 20_000, 1_000_000])
def test_a_sum_is_not_too_small_for_a_number_that_was_not_obtained(amount: int) -> None:
    [labels] = [one for one in told("trademark", amount) if "标识" in one.name]

    assert "1万件" in labels.sentence and "违法所得、非法经营额也算" in labels.sentence
    assert labels.compared is not None and "未达到" not in labels.compared
    assert "不能据此说不够" in labels.compared and "由公安决定" in labels.compared


@pytest.mark.parametrize(
    ("right", "crime"), [("trademark", "假冒注册商标"), ("copyright", "销售侵权复制品")]
)
def test_a_sum_below_the_common_numbers_may_reach_those_of_special_cases(
    right: str, crime: str
) -> None:
    [low], [high] = (
        [one.compared for one in told(right, amount) if one.name == crime]
        for amount in (20_000, 10_000_000)
    )

    assert low is not None and "特别情形的数字更低" in low
    assert high is not None and "特别情形" not in high


def test_selling_pirated_copies_counts_money_pieces_and_stock() -> None:
    [selling] = [one for one in told("copyright") if one.name == "销售侵权复制品"]

    assert all(
        number in selling.sentence
        for number in ("违法所得5万元", "销售额10万元", "复制件1000件", "货值30万元", "3万元")
    )


def test_service_marks_have_their_numbers() -> None:
    [mark] = [one for one in told("trademark") if one.name == "假冒注册商标"]

    assert "服务商标两种以上，或者二年内受过处罚又犯的违法所得3万元以上" in mark.sentence
    assert "商品和服务合起来的违法所得5万元以上" in mark.sentence


def test_without_a_sum_nothing_is_compared() -> None:
    assert {one.compared for one in told("trademark")} == {None}


def test_a_vague_sum_is_compared_only_with_what_all_it_may_mean_reaches_or_misses() -> None:
    [compared] = [
        one.compared
        for one in told("trademark", 20_000, 90_000)
        if one.name == "销售假冒注册商标的商品"
    ]

    assert compared is not None and "未达到" in compared and "货值15万元" in compared
    assert "违法所得3万元" not in compared and "销售金额5万元" not in compared


def test_a_right_that_is_not_listed_has_no_crime() -> None:
    assert told("domain_name") == ()


def test_only_rights_of_the_vocabulary_are_named() -> None:
    assert {right for crime in FIGURES.crimes for right in crime.rights} <= set(
        RULES.vocabulary["right"]
    )


def test_an_article_that_does_not_exist_is_told_with_its_line(tmp_path: Path) -> None:
    text = (CONTENT / "thresholds.yml").read_text(encoding="utf-8")
    (tmp_path / "thresholds.yml").write_text(
        text.replace("刑法第二百一十九条", "刑法第九百条"), encoding="utf-8"
    )

    with pytest.raises(ContentError, match=r"thresholds\.yml 第 \d+ 行.*查无此条"):
        ThresholdRules.load(STATUTES, tmp_path)
