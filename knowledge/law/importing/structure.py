"""The text of a law, cut into its parts: title, preamble, contents, headings, articles, annexes.

The text comes as plain lines, one paragraph a line (`lawfiles` makes them of any file). Nothing of
it is dropped: `rejoined` puts the parts together again, and `difference` tells where that is not
the text they came from.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from knowledge.chinese.numerals import HAN
from knowledge.law.articles import article_number, article_order

Kind = Literal["title", "preamble", "contents", "heading", "article", "annex", "closing"]
Numbering = Literal["articles", "points", "whole"]

_NUMERAL = rf"(?:(?:[{HAN}]\s*)+|(?:[0-9０-９]\s*)+)"
_SENTENCE_END = tuple("。；：！？”’）)》】…;:!?.")

# An article's number where a line begins, perhaps with a colon behind it.
_ARTICLE = re.compile(
    rf"第\s*{_NUMERAL}[条條](?:\s*之\s*[一二三四五六七八九十]+(?!般))?(?:\s*[：:])?"
)
# What follows a number that is quoted ("第三十条规定的…", "第三十条、第三十一条") and never begins
# an article.
_QUOTED = re.compile(
    rf"\s*(?:[、，。；,;）)》”]|规定|所列|的|之规定|(?:和|与|或者?|至|到|以及)\s*第\s*{_NUMERAL}[条條款项]|第\s*{_NUMERAL}[款项条])"
)
# What may be either: without a space behind the number it begins an article only where that number
# is due.
_PERHAPS_QUOTED = re.compile(
    r"[中以与和或及至到所前后等之\-—–~～]|修改|改为|作为|增加|删去|情形|各项|不再"
)

_DIVISION = re.compile(rf"第\s*{_NUMERAL}(分编|编|篇|章|节)")
_LEVELS = {"编": 0, "篇": 0, "分编": 1, "章": 2, "节": 3}
_UNNUMBERED = ("总则", "分则", "附则")
_POINT = re.compile(r"([一二三四五六七八九十百]+)\s*、")
_POINT_LEVEL = 4

_CONTENTS = ("目录", "目次")
# dots and page number behind an entry of the contents
_LEADER = re.compile(r"[\s.．·…⋯—-]*[0-9０-９]*$")
_ANNEX = re.compile(
    r"附\s*(?:[：:]|(?:件|录|表|图)\s*(?:[一二三四五六七八九十]+|[0-9０-９]+)?\s*(?:[：:]|(?=\s|$|[^，。；]{0,40}$)))"
)

_TITLE_END = re.compile(
    r"(?:法|典|条例|规定|解释|批复|答复|办法|细则|规则|决定|通则|章程|准则|修正案)(?:[（(][^（）()]{1,12}[）)])*$"
)
_NO_TITLE = {"司法解释", "法律", "行政法规", "规定", "办法", "条例", "解释", "批复", "地方性法规"}
_EDITION = re.compile(r"[（(]\d{4}年[^（）()]*[）)]$")
_REPLY = re.compile(r"批复|答复")
_POINTS_ALLOWED = re.compile(r"批复|答复|解释|决定|规定|意见")
_REPLY_FOLLOWS = re.compile(r"(?:批复|答复)如下\s*[：:。]?$")
_CLOSING = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|[二〇○零一三四五六七八九十]+年[一二三四五六七八九十]+月[一二三四五六七八九十]+日"
    r"|此复。?|特此(?:批复|公告|通知)。?|最高人民法院|最高人民检察院"
    r"|(?:责任)?编辑.*|来源[：:].*|打印.*|【?关闭.*|分享到.*|上一篇.*|下一篇.*|相关链接.*|返回.*|.*版权所有.*|.*ICP备.*"
)


class NotALaw(Exception):
    """The text has no articles; the message says so in Chinese."""


@dataclass(frozen=True)
class Unit:
    """One part of the text: its paragraphs, one a line. Articles and headings also have what stands
    before the text.

    `label` is the number as written ('第57条', '一、'), `number` the same as it is cited
    ('第五十七条'); `heads` are the headings under which an article stands, outermost first. `line`
    is the one on which it begins, from 1, blank lines not counted.
    """

    kind: Kind
    text: str
    line: int
    label: str = ""
    number: str = ""
    heads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fault:
    """What is wrong with a text, in Chinese, and the line on which it shows; see `Unit.line`."""

    line: int
    message: str


@dataclass(frozen=True)
class Instrument:
    """A law, regulation or interpretation. `numbering` tells whether it counts 第一条, 一、 or is
    one unnumbered reply.
    """

    title: str
    numbering: Numbering
    units: tuple[Unit, ...]

    def of(self, kind: Kind) -> list[Unit]:
        """The parts of one kind, in order."""
        return [unit for unit in self.units if unit.kind == kind]

    @property
    def articles(self) -> list[Unit]:
        return self.of("article")


def parse(text: str) -> Instrument:
    """The parts of a law's text; raises NotALaw when there is nothing that could be cited as an
    article.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    title = _title_lines(lines)
    name = _without_space("".join(lines[slice(*title)]))
    contents = _contents_after_its_title(lines)
    heads = _numbered_lines(lines, contents, _article_label)
    numbering: Numbering = "articles"
    if not heads and _POINTS_ALLOWED.search(name):
        heads, numbering = _numbered_lines(lines, contents, _point_label), "points"
    if not heads and _REPLY.search(name):
        heads, numbering = _unnumbered_reply(lines), "whole"
    if not heads:
        raise NotALaw(
            "没有找到条文（第一条、第二条……），这不像一部法律。请检查文件是否完整、是否选对"
        )
    first = min(heads)
    headings = _headings(lines, heads) if numbering == "articles" else {}
    kinds: dict[int, Kind] = {
        index: "preamble" for index in _outside_articles(headings, heads, len(lines))
    }
    kinds.update((index, "title") for index in range(*title))
    kinds.update((index, "contents") for index in contents)
    _tell_contents_from_headings(lines, headings, first, kinds)
    annex = next(
        (i for i in range(first + 1, len(lines)) if i not in heads and _ANNEX.match(lines[i])),
        len(lines),
    )
    heads = {index: label for index, label in heads.items() if index < annex}
    end = annex
    while end > max(heads) + 1 and _CLOSING.fullmatch(lines[end - 1]):
        end -= 1
    return Instrument(name, numbering, tuple(_units(lines, kinds, headings, heads, end, annex)))


