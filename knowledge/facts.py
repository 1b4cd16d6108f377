"""Reads the facts that a visitor's own words state: patterns, places, dates, amounts, contact details.

The patterns stand in `data/facts/*.tsv`, one file per slot, one `regex<TAB>value[<TAB>weak]` per line. Reading happens
here, once, for the dialogue's actions and for the answer without the dialogue engine alike.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.dates import amount_of_years, latest, resolve
from knowledge.lexicon import normalise
from knowledge.regions import Place, Regions
from knowledge.rulebook import DATE_SLOTS, LIST_SLOTS, UNKNOWN, Facts
from knowledge.yamlfile import ContentError

FOLDER = Path(__file__).parent.parent / "data" / "facts"

# In these matters a place without further words is the visitor's own: that is where the firm is seated.
OWN_PLACE = frozenset(
    {"preexam_need", "registration_exam", "support_need", "clearance", "overseas", "general_knowledge"}
)

# The day on which the visitor did something: that of the act in question only when he is the one accused.
OWN_ACT = "own_act"

# Slots that hold several values: every pattern that matches counts. In the others the first match wins.
MANY = frozenset({"circumstances", "proceeding", "doc_received", "evidence"})

_CLOSED = ("right", "situation", "right_status", "other_status", "unused", "venue", "goal", "field")
SLOTS = (
    *_CLOSED, "circumstances", "proceeding", "doc_received", "evidence", "urgency", "amount", "years_registered",
    "city", "county", "own_city", "doc_received_on", "published_on", "registered_on", "acted_on", "contact",
)  # fmt: skip

_NEGATED = re.compile(r"(不是|并非|没有|没|未|无|不)(收到|接到|拿到|见到|见过)?\s*$")
_NOTHING_ELSE = re.compile("(?:大概|大约|应该|就|是|在|从|那是|左右|前后|开始|起|的时候|那时|时)*")
_CLAUSE = "，。；？！,;?!\n"
_OWN = re.compile(
    r"(我|俺|咱|本人|自己)(?!的)[^，。；,;被的]{0,8}$|(我们|咱们|本)(公司|厂|店|单位|家|企业)?[^，。；,;被的]{0,6}$"
)
_OWN_AFTER = re.compile(r"^(的|这边的?|本地的?)?(我们|我家|我厂|我店|我公司|老家|注册地)")
_THEIRS = re.compile(r"(对方|他|她|人家|对家|那家|被告|同行|别人|有人|侵权|卖家|发现|看到)[^，。；,;]{0,8}$")

_ABOUT_A_PLACE = re.compile(r"^(就|是|在|我们?|他们?|对方)*(在|是)?|(那边|这边|那里|这里|的|吧|呢|啊|哦|。|，|!|！)+$")

_NUMBER = r"(?:\d+(?:\.\d+)?|[零一二两三四五六七八九十百半]+)"
_THEIRS_AFTER = re.compile(
    r"(市|那边|这边|那里|本地)?(有|一|某|好?几)(个|家|些)?(人|厂|店|家|公司|超市|作坊|商家|老板|同行)"
)
_DAY = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号]"
_DATE = re.compile(
    rf"(?:(?:20\d\d|[去今前])年)?(?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月(?:份)?{_DAY}"
    rf"|(?:上个?|这个|本|当)月{_DAY}|20\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}}"
    rf"|大前天|前天|昨天|今天|刚刚?(?=收到|接到)|{_NUMBER}天(?:以)?前"
)
_FIRST_OF_RANGE = re.compile("年.+[到至~-]")
_YEAR = r"(?:(?<!\d)20\d\d|大前|[去今]|(?<![目之以])前)年"  # not 目前年产
_SPAN = re.compile(
    rf"{_YEAR}(?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月?(?:份)?[到至~-](?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月(?:份)?"
    rf"|(?:{_YEAR}的?)?(?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月(?:份)?(?:初|中旬?|底|末)?(?!\d|{_DAY})"
    rf"|{_YEAR}的?(?:年?[初头中底末尾]|[上下]半年)?|(?:上上|上|这|本|当)个?月(?!{_DAY})"
    rf"|{_NUMBER}(?:个月|年半?)多?(?:以)?前"
)
_DATE_SLOTS = (
    ("published_on", re.compile("公告|初审|公示")),
    ("doc_received_on", re.compile("收到|收的|收了|接到|寄来|寄到|送达|送来|拿到|签收|发来|来函|通知")),
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
    r"(?:注册|下证|核准|拿证|授权)[^，。；,]{0,6}?(?P<number>(?<!\d)\d{1,2}(?!\d)|[一二两三四五六七八九十半]+)(?:来|多)?(?P<unit>年|个月)(?P<half>半)?"
)
_REGISTERED_IN = re.compile(
    r"(20\d\d)年[^，。；,]{0,8}(?:注册|下证|核准|拿证|授权)|(?:注册|下证|核准|拿证|授权)[^，。；,0-9]{0,4}(20\d\d)年"
    r"|^(?:大概|好像|应该)?(?:是|在)?(20\d\d)年?(?:初|中|底|左右|的|吧)*$"
)
# Full years since a registration at which another road opens or closes.
_TURNING_YEARS = (3, 5)
_AMOUNT = re.compile(
    r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十百千几]+)(?:来|多|几)?(?:万元?|w|千|百|亿|元|块钱?)(?:多|左右)?(?:元|块钱?|钱)?"
)
_CONTACT = re.compile(
    r"(?<!\d)(?P<mobile>1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?!\d)|(?<!\d)0\d{2,3}-?\d{7,8}(?!\d)|[\w.+-]+@[\w-]+\.[a-z.]+"
    r"|(?:微信|wx|vx|v信)号?(?:是|为|：|:|\s)*(?P<wechat>[a-z][-_a-z0-9]{5,19})"
)
_NO_CONTACT = re.compile(
    r"(不|别|没)(想|愿意?|要|方便|必)?(留|给|提供|填|写)[^，。]{0,6}(电话|联系|号码|微信|方式|了|$)|不留|匿名"
)


@dataclass(frozen=True)
class Reading:
    """One fact as read from a text. `weak`: only when nothing better is known; `role`: whose place it is."""

    slot: str
    value: Any
    weak: bool = False
    role: str | None = None


@dataclass(frozen=True)
class Pattern:
    slot: str
    regex: re.Pattern[str]
    value: str
    weak: bool


class FactReader:
    """Reads facts from texts; build it once, it is immutable."""

    def __init__(self, patterns: tuple[Pattern, ...], regions: Regions) -> None:
        self._patterns = tuple(sorted(patterns, key=lambda pattern: pattern.weak))
        self._regions = regions

    @classmethod
    def load(cls, regions: Regions, folder: Path = FOLDER) -> "FactReader":
        """Read the pattern files; raises ContentError naming the file and line of a bad one."""
        return cls(tuple(p for path in sorted(folder.glob("*.tsv")) for p in _patterns(path)), regions)

    def read(self, text: str, today: date) -> list[Reading]:
        """Every fact that `text` states, in no particular order. Relative dates count from `today`."""
        text = normalise(text).lower()
        return [*self._matches(text), *self._places(text), *_details(text, today)]

    def place_answered(self, text: str, slot: str) -> Facts:
        """What a bare name means as the answer to the question for a place; nothing when it is no place of ours.

        Short forms that are also words (樟树, 莲花) count here, and only here.
        """
        name = self._regions.normalise(_ABOUT_A_PLACE.sub("", normalise(text)))
        city = name if name in self._regions.cities else self._regions.city_of(name) if name else None
        if city is None:
            return {}
        return {slot: city} | ({"county": str(name)} if slot == "city" and name != city else {})

    def _matches(self, text: str) -> Iterator[Reading]:
        settled = set()
        for pattern in self._patterns:
            if pattern.slot in settled:
                continue
            if any(not _NEGATED.search(text[: match.start()]) for match in pattern.regex.finditer(text)):
                if pattern.slot not in MANY:
                    settled.add(pattern.slot)
                yield Reading(pattern.slot, pattern.value, pattern.weak)

    def _places(self, text: str) -> Iterator[Reading]:
        for place in self._regions.find(text):
            yield Reading("place", place, role=_whose(text, place))


def stated(readings: list[Reading], before: Facts, asked: list[str], situation: str | None = None) -> Facts:
    """The facts that readings state.

    `before`: what is known; `asked`: the slots of the questions just put; `situation`: what the message is about.

    A weak reading never replaces what is known, a general right never blurs a precise one.
    """
    said: Facts = {}
    # 我们公司在吉安，能到赣州办吗: a place that is said to be somebody's counts more than one that is only named.
    for reading in sorted(readings, key=lambda one: one.slot == "place" and one.role is not None):
        slot, value = reading.slot, reading.value
        if reading.weak and before.get(slot) not in (None, UNKNOWN):
            continue
        if slot in LIST_SLOTS:
            said.setdefault(slot, []).append(value)
        elif slot in MANY and slot in said:
            said[slot] = f"{said[slot]}、{value}"
        elif slot == "right":
            said[slot] = _finer(before.get(slot), value)
        elif slot == "date":
            date_slot = reading.role or next((s for s in asked if s in DATE_SLOTS), None)
            if date_slot == OWN_ACT:
                date_slot = "acted_on" if (situation or "").startswith("accused") else None
            if date_slot == "acted_on":
                value = max(value, said.get("acted_on", value))  # of several days the latest
            if date_slot:
                said[date_slot] = value
        elif slot == "place":
            said = (
                _place(value, reading.role, asked, situation) | said
                if value.kind == "province"
                else said | _place(value, reading.role, asked, situation)
            )
        elif slot in SLOTS:
            said[slot] = value
    return said


def _place(place: Place, role: str | None, asked: list[str], situation: str | None) -> Facts:
    """Whose place it is: told by the words around it, else by the question or the matter, else the act's."""
    own = role == "own" or (role is None and (("own_city" in asked and "city" not in asked) or situation in OWN_PLACE))
    if own:
        return {"own_city": place.city or place.province or ""} if place.city or place.province else {}
    if not place.city or place.kind == "ambiguous":
        return {}
    return {"city": place.city} | ({"county": place.county} if place.county else {})


