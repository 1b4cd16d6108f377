"""Papers prefilled with what a visitor told: facts and a referral in, a Word file with its gaps marked out.

The papers are Word files in `content/drafts/` which a lawyer edits in Word; `drafts.yml` beside them says when each is
offered and what each of its placeholders means. What is not known stays open as 【请填写：……】, what is known but may
belong elsewhere as 【请核对：……】. Everything here is pure: the day is the referral's.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.document import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run
from docxtpl import DocxTemplate
from jinja2 import TemplateError
from pydantic import Field

from knowledge.law.applicable import ApplicableLaw
from knowledge.law.citations import mentions
from knowledge.law.notations import check_citation
from knowledge.law.statutes import Statutes
from knowledge.law.succession import Succession
from knowledge.reviewed import CONTENT, ContentError, Strict, line_of, load
from knowledge.routing.refer import OpenRemedy, Referral, act_of, holds
from knowledge.routing.rulebook import Rulebook, When, check_when
from knowledge.slots import UNKNOWN, Facts

FOLDER = "drafts"
_GAP = re.compile("【请(填写|核对)：([^】]*)】")
_NEW_PARAGRAPH = "\a"  # what docxtpl makes one of
_NOT_SETTLED = re.compile("待问|待核")
_OWN_CIRCUMSTANCES = ("seller", "maker", "has_source")
_MARKS = frozenset({"trademark", "geographical_indication"})
# Labels that name no one right, so that a paper cannot say them.
_NO_ONE_RIGHT = frozenset({"patent", "copyright", "multiple", "none"})


class UnknownDraft(LookupError):
    """There is no draft of this key."""


class DraftDoesNotFit(LookupError):
    """The draft is for other facts than these."""


class Cites(Strict):
    articles: tuple[str, ...] = Field(min_length=1)
    when: When = Field(default_factory=dict)


class DraftEntry(Strict):
    """One draft as `drafts.yml` lists it. `placeholders`: name → what belongs there; `cites`: name → articles."""

    key: str = Field(pattern=r"^[a-z_]+$")
    title: str
    file: str
    for_remedies: tuple[str, ...] = Field(min_length=1)
    when: tuple[When, ...] = ()
    asked_as: tuple[str, ...]
    placeholders: dict[str, str]
    cites: dict[str, tuple[Cites, ...]] = Field(default_factory=dict)


class _File(Strict):
    evidence: dict[str, str]
    drafts: tuple[DraftEntry, ...]


@dataclass(frozen=True)
class Filled:
    """A draft in Word's format, every text that stands in it, and what is still to be filled in or checked."""

    title: str
    document: bytes
    texts: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class _Matter:
    """What the placeholders are filled from; `shows` says what a kind of evidence can show."""

    facts: Facts
    road: OpenRemedy
    rules: Rulebook
    shows: Mapping[str, str]
    as_of: date

    def known(self, slot: str) -> Any:
        value = self.facts.get(slot)
        return None if value in (UNKNOWN, "", []) else value

    def listed(self, slot: str) -> str | None:
        """The values of a slot that holds several, as one phrase."""
        return "、".join(self.known(slot) or ()) or None

    def label(self, slot: str) -> str | None:
        value = self.known(slot)
        return self.rules.label(slot, value) if value else None

    def day(self, slot: str) -> str | None:
        value = self.known(slot)
        return chinese_day(date.fromisoformat(value)) if value else None


