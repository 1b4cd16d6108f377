"""Experts as the desk's API shows them."""

from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Consent = Literal["given", "missing", "later", "over"]
Why = Literal["withdrawn", "mistake"]

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=30)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
How = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Phone = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=5, max_length=40, pattern=r"^[0-9+() 转-]+$"
    ),
]
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, max_length=100, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s.]+$"
    ),
]


class NewExpert(BaseModel):
    """Whom the desk may turn to. Without `consent_on` nobody but who keeps the roster sees them."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    organisation: Line | None = None
    fields: Annotated[list[Word], Field(min_length=1, max_length=20)]
    cities: Annotated[list[Word], Field(max_length=12)] = Field(
        [], description="Official names; none is the whole province."
    )
    phone: Phone | None = None
    email: Email | None = None
    consent_on: date | None = None
    consent_until: date | None = Field(None, description="The last day; null: until withdrawn.")
    consent_how: How | None = None
    note: Note | None = None

    @model_validator(mode="after")
    def _says_how_they_agreed(self) -> Self:
        if self.consent_on and not self.consent_how:
            raise ValueError("写了同意日期，请写明怎么同意的，比如签了哪份书面同意")
        if self.consent_until and not self.consent_on:
            raise ValueError("写了同意到期日，请写明哪天同意的")
        if self.consent_on and self.consent_until and self.consent_until < self.consent_on:
            raise ValueError("同意的到期日不能早于同意那天")
        return self


class Expert(BaseModel):
    """Somebody on the roster; `consent`: given holds today."""

    id: int
    name: str
    organisation: str | None
    fields: list[str]
    cities: list[str]
    phone: str | None
    email: str | None
    consent: Consent
    consent_on: date | None
    consent_until: date | None
    consent_how: str | None
    note: str | None
    added_by: str
    changed_at: datetime


class Roster(BaseModel):
    """Who is on it."""

    day: date
    experts: list[Expert]
    cities: list[str] = Field(description="The places that one can choose from.")