def rejoined(instrument: Instrument) -> str:
    """The text that the parts say, in their order."""
    return "\n".join(f"{unit.label}{unit.text}" for unit in instrument.units)


def difference(text: str, instrument: Instrument) -> str | None:
    """Where the rejoined parts first differ from the text, blanks aside, in Chinese; None when they
    are equal.
    """
    source, again = _without_space(text), _without_space(rejoined(instrument))
    if source == again:
        return None
    at = next(
        (i for i, (one, other) in enumerate(zip(source, again, strict=False)) if one != other), None
    )
    at = min(len(source), len(again)) if at is None else at
    return (
        f"第 {at + 1} 个字起不一致：原文「{source[at : at + 12]}」，拆分后「{again[at : at + 12]}」"
    )


def numbering_faults(instrument: Instrument) -> list[Fault]:
    """Where the numbers of the articles do not follow each other. The first may be any."""
    units = instrument.articles
    numbers = [unit.number for unit in units]
    faults = [
        Fault(after.line, fault)
        for place, (before, after) in enumerate(pairwise(units), start=1)
        if (fault := _fault_between(before.number, after.number, numbers[:place]))
    ]
    last = units[-1]
    inside = map(_cited_as, re.findall(rf"[。；”]\s*(第\s*{_NUMERAL}条)\s", last.text))
    due = (article_order(last.number)[0] + 1, 0)
    if any(number and article_order(number) == due for number in inside):
        faults.append(Fault(last.line, f"{last.number}与后面的条文连在一起，没有分行"))
    return faults


def _fault_between(before: str, after: str, earlier: Sequence[str]) -> str | None:
    (old, old_suffix), (new, new_suffix) = article_order(before), article_order(after)
    if (new, new_suffix) in ((old + 1, 0), (old, old_suffix + 1)):
        return None
    if after in earlier:
        return f"{after}出现了不止一次"
    if (new, new_suffix) < (old, old_suffix):
        return f"{after}排在了{before}之后"
    return f"{before}之后直接是{after}，中间缺了条文"


def second_law(instrument: Instrument) -> Fault | None:
    """Where another law begins in the same text: a title inside an article, and behind it the
    numbers begin anew, or a whole article of it could not be told from the text.
    """
    units = instrument.articles
    for unit, after in zip(units, [*units[1:], None], strict=True):
        for place, line in enumerate(unit.text.splitlines()[1:], start=1):
            if not _titles_a_law(line):
                continue
            rest = unit.text.splitlines()[place + 1 :]
            anew = after is not None and article_order(after.number) <= article_order(unit.number)
            if anew or any(_cited_as(_article_label(one, True) or "") == "第一条" for one in rest):
                title = _without_space(line)
                said = f"这里起像是另一部法律《{title}》。请把两部法律分成两个文件，分别导入"
                return Fault(unit.line + place, said)
    return None


def _titles_a_law(line: str) -> bool:
    name = _without_space(line)
    return len(name) >= 4 and bool(_title_like(line) and _TITLE_END.search(name))


