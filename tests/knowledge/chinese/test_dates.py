"""Days and spans as people say them; what names no single day is none, for a deadline hangs on
it.
"""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.chinese.dates import amount_of_years, days_in, latest, number, resolve

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("今天", date(2026, 11, 22)),
        ("昨天", date(2026, 11, 21)),
        ("前天", date(2026, 11, 20)),
        ("大前天", date(2026, 11, 19)),
        ("3天前", date(2026, 11, 19)),
        ("三天前", date(2026, 11, 19)),
        ("两天以前", date(2026, 11, 20)),
        ("二十天前", date(2026, 11, 2)),
        ("上个月8号", date(2026, 10, 8)),
        ("上月三十一号", date(2026, 10, 31)),
        ("这个月20号", date(2026, 11, 20)),
        ("本月5日", date(2026, 11, 5)),
        ("11月5日", date(2026, 11, 5)),
        ("3月份5号", date(2026, 3, 5)),
        ("十月一日", date(2026, 10, 1)),
        ("去年12月1日", date(2025, 12, 1)),
        ("前年三月八号", date(2024, 3, 8)),
        ("2025年12月31日", date(2025, 12, 31)),
        ("2026-11-05", date(2026, 11, 5)),
        ("2026/9/1", date(2026, 9, 1)),
        ("2026.9.1", date(2026, 9, 1)),
        (" 11月5号 ", date(2026, 11, 5)),
        ("昨晚", date(2026, 11, 21)),
        ("今早", date(2026, 11, 22)),
        ("大上个月8号", date(2026, 9, 8)),
        ("上上个月20号", date(2026, 9, 20)),
        ("上个月的8号", date(2026, 10, 8)),
        ("上个月最后一天", date(2026, 10, 31)),
        ("上周三", date(2026, 11, 11)),
        ("上上周五", date(2026, 11, 6)),
        ("上个星期一", date(2026, 11, 9)),
        ("这个礼拜五", date(2026, 11, 20)),
        ("周三", date(2026, 11, 18)),
        ("一个礼拜前", date(2026, 11, 15)),
        ("两周前", date(2026, 11, 8)),
        ("国庆前一天", date(2026, 9, 30)),
        ("国庆节当天", date(2026, 10, 1)),
        ("去年国庆前一天", date(2025, 9, 30)),
        ("双十一那天", date(2026, 11, 11)),
        ("元旦第二天", date(2026, 1, 2)),
        ("十一月三号", date(2026, 11, 3)),
        ("26年11月3号", date(2026, 11, 3)),
        ("二〇二六年十一月三日", date(2026, 11, 3)),
        ("去年的11月3号", date(2025, 11, 3)),
        ("20261103", date(2026, 11, 3)),
        ("11.20", date(2026, 11, 20)),
        ("11/20", date(2026, 11, 20)),
        ("11.20号", date(2026, 11, 20)),
    ],
)
def test_a_day_is_understood_as_it_is_said(words: str, day: date) -> None:
    assert resolve(words, TODAY) == day


def test_last_month_in_january_is_december_of_the_year_before() -> None:
    assert resolve("上个月28号", date(2027, 1, 3)) == date(2026, 12, 28)


def test_a_day_without_a_year_is_the_latest_one_that_is_past() -> None:
    assert resolve("11月23日", TODAY) == date(2025, 11, 23)
    assert resolve("12月31日", date(2027, 1, 1)) == date(2026, 12, 31)


@pytest.mark.parametrize(
    "words",
    [
        "月底",
        "上个月底",
        "2023年底",
        "去年腊月",
        "农历八月初三",
        "春节前一天",
        "国庆前两天",
        "星期天",
        "这周日以前",
        "半个月前",
        "11.35",
        "20261399",
        "大大前天",
        "年前",
        "",
        "最近",
        "前几天",
        "几天前",
        "半天前",
        "上个月",
        "2月30日",
        "上月三十二号",
        "13月1日",
        "两三天前",
        "三五天前",
    ],
)
def test_words_that_name_no_single_day_are_none(words: str) -> None:
    assert resolve(words, TODAY) is None


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2025年8月", date(2025, 8, 31)),
        ("2025年8月份", date(2025, 8, 31)),
        ("去年底", date(2025, 12, 31)),
        ("去年年底", date(2025, 12, 31)),
        ("去年上半年", date(2025, 6, 30)),
        ("今年年初", date(2026, 3, 31)),
        ("去年二月", date(2025, 2, 28)),
        ("2024年", date(2024, 12, 31)),
        ("大前年", date(2023, 12, 31)),
        ("上个月", date(2026, 10, 31)),
        ("上上个月", date(2026, 9, 30)),
        ("8月份", date(2026, 8, 31)),
        ("12月", date(2025, 12, 31)),
        ("半年前", date(2026, 5, 31)),
        ("三个月前", date(2026, 8, 31)),
        ("一年半前", date(2025, 5, 31)),
        ("两年多以前", date(2024, 11, 30)),
        ("大上个月", date(2026, 9, 30)),
        ("上周", date(2026, 11, 15)),
        ("上上个礼拜", date(2026, 11, 8)),
        ("23年底", date(2023, 12, 31)),
        ("二〇二四年", date(2024, 12, 31)),
    ],
)
def test_a_span_is_taken_for_the_last_day_that_it_may_mean(words: str, day: date) -> None:
    assert latest(words, TODAY) == day


