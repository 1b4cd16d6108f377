"""The directory of bodies, hotlines, sites and centres, as an operator looks something up in it.

Everything comes from the content in use, with its sources and with how far it is known; what is
not known of a place is not in it. An institution that was not checked for a year says so.
"""

import asyncio
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.accounts.access import Searcher
from api.answers.service import AppKnowledge
from api.clock import AppClock
from knowledge.law.statutes import Trust
from knowledge.places.directory import NEW_AREA, Institution
from knowledge.places.institutions import Centre, Contact, Institutions
from knowledge.places.regions import Regions

router = APIRouter(prefix="/api/desk/directory", tags=["desk"])

_KINDS = {"hotline": "热线", "site": "网站", "centre": "保护中心"}
_LOADED = 2  # the content in use, and that which was until now


class Source(BaseModel):
    """Where something is known from; an article explains itself."""

    code: str
    text: str


class DirectoryEntry(BaseModel):
    """One thing that a visitor may be sent to."""

    kind: Literal["body", "hotline", "site", "centre", "institution"]
    key: str
    body_kind: str | None = Field(default=None, description="A body's kind, to transfer to.")
    name: str
    label: str = Field(description="What it is, in Chinese.")
    does: str
    level: str | None = Field(default=None, description="A body's level: county, city, …")
    city: str | None = None
    value: str | None = Field(default=None, description="A number, or an address on the web.")
    give: bool = Field(default=True, description="Whether visitors may be told the value.")
    note: str | None = Field(default=None, description="What to check or to know first.")
    address: str | None = None
    phone: str | None = None
    hours: str | None = None
    verified_on: date | None = None
    verified_by: str | None = None
    unverified: bool = Field(
        default=False,
        description="Not checked within a year: no visitor is told more than its name.",
    )
    facts: list[str] = Field(default_factory=list)
    not_claimed: list[str] = Field(
        default_factory=list, description="What nobody knows of it, and nobody may claim."
    )
    sources: list[Source]
    trust: Trust


class Directory(BaseModel):
    """What was found, and the cities that one can ask for."""

    items: list[DirectoryEntry]
    cities: list[str]


@router.get("")
async def directory(
    _: Searcher,
    knowledge: AppKnowledge,
    clock: AppClock,
    q: Annotated[str, Query(max_length=60, description="Words that all have to occur.")] = "",
    city: Annotated[str, Query(max_length=20, description="A city's official name.")] = "",
) -> Directory:
    """Bodies, institutions, hotlines, sites and centres, with their sources."""
    return await asyncio.to_thread(look_up, knowledge.content, q, city, clock.today())


def look_up(content: Path, q: str, city: str, on: date) -> Directory:
    """What the directory holds for these words on a day, as it stands for this city."""
    regions, institutions = read_content(content)
    asked = city if city in (*regions.cities, NEW_AREA) else None
    found = (entry for entry in _entries(institutions, asked, on) if _matches(entry, q.split()))
    return Directory(items=list(found), cities=[*regions.cities, NEW_AREA])


@lru_cache(maxsize=_LOADED)
def read_content(content: Path) -> tuple[Regions, Institutions]:
    """Places and institutions of a folder of content, which never changes; it takes a moment."""
    regions = Regions.load(content / "regions.yml")
    return regions, Institutions.load(content / "institutions.yml", regions)


async def places(content: Path) -> list[str]:
    """The cities that one can choose from."""
    regions, _ = await asyncio.to_thread(read_content, content)
    return [*regions.cities, NEW_AREA]


def _entries(institutions: Institutions, city: str | None, on: date) -> Iterator[DirectoryEntry]:
    centres = {centre.name: centre for centre in institutions.centres}
    for one in institutions.directory.institutions:
        if city in (None, one.city) or one.level == "province":
            yield _institution(institutions, one, centres.get(one.name), on)
    for kind in institutions.kinds:
        for level in institutions.levels(kind):
            yield _body(institutions, kind, level, city)
    listed = {one.name for one in institutions.directory.institutions}
    for at, centre in enumerate(institutions.centres):
        if city in (None, centre.city) and centre.name not in listed:
            yield _centre(institutions, f"centre-{at}", centre)
    for at, hotline in enumerate(institutions.hotlines):
        yield _contact(institutions, "hotline", f"hotline-{at}", hotline)
    for at, site in enumerate(institutions.sites):
        yield _contact(institutions, "site", f"site-{at}", site)


def _institution(
    institutions: Institutions, one: Institution, centre: Centre | None, on: date
) -> DirectoryEntry:
    """An institution, with what is known of the centre of that name."""
    conditions = centre.conditions if centre else ()
    return DirectoryEntry(
        kind="centre" if centre else "institution",
        key=f"institution-{one.id}",
        name=one.name,
        label=institutions.directory.kinds[one.kind].name,
        does="；".join(part for part in (one.does, "、".join(one.fields)) if part),
        level=one.level,
        city=one.city,
        note="；".join(part for part in (one.confirm, *conditions) if part) or None,
        address=one.place,
        phone=one.phone,
        hours=one.hours,
        verified_on=one.verified_on,
        verified_by=one.verified_by,
        unverified=not one.is_checked(on),
        facts=[*one.facts, *(fact.text for fact in (centre.facts if centre else ()))],
        not_claimed=list(centre.not_claimed if centre else ()),
        sources=[
            *(Source(code=text, text=text) for text in one.sources),
            *_sources(institutions, _codes(centre) if centre else ()),
        ],
        trust=one.trust,
    )


def _body(institutions: Institutions, kind: str, level: str, city: str | None) -> DirectoryEntry:
    body = institutions.body(kind, level, city)
    return DirectoryEntry(
        kind="body",
        key=f"{kind}-{level}",
        body_kind=kind,
        name=body.name,
        label=institutions.label(kind),
        does=body.does,
        level=level,
        city=body.city,
        note=body.note,
        sources=_sources(institutions, body.source),
        trust=body.trust,
    )


def _centre(institutions: Institutions, key: str, centre: Centre) -> DirectoryEntry:
    return DirectoryEntry(
        kind="centre",
        key=key,
        name=centre.name,
        label=_KINDS["centre"],
        does="、".join(centre.fields.values()),
        city=centre.city,
        note="；".join(centre.conditions) or None,
        facts=[fact.text for fact in centre.facts],
        not_claimed=list(centre.not_claimed),
        sources=_sources(institutions, _codes(centre)),
        trust=centre.trust,
    )


def _codes(centre: Centre) -> Iterable[str]:
    return dict.fromkeys(code for fact in centre.facts for code in fact.source)


def _contact(
    institutions: Institutions, kind: Literal["hotline", "site"], key: str, contact: Contact
) -> DirectoryEntry:
    return DirectoryEntry(
        kind=kind,
        key=key,
        name=contact.value,
        label=_KINDS[kind],
        does=contact.purpose,
        value=contact.value,
        give=contact.give,
        note=contact.caveat,
        sources=_sources(institutions, contact.source),
        trust=contact.trust,
    )


def _sources(institutions: Institutions, codes: Iterable[str]) -> list[Source]:
    return [Source(code=code, text=institutions.sources.get(code, code)) for code in codes]


def _matches(entry: DirectoryEntry, words: list[str]) -> bool:
    told = (
        *(entry.name, entry.label, entry.does, entry.city, entry.note, *entry.facts),
        *(entry.address, entry.phone),
    )
    text = "\n".join(part for part in told if part).casefold()
    return all(word.casefold() in text for word in words)
