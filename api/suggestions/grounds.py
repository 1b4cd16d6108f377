"""Whether a text says no more than its sources: numbers, days, bodies, places, articles.

A text that somebody else wrote (a language model) is held against the sources that it was given.
What is compared is what can do harm and can be recognised by plain means; that every sentence means
what the sources mean is for the operator to see.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from knowledge.chinese.numerals import HAN, whole_number
from knowledge.law.citation_guard import CitationGuard
from knowledge.places.regions import Regions

_WIDTH = str.maketrans("０１２３４５６７８９％．，", "0123456789%.,")
_UNITS = (
    "个?百分点|个?工作日|个?自然日|个?小时|个?星期|个?月|周岁?|年|月|日|号|天|时|分钟|"
    "万亿|亿元?|万元|千元|百元|元|块|万|倍|成|折|%|条|款|项|件|级|类|审"
)
_DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})[日号]|(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_FIGURE = re.compile(rf"(\d+(?:[,.]\d+)*)\s*({_UNITS})?")
# 一 stands in too many other words to count without a unit.
_WORDED = re.compile(rf"([{HAN}半]+)\s*({_UNITS})")
_LONG_WORDED = re.compile(rf"[{HAN}]{{2,}}")
_TITLE = re.compile(r"《([^《》\n]{2,60})》")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9.:/_@-]+")

# What the names of bodies and of places end with. A name counts as known where as much of it
# stands in the sources as tells it from others.
_BODY = re.compile(
    "人民法院|法院|法庭|检察院|公安机关|派出所|海关|总局|局|厅|署|仲裁委员会|仲裁委|委员会|"
    "调解组织|调委会|公证处|公证机构|协会|商会|中心|支队|大队|执法队|宣传部|主管部门|平台"
)
_PLACE = re.compile("[省市区县州镇](?![场别分域得级钱内外])")
_NO_PLACE = re.compile("(?:城|超|上|门|夜|小|社|地|园|辖|各|本|当|全|外|[设跨]区的?)[市区省县]$")
_LEVELS = frozenset("省市区县州国级高中")
_OWN_LENGTH = 2  # characters that a name has before such an ending, at least


@dataclass(frozen=True)
class Grounds:
    """What texts are held against besides each other."""

    guard: CitationGuard
    regions: Regions

    def missing(self, text: str, sources: Iterable[str]) -> str | None:
        """What the text says that no source does: number, day, article, law, place, body or word;
        None where all of it stands in them. Plain computing.
        """
        whole = "\n".join(sources).translate(_WIDTH)
        text = text.translate(_WIDTH)
        if any(not known for known in _names_are_known(text, whole, _BODY, True)):
            return "body"
        if any(not known for known in _names_are_known(text, whole, _PLACE, False)):
            return "place"
        checks: dict[str, Callable[[str], set[object]]] = {
            "day": lambda one: set(_days(one)),
            "number": lambda one: set(_numbers(one)),
            "article": lambda one: set(self.guard.named_in(one)),
            "law": lambda one: set(_TITLE.findall(one)),
            "place": lambda one: {place.name for place in self.regions.find(one)},
            "word": lambda one: {word.casefold() for word in _LATIN.findall(one)},
        }
        return next((what for what, of in checks.items() if of(text) - of(whole)), None)


def _days(text: str) -> Iterator[tuple[int | None, int, int]]:
    """(Year, month, day) of every date."""
    for found in _DAY.finditer(text):
        year, month, day, *iso = found.groups()
        if month:
            yield (int(year) if year else None, int(month), int(day))
        else:
            yield (int(iso[0]), int(iso[1]), int(iso[2]))


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    """(Value, unit) of every number, in figures and in words alike: 3个月 and 三个月."""
    rest = text
    for pattern in (_FIGURE, _WORDED):
        for found in pattern.finditer(rest):
            yield _value(found[1]), _unit(found[2] or "")
        rest = pattern.sub(" ", rest)
    for found in _LONG_WORDED.finditer(rest):
        yield _value(found[0]), ""


def _value(written: str) -> str:
    number = whole_number(written)
    return written.replace(",", "") if number is None else str(number)


def _unit(unit: str) -> str:
    return {"号": "日", "块": "元"}.get(unit, unit).removeprefix("个")


def _names_are_known(
    text: str, whole: str, endings: re.Pattern[str], by_ending: bool
) -> Iterator[bool]:
    """Of every name with such an ending, whether it stands in the sources.

    How far back a name reaches is not written in Chinese: the longest run before the ending that
    the sources have is taken for it. It must be more than the ending, where the ending alone is the
    name of nothing, and no word for a level may stand right before it: 省市场监督管理局 is not
    known by 章贡区市场监督管理局.
    """
    for found in endings.finditer(text):
        run = _longest_run(text, found.end(), whole)
        before = text[found.end() - run - 1 : found.end() - run]
        if not by_ending:
            named = text[max(0, found.end() - 4) : found.end()]
            yield bool(_NO_PLACE.search(named)) or run > _OWN_LENGTH
            continue
        own = 0 if len(found[0]) > 1 else _OWN_LENGTH
        yield run >= len(found[0]) + own and before not in _LEVELS


def _longest_run(text: str, end: int, whole: str) -> int:
    """The number of characters before `end` that stand in the sources just so."""
    run = 0
    while run < end and text[end - run - 1 : end] in whole:
        run += 1
    return run
