"""What can be found: one passage for each article of law and for each section of a guidance article."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from knowledge.guidance import Guidance
from knowledge.statutes import Article, Statutes

Kind = Literal["statute", "digest", "guidance"]


@dataclass(frozen=True)
class Passage:
    """One unit of search.

    `document` is shared by the passages that must not crowd a result together: the sections of one guidance article.
    For guidance, `law` is the article's title and `article` the section's heading; `basis` names the passages of law
    that it stands on, by their `id`.
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
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Passage":
        """The passage whose `as_dict` this is."""
        dates = {key: date.fromisoformat(values[key]) for key in _DATES if values[key]}
        return cls(**(values | dates | {"basis": tuple(values["basis"])}))


_DATES = ("version_date", "in_force_from", "in_force_to")


def of_article(article: Article) -> Passage:
    """The passage of one article of law."""
    name = article_id(article)
    return Passage(
        id=name,
        kind=article.kind,
        document=name,
        title=f"{article.law}{article.article}" + (f" {article.heading}" if article.heading else ""),
        text=article.text,
        law=article.law,
        article=article.article,
        chapter=article.chapter,
        version_date=article.version_date,
        in_force_from=article.in_force_from,
        in_force_to=article.in_force_to,
    )


def article_id(article: Article) -> str:
    """'商标法(2019)第五十七条': the article as content files name it, always with its year."""
    return f"{article.law}({article.version_date.year}){article.article}"


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
    return [
        *(of_article(article) for article in statutes.articles()),
        *(passage for item in guidance for passage in of_guidance(item)),
    ]
