"""Sums are read as people say them, and what they may mean in yuan is a range, for a threshold
hangs on it.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.chinese.amounts import amount_range, find


@pytest.mark.parametrize(
    ("text", "readable", "least", "most"),
    [
        ("八千", "八千", 8_000, 8_000),
        ("赔他1w", "1万", 10_000, 10_000),
        ("3万多", "3万多", 30_000, 40_000),
        ("两三万吧", "两三万", 20_000, 30_000),
        ("十来万", "十来万", 100_000, 200_000),
        ("五六千块", "五六千块", 5_000, 6_000),
        ("1.5万", "1.5万", 15_000, 15_000),
        ("三万五", "三万五", 35_000, 35_000),
        ("1万5千", "1万5千", 15_000, 15_000),
        ("一千零五十块", "一千零五十块", 1_050, 1_050),
        ("五万一千二百元", "五万一千二百元", 51_200, 51_200),
        ("一百多万", "一百多万", 1_000_000, 2_000_000),
        ("十几万", "十几万", 110_000, 190_000),
        ("几十万", "几十万", 200_000, 900_000),
        ("十五六万", "十五六万", 150_000, 160_000),
        ("二三十万", "二三十万", 200_000, 300_000),
        ("上万块", "上万块", 10_000, 100_000),
        ("万把块", "万把块", 10_000, 20_000),
        ("2亿", "2亿", 200_000_000, 200_000_000),
        ("卖了有小二十万", "近二十万", 180_000, 200_000),
        ("将近10万", "近10万", 90_000, 100_000),
        ("不到五万", "不到五万", 0, 50_000),
        ("超过三万", "超过三万", 30_000, None),
        ("3万以上", "3万以上", 30_000, None),
        ("二十万左右", "二十万左右", 180_000, 220_000),
        ("大概3万元", "3万元", 27_000, 33_000),
        ("3到5万", "3到5万", 30_000, 50_000),
        ("100万-200万", "100万-200万", 1_000_000, 2_000_000),
        ("赔12,000元", "12000元", 12_000, 12_000),
        ("赔我20000", "20000", 20_000, 20_000),
        ("100多单每单39", "100多单，每单39元", 3_900, 7_800),
        ("卖了30双，一双200", "30单，每单200元", 6_000, 6_000),
        ("39块一件，卖了100多件", "100多单，每单39元", 3_900, 7_800),
        ("注册资金500万，要我赔三万", "三万", 30_000, 30_000),
        ("说错了，不是8万，是15万", "15万", 150_000, 150_000),
    ],
)
def test_a_sum_reads_well_and_has_its_bounds(
    text: str, readable: str, least: int, most: int | None
) -> None:
    assert (find(text), amount_range(text)) == (readable, (least, most))


@pytest.mark.parametrize(
    "text", ["近二十万", "3万多", "100多单，每单39元", "3到5万", "不到五万", "超过三万", "两三万"]
)
def test_what_was_read_once_reads_the_same_again(text: str) -> None:
    assert find(text) == text
    assert amount_range(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "一百二十家店",
        "两千多件",
        "十万火急",
        "千万别这样",
        "万一他告我",
        "10w充电宝",
        "4k视频",
        "2019年注册的",
        "三个月",
        "百度上搜的",
        "一块做生意",
        "两块布",
        "一万个不愿意",
        "第30类",
        "11月3-5日",
        "2020到2021年",
        "每件39块一件",
        "",
    ],
)
def test_what_counts_something_else_is_no_sum(text: str) -> None:
    assert (find(text), amount_range(text)) == (None, None)


@given(st.integers(1, 99_999_999))
def test_a_number_of_yuan_means_itself(yuan: int) -> None:
    assert amount_range(f"赔{yuan}元") == (yuan, yuan)


@given(
    st.text("零一二两三四五六七八九十百千万亿几多来把半小近0123456789.wk元块件每-到", max_size=60)
)
def test_a_range_is_ordered_whatever_is_written(text: str) -> None:
    span = amount_range(text)

    assert span is None or span[1] is None or 0 <= span[0] <= span[1]
