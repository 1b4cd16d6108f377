"""Which body a matter belongs to, and what is known of the protection centres.

All words stand in `content/institutions.yml`, and in `content/directory.yml` beside it, which holds
the single institutions. Nothing is made up for a place that is not in them: where the city or the
body is not known, the name itself says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from knowledge.law.citations import Reference
from knowledge.law.statutes import Trust
from knowledge.places import directory
from knowledge.places.directory import NEW_AREA, Directory, Institution
from knowledge.places.regions import Regions
from knowledge.reviewed import ContentError, Strict, line_of, load

Level = Literal["county", "city", "province", "national", "none"]

_OUTSIDE = "不在江西，机关名称和受理范围以当地为准"


class UnknownBody(LookupError):
    """A kind, or a level of a kind, that `institutions.yml` does not have."""


@dataclass(frozen=True)
class Body:
    """One body as it may be shown. `city` and `county` are set only where they are part of its
    competence.

    `note` is what to check or to know first, None when there is nothing. `source` holds codes of
    `Institutions.sources` or articles in citation notation. `reach` says where it is and how it is
    reached, where that was checked within a year. `unverified`: the institution that it names was
    not.
    """

    kind: str
    name: str
    city: str | None
    county: str | None
    note: str | None
    source: tuple[str, ...]
    does: str
    trust: Trust
    reach: str | None = None
    unverified: bool = False


class Instead(Strict):
    name: str
    source: tuple[str, ...]
    note: str | None = None


class LevelEntry(Strict):
    name: str
    generic: str | None = None
    note: str | None = None
    instead: dict[str, Instead] = Field(default_factory=dict)


class BodyEntry(Strict):
    """`known` is said in the place of `confirm` where the institution itself is known."""

    kind: str
    label: str
    does: str
    seat: str = ""
    levels: dict[Level, LevelEntry] = Field(min_length=1)
    source: tuple[str, ...] = Field(min_length=1)
    trust: Trust
    confirm: str | None = None
    known: str | None = None


class Contact(Strict):
    """A hotline or a site. `give`: whether visitors may be told; `caveat`: what to say with it or
    why not.
    """

    value: str
    purpose: str
    give: bool
    caveat: str | None = None
    source: tuple[str, ...] = Field(min_length=1)
    trust: Trust


class Fact(Strict):
    text: str
    source: tuple[str, ...] = Field(min_length=1)


class Centre(Strict):
    """A protection centre: what it is known to take, and what must not be claimed of it."""

    name: str
    kind: Literal["protection_centre", "fast_rights_centre", "provincial_centre"]
    city: str
    fields: dict[str, str] = Field(default_factory=dict)
    rights: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    facts: tuple[Fact, ...]
    not_claimed: tuple[str, ...]
    trust: Trust


class _File(Strict):
    sources: dict[str, str]
    bodies: tuple[BodyEntry, ...]
    hotlines: tuple[Contact, ...]
    sites: tuple[Contact, ...]
    centres: tuple[Centre, ...]


class Institutions:
    """The directory of bodies and centres. Pure after loading."""

    def __init__(self, content: _File, regions: Regions, directory: Directory) -> None:
        self.sources = content.sources
        self.hotlines, self.sites, self.centres = content.hotlines, content.sites, content.centres
        self._bodies = {entry.kind: entry for entry in content.bodies}
        self._regions, self.directory = regions, directory

    @classmethod
    def load(cls, path: Path, regions: Regions) -> "Institutions":
        """What stands in `path`, and beside it in the directory; raises ContentError naming the
        file and the line of the first fault.
        """
        content = load(path, _File)
        _check(path, content, regions)
        return cls(content, regions, Directory.load(path.with_name(directory.FILE), regions))

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self._bodies)

    def label(self, kind: str) -> str:
        """What a kind is called; raises UnknownBody."""
        return self._entry(kind).label

    def levels(self, kind: str) -> tuple[Level, ...]:
        """The levels on which a kind exists; raises UnknownBody."""
        return tuple(self._entry(kind).levels)

    def nearest(self, kind: str, city: str | None, county: str | None) -> Body:
        """The body of a kind on the level that is nearest to a place; raises UnknownBody."""
        there = self.levels(kind)
        wished: tuple[Level, ...] = (
            *(("county",) if county else ()),
            *(("city",) if city or county else ()),
            *("province", "national", "none", "city", "county"),
        )
        level = next(level for level in wished if level in there)
        return self.body(kind, level, city, county)

    def body(
        self,
        kind: str,
        level: str = "none",
        city: str | None = None,
        county: str | None = None,
        on: date | None = None,
    ) -> Body:
        """The body of a kind for a place; raises UnknownBody when the kind has no such level.

        `city` and `county` are official names. A county that does not lie in `city` is left aside.
        On a day it is the institution of the directory: one that was checked within a year goes
        before what is said of the city here, one that was not goes behind it.
        """
        entry = self._entry(kind)
        form = next((form for name, form in entry.levels.items() if name == level), None)
        if form is None:
            raise UnknownBody(
                f"「{entry.label}」没有 {level} 这一级，可用：{'、'.join(entry.levels)}"
            )
        placed = level in ("county", "city")
        city = city or (self._regions.city_of(county) if county else None)
        near = county if county and self._regions.city_of(county) == city else None
        county = near if level == "county" else None
        special = form.instead.get(city or "") if placed else None
        name = special.name if special else self._name(entry, form, level, city, county)
        outside = (
            _OUTSIDE
            if city and level in ("county", "city", "province") and not self.is_ours(city)
            else None
        )
        body = Body(
            kind=kind,
            name=name,
            city=city if placed else None,
            county=county,
            note=_joined(special.note if special else None, form.note, entry.confirm, outside),
            source=special.source if special else entry.source,
            does=entry.does,
            trust=entry.trust,
        )
        if on is None:
            return body
        known = self.directory.of(kind, level, city, near)
        checked = [one for one in known if one.is_checked(on)]
        if checked:
            return _checked(body, checked, on, form.note, entry.known or entry.confirm)
        return _unchecked(body, known[0], on) if known and special is None else body

    def _entry(self, kind: str) -> BodyEntry:
        try:
            return self._bodies[kind]
        except KeyError as error:
            raise UnknownBody(f"没有「{kind}」这种机关，可用：{'、'.join(self._bodies)}") from error

    def _name(
        self, entry: BodyEntry, form: LevelEntry, level: str, city: str | None, county: str | None
    ) -> str:
        if city and form.generic and not self.is_ours(city):
            return f"{city}当地的{form.generic}"
        if "{" not in form.name:
            return form.name
        if city is None:
            return f"{entry.seat}{form.generic}（城市待问）"
        if city == NEW_AREA:
            return f"{NEW_AREA}的{entry.label}（由哪家受理待核）"
        if county is None and "{county}" in form.name:
            return f"{city}内{entry.seat}的{form.generic}（区县待问）"
        return form.name.format(city=city, county=county)

    def is_ours(self, city: str) -> bool:
        """Whether a city (official name) lies in Jiangxi."""
        return city == NEW_AREA or city in self._regions.cities


def _joined(*notes: str | None) -> str | None:
    return "；".join(note for note in notes if note) or None


def _checked(body: Body, known: Sequence[Institution], on: date, *notes: str | None) -> Body:
    """The body as the first of these institutions, which were all checked within a year."""
    first, *others = known
    only = f"只办{'、'.join(first.fields)}" if first.fields else None
    reached, besides = directory.reached(first, on), directory.told(others, on)
    return replace(
        body,
        name=first.name,
        note=_joined(reached, only, first.confirm, besides or None, *notes),
        trust=first.trust,
        reach=first.reach or None,
    )


def _unchecked(body: Body, one: Institution, on: date) -> Body:
    """The body as an institution of which only the name may be told."""
    name = body.name if one.name in body.name else f"{one.name}（待核）"
    note = _joined(directory.reached(one, on), body.note)
    return replace(body, name=name, note=note, unverified=True)


def _check(path: Path, content: _File, regions: Regions) -> None:
    seen: set[str] = set()
    for index, entry in enumerate(content.bodies):
        if fault := _fault(entry, content.sources, regions, seen):
            raise ContentError(path, line_of(path, "bodies", index), fault)
        seen.add(entry.kind)
    for part, contacts in (("hotlines", content.hotlines), ("sites", content.sites)):
        for index, contact in enumerate(contacts):
            if unknown := _unknown_source(contact.source, content.sources):
                raise ContentError(path, line_of(path, part, index), unknown)
    for index, centre in enumerate(content.centres):
        sources = tuple(code for fact in centre.facts for code in fact.source)
        if unknown := _unknown_source(sources, content.sources):
            raise ContentError(path, line_of(path, "centres", index), unknown)
        if centre.city not in regions.cities:
            raise ContentError(
                path, line_of(path, "centres", index, "city"), f"没有「{centre.city}」这个设区市"
            )


def _fault(
    entry: BodyEntry, sources: dict[str, str], regions: Regions, seen: set[str]
) -> str | None:
    if entry.kind in seen:
        return f"机关种类「{entry.kind}」重复了"
    if entry.trust == "unconfirmed" and entry.confirm is None:
        return f"「{entry.label}」未经证实，要用 confirm 写明请用户先核实什么"
    for level, form in entry.levels.items():
        if level in ("county", "city", "province") and form.generic is None:
            return f"「{entry.label}」的 {level} 一级要有 generic，城市未知或在省外时用"
        if "{" in form.name and not entry.seat:
            return f"「{entry.label}」的名称随地方变，要有 seat 写明看哪里"
        if wrong := [
            city for city in form.instead if city != NEW_AREA and city not in regions.cities
        ]:
            return f"「{entry.label}」：没有「{wrong[0]}」这个设区市"
        if unknown := _unknown_source(
            [code for one in form.instead.values() for code in one.source], sources
        ):
            return unknown
    return _unknown_source(entry.source, sources)


def _unknown_source(codes: tuple[str, ...] | list[str], sources: dict[str, str]) -> str | None:
    """The fault when a source is neither explained in `sources` nor an article in citation
    notation.
    """
    for code in codes:
        if code in sources:
            continue
        try:
            Reference.parse(code)
        except ValueError:
            return f"来源「{code}」既不在 sources 里，也不是法条"
    return None
