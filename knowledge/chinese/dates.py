"""Dates as people say them: 上个月8号, 前天, 上周五, 国庆前一天, 3月5日, 2023年底."""

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from knowledge.chinese.numerals import DIGITS, whole_number

_PARTS_OF_A_YEAR = {
    "初": 3,
    "头": 3,
    "上半年": 6,
    "中": 8,
    "下半年": 12,
    "底": 12,
    "末": 12,
    "尾": 12,
}  # → last month
_WEEKDAYS = {
    **dict(zip("一二三四五六日", range(7), strict=True)),
    **dict(zip("1234567", range(7), strict=True)),
    "天": 6,
}
_YEARS_AGO = {"今": 0, "去": 1, "前": 2, "大前": 3}
_DAYS_AGO = {"今": 0, "昨": 1, "前": 2, "大前": 3}
# Holidays that have the same day every year; those of the lunar calendar have not.
_HOLIDAYS = {
    "元旦": (1, 1),
    "妇女节": (3, 8),
    "五一": (5, 1),
    "劳动节": (5, 1),
    "六一": (6, 1),
    "儿童节": (6, 1),
    "618": (6, 18),
    "国庆": (10, 1),
    "双十一": (11, 11),
    "双11": (11, 11),
    "双十二": (12, 12),
    "双12": (12, 12),
    "圣诞": (12, 25),
}

_BEFORE = {"上上": 2, "大上": 2, "上": 1}  # weeks or months before this one

_HAN_NUMBER = "[零一二两三四五六七八九十百半]"
_NUMBER = rf"(?:\d{{1,4}}(?:\.\d{{1,2}})?|{_HAN_NUMBER}{{1,6}})"
_MONTH_OR_DAY = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
# not 目前年产
_SAID_YEAR = r"(?<!\d)20\d\d|二[零〇][一二三][零〇一二三四五六七八九]|大前|[去今]|(?<![目之以])前"
_SHORT_YEAR = r"(?<!\d)(?:1[5-9]|2\d)"  # 26年11月3号
_LUNAR = "(?<![农阴古旧]历)"
_WEEK = "(?:周|星期|礼拜)"
# What shows that figures without 月 and 日 are a day.
_AS_A_DAY = (
    r"(?=的?(?:时候|上午|下午|早上|晚上|那天|当天|就|才|我|刚)*(?:收|接|签|寄|送|拿到"
    r"|发来|公告"
    r"|注册|下证|那天|当天))"
)
_IN_FIGURES = r"(?P<month>1[0-2]|0?[1-9])[./-](?P<day>[0-3]?\d)"


def resolve(words: str, today: date) -> date | None:
    """The day that `words` mean when said on `today`; None when they name no single day.

    A month and day without a year mean the latest such day that is not in the future.
    """
    words = words.strip()
    return next(
        (form(found, today) for regex, form in _FORMS if (found := regex.fullmatch(words))), None
    )


def days_in(text: str, today: date) -> Iterator[tuple[int, int, date | None]]:
    """(Start, end, day) of every wording in `text` that has the form of a day, in reading order;
    None: of no day.
    """
    found = [
        (m.start(), m.end(), form(m, today)) for regex, form in _FORMS for m in regex.finditer(text)
    ]
    end = 0
    for start, stop, day in sorted(found, key=lambda one: (one[0], -one[1])):
        if start >= end and stop > start:
            yield start, stop, day
            end = stop


def _relative(found: re.Match[str], today: date) -> date:
    return today - timedelta(days=_DAYS_AGO[found["ago"]])


def _days_ago(found: re.Match[str], today: date) -> date | None:
    days = number(found["count"])
    return (
        today - timedelta(days=days * (1 if found["unit"] == "天" else 7))
        if days is not None
        else None
    )


def _in_figures(found: re.Match[str], today: date) -> date | None:
    return _day(int(found["year"]), int(found["month"]), int(found["day"]))


def _in_month_before(found: re.Match[str], today: date) -> date | None:
    year, month = _months_ago(today, _BEFORE.get(found["last"], 0))
    if found["day"] is None:
        return date(year, month, calendar.monthrange(year, month)[1])
    return _day(year, month, number(found["day"]))


def _month_and_day(found: re.Match[str], today: date) -> date | None:
    month, day, year = number(found["month"]), number(found["day"]), _year(found["year"], today)
    return _latest_of(month, day, today) if year is None else _day(year, month, day)


