"""Papers prefilled with what a visitor told: facts and a referral in, a Word file out.

The papers are Word files in `content/drafts/` which a lawyer edits in Word; `drafts.yml` beside
them says when each is offered and what each of its placeholders means. Everything here is pure:
the day is the referral's.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path

from pydantic import Field

from knowledge.drafts.fields import FIELDS, CaseFile, chinese_day
from knowledge.drafts.word import (
    BrokenPlaceholder,
    UnreadableTemplate,
    fill_template,
    gaps,
    read_template,
    to_fill_in,
)
from knowledge.law.applicable import ApplicableLaw
from knowledge.law.citations import mentions
from knowledge.law.notations import check_citation
from knowledge.law.statutes import Statutes
from knowledge.law.succession import Succession
from knowledge.reviewed import CONTENT, ContentError, Strict, line_of, load
from knowledge.routing.checks import check_remedies, check_when
from knowledge.routing.conditions import When
from knowledge.routing.derived import act_of
from knowledge.routing.referral import OpenRemedy, Referral
from knowledge.routing.rulebook import Rulebook
from knowledge.routing.rules import ALWAYS
from knowledge.slots import Facts

FOLDER = "drafts"
_PAPER = re.compile("答辩状|起诉状|委托书|上诉状|声明书|授权书|协议书|合同|收据|起诉书|申诉书")
_NAMES_A_PAPER = re.compile(
    "[一-鿿](?:状|书|函|信|表|协议|合同)(?!怎|要|里|上|的|给|发|说)|答辩状|起诉状|委托书|上诉状|声明"
)


def paper_named(text: str) -> str | None:
    """The paper that a visitor's words name, in title marks: 《答辩状》."""
    found = _PAPER.search(text)
    return f"《{found.group()}》" if found else None


class UnknownDraft(LookupError):
    """There is no draft of this key."""


class DraftDoesNotFit(LookupError):
    """The draft is for other facts than these."""


@dataclass(frozen=True)
class Filled:
    """A draft in Word's format, every text that stands in it, and what is still to be filled in."""

    title: str
    document: bytes
    texts: tuple[str, ...]
    missing: tuple[str, ...]


class CitedArticles(Strict):
    """Articles that a paper cites, where `when` holds."""

    articles: tuple[str, ...] = Field(min_length=1)
    when: When = ALWAYS


class DraftEntry(Strict):
    """One draft as `drafts.yml` lists it.

    `placeholders`: name → what belongs there; `cites`: name → articles.
    """

    key: str = Field(pattern=r"^[a-z_]+$")
    title: str
    file: str
    for_remedies: tuple[str, ...] = Field(min_length=1)
    when: tuple[When, ...] = ()
    asked_as: tuple[str, ...]
    placeholders: dict[str, str]
    cites: dict[str, tuple[CitedArticles, ...]] = Field(default_factory=dict)

    def remedy_of(self, facts: Facts, referral: Referral) -> OpenRemedy | None:
        """The best open remedy that the draft is for; None where none is, or no condition holds."""
        if self.when and not any(when.holds(facts) for when in self.when):
            return None
        fitting = (one for one in referral.remedies if one.key in self.for_remedies)
        return next(fitting, None)


