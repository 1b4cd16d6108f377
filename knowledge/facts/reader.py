"""Reads the facts that a visitor's own words state: patterns, places, dates, amounts, numbers, contact details.

The wordings stand in `knowledge/content/wordings/<slot>.yml` (see `knowledge.facts.wordings`); a slot without such a
file has its patterns in `data/facts/<slot>.tsv`, one `regex<TAB>value[<TAB>weak | own]` per line. Reading happens
here, once, for the dialogue's actions and for the answer without the dialogue engine alike.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from knowledge.chinese import amounts, identifiers
from knowledge.chinese.dates import FIRST_OF_RANGE, SPAN, amount_of_years, days_in, latest
from knowledge.chinese.normalise import corrected
from knowledge.facts import wordings
from knowledge.facts.wordings import LEAD, PLAIN, WEAK, Pattern
from knowledge.places.regions import Place, Regions
from knowledge.reviewed import ROOT, ContentError
from knowledge.slots import DATE_SLOTS, LIST_SLOTS, SLOTS, UNKNOWN, Facts

FOLDER = ROOT / "data" / "facts"

# In these matters a place without further words is the visitor's own: that is where the firm is seated.
OWN_PLACE = frozenset(
    {
        "preexam_need",
        "registration_exam",
        "support_need",
        "clearance",
        "overseas",
        "general_knowledge",
    }
)

# In these, and for everybody accused, what happens happens where the visitor is, unless he names another place.
AT_HOME = frozenset(
    {
        "malicious_suit",
        "squatted",
        "ownership",
        "license_contract",
        "agency_misconduct",
        "opposition_invalid_cancel",
    }
)

# The day on which the visitor did something: that of the act in question only when he is the one accused.
OWN_ACT = "own_act"


_CLAUSE = "，。；？！,;?!\n"
_SENTENCE = "。；？！;?!\n"
_NOTHING_ELSE = re.compile("(?:大概|大约|应该|就|是|在|从|那是|左右|前后|开始|起|的时候|那时|时)*")

# --- what takes a match back
_NEGATED = re.compile(r"(不是|并非|没有|没|未|无|不)(收到|接到|拿到|见到|见过)?\s*$")
_CORRECTED = re.compile("(?:说错了|写错了|打错了|搞错了|讲错了|其实|而是|更正)")
# What is not at issue: 不涉及商标, 跟商标没关系, 商标没问题.
_NOT_ABOUT = re.compile(
    "(?:不是|并非|不涉及|不关|不算|不是说|不是指|不是侵犯?)(?:我们?的?|什么|侵犯?|他们?的?|那个|说|指)?$"
)
_CLEARED = re.compile(
    "[^，。；？！,;?!]{0,4}?(?:(?<!有)没(?:有)?(?:问题|事|关系|毛病)|无关|不相干|都不是|不是问题)"
)
# What may happen or happens to others has not reached the visitor.
_IF = re.compile("如果|假如|要是|万一|假设|倘若|若是")
_MAYBE = re.compile("会不会|以免|避免|防止|担心|害怕|(?<!可)怕|是否会|可能|将来|以后会|什么时候会")
_IF_SO = re.compile("[^，。；？！,;?!]{0,8}的话")
_HAPPENED = re.compile(r"已经|昨天|前天|今天|刚|天前|\d[日号]")
_ANOTHERS = re.compile(
    "(?:朋友|哥们|闺蜜|亲戚|亲家|同学|同事|老乡|邻居|[表堂][哥弟姐妹]|客户|同行|隔壁|别人|人家|别家)"
    "(?:家|们|公司|厂|店|那边|他们?|她|也|都|前?几天|两天|昨天|前天|最近|刚刚?|上个?月|去年|的|里){0,4}"
    "(?:收到|接到|拿到|签收|被|让人|吃了)"
)
_HAPPENS_TO_ONE = frozenset({"doc_received", "proceeding", "被采取强制措施"})  # slots and values
# What the other side says about itself or the visitor is its claim.
_THEY_SAY = re.compile(
    "(?:他|她|对方|人家|平台|律师|原告|对家|那边|那人|卖家|老板)们?[^，。；？！,;?!我]{0,6}(?:说(?!明|法|服)|声称|号称|讲|咬定|辩称|解释|坚称)"
)
_CLAIMED = frozenset({"right_status", "evidence"})
_CLAIMED_PART = frozenset({"seller", "maker", "has_source", "individual"})

# --- whose place it is
_OWN = re.compile(
    r"(?<![给帮替跟对向])(我|俺|咱|本人|自己)(?![的说讲听去])[^，。；,;被的]{0,8}$|(我们|咱们|本)(公司|厂|店|单位|家|企业)?[^，。；,;被的]{0,6}$"
)
_OWN_AFTER = re.compile(
    r"(的|这边的?|本地的?)?(我们|我家|我厂|我店|我公司|老家|注册地)|(这边|本地)?(做|搞|开|办|种|养|生产|加工|卖)[^，。；,;\s他被仿抄]{1,10}的(?=[，。；,;\s我咱]|$)"
)
# Where the firm is registered counts more than where it works.
_REGISTERED_AT = re.compile("注册(?:地址?)?(?:在|是|于|到)?$")
# A neighbour's place is one's own.
_NEAR_BY = re.compile(
    "隔壁|对面|对门|斜对|旁边|附近|同一条街|楼上|楼下|我们(?:这|镇|村|街|县|市|区)|本地|门口"
)
_THEIRS = re.compile(
    r"(对方|他|她|人家|对家|那家|被告|原告|同行|卖家)(?P<between>[^，。；,;]{0,8})$"
)
_THEIR_SEAT = re.compile("(?:公司|总部|厂子?|注册地?|单位|老家|企业|住)[^，。；,;]{0,3}$|是$")
_GOODS_GO = re.compile("货|[卖销发送运铺]到|销往|展")
_ACT_BEFORE = re.compile(
    r"(?:别人|有人|侵权|发现|看到|买到|货(?:就|都|是|也|主要)*在|[卖销发]到|销往)[^，。；,;]{0,8}$"
)
_ACT_AFTER = re.compile(
    r"(?:市|县|区|那边|这边|那里|这里|本地|的|某个?|一家|店|市场|超市|展会|里|上)*"
    "(?:发现|看到|看见|买到|刷到|碰到|查到|撞见|逛|有人|卖的?(?:假|仿|冒|我))"
)
_THEIRS_AFTER = re.compile(
    r"(市|那边|这边|那里|本地)?(有|一|某|好?几)(个|家|些)?(厂|店|家|公司|超市|作坊|商家|老板|同行)"
)
# 从~进货: where goods were bought is neither side's seat; ~ is the place.
_BOUGHT = re.compile(
    "(?:从|找|去)[^，。；~]{0,3}~[^，。；]{0,8}?(?:进|拿|批发?|采购)(?:来|了|过)*(?:货|的)"
    "|在[^，。；~]{0,3}~[^，。；]{0,3}(?:进|拿|采购)(?:来|了|过)*货"
)
_NOT_THERE = re.compile("(?:不是|并非|不在|没在|不属于)(?:在|去|位于|什么)?$")
_REACH = 60  # characters that this may be
_LOOK_BACK = 24  # characters before a word that can say whose it is
_NEAR = 40  # characters to either side in which a day's meaning is looked for

_ABOUT_A_PLACE = re.compile(
    r"^(就|是|在|我们?|他们?|对方)*(在|是)?|(那边|这边|那里|这里|的|吧|呢|啊|哦|。|，|!|！)+$"
)

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
    r"(?:注册|下证|核准|拿证|授权)(?P<before>[^，。；,]{0,6}?)(?P<number>(?<!\d)\d{1,2}(?!\d)|[一二两三四五六七八九十半]+)(?:来|多)?(?P<unit>年|个月)(?P<half>半)?(?P<after>左右|上下|以内|之内|内(?!蒙))?"
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
# Full years since a registration at which another road opens or closes.
_TURNING_YEARS = (3, 5)
_NO_CONTACT = re.compile(
    r"(不|别|没)(想|愿意?|要|方便|必)?(留|给|提供|填|写)[^，。]{0,6}(电话|联系|号码|微信|方式|了|$)|不留|匿名"
)


@dataclass(frozen=True)
class Reading:
    """One fact as read from a text.

    `weak`: only when nothing better is known; `role`: which date slot a day belongs to, or whose a place is (own,
    seated: where the visitor's firm is registered, theirs, seat: where the other side's firm is, act: where it happened);
    `source`: the file and line of the wording that matched, such as wordings/goal.yml:12.
    """

    slot: str
    value: Any
    weak: bool = False
    role: str | None = None
    source: str | None = None


class FactReader:
    """Reads facts from texts; build it once, it is immutable."""

    def __init__(self, patterns: tuple[Pattern, ...], regions: Regions) -> None:
        self._patterns = tuple(sorted(patterns, key=lambda pattern: pattern.rank))
        self._regions = regions

    @classmethod
    def load(
        cls, regions: Regions, folder: Path = FOLDER, worded: Path = wordings.WORDINGS
    ) -> "FactReader":
        """Read the wordings and patterns; raises ContentError with file and line of a bad one."""
        return cls(load_patterns(folder, worded), regions)

    def read(self, text: str, today: date) -> list[Reading]:
        """Every fact that `text` states, in no particular order. Relative dates count from `today`."""
        text = corrected(text).lower()
        near = [Reading("near", True)] if _NEAR_BY.search(text) else []
        return [*self._matches(text), *self._places(text), *near, *_details(text, today)]

    def worded(self, text: str) -> list[Reading]:
        """The facts that the wordings alone tell."""
        return list(self._matches(corrected(text).lower()))

    def place_answered(self, text: str, slot: str) -> Facts:
        """What a bare name means as the answer to the question for a place; nothing when it is no place of ours.

        Short forms that are also words (樟树, 莲花) count here, and only here.
        """
        name = self._regions.normalise(_ABOUT_A_PLACE.sub("", corrected(text)))
        city = (
            name if name in self._regions.cities else self._regions.city_of(name) if name else None
        )
        if city is None:
            return {}
        return {slot: city} | ({"county": str(name)} if slot == "city" and name != city else {})

    def _matches(self, text: str) -> Iterator[Reading]:
        settled = set()
        corrected_from = max((found.end() for found in _CORRECTED.finditer(text)), default=0)
        for start in dict.fromkeys(
            (corrected_from, 0)
        ):  # after 其实 and 说错了 stands what is meant
            for pattern in self._patterns:
                if pattern.slot in settled or (
                    start and (pattern.weak or pattern.slot in LIST_SLOTS)
                ):
                    continue
                if any(
                    _stands(pattern, match, text) for match in pattern.regex.finditer(text, start)
                ):
                    if pattern.slot not in LIST_SLOTS:
                        settled.add(pattern.slot)
                    yield Reading(pattern.slot, pattern.value, pattern.weak, source=pattern.source)

    def _places(self, text: str) -> Iterator[Reading]:
        places = self._regions.find(text)
        roles = [_whose(text, place) for place in places]
        denied: tuple[int, str | None] | None = (
            None  # where a denied place ends, and whose it was said not to be
        )
        for i, place in enumerate(places):
            joined = (
                i + 1 < len(places) and place.end == places[i + 1].start
            )  # 南昌西湖区, 广东佛山
            role = roles[i] or (roles[i + 1] if joined else None)
            if _BOUGHT.search(
                f"{_before(text, place.start)}~{text[place.end : place.end + _LOOK_BACK]}"
            ):
                continue
            if _NOT_THERE.search(_before(text, place.start)) or (
                denied and denied[0] == place.start
            ):
                denied = (place.end, role or (denied[1] if denied else None))
                continue
            yield Reading("place", place, role=role or (denied[1] if denied else None))
            denied = None


def stated(
    readings: list[Reading], before: Facts, asked: list[str], situation: str | None = None
) -> Facts:
    """The facts that readings state.

    `before`: what is known; `asked`: the slots of the questions just put; `situation`: what the message is about.

    A weak reading never replaces what is known, a general right never blurs a precise one.
    """
    said: Facts = {}
    for reading in readings:
        slot, value = reading.slot, reading.value
        if reading.weak and before.get(slot) not in (None, UNKNOWN):
            continue
        if slot in LIST_SLOTS:
            if value not in (values := said.setdefault(slot, [])):
                values.append(value)
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
        elif slot in SLOTS:
            said[slot] = value
    near = any(reading.slot == "near" for reading in readings)
    return said | _stated_places(
        [r for r in readings if r.slot == "place"], before, asked, situation, near
    )


def _stated_places(
    places: list[Reading], before: Facts, asked: list[str], situation: str | None, near: bool
) -> Facts:
    """Where it happened, where the other side is and where the visitor is.

    Whose a place is, the words around it tell, else the question or the matter; else it is where it happened. Where
    only the other side's place is known, it happened there; where it was next door (`near`), at the visitor's, and so
    it is where the question for the place is answered with one's own.
    """
    said: Facts = {}
    acts: list[Place] = []
    theirs: list[Place] = []
    owns: list[Place] = []
    own_asked = situation in OWN_PLACE or ("own_city" in asked and "city" not in asked)
    # A city says more than its province; 我们公司在吉安，能到赣州办吗: one's own place more than one that is only named.
    for reading in sorted(
        places,
        key=lambda one: (one.value.kind != "province", one.role is not None, one.role == "seated"),
    ):
        place: Place = reading.value
        if reading.role in ("own", "seated") or (reading.role is None and own_asked):
            owns.append(place)
            said |= {"own_city": named} if (named := place.city or place.province) else {}
        elif reading.role in ("theirs", "seat"):
            theirs.append(place)
            named = place.city or place.province or (place.name if place.kind == "abroad" else None)
            said |= {"their_city": named} if named and place.kind != "ambiguous" else {}
        else:
            acts.append(place)
    known = before.get("city") not in (None, UNKNOWN) and before.get("their_city") != before.get(
        "city"
    )
    apart = known and "city" not in asked and any(reading.role == "seat" for reading in places)
    unknown = before.get("city") in (None, UNKNOWN)
    here = (
        near
        or "city" in asked
        or (unknown and (situation in AT_HOME or (situation or "").startswith("accused")))
    )
    if here and not acts and not theirs and situation not in OWN_PLACE:
        acts = owns
    for place in [p for p in acts if _settles(p)] or (
        [] if apart else [p for p in theirs if _settles(p)]
    ):
        said.pop("county", None)
        said |= {"city": place.city} | ({"county": place.county} if place.county else {})
    # 我们在抚州很有名，临川区一家厂仿得一模一样
    nearer = next(
        (place.county for place in theirs if place.county and place.city == said.get("city")), None
    )
    return said if "county" in said or not nearer else said | {"county": nearer}


def _settles(place: Place) -> bool:
    return bool(place.city) and place.kind != "ambiguous"


def _finer(known: str | None, said: str) -> str:
    """A general word never blurs a right that is already known more precisely."""
    return known if known and known.startswith(f"{said}_") else said


def contact_refused(text: str) -> bool:
    """Whether the visitor declines to leave contact details."""
    return bool(_NO_CONTACT.search(text))


def load_patterns(folder: Path = FOLDER, worded: Path = wordings.WORDINGS) -> tuple[Pattern, ...]:
    """The patterns of all slots: worded where the slot has such a file, else of its pattern file."""
    converted = {path.stem for path in wordings.slot_files(worded)}
    left = [path for path in sorted(folder.glob("*.tsv")) if path.stem not in converted]
    found = tuple(wordings.patterns(worded)) if converted else ()
    return (*(one for path in left for one in _patterns(path)), *found)


def _patterns(path: Path) -> Iterator[Pattern]:
    others = ""
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(
            csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=1
        ):
            if not row or row[0].startswith("#"):
                continue
            try:
                if row[0] == "@others":
                    others = row[1]
                    continue
                mark, _, more = "".join(row[2:3]).partition(" ")
                lead = (
                    re.compile(LEAD.format(others="|".join(filter(None, (others, more)))))
                    if mark == "own"
                    else None
                )
                yield Pattern(
                    slot=path.stem,
                    regex=re.compile(row[0]),
                    value=row[1].strip(),
                    rank=WEAK if mark == "weak" else PLAIN,
                    lead=lead,
                    source=f"facts/{path.name}:{number}",
                )
            except (re.error, IndexError) as error:
                raise ContentError(path, number, f"须是「正则<TAB>取值」：{error}") from error


def _before(text: str, start: int) -> str:
    return text[max(0, start - _LOOK_BACK) : start]


def _stands(pattern: Pattern, match: re.Match[str], text: str) -> bool:
    """Whether a match states the fact: it is not denied, not supposed, nobody else's and nobody's mere claim."""
    start, end = match.span()
    before = _before(text, start)
    if _NEGATED.search(before) or (
        pattern.lead and not pattern.lead.search(text, max(0, start - _REACH), start)
    ):
        return False
    if pattern.unless_before and pattern.unless_before.search(before):
        return False
    if pattern.slot == "right" and (_NOT_ABOUT.search(before) or _CLEARED.match(text, end)):
        return False
    clause = text[_start_of(_CLAUSE, text, max(start, end - 1)) : end]
    if {pattern.slot, pattern.value} & _HAPPENS_TO_ONE or pattern.value.startswith("accused"):
        sentence = text[_start_of(_SENTENCE, text, max(start, end - 1)) : end]
        supposed = _IF.search(sentence) or _MAYBE.search(clause) or _IF_SO.match(text, end)
        if (supposed and not _HAPPENED.search(clause)) or _ANOTHERS.search(clause):
            return False
    claimed = pattern.slot in _CLAIMED or pattern.value in _CLAIMED_PART
    return not (claimed and _THEY_SAY.search(clause))


def _start_of(marks: str, text: str, position: int) -> int:
    """Where the clause or sentence around a position begins, as far as it matters."""
    nearest = max(0, position - 2 * _NEAR)
    return max(nearest, *(text.rfind(mark, nearest, position) + 1 for mark in marks))


def _whose(text: str, place: Place) -> str | None:
    """Whose place it is by the words around it (see Reading.role), None when they do not tell."""
    before, after = _before(text, place.start), text[place.end : place.end + _LOOK_BACK]
    if theirs := _THEIRS.search(before):
        if _GOODS_GO.search(theirs["between"]):
            return "act"
        return "seat" if _THEIR_SEAT.search(theirs["between"]) else "theirs"
    if _ACT_BEFORE.search(before):
        return "act"
    if _REGISTERED_AT.search(before):
        return "seated"
    if _OWN.search(before):
        return "act" if _ACT_AFTER.match(after) else "own"
    if _OWN_AFTER.match(after):
        return "own"
    return "theirs" if _THEIRS_AFTER.match(after) else None


def _details(text: str, today: date) -> Iterator[Reading]:
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
    if contact := identifiers.contact(text):
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
        slot = _date_slot(text, start, end)
        opens = end + 1 in starts or text[end + 1 : end + 2].isdigit()
        between = (opens and text[end] in _OR) or (start - 1 in ends and text[start - 1] in _OR)
        if between and slot not in ("acted_on", OWN_ACT):
            continue  # 11月3号到8号之间收到 is no single day
        rough = text[end - 1] == "前" and (
            _ROUGHLY.search(_before(text, start)) or text.startswith("左右", end)
        )
        if day and day <= today and not rough:
            yield Reading("date", day.isoformat(), role=slot)
    for said in SPAN.finditer("".join(masked)):
        slot, last = (
            _date_slot(text, *said.span()),
            latest(FIRST_OF_RANGE.sub("年", said.group()), today),
        )
        if last and slot in ("acted_on", OWN_ACT):
            yield Reading("date", last.isoformat(), role=slot)


def _years_said(found: re.Match[str]) -> float | None:
    """The years since a registration as the words give them.

    None where they leave open on which side of a turning year it is: then only the day of registration decides.
    """
    years = amount_of_years(found["number"], found["unit"], bool(found["half"]))
    words = f"{found['before']}{found['after'] or ''}"
    about = bool(_ABOUT.search(words))
    fewer = not about and bool(_FEWER.search(words))
    if (fewer or about) and (years in _TURNING_YEARS or "差" in found["before"]):
        return None
    return max(0.0, years - 0.5) if fewer else years


def _years_since(year: int, today: date) -> float | None:
    """The full years since some day of `year`; None where the day decides on which side of a turning year it is."""
    least, most = max(0, today.year - year - 1), today.year - year
    return None if any(least < turn <= most for turn in _TURNING_YEARS) else float(least)


def _date_slot(text: str, said_from: int, said_to: int) -> str | None:
    """The date slot that the words of the same clause name; the closest word wins."""
    start = max(_start_of(_CLAUSE, text, said_from), said_from - _NEAR)
    end = _end_of_clause(text, said_to)
    if _NOTHING_ELSE.fullmatch(text, start, said_from) and _NOTHING_ELSE.fullmatch(
        text, said_to, end
    ):
        end = _end_of_clause(text, end + 1)  # 去年8月，对门开始仿我们的包装
    near = [
        (min(abs(word.start() - said_to), abs(said_from - word.end())), slot)
        for slot, pattern in _DATE_SLOTS
        for word in pattern.finditer(text, start, end)
    ]
    if {"published_on", "doc_received_on"} & {slot for _, slot in near}:
        near = [
            one for one in near if one[1] != "acted_on"
        ]  # 10月20号看到的公告, 8月收到的函说我侵权
    slot = min(near)[1] if near else None
    if slot != "acted_on":
        return slot
    clause = text[start:end]
    if _OTHER_DAYS.search(clause):
        return None
    return "acted_on" if _THEIR_ACT.search(clause) or not _OWN_DOING.search(clause) else OWN_ACT


def _end_of_clause(text: str, start: int) -> int:
    furthest = min(len(text), start + _NEAR)
    return min(
        (i for mark in _CLAUSE if (i := text.find(mark, start, furthest)) >= 0), default=furthest
    )
