"""What people say of a sum is read as yuan, and what is no single sum is not guessed."""

import pytest

from knowledge.amounts import yuan


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("3万元", 30_000),
        ("3万", 30_000),
        ("两万", 20_000),
        ("八千块", 8_000),
        ("2.5万元", 25_000),
        ("十二万", 120_000),
        ("三百万", 3_000_000),
        ("1亿", 100_000_000),
        ("500元", 500),
        ("500", 500),
    ],
)
def test_a_single_sum_is_read(words: str, amount: float) -> None:
    assert yuan(words) == amount


@pytest.mark.parametrize("words", ["几十万", "两三万", "十来万", "好几千", "万元", "unknown", "", "很多"])
def test_what_is_no_single_sum_is_none(words: str) -> None:
    assert yuan(words) is None
