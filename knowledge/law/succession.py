"""Where the articles of an older version went, and which version governs an act: reviewed in
`content/succession.yml`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal, Protocol, Self

from pydantic import Field, model_validator

from knowledge.law.articles import article_number
from knowledge.law.citations import Citation, Reference, citation
from knowledge.law.statutes import Article, LawEntry, Statutes, UnknownArticle, UnknownLaw
from knowledge.reviewed import CONTENT, ContentError, Strict, line_of, load

By = Literal["act", "today"]


class Named(Protocol):
    """An article of one version, whether as it is held or as it is cited."""

    @property
    def short_title(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def article(self) -> str: ...
    @property
    def version_date(self) -> date | None: ...
    @property
    def in_force_to(self) -> date | None: ...


class _Entry(Strict):
    old: int | None = None
    new: tuple[int, ...] = ()
    gone: bool = False
    by: By
    note: str = ""

    @model_validator(mode="after")
    def _says_where_it_went(self) -> Self:
        if self.gone == bool(self.new) or (self.gone and self.old is None):
            raise ValueError("要么写 new（新条号），要么写 old 和 gone: true")
        return self


class _Continuing(Strict):
    rights: tuple[str, ...] = Field(min_length=1)
    basis: str


class _Change(Strict):
    law: str
    old: date
    new: date
    continuing: _Continuing | None = None
    articles: tuple[_Entry, ...] = Field(min_length=1)


class _Earlier(Strict):
    law: str
    until: date
    basis: str


class _File(Strict):
    changes: tuple[_Change, ...]
    earlier: tuple[_Earlier, ...] = ()


@dataclass(frozen=True)
class Earlier:
    """Acts before `until` are judged by the rules of their time, which are not held; `basis` says
    so.
    """

    until: date
    basis: Citation


@dataclass(frozen=True)
class _Move:
    """One line of the file: what the article was (None: new), what it became (empty: gone), and who
    decides.
    """

    old: Article | None
    new: tuple[Article, ...]
    by: By
    note: str


_Key = tuple[str, date | None, str]


class Succession:
    """The successors and predecessors of articles. An article of a law that did not change has
    neither.
    """

    def __init__(
        self,
        moves: tuple[_Move, ...],
        continuing: dict[str, tuple[tuple[str, ...], Citation]],
        earlier: dict[str, Earlier],
    ) -> None:
        self._from = {_key(move.old): move for move in moves if move.old}
        self._into: dict[_Key, list[_Move]] = {}
        for move in moves:
            for article in move.new:
                self._into.setdefault(_key(article), []).append(move)
        self._continuing = continuing
        self.earlier = earlier

    @classmethod
    def load(cls, statutes: Statutes, content: Path = CONTENT) -> "Succession":
        """Read succession.yml; raises ContentError with the line where an article is unknown or
        said twice.
        """
        path = content / "succession.yml"
        file = load(path, _File)
        moves: list[_Move] = []
        continuing = {}
        for index, change in enumerate(file.changes):
            law = _law(path, ("changes", index, "law"), change.law, statutes)
            moves += _moves(path, index, change, statutes)
            if change.continuing:
                where = ("changes", index, "continuing", "basis")
                basis = _cited(path, where, change.continuing.basis, statutes)
                continuing[law.short] = (change.continuing.rights, basis)
        earlier = {}
        for index, entry in enumerate(file.earlier):
            law = _law(path, ("earlier", index, "law"), entry.law, statutes)
            basis = _cited(path, ("earlier", index, "basis"), entry.basis, statutes)
            earlier[law.short] = Earlier(entry.until, basis)
        return cls(tuple(moves), continuing, earlier)

    def successors(self, article: Named) -> list[Article]:
        """The articles of the next version that took its place; empty when it is gone or its law
        did not change.
        """
        move = self._from.get(_key(article))
        return list(move.new) if move else []

    def predecessors(self, article: Named) -> list[Article]:
        """The articles of the version before whose place it took; empty when it is new or its law
        did not change.
        """
        return [move.old for move in self._into.get(_key(article), ()) if move.old]

    def is_gone(self, article: Named) -> bool:
        """Whether nothing in the next version took its place."""
        move = self._from.get(_key(article))
        return move is not None and not move.new

    def change_of(self, article: Named) -> str:
        """What changed in substance from this article to its successors, in Chinese; empty when
        nothing notable.
        """
        move = self._from.get(_key(article))
        return move.note if move else ""

    def by_act(self, article: Named) -> bool:
        """Whether the day of the act decides between this article and those before or after it."""
        moves = [*self._into.get(_key(article), ()), *filter(None, [self._from.get(_key(article))])]
        return any(move.by == "act" for move in moves)

    def continuing(self, law: str, right: str | None) -> Citation | None:
        """The rule by which the newer version governs an act that goes on past the change; None
        when there is none.
        """
        rights, basis = self._continuing.get(law, ((), None))
        return basis if right in rights else None

    def knows(self, article: Named) -> bool:
        """Whether the file says what this article became or whence it came."""
        return _key(article) in self._from or _key(article) in self._into


def _key(article: Named) -> _Key:
    return article.short_title, article.version_date, article.article


def _moves(path: Path, index: int, change: _Change, statutes: Statutes) -> Iterator[_Move]:
    taken: set[int] = set()
    for number, entry in enumerate(change.articles):
        where = ("changes", index, "articles", number)
        if entry.old in taken:
            raise ContentError(path, line_of(path, *where), f"{change.law}第{entry.old}条重复")
        taken |= {entry.old} if entry.old else set()
        yield _Move(
            old=_article(path, (*where, "old"), change.law, change.old, entry.old, statutes)
            if entry.old
            else None,
            new=tuple(
                _article(path, (*where, "new", position), change.law, change.new, one, statutes)
                for position, one in enumerate(entry.new)
            ),
            by=entry.by,
            note=entry.note,
        )


def _article(
    path: Path,
    where: tuple[str | int, ...],
    law: str,
    version: date,
    number: int,
    statutes: Statutes,
) -> Article:
    name = article_number(f"{number}条")
    try:
        found = statutes.of_year(law, version.year, name or "")
    except UnknownArticle as error:
        raise ContentError(
            path, line_of(path, *where), f"{law}（{version.year}）没有第{number}条"
        ) from error
    if found.version_date != version:
        raise ContentError(
            path, line_of(path, *where), f"laws.yml 里没有 {law} 的 {version} 这个版本"
        )
    return found


def _law(path: Path, where: tuple[str | int, ...], name: str, statutes: Statutes) -> LawEntry:
    try:
        return statutes.laws[statutes.short_title(name)]
    except UnknownLaw as error:
        raise ContentError(
            path, line_of(path, *where), f"laws.yml 里没有「{name}」这部法"
        ) from error


def _cited(path: Path, where: tuple[str | int, ...], notation: str, statutes: Statutes) -> Citation:
    try:
        reference = Reference.parse(notation)
        law = statutes.laws[statutes.short_title(reference.law)]
        return citation(
            statutes.of_year(law.short, law.versions[-1].version_date.year, reference.article)
        )
    except ValueError as error:
        raise ContentError(path, line_of(path, *where), str(error)) from error
    except (UnknownLaw, UnknownArticle) as error:
        raise ContentError(path, line_of(path, *where), f"查无此条：「{notation}」") from error
