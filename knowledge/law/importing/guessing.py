"""What a text of law says of itself: which law it is, of which day, in force from when, by whom."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from knowledge.law.importing.structure import Instrument, is_numbered
from knowledge.law.statutes import Statutes, UnknownLaw
from knowledge.law.store import LawKind

DATE_IN_NAME = re.compile(r"[(（](\d{4})-(\d{1,2})-(\d{1,2})[)）]")
DATE_IN_TEXT = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
_SHORT_TITLE = re.compile(r"[一-鿿0-9A-Za-z〔〕·]{2,40}")
_MADE = re.compile(r"通过|修订|修正|修改|公布|发布|批准|施行")
_BEGINS = re.compile(rf"自\s*{DATE_IN_TEXT.pattern}\s*(?:起|开始)?\s*(?:施行|实施|生效)")
_BEGINS_AT_ONCE = re.compile(r"自(?:公布|发布)之日起(?:施行|实施|生效)")
_NUMBER = re.compile(
    r"(?:中华人民共和国)?[主席国务院最高人民法检察署总局部令]{0,14}令\s*第?\s*\d+\s*号"
    r"|法释\s*[〔\[［]\s*\d{4}\s*[〕\]］]\s*\d+\s*号"
)
_PUBLISHERS = (
    "全国人民代表大会常务委员会",
    "全国人民代表大会",
    "国务院",
    "最高人民法院",
    "最高人民检察院",
    "国家知识产权局",
    "国家市场监督管理总局",
)
_KINDS: tuple[tuple[LawKind, str], ...] = (
    ("司法解释", r"(?:解释|批复|若干规定)(?:[（(].*[）)])?$|^最高人民"),
    ("行政法规", r"条例(?:[（(].*[）)])?$|^国务院"),
    ("法律", r"^中华人民共和国.*(?:法|典)(?:[（(].*[）)])?$|法典?$"),
)


@dataclass(frozen=True)
class Guessed:
    """What the text tells; None and "" where it says nothing of it."""

    kind: LawKind
    version_date: date | None
    in_force_from: date | None
    publisher: str
    document_number: str


def guess(name: str, instrument: Instrument) -> Guessed:
    """What the text and the `name` of its file say of the law."""
    before = _before_articles(instrument)
    made = max(promulgated(instrument), default=None)
    named = next(dates(DATE_IN_NAME, name), None)
    begins = _begins(f"{before}\n{instrument.articles[-1].text}")
    at_once = _BEGINS_AT_ONCE.search(instrument.articles[-1].text)
    version = named or (made if made != begins else _made_before(instrument, begins)) or made
    if begins and version and begins < version:
        begins = None  # it tells when its first version began
    numbers = _NUMBER.findall(before)
    return Guessed(
        kind=next((kind for kind, said in _KINDS if re.search(said, instrument.title)), "部门规章"),
        version_date=version,
        in_force_from=begins or (version if at_once else None),
        publisher=next((one for one in _PUBLISHERS if one in before), ""),
        document_number="".join(numbers[-1].split()) if numbers else "",
    )


def known_as(name: str, known: Statutes) -> str | None:
    """The short title of the law that is called so, perhaps with its edition in brackets; None
    where none is.
    """
    for words in (name, re.sub(r"[（(][^（）()]*\d{4}年[^（）()]*[）)]$", "", name)):
        try:
            return known.short_title(words)
        except UnknownLaw:
            continue
    return None


def is_short_title(words: str) -> bool:
    """Whether a law can be called so among ourselves: 2 to 40 characters without marks."""
    return bool(_SHORT_TITLE.fullmatch(words)) and not is_numbered(words)


def promulgated(instrument: Instrument) -> list[date]:
    """The days on which the law was made, changed or begun, from what stands before its first
    article.
    """
    lines = _before_articles(instrument).splitlines()
    return [day for line in lines if _MADE.search(line) for day in dates(DATE_IN_TEXT, line)]


def dates(pattern: re.Pattern[str], text: str) -> Iterator[date]:
    """The days that a pattern of year, month and day finds; what is no day is left out."""
    for year, month, day in pattern.findall(text):
        try:
            yield date(int(year), int(month), int(day))
        except ValueError:  # 13 月
            continue


def _before_articles(instrument: Instrument) -> str:
    return "\n".join(unit.text for unit in instrument.of("title") + instrument.of("preamble"))


def _begins(text: str) -> date | None:
    """The last day that the text says it begins on: an amended law tells its first one too."""
    return max(dates(_BEGINS, text), default=None)


def _made_before(instrument: Instrument, begins: date | None) -> date | None:
    """The day on which it was made where the newest day that it tells is when it begins."""
    made = [day for day in promulgated(instrument) if begins is None or day < begins]
    return max(made, default=None)
