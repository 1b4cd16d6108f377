"""The directory of bodies, hotlines, sites and centres, as an operator looks something up in it.

Everything comes from `institutions.yml` of the content in use, with its sources and with how far
it is known; what is not known of a place is not in it.
"""

import asyncio
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api.accounts.access import Searcher
from api.answers.service import AppKnowledge
from knowledge.law.statutes import Trust
from knowledge.places.institutions import NEW_AREA, Centre, Contact, Institutions
from knowledge.places.regions import Regions

router = APIRouter(prefix="/api/desk/directory", tags=["desk"])

_FOLDERS = 4  # of content, that are kept in mind
_KINDS = {"hotline": "热线", "site": "网站", "centre": "保护中心"}


class Source(BaseModel):
    """Where something is known from; an article explains itself."""

    code: str
    text: str


class DirectoryEntry(BaseModel):
    """One thing that a visitor may be sent to."""

    kind: Literal["body", "hotline", "site", "centre"]
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
    q: Annotated[str, Query(max_length=60, description="Words that all have to occur.")] = "",
    city: Annotated[str, Query(max_length=20, description="A city's official name.")] = "",
) -> Directory:
    """Bodies, hotlines, sites and centres, with their sources."""
    return await asyncio.to_thread(look_up, knowledge.content, q, city)


def look_up(content: Path, q: str, city: str) -> Directory:
    """What the directory of a folder of content holds for these words, as it stands for this
    city.
    """
    regions, institutions = _read(content)
    asked = city if city in (*regions.cities, NEW_AREA) else None
    found = (entry for entry in _entries(institutions, asked) if _matches(entry, q.split()))
    return Directory(items=list(found), cities=[*regions.cities, NEW_AREA])


@lru_cache(_FOLDERS)  # a folder of content never changes
def _read(content: Path) -> tuple[Regions, Institutions]:
    regions = Regions.load(content / "regions.yml")
    return regions, Institutions.load(content / "institutions.yml", regions)


def _entries(institutions: Institutions, city: str | None) -> Iterator[DirectoryEntry]:
    for kind in institutions.kinds:
        for level in institutions.levels(kind):
            yield _body(institutions, kind, level, city)
    for at, centre in enumerate(institutions.centres):
        if city in (None, centre.city):
            yield _centre(institutions, f"centre-{at}", centre)
    for at, hotline in enumerate(institutions.hotlines):
        yield _contact(institutions, "hotline", f"hotline-{at}", hotline)
    for at, site in enumerate(institutions.sites):
        yield _contact(institutions, "site", f"site-{at}", site)


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
    codes = dict.fromkeys(code for fact in centre.facts for code in fact.source)
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
        sources=_sources(institutions, codes),
        trust=centre.trust,
    )


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
    told = (entry.name, entry.label, entry.does, entry.city, entry.note, *entry.facts)
    text = "\n".join(part for part in told if part).casefold()
    return all(word.casefold() in text for word in words)