def _finer(known: str | None, said: str) -> str:
    """A general word never blurs a right that is already known more precisely."""
    return known if known and known.startswith(f"{said}_") else said


def contact_refused(text: str) -> bool:
    """Whether the visitor declines to leave contact details."""
    return bool(_NO_CONTACT.search(text))


def _patterns(path: Path) -> Iterator[Pattern]:
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
            if not row or row[0].startswith("#"):
                continue
            try:
                yield Pattern(path.stem, re.compile(row[0]), row[1].strip(), row[2:3] == ["weak"])
            except (re.error, IndexError) as error:
                raise ContentError(path, number, f"须是「正则<TAB>取值」：{error}") from error


def _whose(text: str, place: Place) -> str | None:
    """'own' or 'theirs' by the words around a place, None when they do not tell."""
    before = text[: place.start]
    if _THEIRS.search(before) or _THEIRS_AFTER.match(text[place.end :]):
        return "theirs"
    if _OWN.search(before) or _OWN_AFTER.search(text[place.end :]):
        return "own"
    return None


def _details(text: str, today: date) -> Iterator[Reading]:
    for said in _DATE.finditer(text):
        if day := resolve(said.group(), today):
            yield Reading("date", day.isoformat(), role=_date_slot(text, said))
    for said in _SPAN.finditer(_DATE.sub(lambda day: "＊" * len(day.group()), text)):
        slot, day = _date_slot(text, said), latest(_FIRST_OF_RANGE.sub("年", said.group()), today)
        if day and slot in ("acted_on", OWN_ACT):
            yield Reading("date", day.isoformat(), role=slot)
    if found := _REGISTERED_FOR.search(text):
        yield Reading("years_registered", amount_of_years(found["number"], found["unit"], bool(found["half"])))
    elif (found := _REGISTERED_IN.search(text)) and (years := _years_since(int(found[found.lastindex or 0]), today)):
        yield Reading("years_registered", years)
    if found := _AMOUNT.search(text):
        yield Reading("amount", found.group().replace("w", "万"))
    if found := _CONTACT.search(text):
        yield Reading("contact", _contact(found))


