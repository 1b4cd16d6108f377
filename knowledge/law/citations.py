"""Citations: read from text, and made only of articles that exist and are in force on the day."""

import re
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from knowledge.law.articles import ARTICLE, CANONICAL, article_number
from knowledge.law.statutes import Article, NotInForce, Statutes, UnknownArticle, UnknownLaw

_NOTATION = re.compile(rf"(?P<law>.+?)(?:[(（](?P<year>\d{{4}})[)）])?(?P<article>{CANONICAL})")
_ARTICLE_IN_TEXT = (
    r"[》」]?\s*(?:[(（](?P<year>\d{4})[^)）]{0,6}[)）])?\s*[》」]?\s*的?\s*"
    rf"(?P<article>{ARTICLE})"
)
# A name that we do not know counts as a law's only in title marks or where a clause begins.
_UNKNOWN_LAW = re.compile(
    r"(?:《(?P<titled>[^》]{2,30})|(?:^|[^一-鿿])(?P<bare>[一-鿿]{2,12}?(?:法|条例|规定"
    r"|解释|办法|细则)))" + _ARTICLE_IN_TEXT
)
_MAY_NAME_AN_ARTICLE = re.compile("[条條]")
_LATEST, _EARLIER = "新", "旧老"


@dataclass(frozen=True)
class Citation:
    """One article as it may be shown: `kind` tells the statute's own words from a digest or from
    guidance.

    `short_title` is the name that we use among ourselves, `title` the official one; for guidance
    both are its title.
    """

    short_title: str
    title: str
    article: str
    version_date: date | None
    in_force_from: date | None
    in_force_to: date | None
    text: str
    kind: Literal["statute", "digest", "guidance"]
    url: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The citation as the chat API shows it: `law` is the official title, `short` our own name;
        dates in ISO form.
        """
        values = asdict(self)
        values |= {"law": values.pop("title"), "short": values.pop("short_title")}
        return {
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in values.items()
        }


@dataclass(frozen=True)
class Reference:
    """An article as content files name it: `year` picks the version where a law has several."""

    law: str
    article: str
    year: int | None = None

    @classmethod
    def parse(cls, notation: str) -> "Reference":
        """'商标法(2019)第五十七条' → Reference; raises ValueError when it is not in that form."""
        found = _NOTATION.fullmatch(notation.strip())
        if not found:
            raise ValueError(f"「{notation}」不是「法名(年份)第几条」的写法")
        year = found["year"]
        return cls(found["law"], found["article"], int(year) if year else None)

    def article_of(self, statutes: Statutes, on: date) -> Article | None:
        """The article when it governs on the day, None when its version does not; raises
        UnknownLaw, UnknownArticle.
        """
        if self.year is not None:
            article = statutes.of_year(self.law, self.year, self.article)
            return article if article.governs(on) else None
        if meant := self.meant(statutes):
            return meant if meant.governs(on) else None
        try:
            return statutes.article(self.law, self.article, on)
        except NotInForce:
            return None

    def meant(self, statutes: Statutes) -> Article | None:
        """The article of the version that citations of this law without a year mean; None where a
        year is written, or laws.yml names no such version. Raises UnknownLaw, UnknownArticle.
        """
        law = statutes.laws[statutes.short_title(self.law)]
        if self.year is not None or law.cited is None:
            return None
        return statutes.of_year(law.short, law.cited.year, self.article)


@dataclass(frozen=True)
class Mention:
    """An article as a text names it, looked up nowhere: text[start:end] holds the law as written
    and the number.

    `year` is that of the version which is meant, where the text says so.
    """

    start: int
    end: int
    law: str
    number: str
    year: int | None


@dataclass(frozen=True)
class Quoted:
    """An article that a visitor's text names. Exactly one of `article` and `problem` is set.

    `problem`: unknown_law | unknown_article | not_in_force | comes_later. With the last, `comes` is
    the article: only a version that is not yet in force has this number.
    """

    law: str
    number: str
    article: Article | None
    problem: str | None = None
    comes: Article | None = None


def citation(article: Article) -> Citation:
    """The citation that shows an article."""
    return Citation(
        short_title=article.short_title,
        title=article.title,
        article=article.article,
        version_date=article.version_date,
        in_force_from=article.in_force_from,
        in_force_to=article.in_force_to,
        text=article.text,
        kind=article.kind,
    )


def quoted(text: str, statutes: Statutes, on: date) -> list[Quoted]:
    """Every article that `text` names, in order: '商标法57条', '《专利法》第六十五条',
    '新商标法第36条', '反法(2025)第7条'.
    """
    return [
        _look_up(one.law, one.number, one.year, statutes, on) for one in mentions(text, statutes)
    ]


def mentions(text: str, statutes: Statutes) -> list[Mention]:
    """Every article that `text` names with its law in front of it, in order, also of laws that
    nobody knows.
    """
    if not _MAY_NAME_AN_ARTICLE.search(text):
        return []
    found = {}
    for match in _with_known_law(statutes.names).finditer(text):
        year = (
            int(match["year"])
            if match["year"]
            else year_of_age(match["age"], match["law"], statutes)
        )
        found[match.start("article")] = (
            match.start(),
            match.end(),
            match["law"],
            match["article"],
            year,
        )
    for match in _UNKNOWN_LAW.finditer(text):
        year = int(match["year"]) if match["year"] else None
        start = match.start("titled") if match["titled"] else match.start("bare")
        law = match["titled"] or match["bare"]
        found.setdefault(match.start("article"), (start, match.end(), law, match["article"], year))
    numbered = [
        (start, end, law, article_number(re.sub(r"\s", "", words)), year)
        for _, (start, end, law, words, year) in sorted(found.items())
    ]
    return [
        Mention(start, end, law, number, year)
        for start, end, law, number, year in numbered
        if number
    ]


@lru_cache(maxsize=8)
def _with_known_law(names: tuple[str, ...]) -> re.Pattern[str]:
    law = "|".join(map(re.escape, names))
    return re.compile(
        rf"(?P<age>[{_LATEST}{_EARLIER}])?(?:中华人民共和国)?(?P<law>{law}){_ARTICLE_IN_TEXT}"
    )


def year_of_age(age: str | None, law: str, statutes: Statutes) -> int | None:
    """The year of the version that 新 or 旧 means; None for a law that has only one. Raises
    UnknownLaw.
    """
    versions = statutes.laws[statutes.short_title(law)].versions
    if not age or len(versions) == 1:
        return None
    return versions[-1 if age == _LATEST else -2].version_date.year


def _look_up(law: str, number: str, year: int | None, statutes: Statutes, on: date) -> Quoted:
    try:
        short = statutes.short_title(law)
    except UnknownLaw:
        return Quoted(law, number, None, "unknown_law")
    try:
        article = (
            statutes.of_year(short, year, number) if year else statutes.article(short, number, on)
        )
    except (UnknownArticle, NotInForce) as error:
        if coming := None if year else _coming(short, number, statutes, on):
            return Quoted(short, number, None, "comes_later", coming)
        known = isinstance(error, UnknownArticle)
        return Quoted(short, number, None, "unknown_article" if known else "not_in_force")
    return Quoted(short, number, article)


def _coming(law: str, number: str, statutes: Statutes, on: date) -> Article | None:
    """The article of this number in the first version after `on` that has one."""
    later = sorted(
        (one for one in statutes.laws[law].versions if on < one.in_force_from),
        key=lambda version: version.in_force_from,
    )
    found = (statutes.of_version(law, one.version_date).get(number) for one in later)
    return next(filter(None, found), None)
