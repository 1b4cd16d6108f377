"""Dates as people say them: 上个月8号, 前天, 3月5日, 2023年底."""

import calendar
import re
from datetime import date, timedelta

_DAYS_AGO = {"今天": 0, "刚": 0, "刚刚": 0, "昨天": 1, "前天": 2, "大前天": 3}
_PARTS_OF_A_YEAR = {"初": 3, "头": 3, "上半年": 6, "中": 8, "下半年": 12, "底": 12, "末": 12, "尾": 12}  # → last month
_DIGITS = dict(zip("零一二两三四五六七八九", (0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))


def resolve(words: str, today: date) -> date | None:
    """The day that `words` mean when said on `today`; None when they name no single day.

    A month and day without a year mean the latest such day that is not in the future.
    """
    words = words.strip()
    if words in _DAYS_AGO:
        return today - timedelta(days=_DAYS_AGO[words])
    if found := re.fullmatch(r"(.+?)天(?:以)?前", words):
        days = number(found.group(1))
        return today - timedelta(days=days) if days is not None else None
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", words):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := re.fullmatch(r"(上个?|这个|本|当)月(.+?)[日号]", words):
        last = today.month - (1 if found.group(1).startswith("上") else 0)
        return _day(today.year if last else today.year - 1, last or 12, number(found.group(2)))
    if found := re.fullmatch(r"(?:(\d{4}|[去今前])年)?(.+?)月(?:份)?(.+?)[日号]", words):
        month, day = number(found.group(2)), number(found.group(3))
        year = _year(found.group(1), today)
        if year is not None:
            return _day(year, month, day)
        this_year = _day(today.year, month, day)
        return _day(today.year - 1, month, day) if this_year and this_year > today else this_year
    return None


def latest(words: str, today: date) -> date | None:
    """The last day that a month, a part of a year or a year may mean: 2025年8月, 去年底, 上个月, 半年前. Never after `today`.

    A month without a year is the latest that is not in the future; None for what names none of these.
    """
    words = words.strip()
    found: tuple[int, int] | None = None
    if match := re.fullmatch(r"(?P<last>上上|上|这|本|当)个?月", words):
        found = _months_ago(today, {"上上": 2, "上": 1}.get(match["last"], 0))
    elif match := re.fullmatch(r"(?P<count>.+?)(?P<unit>年|个月)(?P<half>半)?(?:多)?(?:以)?前", words):
        count = amount_of_years(match["count"], match["unit"], bool(match["half"]))
        found = _months_ago(today, round(count * 12)) if count else None
    elif match := re.fullmatch(
        r"(?:(?P<year>\d{4}|大前|[去今前])年)?的?(?P<month>.+?)月(?:份)?(?:初|中旬?|底|末)?", words
    ):
        month = number(match["month"])
        year = _year(match["year"], today)
        if month and year is None:
            year = today.year - (month > today.month)
        found = (year, month) if year and month else None
    elif match := re.fullmatch(
        rf"(?P<year>\d{{4}}|大前|[去今前])年的?年?(?P<part>{'|'.join(_PARTS_OF_A_YEAR)})?", words
    ):
        year = _year(match["year"], today)
        found = (year, _PARTS_OF_A_YEAR.get(match["part"], 12)) if year else None
    if found is None or not 1 <= found[1] <= 12:
        return None
    return min(date(*found, calendar.monthrange(*found)[1]), today)


def number(words: str) -> int | None:
    """'8', '十二', '二十' as a whole number; None when it is none."""
    if words.isdigit():
        return int(words)
    if not words or not set(words) <= set(_DIGITS) | {"十"}:
        return None
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return _DIGITS[words] if len(words) == 1 else None  # 两三 is no number
    return (_DIGITS.get(tens, 0) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)


def amount_of_years(words: str, unit: str, and_a_half: bool = False) -> float:
    """'两' '年' → 2.0, '十八' '个月' → 1.5, '一' '年' and a half → 1.5; of 两三 the smaller counts."""
    if re.fullmatch(r"\d+(\.\d+)?", words):
        value = float(words)
    else:
        value = 0.5 if words == "半" else float(number(words) or number(words[0]) or 0)
    return round(value / 12, 2) if unit == "个月" else value + 0.5 * and_a_half


def _year(words: str | None, today: date) -> int | None:
    if words is None:
        return None
    return int(words) if words.isdigit() else today.year - {"今": 0, "去": 1, "前": 2, "大前": 3}[words]


def _months_ago(today: date, months: int) -> tuple[int, int]:
    """(Year, month) of the month so many months before today's."""
    years, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return years, month + 1


def _day(year: int, month: int | None, day: int | None) -> date | None:
    try:
        return date(year, month or 0, day or 0)
    except ValueError:
        return None