def _years_since(year: int, today: date) -> float | None:
    """The full years since some day of `year`; None where the day decides on which side of a turning year it is."""
    least, most = max(0, today.year - year - 1), today.year - year
    return None if any(least < turn <= most for turn in _TURNING_YEARS) else float(least)


def _contact(found: re.Match[str]) -> str:
    if found["wechat"]:
        return f"微信 {found['wechat']}"
    return re.sub("[- ]", "", found["mobile"]) if found["mobile"] else found.group()


def _date_slot(text: str, found: re.Match[str]) -> str | None:
    """The date slot that the words of the same clause name; the closest word wins."""
    start = max(text.rfind(mark, 0, found.start()) for mark in _CLAUSE) + 1
    end = _end_of_clause(text, found.end())
    if _NOTHING_ELSE.fullmatch(text[start : found.start()]) and _NOTHING_ELSE.fullmatch(text[found.end() : end]):
        end = _end_of_clause(text, end + 1)  # 去年8月，对门开始仿我们的包装
    near = [
        (min(abs(word.start() - found.end()), abs(found.start() - word.end())), slot)
        for slot, pattern in _DATE_SLOTS
        for word in pattern.finditer(text, start, end)
    ]
    if {"published_on", "doc_received_on"} & {slot for _, slot in near}:
        near = [one for one in near if one[1] != "acted_on"]  # 10月20号看到的公告, 8月收到的函说我侵权
    slot = min(near)[1] if near else None
    if slot != "acted_on":
        return slot
    clause = text[start:end]
    if _OTHER_DAYS.search(clause):
        return None
    return "acted_on" if _THEIR_ACT.search(clause) or not _OWN_DOING.search(clause) else OWN_ACT


def _end_of_clause(text: str, start: int) -> int:
    return min((i for mark in _CLAUSE if (i := text.find(mark, start)) >= 0), default=len(text))
