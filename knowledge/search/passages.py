"""What can be found: one passage for each article of law and for each section of a guidance
article.

An article's title says what it is about in everyday words, from `content/headings.yml`: people do
not ask in the words of the law, and this closes most of the distance.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import RootModel

from knowledge.law.citations import Reference
from knowledge.law.statutes import Article, Statutes, UnknownArticle, UnknownLaw
from knowledge.reviewed import CONTENT, ContentError, line_of, load
from knowledge.search.guidance import Guidance, newest

HEADINGS = CONTENT / "headings.yml"

Kind = Literal["statute", "digest", "guidance"]


@dataclass(frozen=True)
class Passage:
    """One unit of search.

    `document` is shared by the passages that must not crowd a result together: the sections of one
    guidance article. For guidance, `law` is the article's title and `article` the section's
    heading; `basis` names the passages of law that it stands on, by their `id`.
    """

    id: str
    kind: Kind
    document: str
    title: str
    text: str
    law: str
    article: str
    chapter: str
    version_date: date | None
    in_force_from: date | None
    in_force_to: date | None
    basis: tuple[str, ...] = ()

    def governs(self, on: date) -> bool:
        """Whether the passage may be shown on that day."""
        return (self.in_force_from is None or self.in_force_from <= on) and (
            self.in_force_to is None or on <= self.in_force_to
        )

    @property
    def embedded_text(self) -> str:
        """What the encoder reads."""
        return " ".join(filter(None, (self.title, self.chapter, self.text)))

    def as_dict(self) -> dict[str, Any]:
        """JSON values, dates in ISO form."""
        values = asdict(self)
        return {
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in values.items()
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Passage":
        """The passage whose `as_dict` this is."""
        dates = {key: date.fromisoformat(values[key]) for key in _DATES if values[key]}
        return cls(**(values | dates | {"basis": tuple(values["basis"])}))


_DATES = ("version_date", "in_force_from", "in_force_to")


class _Headings(RootModel[dict[str, dict[str, str]]]):
    """Law with its year → article → what it is about."""


def headings(statutes: Statutes, path: Path = HEADINGS) -> dict[str, str]:
    """What articles are about in everyday words, by `article_id`; raises ContentError where an
    article is unknown.
    """
    found = {}
    for law, entries in load(path, _Headings).root.items():
        for number, heading in entries.items():
            try:
                article = newest(Reference.parse(f"{law}{number}"), statutes)
            except (ValueError, UnknownLaw, UnknownArticle) as error:
                raise ContentError(
                    path, line_of(path, law, number), f"没有{law}{number}这一条"
                ) from error
            found[article_id(article)] = heading
    return found


def of_article(article: Article, heading: str = "") -> Passage:
    """The passage of one article of law; `heading` is for statutes, digests have their own."""
    name = article_id(article)
    about = article.heading or heading
    return Passage(
        id=name,
        kind=article.kind,
        document=name,
        title=f"{article.short_title}{article.article} {about}".strip(),
        text=article.text,
        law=article.short_title,
        article=article.article,
        chapter=article.chapter,
        version_date=article.version_date,
        in_force_from=article.in_force_from,
        in_force_to=article.in_force_to,
    )


def article_id(article: Article) -> str:
    """'商标法(2019)第五十七条': the article as content files name it, always with its year."""
    return f"{article.short_title}({article.version_date.year}){article.article}"


def of_guidance(guidance: Guidance) -> list[Passage]:
    """The passages of one guidance article, one for each of its sections."""
    return [
        Passage(
            id=f"{guidance.id}#{heading}",
            kind="guidance",
            document=guidance.id,
            title=f"{guidance.title}·{heading}",
            text=text,
            law=guidance.title,
            article=heading,
            chapter="",
            version_date=guidance.reviewed_on,
            in_force_from=guidance.starts,
            in_force_to=guidance.expires,
            basis=tuple(article_id(article) for article in guidance.articles),
        )
        for heading, text in guidance.sections.items()
    ]


def all(statutes: Statutes, guidance: Iterable[Guidance]) -> list[Passage]:
    """Every passage of every version, laws first."""
    about = headings(statutes)
    return [
        *(
            of_article(article, about.get(article_id(article), ""))
            for article in statutes.articles()
        ),
        *(passage for item in guidance for passage in of_guidance(item)),
    ]