def is_numbered(line: str) -> bool:
    """Whether a line taken by itself looks like the beginning of an article or of a numbered
    point.
    """
    return bool(_article_label(line.strip(), True) or _point_label(line.strip(), True))


def _without_space(text: str) -> str:
    return "".join(text.split())


# --- numbered lines -------------------------------------------------------------------------------


def _article_label(line: str, due: bool) -> str | None:
    """The number with which an article begins on this line; `due` when it is the one that comes
    next.
    """
    found = _ARTICLE.match(line)
    if found is None or _QUOTED.match(line, found.end()):
        return None
    if not due and _PERHAPS_QUOTED.match(line, found.end()):
        return None
    return found.group()


def _point_label(line: str, due: bool) -> str | None:
    found = _POINT.match(line)
    return found.group() if found else None


def _cited_as(label: str) -> str:
    words = _without_space(label).rstrip("：:、")
    return article_number(words if "条" in words or "條" in words else f"{words}条") or ""


def _numbered_lines(
    lines: Sequence[str], contents: set[int], label_of: Callable[[str, bool], str | None]
) -> dict[int, str]:
    """Line → label for every line with which an article begins.

    Inside quotation marks only the number that is due begins one; on a line that goes on from an
    unfinished one, only the number that is due and that begins a line of its own nowhere else.
    """
    candidates = {i: label_of(line, True) for i, line in enumerate(lines) if i not in contents}
    free = {_cited_as(label) for i, label in candidates.items() if label and _begins_anew(lines, i)}
    quoted = _inside_quotation_marks(lines)
    found: dict[int, str] = {}
    last = (0, 0)
    for index, label in candidates.items():
        number = _cited_as(label) if label else ""
        if not label or not number:
            continue
        order = article_order(number)
        due = order in ((last[0] + 1, 0), (last[0], last[1] + 1))
        very_first = not found and order == (1, 0)
        own = _begins_anew(lines, index) and (due or index not in quoted)
        if label_of(lines[index], due) and (
            own or very_first or (due and found and number not in free)
        ):
            found[index], last = label, order
    return found


def _inside_quotation_marks(lines: Sequence[str]) -> set[int]:
    """The lines that begin inside quotation marks: the next mark closes. An unclosed mark reaches
    to the next one.
    """
    inside, closes = set(), False
    for index in reversed(range(len(lines))):
        marks = re.findall("[“”]", lines[index])
        closes = marks[0] == "”" if marks else closes
        if closes:
            inside.add(index)
    return inside


def _begins_anew(lines: Sequence[str], index: int) -> bool:
    """Whether the line before is finished: a sentence, a heading, or nothing at all."""
    if index == 0:
        return True
    before = lines[index - 1]
    return (
        before.endswith(_SENTENCE_END)
        or _heading_level(before) is not None
        or _point_heading(before)
    )


def _unnumbered_reply(lines: Sequence[str]) -> dict[int, str]:
    """A reply without any number is cited as its only article."""
    start = next((i + 1 for i, line in enumerate(lines) if _REPLY_FOLLOWS.search(line)), len(lines))
    return {start: ""} if start < len(lines) else {}


# --- headings and contents ------------------------------------------------------------------------


def _heading_level(line: str) -> int | None:
    """How deep a heading stands, 0 the outermost; None when the line is no heading."""
    if _without_space(line) in _UNNUMBERED:
        return 0
    found = _DIVISION.match(line)
    if (
        found is None
        or len(line) > 60
        or line.endswith(tuple("。；，：、,;:"))
        or _QUOTED.match(line, found.end())
    ):
        return None
    return _LEVELS[found.group(1)]


def _point_heading(line: str) -> bool:
    return (
        bool(_POINT.match(line))
        and len(line) <= 40
        and not line.endswith((*_SENTENCE_END, "，", "、"))
    )


def _headings(lines: Sequence[str], heads: dict[int, str]) -> dict[int, int]:
    """Line → level of the headings. '一、管辖' is one only where an article or another heading
    follows.
    """
    found = {}
    for index in reversed(range(len(lines))):
        level = None if index in heads else _heading_level(lines[index])
        if (
            level is None
            and _point_heading(lines[index])
            and (index + 1 in heads or index + 1 in found)
        ):
            level = _POINT_LEVEL
        if level is not None:
            found[index] = level
    return dict(sorted(found.items()))


def _outside_articles(headings: dict[int, int], heads: dict[int, str], end: int) -> Iterator[int]:
    """The lines that belong to no article: those before the first, and what stands between a
    heading and the next.
    """
    owned = False
    for index in range(end):
        owned = (owned or index in heads) and index not in headings
        if not owned and index not in headings:
            yield index


