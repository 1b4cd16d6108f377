"""Institutions as the desk's API shows them."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from knowledge.law.statutes import Trust
from knowledge.places.directory import Serves, Why


class InstitutionFields(BaseModel):
    """What an entry of the directory says; what is missing in a draft is empty."""

    name: str = ""
    kind: str = ""
    city: str | None = None
    county: str | None = None
    serves: Serves | None = None
    seated_in: str | None = None
    address: str | None = None
    phone: str | None = None
    hours: str | None = None
    does: str | None = None
    fields: list[str] = []
    facts: list[str] = []
    confirm: str | None = None
    sources: list[str] = []
    verified_on: date | None = None
    verified_by: str | None = None
    trust: Trust = "one_source"


class PendingRevision(BaseModel):
    """The newest revision of an entry that is not in use yet; `fields` null takes the entry away,
    `unreadable` where its text is none that the form can show.
    """

    revision_id: int
    state: Literal["draft", "in_review", "rejected", "published"]
    author: str
    author_id: int
    reason: str
    made_at: datetime
    effective_from: date | None
    fields: InstitutionFields | None
    unreadable: bool = False


class InstitutionShown(BaseModel):
    """An entry. `version` is what a change is made over; `fields` null where it is not in use."""

    id: str
    version: int
    fields: InstitutionFields | None
    checked: bool = Field(description="Whether it may be told as a fact today.")
    check_by: date | None = Field(description="Until when it may, null where it never was checked.")
    pending: PendingRevision | None


class InstitutionKind(BaseModel):
    key: str
    name: str
    group: str
    everywhere: Literal["county", "city"] | None
    told: bool = Field(description="Whether the bot tells visitors of this kind by itself.")


class CityShown(BaseModel):
    name: str
    counties: list[str]


class AlikeShown(BaseModel):
    why: Why
    ids: list[str]


class GapShown(BaseModel):
    kind: str
    cities: list[str]
    counties: list[str]


class InstitutionsOverview(BaseModel):
    """The whole directory as it is edited."""

    day: date
    file: str
    institutions: list[InstitutionShown]
    kinds: list[InstitutionKind]
    cities: list[CityShown]
    alike: list[AlikeShown]
    gaps: list[GapShown]
