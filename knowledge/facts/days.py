"""Days, spans of years and other details that stand in a text as figures."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from knowledge.chinese import amounts, identifiers
from knowledge.chinese.dates import (
    FIRST_OF_RANGE,
    SPAN,
    amount_of_years,
    days_in,
    latest,
    resolve,
)
from knowledge.facts.context import CLAUSE, NEAR, before_of, end_of_clause, start_of
from knowledge.facts.reading import Reading

# The day on which the visitor did something: that of the act in question only when he is the one
# accused.
OWN_ACT = "own_act"
CORRECTION = "correction"  # of the day that is known
_NOTHING_ELSE = re.compile("(?:大概|大约|应该|就|是|在|从|那是|左右|前后|开始|起|的时候|那时|时)*")
_OR = "到至或-~—"
_ROUGHLY = re.compile("(?:大概|大约|差不多|好像)(?:是|在)?$")
_DATE_SLOTS = (
    ("published_on", re.compile("公告|初审|公示")),
    (
        "doc_received_on",
        re.compile(
            "收到|收的|收了|接到|寄来|寄到|送达|送来|拿到|签收|发来|来函|通知|(?<=[日号天])[才刚]?到(?:的|了|手)?(?![一-龥])"
        ),
    ),
    ("registered_on", re.compile("注册|下证|核准|拿证|授权")),
    (
        "acted_on",
        re.compile(
            "的事|发生|侵权|侵犯|仿|抄|盗|假冒|冒充|冒用|山寨|泄露|泄密|外泄|偷|带走|拿走|挖走|拷走|抹黑|诋毁|造谣|刷单|刷好评"
            "|虚假宣传|发现|看到|在卖|卖(?:的|了|过|我|我们|假)|开始卖|售|上架|搬运|转载|(?:用|印|贴|挂)(?:了|着|的|我)|屏蔽|恶意"
        ),
    ),
)
# Other things that have a day, which is not the act's.
_OTHER_DAYS = re.compile(
    "申请|提交|递交|签(?!收)|开庭|判决|起诉|离职|入职|成立|到期|续展|交费|缴费|报案|投诉|举报|公证"
)
_OWN_DOING = re.compile(
    r"(?:我|俺|咱|本公司|本店)(?:们|家|店|厂|公司|这边|自己)?(?!的)[^，。；]{0,8}(?:卖|售|用|印|贴|挂|上架|搬运|转载|侵|仿|抄)"
)
_THEIR_ACT = re.compile(
    "他|她|对方|人家|别人|有人|同行|对家|那家|员工|前员工|客户|经销商|代理商|隔壁|对面|发现|看到|的事|发生|被"
)
_REGISTERED_FOR = re.compile(
    r"(?:注册|下证|核准|拿证|授权)(?P<before>[^，。；,用]{0,6}?)(?P<number>(?<!\d)\d{1,2}(?!\d)|[一二两三四五六七八九十半]+)(?:来|多)?(?P<unit>年|个月)(?P<half>半)?(?P<after>左右|上下|以内|之内|内(?!蒙))?"
)
# 快五年, 不到五年, 五年以内: fewer than the number; 五年左右, 大概五年: about as many.
_FEWER = re.compile("快|将|近|不到|[没未不]满|没(?:有)?到|差|以内|之内|内")
_ABOUT = re.compile("差不多|大概|大约|约|好像|左右|上下")
_REGISTERED_IN = re.compile(
    r"(20\d\d)年[^，。；,]{0,8}(?:注册|下证|核准|拿证|授权)|(?:注册|下证|核准|拿证|授权)[^，。；,0-9]{0,4}(20\d\d)年"
    r"|^(?:大概|好像|应该)?(?:是|在)?(20\d\d)年?(?:初|中|底|左右|的|吧)*$"
)
_REGISTERED_OF_LATE = re.compile(
    r"(?<![大之以])(?P<year>[今去前])年[^，。；,没未]{0,8}(?:注册|下(?:了|来)?证|核准|拿(?:到)?(?:了)?证|授权)"
)
_SOON = 60  # days
_A_MONTH = 31  # days
# What stands right before a day that takes the place of another one.
_CORRECTS = re.compile(r"(?:(?:不是|不对|错了|记错)[^。]{0,16}?是|应该是|改[成为])$")
_NOT_THAT_DAY = re.compile(
    r"(?:不是|不对|错了|记错)[^。]{0,16}?(?:是|应该是|看了?是)(?P<month>\d{1,2}月)?(?P<day>\d{1,2})[号日]"
)
# Full years since a registration at which another remedy opens or is excluded.
_TURNING_YEARS = (3, 5)


def details(text: str, today: date) -> Iterator[Reading]:
    yield from _days(text, today)
    if found := _REGISTERED_FOR.search(text):
        if (said := _years_said(found)) is not None:
            yield Reading("years_registered", said)
    elif found := _REGISTERED_OF_LATE.search(text):
        yield Reading("years_registered", {"今": 0.0, "去": 0.0, "前": 1.0}[found["year"]])
    elif (found := _REGISTERED_IN.search(text)) and (
        years := _years_since(int(found[found.lastindex or 0]), today)
    ):
        yield Reading("years_registered", years)
    if amount := amounts.find(text):
        yield Reading("amount", amount)
    if contact := identifiers.contact_details(text):
        yield Reading("contact", contact)
    yield from (Reading("classes", one) for one in identifiers.classes(text))
    yield from (
        Reading("registration_number", one) for one in identifiers.registration_numbers(text)
    )


def _days(text: str, today: date) -> Iterator[Reading]:
    masked = list(text)
    days = list(days_in(text, today))
    starts, ends = {start for start, _, _ in days}, {end for _, end, _ in days}
    for start, end, day in days:
        masked[start:end] = "＊" * (end - start)
        slot = _date_slot(text, start, end) or (
            CORRECTION if _CORRECTS.search(text, 0, start) else None
        )
        opens = end + 1 in starts or text[end + 1 : end + 2].isdigit()
        between = (opens and text[end] in _OR) or (start - 1 in ends and text[start - 1] in _OR)
        if between and slot not in ("acted_on", OWN_ACT):
            continue  # 11月3号到8号之间收到 is no single day
        rough = text[end - 1] == "前" and (
            _ROUGHLY.search(before_of(text, start)) or text.startswith("左右", end)
        )
        may_come = slot in ("doc_received_on", CORRECTION) and _may_lie_ahead(
            text[start:end], day, today
        )
        if day and day <= today and not rough and not may_come:
            yield Reading("date", day.isoformat(), role=slot)
    if day := _corrected(text, today):
        yield Reading("date", day.isoformat(), role=CORRECTION)
    for said in SPAN.finditer("".join(masked)):
        slot, last = (
            _date_slot(text, *said.span()),
            latest(FIRST_OF_RANGE.sub("年", said.group()), today),
        )
        if last and slot in ("acted_on", OWN_ACT):
            yield Reading("date", last.isoformat(), role=slot)


def _may_lie_ahead(said: str, day: date | None, today: date) -> bool:
    """Whether a day said without its year may as well be one that comes soon: then it is asked."""
    if day is None or "年" in said or not re.search("[月./-]", said):
        return False
    coming = day.replace(year=day.year + 1) if (day.month, day.day) != (2, 29) else day
    return 0 < (coming - today).days <= _SOON


def _corrected(text: str, today: date) -> date | None:
    """The day that stands in the place of another one: 不是20号，是24号."""
    found = _NOT_THAT_DAY.search(text)
    if found is None:
        return None
    if found["month"]:
        said = f"{found['month']}{found['day']}号"
        day = resolve(said, today)
        return None if _may_lie_ahead(said, day, today) else day
    recent = (today - timedelta(days=ago) for ago in range(_A_MONTH))
    return next((day for day in recent if day.day == int(found["day"])), None)


def _years_said(found: re.Match[str]) -> float | None:
    """The years since a registration as the words give them.

    None where they leave open on which side of a turning year it is: then only the day of
    registration decides.
    """
    years = amount_of_years(found["number"], found["unit"], bool(found["half"]))
    words = f"{found['before']}{found['after'] or ''}"
    about = bool(_ABOUT.search(words))
    fewer = not about and bool(_FEWER.search(words))
    if (fewer or about) and (years in _TURNING_YEARS or "差" in found["before"]):
        return None
    return max(0.0, years - 0.5) if fewer else years


def _years_since(year: int, today: date) -> float | None:
    """The full years since some day of `year`; None where the day decides on which side of a
    turning year it is.
    """
    least, most = max(0, today.year - year - 1), today.year - year
    return None if any(least < turn <= most for turn in _TURNING_YEARS) else float(least)


def _date_slot(text: str, said_from: int, said_to: int) -> str | None:
    """The date slot that the words of the same clause name; the closest word wins."""
    start = max(start_of(CLAUSE, text, said_from), said_from - NEAR)
    end = end_of_clause(text, said_to)
    if _NOTHING_ELSE.fullmatch(text, start, said_from) and _NOTHING_ELSE.fullmatch(
        text, said_to, end
    ):
        end = end_of_clause(text, end + 1)  # 去年8月，对门开始仿我们的包装
    near = [
        (min(abs(word.start() - said_to), abs(said_from - word.end())), slot)
        for slot, pattern in _DATE_SLOTS
        for word in pattern.finditer(text, start, end)
    ]
    if {"published_on", "doc_received_on"} & {slot for _, slot in near}:
        # 10月20号看到的公告, 8月收到的函说我侵权
        near = [one for one in near if one[1] != "acted_on"]
    slot = min(near)[1] if near else None
    if slot != "acted_on":
        return slot
    clause = text[start:end]
    if _OTHER_DAYS.search(clause):
        return None
    return "acted_on" if _THEIR_ACT.search(clause) or not _OWN_DOING.search(clause) else OWN_ACT