def _contents_after_its_title(lines: Sequence[str]) -> set[int]:
    """The line 目录 and its entries: they end where the first of them comes again, or a sentence
    begins.
    """
    start = next(
        (i for i, line in enumerate(lines) if _without_space(line).rstrip("：:") in _CONTENTS), None
    )
    if (
        start is None
        or any(_ARTICLE.match(line) for line in lines[:start])
        or start + 1 == len(lines)
    ):
        return set()
    first = _entry(lines[start + 1])
    end = start + 1
    while end < len(lines) and len(lines[end]) <= 60 and not lines[end].endswith(tuple("。；，：")):
        if end > start + 1 and _entry(lines[end]) == first:
            break
        end += 1
    return set(range(start, end))


def _entry(line: str) -> str:
    """What tells an entry of the contents, and the heading that it names: its number, else its
    words.
    """
    division = _DIVISION.match(line)
    return _without_space(division.group() if division else _LEADER.sub("", line))


def _tell_contents_from_headings(
    lines: Sequence[str], headings: dict[int, int], first: int, kinds: dict[int, Kind]
) -> None:
    """Headings before the first article with nothing below them are contents, even without the
    title 目录.
    """
    run: list[int] = []
    for index in range(first + 1):
        if index in headings and index not in kinds:
            run.append(index)
            continue
        if index == first:
            again = max((i for i in run if _entry(lines[i]) == _entry(lines[run[0]])), default=0)
            run = [i for i in run if i < again]
        elif len(run) < 2:
            run = []
        kinds.update(dict.fromkeys(run, "contents"))
        run = []
    for index in [index for index in headings if index in kinds]:
        del headings[index]


# --- title ----------------------------------------------------------------------------------------


def _title_lines(lines: Sequence[str]) -> tuple[int, int]:
    """Where the title stands, as a range of lines; (0, 0) when none is recognised."""
    for end, line in enumerate(lines[:60], start=1):
        if _article_label(line, True):
            break
        if not _title_like(line) or not _TITLE_END.search(_without_space(line)):
            continue
        start = end - 1
        while start and end - start < 4 and _goes_on_as_title(lines[start - 1], lines[start]):
            start -= 1
        if _without_space("".join(lines[start:end])) not in _NO_TITLE:
            return start, end
    return 0, 0


def _title_like(line: str) -> bool:
    return len(line) <= 80 and not re.search(r"[，。；：:;!?>|/＞]|\d{4}年", _EDITION.sub("", line))


def _goes_on_as_title(before: str, line: str) -> bool:
    """Whether a title that stands on several lines goes on from `before` to `line`."""
    if not _title_like(before) or before.endswith(("公告", "令")):
        return False
    return "关于" in before or (
        line.startswith("关于") and before.startswith(("最高人民", "国务院"))
    )


# --- units ----------------------------------------------------------------------------------------


def _units(
    lines: Sequence[str],
    kinds: dict[int, Kind],
    headings: dict[int, int],
    heads: dict[int, str],
    end: int,
    annex: int,
) -> list[Unit]:
    """The lines put together: a unit goes on until one of another kind, another number or another
    annex begins.
    """
    units: list[Unit] = []
    above: dict[int, str] = {}
    start = 0
    spans = [_kind(index, kinds, headings, heads, end, annex) for index in range(len(lines))]
    for index in range(1, len(lines) + 1):
        if (
            index < len(lines)
            and spans[index] == spans[start]
            and not _opens(lines[index], index, spans[index], heads)
        ):
            continue
        text = "\n".join(lines[start:index])
        if start in headings:
            above = {level: words for level, words in above.items() if level < headings[start]}
            above[headings[start]] = _heading_text(text)
        if start in heads:
            label, under = heads[start], tuple(above.values())
            units.append(
                Unit(
                    "article",
                    text[len(label) :].strip(),
                    start + 1,
                    label,
                    _cited_as(label) or "第一条",
                    under,
                )
            )
        else:
            units.append(Unit(spans[start], text, start + 1))
        start = index
    return units


def _kind(
    index: int,
    kinds: dict[int, Kind],
    headings: dict[int, int],
    heads: dict[int, str],
    end: int,
    annex: int,
) -> Kind:
    if index >= annex:
        return "annex"
    if index >= end:
        return "closing"
    if index in headings:
        return "heading"
    return kinds.get(index) or "article"


def _opens(line: str, index: int, kind: Kind, heads: dict[int, str]) -> bool:
    return kind == "heading" or index in heads or (kind == "annex" and bool(_ANNEX.match(line)))


def _heading_text(line: str) -> str:
    """'第一章  总 则' → '第一章 总则'."""
    found = _DIVISION.match(line)
    if found is None:
        return _without_space(line)
    return f"{_without_space(found.group())} {_without_space(line[found.end() :])}".strip()