def _month_and_day_in_figures(found: re.Match[str], today: date) -> date | None:
    return _latest_of(int(found["month"]), int(found["day"]), today)


def _day_of_month(found: re.Match[str], today: date) -> date | None:
    day = number(found["day"]) or 0
    return _day(*_months_ago(today, int(day > today.day)), day)


def _weekday(found: re.Match[str], today: date) -> date | None:
    day = today - timedelta(days=today.weekday() - _WEEKDAYS[found["day"]])
    if found["weeks"] is None:  # 周三 alone is the last one, but on a Wednesday nobody knows which
        return None if day == today else day - timedelta(days=7 * (day > today))
    day -= timedelta(days=7 * _BEFORE.get(found["weeks"].removesuffix("个"), 0))
    return day if day <= today else None


def _by_holiday(found: re.Match[str], today: date) -> date | None:
    offset = timedelta(days={"前": -1, "后": 1, "第": 1}.get(found["which"][0], 0))
    year = _year(found["year"], today)
    years = (today.year, today.year - 1) if year is None else (year,)
    days = [date(one, *_HOLIDAYS[found["holiday"]]) + offset for one in years]
    return next((day for day in days if day <= today), None)


_Form = Callable[[re.Match[str], date], date | None]
_FORMS: tuple[tuple[re.Pattern[str], _Form], ...] = (
    (
        re.compile(r"(?<![大目以之])(?<!年的)(?P<ago>大前|[前昨今])[天日晚早儿](?!天)"),
        _relative,
    ),
    (
        re.compile(
            rf"(?<![、\d.到至~几-])(?P<count>{_NUMBER})(?:(?P<unit>天)|个?{_WEEK})(?:以)?前"
        ),
        _days_ago,
    ),
    (
        re.compile(
            r"(?<!\d)(?P<year>20\d\d)(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)"
            r"(?P<day>\d{1,2})(?!\d)"
        ),
        _in_figures,
    ),
    (
        re.compile(
            r"(?<![\da-z第.号码-])(?P<year>20[1-4]\d)(?P<month>[01]\d)(?P<day>[0-3]\d)"
            r"(?![\d.a-z号-])"
        ),
        _in_figures,
    ),
    (
        re.compile(
            rf"(?P<last>上上|大上|[上这本当])个?月的?(?:(?P<day>{_MONTH_OR_DAY})[日号]"
            r"|(?:的?最后一[天日]))"
        ),
        _in_month_before,
    ),
    (
        re.compile(
            rf"{_LUNAR}(?:(?P<year>{_SAID_YEAR}|{_SHORT_YEAR})年的?"
            r"|(?<![\d一二三四五六七八九十年]))"
            rf"(?P<month>{_MONTH_OR_DAY})月(?:份)?的?(?P<day>{_MONTH_OR_DAY})(?:[日号]"
            rf"|(?<=\d){_AS_A_DAY})"
        ),
        _month_and_day,
    ),
    (
        re.compile(rf"(?<![\d./-]){_IN_FIGURES}(?![\d./%-])(?:[日号]|{_AS_A_DAY})"),
        _month_and_day_in_figures,
    ),
    (re.compile(rf"^{_IN_FIGURES}$"), _month_and_day_in_figures),
    (
        re.compile(
            r"(?<![下每老一两二三四五六七八九十几半整多\d])(?P<weeks>(?:上上|大上"
            rf"|[上这本])个?)?{_WEEK}(?P<day>[一二三四五六日天1-7])"
            r"(?![次个家份天年月条封单件位口金\d])"
        ),
        _weekday,
    ),
    (
        re.compile(
            rf"(?:(?P<year>{_SAID_YEAR})年的?)?(?P<holiday>{'|'.join(_HOLIDAYS)})节?的?"
            r"(?P<which>前一天|后一天|第二天|当天|那天)"
        ),
        _by_holiday,
    ),
    (
        re.compile(
            rf"(?<![\d月年.第一二三四五六七八九十历/-])(?P<day>{_MONTH_OR_DAY})[日号]{_AS_A_DAY}"
        ),
        _day_of_month,
    ),
)

