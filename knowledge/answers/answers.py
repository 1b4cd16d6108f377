"""The answers of `content/answers/*.yml`: the conclusion first, why, and what would change it.

    reviewed_on: 2026-11-28
    answers:
      - id: tm-opposition-period
        asks: [商标异议期几个月, …]        # at least three wordings, as people ask
        says: 三个月，从初步审定公告那天起算。
        why: …                           # in one or two plain sentences
        unless: …                        # what would change it, or the next step
        articles: [商标法(2019)第三十三条, 商标法(2026)第三十六条]
        later: {from: 2027-01-01, says: 两个月，从初步审定公告那天起算。}
        rights: [trademark]
        situations: [opposition_invalid_cancel]
        remedy: trademark_opposition

The texts name no article: which numbers are shown follows from the day.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field, field_validator, model_validator

from knowledge.law.citations import Citation, citation
from knowledge.law.notations import check_citation
from knowledge.law.statutes import Article, Statutes
from knowledge.reviewed import CONTENT, ContentError, Strict, line_of, load

FOLDER = CONTENT / "answers"
FEWEST_WORDINGS = 3

_NUMBER = re.compile(r"第[一二三四五六七八九十百千零〇\d]+条")


def _without_article(text: str | None) -> str | None:
    if text and _NUMBER.search(text):
        raise ValueError("这里不写条号，条文列在 articles 里，按当天的版本显示")
    return text


class _Later(Strict):
    """What is said instead from a day on; what is left out stays as it was."""

    starts: date = Field(alias="from")
    says: str | None = None
    why: str | None = None
    unless: str | None = None

    _names_no_article = field_validator("says", "why", "unless")(_without_article)


class _Entry(Strict):
    id: str = Field(pattern=r"^[a-z0-9-]+$")
    asks: tuple[str, ...] = Field(min_length=FEWEST_WORDINGS)
    says: str = Field(min_length=4, max_length=160)
    why: str = Field(min_length=4, max_length=200)
    unless: str = Field("", max_length=200)
    articles: tuple[str, ...] = ()
    later: _Later | None = None
    rights: tuple[str, ...]
    situations: tuple[str, ...] = Field(min_length=1)
    remedy: str | None = None
    sources: tuple[str, ...] = ()
    reviewed_on: date | None = None

    _names_no_article = field_validator("says", "why", "unless")(_without_article)

    @model_validator(mode="after")
    def _stands_on_something(self) -> "_Entry":
        if not self.articles and not self.sources:
            raise ValueError("没有条文的，要在 sources 里写明出处")
        return self


class _File(Strict):
    reviewed_on: date
    answers: tuple[_Entry, ...]


@dataclass(frozen=True)
class Told:
    """An answer as it is told on one day; `citations` are of the versions in force then."""

    id: str
    says: str
    why: str
    unless: str
    citations: tuple[Citation, ...]
    remedy: str | None

    @property
    def text(self) -> str:
        """The whole answer, the conclusion first."""
        return "".join((self.says, self.why, self.unless))


@dataclass(frozen=True)
class Answer:
    """One answer. `articles` are of all versions; `later` holds what changes from `changes_on`."""

    id: str
    asks: tuple[str, ...]
    says: str
    why: str
    unless: str
    articles: tuple[Article, ...]
    changes_on: date | None
    later: Mapping[str, str]
    rights: tuple[str, ...]
    situations: tuple[str, ...]
    remedy: str | None
    sources: tuple[str, ...]
    reviewed_on: date

    def on(self, day: date) -> Told:
        """The answer as it is told on that day."""
        changed = self.later if self.changes_on and self.changes_on <= day else {}
        texts = {"says": self.says, "why": self.why, "unless": self.unless, **changed}
        in_force = (one for one in self.articles if one.governs(day))
        return Told(
            **texts, id=self.id, citations=tuple(map(citation, in_force)), remedy=self.remedy
        )


@dataclass(frozen=True)
class Answers:
    """All answers by id."""

    by_id: Mapping[str, Answer]

    @classmethod
    def load(
        cls, statutes: Statutes, vocabulary: Mapping[str, Any], folder: Path = FOLDER
    ) -> "Answers":
        """Read every file; raises ContentError for the first fault.

        `vocabulary`: the closed values of `right`, `situation` and `remedy`.
        """
        found: dict[str, Answer] = {}
        asked: dict[str, str] = {}
        for path, place, entry, reviewed_on in _entries(folder):
            if entry.id in found:
                raise ContentError(path, line_of(path, *place), f"编号 {entry.id} 已经用过")
            for wording in entry.asks:
                if wording in asked:
                    message = f"「{wording}」已经是 {asked[wording]} 的问法"
                    raise ContentError(path, line_of(path, *place, "asks"), message)
                asked[wording] = entry.id
            _check_values(path, place, entry, vocabulary)
            found[entry.id] = _answer(path, place, entry, reviewed_on, statutes)
        return cls(found)

    def __iter__(self) -> Iterator[Answer]:
        return iter(self.by_id.values())

    def __getitem__(self, id_: str) -> Answer:
        return self.by_id[id_]


def _entries(folder: Path) -> Iterator[tuple[Path, tuple[str | int, ...], _Entry, date]]:
    for path in sorted(folder.glob("*.yml")):
        file = load(path, _File)
        for number, entry in enumerate(file.answers):
            yield path, ("answers", number), entry, entry.reviewed_on or file.reviewed_on


def _check_values(
    path: Path, place: tuple[str | int, ...], entry: _Entry, vocabulary: Mapping[str, Any]
) -> None:
    used = {
        "right": entry.rights,
        "situation": entry.situations,
        "remedy": (entry.remedy,) if entry.remedy else (),
    }
    for kind, values in used.items():
        if unknown := [value for value in values if value not in vocabulary[kind]]:
            raise ContentError(
                path, line_of(path, *place), f"vocabulary.yml 的 {kind} 里没有 {unknown[0]}"
            )


def _answer(
    path: Path,
    place: tuple[str | int, ...],
    entry: _Entry,
    reviewed_on: date,
    statutes: Statutes,
) -> Answer:
    later = entry.later.model_dump(exclude={"starts"}, exclude_none=True) if entry.later else {}
    return Answer(
        id=entry.id,
        asks=entry.asks,
        says=entry.says,
        why=entry.why,
        unless=entry.unless,
        articles=tuple(
            check_citation(path, (*place, "articles"), notation, statutes)
            for notation in entry.articles
        ),
        changes_on=entry.later.starts if entry.later else None,
        later=later,
        rights=entry.rights,
        situations=entry.situations,
        remedy=entry.remedy,
        sources=entry.sources,
        reviewed_on=reviewed_on,
    )
