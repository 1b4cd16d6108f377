"""What the chat API shows of the knowledge base."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict


class Citation(BaseModel):
    """An article or a piece of guidance. `kind` tells the statute's own words from a digest and
    from guidance.

    `law` is the official title without 中华人民共和国, `short` the helpline's own name for narrow
    places.
    """

    model_config = ConfigDict(extra="allow")

    law: str | None
    short: str | None = None
    article: str | None
    version_date: date | None
    in_force_from: date | None
    in_force_to: date | None
    text: str
    kind: Literal["statute", "digest", "guidance"]
    url: str | None = None


class FoundPassage(BaseModel):
    """One hit of a search. `why` says in Chinese what it was found by; `score` grows with
    relevance.
    """

    id: str
    kind: str
    title: str
    text: str
    score: float
    why: list[str]
    citation: Citation


class Found(BaseModel):
    """The answer to a search, on the law of the day `as_of`. `notice` says when a hit was left
    out.
    """

    as_of: date
    hits: list[FoundPassage]
    notice: str | None = None
