"""What is shown of items that are looked at."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Why(BaseModel):
    """Why an item should be looked at again; `said` is for people."""

    code: Literal["article_changed", "review_old", "unverified"]
    said: str


class Stale(BaseModel):
    """`since`: the first day on which it is out of date, null where that is not known. `visitors`:
    how often it was told in the last 90 days.
    """

    kind: str
    file: str
    key: str
    title: str
    why: list[Why]
    since: date | None
    visitors: int


class NamedBy(BaseModel):
    """An item that names another."""

    kind: str
    file: str
    key: str
    title: str


class Uses(BaseModel):
    """`visitors`: how often it was told in the last 90 days; null where turns do not note that."""

    visitors: int | None
    by: list[NamedBy]


class HitTest(BaseModel):
    """`day`: today, or the day that the release was made for, where it is left out."""

    model_config = ConfigDict(extra="forbid")

    query: Question
    day: date | None = None
    release_id: int | None = Field(None, ge=1, description="What is published beside it.")


class Parts(BaseModel):
    """What a score is the sum of."""

    words: float
    meaning: float


class AnswerHit(BaseModel):
    """`says`: what would be told on the day."""

    key: str
    title: str
    score: float
    parts: Parts
    says: str


class GuidanceHit(BaseModel):
    key: str
    title: str
    score: float
    why: list[str]


class LawHit(BaseModel):
    """`version_date` is that of the version in force on the day."""

    law: str
    article: str
    version_date: date | None
    score: float
    why: list[str]


class RemedyHit(BaseModel):
    key: str
    title: str
    why: str


class ReferralHit(BaseModel):
    """The ways that are open for what the words state; what else is known of a matter is not."""

    remedies: list[RemedyHit]


class Hits(BaseModel):
    answers: list[AnswerHit]
    guidance: list[GuidanceHit]
    law: list[LawHit]
    referral: ReferralHit | None = Field(description="null where the words open no way.")


class HitsTold(BaseModel):
    """`candidate` is null where no release was asked for."""

    day: date
    published: Hits
    candidate: Hits | None