class _File(Strict):
    evidence: dict[str, str]
    drafts: tuple[DraftEntry, ...]


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
        """Read and check `drafts.yml` and its Word files; raises ContentError with the line."""
        path = folder / "drafts.yml"
        content = load(path, _File)
        for index, entry in enumerate(content.drafts):
            _check_entry(path, index, entry, rules, statutes)
            _check_template(path, index, entry, statutes)
        templates = {entry.file: (folder / entry.file).read_bytes() for entry in content.drafts}
        if len({entry.key for entry in content.drafts}) < len(content.drafts):
            raise ContentError(path, line_of(path, "drafts"), "两份草稿用了同一个 key")
        return cls(content, templates, rules, statutes, succession)

    def offered(self, facts: Facts, referral: Referral) -> list[tuple[str, str]]:
        """(Key, title) of every draft that is of use, those for the best remedy first."""
        found = [(entry, entry.remedy_of(facts, referral)) for entry in self.entries.values()]
        fitting = [(referral.remedies.index(one), entry) for entry, one in found if one]
        return [(entry.key, entry.title) for _, entry in sorted(fitting, key=lambda one: one[0])]

    def asked_for(self, text: str, offered: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those of the drafts on offer that a visitor's words name; all where they name none.

        Another paper is never given in the place of one that is named: 答辩状给我一份.
        """
        offered = list(offered)
        named = [
            one for one in offered if any(word in text for word in self.entries[one[0]].asked_as)
        ]
        return named or ([] if _NAMES_A_PAPER.search(text) else offered)

    def attach(self, facts: Facts, referral: Referral) -> Referral:
        """The referral whose remedies know their drafts."""
        offered = self.offered(facts, referral)

        def with_drafts(remedy: OpenRemedy) -> OpenRemedy:
            of_it = (one for one in offered if remedy.key in self.entries[one[0]].for_remedies)
            return replace(remedy, drafts=tuple(of_it))

        return replace(referral, remedies=tuple(map(with_drafts, referral.remedies)))

    def fill(self, key: str, facts: Facts, referral: Referral) -> Filled:
        """The draft on the law of the referral's day; raises UnknownDraft, DraftDoesNotFit.

        `referral` is the one for these facts: the receiving body, deadlines and materials are its
        remedy's.
        """
        entry = self.entries.get(key)
        if entry is None:
            raise UnknownDraft(key)
        remedy = entry.remedy_of(facts, referral)
        if remedy is None:
            raise DraftDoesNotFit(key)
        case = CaseFile(facts, remedy, self._rules, self.evidence, referral.as_of)
        law = ApplicableLaw(self._statutes, self._succession, referral.as_of, act_of(facts))
        values = {
            name: (
                self._cited(entry.cites[name], facts, law)
                if name in entry.cites
                else FIELDS[name](case)
            )
            or to_fill_in(means)
            for name, means in entry.placeholders.items()
        }
        document, texts = fill_template(self._templates[entry.file], values)
        return Filled(entry.title, document, texts, gaps(texts))

    def _cited(self, groups: Iterable[CitedArticles], facts: Facts, law: ApplicableLaw) -> str:
        """《中华人民共和国商标法》第六十条、第六十一条.

        Of a version that is not today's the end is told.
        """
        notations = [
            notation for group in groups if group.when.holds(facts) for notation in group.articles
        ]
        versions = groupby(law.cite(notations), key=lambda one: (one.short_title, one.in_force_to))
        return "、".join(
            f"《{self._statutes.laws[name].name or name}》{_version_note(end, law.on)}"
            f"{'、'.join(one.article for one in cited)}"
            for (name, end), cited in versions
        )


def _version_note(end: date | None, on: date) -> str:
    return f"（施行到{chinese_day(end)}的版本）" if end and end < on else ""


# --- checks when loading --------------------------------------------------------------------------


def _check_entry(
    path: Path, index: int, entry: DraftEntry, rules: Rulebook, statutes: Statutes
) -> None:
    here = ("drafts", index)
    check_remedies(path, (*here, "for_remedies"), entry.for_remedies, rules.vocabulary)
    for number, when in enumerate(entry.when):
        check_when(path, (*here, "when", number), when, rules.vocabulary)
    for name, groups in entry.cites.items():
        for number, group in enumerate(groups):
            keys = (*here, "cites", name, number)
            check_when(path, (*keys, "when"), group.when, rules.vocabulary)
            for place, notation in enumerate(group.articles):
                check_citation(path, (*keys, "articles", place), notation, statutes)
    for name in entry.placeholders:
        if name not in FIELDS and name not in entry.cites:
            raise ContentError(
                path,
                line_of(path, *here, "placeholders", name),
                f"占位符 {name} 没有来处：cites 里没有，也不是已有的事实（{'、'.join(FIELDS)}）",
            )


def _check_template(path: Path, index: int, entry: DraftEntry, statutes: Statutes) -> None:
    """The Word file has exactly the placeholders listed, and names no article by itself."""
    file = path.parent / entry.file
    try:
        used, texts = read_template(file)
    except UnreadableTemplate as error:
        line = line_of(path, "drafts", index, "file")
        raise ContentError(path, line, f"打不开 Word 文件 {entry.file}") from error
    except BrokenPlaceholder as error:
        raise ContentError(file, 1, f"占位符写得不对：{error}") from error
    listed = set(entry.placeholders) | set(entry.cites)
    line = line_of(path, "drafts", index, "placeholders")
    if unlisted := "、".join(sorted(used - listed)):
        raise ContentError(path, line, f"{entry.file} 里的占位符没有列出：{unlisted}")
    if unused := "、".join(sorted(listed - used)):
        raise ContentError(path, line, f"{entry.file} 里没有这些占位符：{unused}")
    named = next((one for text in texts for one in mentions(text, statutes)), None)
    if named:
        article = f"{named.law}{named.number}"
        raise ContentError(
            file, 1, f"不要直接写“{article}”，请用占位符，由 cites 给出当天施行的条文"
        )
