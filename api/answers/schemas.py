"""What the chat API shows of the knowledge base."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Citation(BaseModel):
    """An article or a piece of guidance. `kind` tells the statute's own words from a digest and from guidance."""

    model_config = ConfigDict(extra="allow", from_attributes=True)

    law: str | None
    article: str | None
    version_date: date | None
    in_force_from: date | None
    in_force_to: date | None
    text: str
    kind: Literal["statute", "digest", "guidance"]
    url: str | None = None


class FoundPassage(BaseModel):
    """One hit of a search. `why` says in Chinese what it was found by; `score` grows with relevance."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    kind: str
    title: str
    text: str
    score: float
    why: list[str]
    citation: Citation


class Found(BaseModel):
    """The answer to a search, on the law of the day `as_of`. `notice` says when a hit was left out."""

    as_of: date
    hits: list[FoundPassage]
    notice: str | None = None