class Drafts:
    """All drafts with the rules and laws that they are filled by. Immutable after loading."""

    def __init__(
        self,
        content: _File,
        templates: dict[str, bytes],
        rules: Rulebook,
        statutes: Statutes,
        succession: Succession,
    ) -> None:
        self.entries = {entry.key: entry for entry in content.drafts}
        self.evidence = content.evidence
        self._templates, self._rules = templates, rules
        self._statutes, self._succession = statutes, succession

    @classmethod
    def load(
        cls,
        rules: Rulebook,
        statutes: Statutes,
        succession: Succession,
        folder: Path = CONTENT / FOLDER,
    ) -> "Drafts":
        """Read and check `drafts.yml` and its Word files; raises ContentError naming file and line."""
        path = folder / "drafts.yml"
        content = load(path, _File)
        for index, entry in enumerate(content.drafts):
            _check(path, index, entry, rules, statutes)
            _check_template(path, index, entry, statutes)
        templates = {entry.file: (folder / entry.file).read_bytes() for entry in content.drafts}
        if len({entry.key for entry in content.drafts}) < len(content.drafts):
            raise ContentError(path, line_of(path, "drafts"), "两份草稿用了同一个 key")
        return cls(content, templates, rules, statutes, succession)

    def offered(self, facts: Facts, referral: Referral) -> list[tuple[str, str]]:
        """(Key, title) of every draft that is of use for these facts, those for the best road first."""
        roads = [(entry, _road_of(entry, facts, referral)) for entry in self.entries.values()]
        fitting = [(referral.remedies.index(road), entry) for entry, road in roads if road]
        return [(entry.key, entry.title) for _, entry in sorted(fitting, key=lambda one: one[0])]

    def asked_for(self, text: str, offered: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those of the drafts on offer that a visitor's words name; all of them where they name none."""
        offered = list(offered)
        return [
            one for one in offered if any(word in text for word in self.entries[one[0]].asked_as)
        ] or offered

    def attach(self, facts: Facts, referral: Referral) -> Referral:
        """The referral whose roads know their drafts."""
        offered = self.offered(facts, referral)
        return replace(
            referral,
            remedies=tuple(
                replace(
                    road,
                    drafts=tuple(
                        one for one in offered if road.key in self.entries[one[0]].for_remedies
                    ),
                )
                for road in referral.remedies
            ),
        )

    def fill(self, key: str, facts: Facts, referral: Referral) -> Filled:
        """The draft on the law of the referral's day; raises UnknownDraft, DraftDoesNotFit.

        `referral` is the one for these facts: the receiving body, deadlines and materials are its road's.
        """
        entry = self.entries.get(key)
        if entry is None:
            raise UnknownDraft(key)
        road = _road_of(entry, facts, referral)
        if road is None:
            raise DraftDoesNotFit(key)
        matter = _Matter(facts, road, self._rules, self.evidence, referral.as_of)
        law = ApplicableLaw(self._statutes, self._succession, referral.as_of, act_of(facts))
        template = DocxTemplate(BytesIO(self._templates[entry.file]))
        template.render(
            {
                name: (
                    self._cited(entry.cites[name], facts, law)
                    if name in entry.cites
                    else VALUES[name](matter)
                )
                or _gap(means)
                for name, means in entry.placeholders.items()
            },
            autoescape=True,
        )
        paragraphs = list(_paragraphs(template.docx))
        for paragraph in paragraphs:
            _mark_gaps(paragraph)
        texts = tuple(paragraph.text for paragraph in paragraphs)
        document = BytesIO()
        template.docx.save(document)
        return Filled(entry.title, document.getvalue(), texts, _missing(texts))

    def _cited(self, groups: Iterable[Cites], facts: Facts, law: ApplicableLaw) -> str:
        """《中华人民共和国商标法》第六十条、第六十一条; a version that is not today's is named with its end."""
        notations = [
            notation for one in groups if holds(one.when, facts) for notation in one.articles
        ]
        versions = groupby(law.cite(notations), key=lambda one: (one.law, one.in_force_to))
        return "、".join(
            f"《{self._statutes.laws[name].name or name}》{_version_note(end, law.on)}"
            f"{'、'.join(one.article for one in cited)}"
            for (name, end), cited in versions
        )


def chinese_day(day: date) -> str:
    """2026年11月22日."""
    return f"{day.year}年{day.month}月{day.day}日"


# --- what placeholders are filled with ------------------------------------------------------------------------------


def _right(matter: _Matter) -> str | None:
    return None if matter.known("right") in _NO_ONE_RIGHT else matter.label("right")


def _right_status(matter: _Matter) -> str | None:
    if matter.known("right_status") != "registered":
        return matter.label("right_status")
    return "已经注册" if matter.known("right") in _MARKS else "已经授权、登记"


def _place(matter: _Matter) -> str | None:
    return "".join(filter(None, (matter.known("city"), matter.known("county")))) or None


def _acted_on(matter: _Matter) -> str | None:
    """The fact is the latest day on which the act can have begun, so no more is said."""
    day, goes_on = matter.day("acted_on"), "ongoing" in (matter.known("circumstances") or ())
    if not day and not goes_on:
        return None
    began = f"不晚于{day}" if day else _gap("从什么时候开始")
    return f"{began}，一直持续到现在" if goes_on else began


def _evidence_rows(matter: _Matter) -> list[dict[str, str]]:
    said = matter.known("evidence") or []
    rows = [{"name": one, "shows": matter.shows.get(one) or _gap("想证明什么")} for one in said]
    return rows or [{"name": _gap("证据名称"), "shows": _gap("想证明什么")}]


def _materials(matter: _Matter) -> str | None:
    return _NEW_PARAGRAPH.join(f"□ {material}" for material in matter.road.materials) or None


def _amount(matter: _Matter) -> str | None:
    """Visitors name prices, losses and claims alike: which of them it was is for them to say."""
    amount = matter.known("amount")
    return f"【请核对：您提到过“{amount}”，是不是填在这里的金额】" if amount else None


def _contact(matter: _Matter) -> str | None:
    contact = matter.known("contact")
    return None if contact == "refused" else contact


def _body(matter: _Matter) -> str:
    name = matter.road.body.name
    return f"【请核对：{name}】" if _NOT_SETTLED.search(name) else name


def _sued(matter: _Matter) -> str | None:
    return "没有" if "未起诉" in (matter.known("proceeding") or "") else None


def _willing(matter: _Matter) -> str | None:
    return "双方都愿意" if "both_willing" in (matter.known("circumstances") or ()) else None


def _own_account(matter: _Matter) -> str | None:
    told = [one for one in _OWN_CIRCUMSTANCES if one in (matter.known("circumstances") or ())]
    return matter.rules.label("circumstances", told) if told else None


def _deadline(matter: _Matter) -> str | None:
    dated = next((one for one in matter.road.deadlines if one.due), None)
    if dated is None or dated.due is None:
        return None
    words = f"{dated.period}，到{chinese_day(dated.due)}"
    if dated.act_by and dated.act_by != dated.due:
        words += f"（法律将要改动，请最晚在{chinese_day(dated.act_by)}提出）"
    return words


def _subject(matter: _Matter) -> str:
    return "，".join(filter(None, (matter.road.name, _right(matter))))


VALUES: dict[str, Callable[[_Matter], Any]] = {
    "as_of": lambda matter: chinese_day(matter.as_of),
    "right": _right,
    "right_status": _right_status,
    "place": _place,
    "venue": lambda matter: matter.label("venue"),
    "acted_on": _acted_on,
    "received_on": lambda matter: matter.day("doc_received_on"),
    "published_on": lambda matter: matter.day("published_on"),
    "evidence": lambda matter: matter.listed("evidence"),
    "evidence_rows": _evidence_rows,
    "materials": _materials,
    "amount": _amount,
    "contact": _contact,
    "body": _body,
    "proceeding": lambda matter: matter.listed("proceeding"),
    "sued": _sued,
    "willing": _willing,
    "own_account": _own_account,
    "deadline": _deadline,
    "matter": _subject,
}


def _gap(means: str) -> str:
    return f"【请填写：{means}】"


def _version_note(end: date | None, on: date) -> str:
    return f"（施行到{chinese_day(end)}的版本）" if end and end < on else ""


def _road_of(entry: DraftEntry, facts: Facts, referral: Referral) -> OpenRemedy | None:
    """The best open road that the draft is for; None where none is open or no condition holds."""
    if entry.when and not any(holds(when, facts) for when in entry.when):
        return None
    return next((road for road in referral.remedies if road.key in entry.for_remedies), None)


# --- Word -------------------------------------------------------------------------------------------------------------


def _paragraphs(document: Document) -> Iterator[Paragraph]:
    """Every paragraph, those in tables, page headers and footers too."""
    parts = [document.element.body]
    for section in document.sections:
        parts += [section.header._element, section.footer._element]
    for part in parts:
        for element in part.iter(qn("w:p")):
            yield Paragraph(element, document)


def _mark_gaps(paragraph: Paragraph) -> None:
    """Highlight the gaps, cutting runs where one begins or ends inside; Word may have spread a gap over several runs."""
    spans = [found.span() for found in _GAP.finditer("".join(run.text for run in paragraph.runs))]
    start = 0
    for run in paragraph.runs:
        end = start + len(run.text)
        if any(begin < end and start < stop for begin, stop in spans):
            cuts = sorted(
                {start, end, *(cut for span in spans for cut in span if start < cut < end)}
            )
            text = run.text
            for first, last in pairwise(cuts):
                piece = Run(deepcopy(run._r), paragraph)
                run._r.addprevious(piece._r)
                piece.text = text[first - start : last - start]
                if any(begin <= first and last <= stop for begin, stop in spans):
                    piece.font.highlight_color = WD_COLOR_INDEX.YELLOW
            paragraph._p.remove(run._r)
        start = end


def _missing(texts: Iterable[str]) -> tuple[str, ...]:
    found = [match for text in texts for match in _GAP.finditer(text)]
    return tuple(dict.fromkeys(one[2] if one[1] == "填写" else f"核对{one[2]}" for one in found))


# --- checks when loading ----------------------------------------------------------------------------------------------


def _check(path: Path, index: int, entry: DraftEntry, rules: Rulebook, statutes: Statutes) -> None:
    here = ("drafts", index)
    for number, key in enumerate(entry.for_remedies):
        if key not in rules.vocabulary["remedy"]:
            raise ContentError(
                path, line_of(path, *here, "for_remedies", number), f"没有 {key} 这种救济"
            )
    for number, when in enumerate(entry.when):
        check_when(path, (*here, "when", number), when, rules.vocabulary)
    for name, groups in entry.cites.items():
        for number, group in enumerate(groups):
            check_when(path, (*here, "cites", name, number, "when"), group.when, rules.vocabulary)
            for place, notation in enumerate(group.articles):
                check_citation(
                    path, (*here, "cites", name, number, "articles", place), notation, statutes
                )
    for name in entry.placeholders:
        if name not in VALUES and name not in entry.cites:
            line = line_of(path, *here, "placeholders", name)
            raise ContentError(
                path,
                line,
                f"占位符 {name} 没有来处：cites 里没有，也不是已有的事实（{'、'.join(VALUES)}）",
            )


def _check_template(path: Path, index: int, entry: DraftEntry, statutes: Statutes) -> None:
    """The Word file has exactly the placeholders listed, and names no article by itself."""
    file = path.parent / entry.file
    try:
        template = DocxTemplate(file)
        used = template.get_undeclared_template_variables()
        texts = [paragraph.text for paragraph in _paragraphs(template.get_docx())]
    except (FileNotFoundError, PackageNotFoundError, BadZipFile, KeyError) as error:
        raise ContentError(
            path, line_of(path, "drafts", index, "file"), f"打不开 Word 文件 {entry.file}"
        ) from error
    except TemplateError as error:
        raise ContentError(file, 1, f"占位符写得不对：{error}") from error
    listed = set(entry.placeholders) | set(entry.cites)
    line = line_of(path, "drafts", index, "placeholders")
    if unlisted := used - listed:
        raise ContentError(
            path, line, f"{entry.file} 里的占位符没有列出：{'、'.join(sorted(unlisted))}"
        )
    if unused := listed - used:
        raise ContentError(
            path, line, f"{entry.file} 里没有这些占位符：{'、'.join(sorted(unused))}"
        )
    if named := [one for text in texts for one in mentions(text, statutes)]:
        one = named[0]
        raise ContentError(
            file, 1, f"不要直接写“{one.law}{one.number}”，请用占位符，由 cites 给出当天施行的条文"
        )