_PART = r"(?:初|中旬?|底|末)"
# Months, parts of a year, years and weeks: wordings for `latest`.
SPAN = re.compile(
    rf"(?:{_SAID_YEAR}|{_SHORT_YEAR})年(?:{_MONTH_OR_DAY})月?"
    rf"(?:份)?[到至~-]{_MONTH_OR_DAY}月(?:份)?"
    rf"|{_LUNAR}(?:(?:{_SAID_YEAR}|{_SHORT_YEAR})年的?)?{_MONTH_OR_DAY}月(?:份)?{_PART}?"
    rf"(?!\d|{_MONTH_OR_DAY}[日号])"
    rf"|(?:{_SAID_YEAR})年(?!的?[腊正冬]月|农历|阴历|春节|过年)的?(?:年?[初头中底末尾]"
    rf"|[上下]半年)?|{_SHORT_YEAR}年年?[初底末]"
    rf"|(?:上上|大上|[上这本当])个?月(?!的?{_MONTH_OR_DAY}[日号])|(?<![下每])(?:上上|大上"
    rf"|[上这本])个?{_WEEK}(?![一二三四五六日天1-7])"
    rf"|{_NUMBER}(?:个月|年半?)多?(?:以)?前"
)
_A_YEAR = r"(?P<year>\d{4}|\d\d|二[零〇]..|大前|[去今前])年"
FIRST_OF_RANGE = re.compile("年.+[到至~-]")


def latest(words: str, today: date) -> date | None:
    """The last day that a month, a part of a year or a year may mean: 2025年8月, 去年底, 上个月,
    半年前. Never after `today`.

    A month without a year is the latest that is not in the future; None for what names none of
    these.
    """
    words = words.strip()
    found: tuple[int, int] | None = None
    if match := re.fullmatch(rf"(?P<last>上上|大上|上|这|本)个?{_WEEK}", words):
        sunday = today + timedelta(days=6 - today.weekday() - 7 * _BEFORE.get(match["last"], 0))
        return min(sunday, today)
    if match := re.fullmatch(r"(?P<last>上上|大上|上|这|本|当)个?月", words):
        found = _months_ago(today, _BEFORE.get(match["last"], 0))
    elif match := re.fullmatch(
        r"(?P<count>.+?)(?P<unit>年|个月)(?P<half>半)?(?:多)?(?:以)?前", words
    ):
        count = amount_of_years(match["count"], match["unit"], bool(match["half"]))
        found = _months_ago(today, round(count * 12)) if count else None
    elif match := re.fullmatch(rf"(?:{_A_YEAR})?的?(?P<month>.+?)月(?:份)?{_PART}?", words):
        month = number(match["month"])
        year = _year(match["year"], today)
        if month and year is None:
            year = today.year - (month > today.month)
        found = (year, month) if year and month else None
    elif match := re.fullmatch(rf"{_A_YEAR}的?年?(?P<part>{'|'.join(_PARTS_OF_A_YEAR)})?", words):
        year = _year(match["year"], today)
        found = (year, _PARTS_OF_A_YEAR.get(match["part"], 12)) if year else None
    if found is None or not 1 <= found[1] <= 12:
        return None
    return min(date(*found, calendar.monthrange(*found)[1]), today)


def number(words: str) -> int | None:
    """'8', '十二', '二十' as a whole number below a hundred; None for others, and for a guess:
    两三.
    """
    guess = len(words) > 1 and set(words) <= DIGITS.keys()
    return None if guess or set("百千") & set(words) else whole_number(words)


def amount_of_years(words: str, unit: str, and_a_half: bool = False) -> float:
    """'两' '年' → 2.0, '十八' '个月' → 1.5, '一' '年' and a half → 1.5; of 两三 the smaller
    counts.
    """
    if re.fullmatch(r"\d+(\.\d+)?", words):
        value = float(words)
    else:
        value = 0.5 if words == "半" else float(number(words) or number(words[0]) or 0)
    return round(value / 12, 2) if unit == "个月" else value + 0.5 * and_a_half


def _year(words: str | None, today: date) -> int | None:
    if words is None:
        return None
    if words in _YEARS_AGO:
        return today.year - _YEARS_AGO[words]
    year = int("".join(str(DIGITS.get(digit, digit)) for digit in words))
    return year if year > 99 else 2000 + year


def _months_ago(today: date, months: int) -> tuple[int, int]:
    """(Year, month) of the month so many months before today's."""
    years, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return years, month + 1


def _latest_of(month: int | None, day: int | None, today: date) -> date | None:
    """The latest such day that is not in the future."""
    this_year = _day(today.year, month, day)
    return _day(today.year - 1, month, day) if this_year and this_year > today else this_year


def _day(year: int, month: int | None, day: int | None) -> date | None:
    try:
        return date(year, month or 0, day or 0)
    except ValueError:
        return None