@pytest.mark.parametrize("words", ["今年", "这个月", "11月", "2027年3月"])
def test_a_span_that_is_not_over_ends_today(words: str) -> None:
    assert latest(words, TODAY) == TODAY


def test_last_month_in_january_is_the_december_before() -> None:
    assert latest("上个月", date(2027, 1, 15)) == date(2026, 12, 31)


@pytest.mark.parametrize(
    "words", ["", "最近", "几年前", "好几个月前", "2025年13月", "11月5日", "那时候"]
)
def test_what_names_no_span_is_none(words: str) -> None:
    assert latest(words, TODAY) is None


@given(st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.dates(date(2001, 3, 1), date(2060, 1, 1)))
def test_a_day_said_without_its_year_is_never_in_the_future(day: date, today: date) -> None:
    resolved = resolve(f"{day.month}月{day.day}日", today)

    if (day.month, day.day) != (2, 29):
        assert resolved and today - timedelta(days=366) < resolved <= today
        assert (resolved.month, resolved.day) == (day.month, day.day)


@given(st.integers(0, 3000), st.dates(date(2010, 1, 1), date(2060, 1, 1)))
def test_days_ago_are_counted_back(days: int, today: date) -> None:
    assert resolve(f"{days}天前", today) == today - timedelta(days=days)


@pytest.mark.parametrize(
    ("words", "value"),
    [("8", 8), ("八", 8), ("两", 2), ("十", 10), ("十二", 12), ("二十", 20), ("三十一", 31)],
)
def test_a_whole_number_is_read_in_digits_and_in_words(words: str, value: int) -> None:
    assert number(words) == value


@pytest.mark.parametrize("words", ["", "几", "半", "八百", "ab"])
def test_what_is_no_whole_number_is_none(words: str) -> None:
    assert number(words) is None


def test_spans_are_given_in_years() -> None:
    assert amount_of_years("两", "年") == 2
    assert amount_of_years("一", "年", and_a_half=True) == 1.5
    assert amount_of_years("半", "年") == 0.5
    assert amount_of_years("十八", "个月") == 1.5
    assert amount_of_years("3.5", "年") == 3.5


def test_two_or_three_years_are_not_twenty_three() -> None:
    assert 2 <= amount_of_years("两三", "年") <= 3


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("11.20收到传票", ["2026-11-20"]),
        ("8号收到传票", ["2026-11-08"]),
        ("25号收到的", ["2026-10-25"]),
        ("11月20收到函", ["2026-11-20"]),
        ("前天来的函，上周三又来一封", ["2026-11-20", "2026-11-11"]),
        ("2026年11月3日和2026-11-05", ["2026-11-03", "2026-11-05"]),
    ],
)
def test_days_are_found_in_a_text_in_reading_order(text: str, days: list[str]) -> None:
    assert [str(day) for _, _, day in days_in(text, TODAY)] == days


@pytest.mark.parametrize(
    "text",
    [
        "卖1.5万",
        "每周三次",
        "下周三开庭",
        "住在8号楼",
        "第3号公告",
        "3-5天前",
        "十几天前",
        "版本11.20",
        "目前天天卖",
        "去年腊月",
        "老周五金店",
        "一周五份函",
        "阴历10月5号",
        "注册号20261103",
        "每件11.2元",
        "去年的今天",
        "之前天天来",
    ],
)
def test_what_only_looks_like_a_day_is_none(text: str) -> None:
    assert [day for _, _, day in days_in(text, TODAY) if day] == []


@given(st.dates(date(2015, 1, 1), date(2029, 12, 31)))
def test_a_full_date_is_the_same_day_in_every_script(day: date) -> None:
    written = {
        f"{day:%Y%m%d}", f"{day:%Y-%m-%d}", f"{day.year}.{day.month}.{day.day}", f"{day.year}年"
            f"{day.month}月"
            f"{day.day}日",
        f"{day:%y}年{day.month}月{day.day}号",
    }  # fmt: skip
    assert {resolve(words, TODAY) for words in written} == {day}


@given(st.dates(date(2015, 1, 1), date(2029, 12, 31)), st.sampled_from("一二三四五六日"))
def test_a_weekday_of_a_past_week_is_that_weekday_and_past(today: date, name: str) -> None:
    last, before_last = resolve(f"上周{name}", today), resolve(f"上上周{name}", today)

    assert last and before_last and last < today and last - before_last == timedelta(days=7)
    assert last.weekday() == "一二三四五六日".index(name)


def test_just_now_is_no_day() -> None:
    """刚收到 may be days ago, and 昨天刚收到 is yesterday: a last day hangs on it."""
    assert resolve("刚刚", TODAY) is None
    assert [day for _, _, day in days_in("昨天刚收到传票", TODAY)] == [date(2026, 11, 21)]
    assert list(days_in("上周刚收到", TODAY)) == []
