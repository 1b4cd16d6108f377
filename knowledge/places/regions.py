"""Places in Jiangxi and elsewhere, as visitors name them.

The names, their guards and the way they are matched are described at the head of
`content/regions.yml`. Whose place it is (the visitor's own seat or where the infringement happens)
is decided elsewhere.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from knowledge.reviewed import ContentError, Strict, line_of, load

Kind = Literal["city", "county", "new_area", "province", "outside", "abroad", "ambiguous"]
JIANGXI = "江西省"
CITIES, COUNTIES = 11, 100

_PUNCTUATION = " \t\n，。！？、；：,.!?;:~"
_BETWEEN_NEIGHBOURS = " 的市"


@dataclass(frozen=True)
class Place:
    """One place named in a text; `start` and `end` are character offsets into that text.

    `city` and `county` are official names, `city` also outside Jiangxi; all three are None where
    the name settles nothing. `ask` is the question to put when `kind` is ambiguous. `name` is the
    official name of what was found.
    """

    city: str | None
    county: str | None
    province: str | None
    kind: Kind
    start: int
    end: int
    ask: str | None
    name: str


class PlaceEntry(Strict):
    name: str
    kind: Kind
    city: str | None = None
    province: str | None = None
    type: Literal["district", "county", "county_level_city"] | None = None
    aliases: tuple[str, ...] = ()
    ask: str | None = None
    note: str | None = None
    source: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


class Guard(Strict):
    """When an alias found in a text does not count."""

    alias: str
    not_after: str = ""
    not_before: str = ""
    needs: Literal["city", "cue"] | None = None
    not_in: tuple[str, ...] = ()


class _File(Strict):
    sources: dict[str, str]
    places: tuple[PlaceEntry, ...]
    guards: tuple[Guard, ...]
    words: tuple[str, ...]
    goods: tuple[str, ...]
    makers: tuple[str, ...]
    cues: tuple[str, ...]
    glue: str


@dataclass(frozen=True)
class _Match:
    start: int
    end: int
    entry: PlaceEntry | None  # None: a word or a product that only shields what lies inside it


class Regions:
    """The table of places. Pure after loading."""

    def __init__(self, content: _File) -> None:
        self.guards = {guard.alias: guard for guard in content.guards}
        self._named: dict[str, PlaceEntry | None] = {
            name: entry for entry in content.places for name in entry.names
        }
        self._named.update(dict.fromkeys(content.words))
        self._by_name = {entry.name: entry for entry in content.places}
        self._cues = [tuple(cue.split("~")) for cue in content.cues]
        self._goods = re.compile(f"(?:{_any(content.goods)})(?!器?(?:{_any(content.makers)}))")
        self._glue = content.glue
        self._anchors = {city: self._anchors_of(city) for city in self.cities}

    @classmethod
    def load(cls, path: Path) -> "Regions":
        """The table in `path`; raises ContentError naming the file and the line of the first
        fault.
        """
        content = load(path, _File)
        _check(path, content)
        return cls(content)

    @property
    def cities(self) -> tuple[str, ...]:
        """The 11 cities of Jiangxi. 赣江新区 is not one of them."""
        return tuple(entry.name for entry in self._by_name.values() if entry.kind == "city")

    def counties(self, city: str | None = None) -> tuple[str, ...]:
        """The county-level units of a city, or all 100."""
        counties = (entry for entry in self._by_name.values() if entry.kind == "county")
        return tuple(entry.name for entry in counties if city in (None, entry.city))

    def city_of(self, county: str) -> str | None:
        """The city above a county-level unit of Jiangxi; None for any other name."""
        entry = self._by_name.get(county)
        return entry.city if entry and entry.kind == "county" else None

    def province_of(self, place: str) -> str | None:
        """The province of an official name; None abroad and for names that are not in the table."""
        entry = self._by_name.get(place)
        return _province(entry) if entry else None

    def find(self, text: str) -> list[Place]:
        """Every place that `text` names, in reading order."""
        kept: list[_Match] = []
        taken = bytearray(len(text))
        for match in sorted(self._candidates(text), key=lambda m: (m.start - m.end, m.start)):
            if not any(taken[match.start : match.end]):
                taken[match.start : match.end] = b"\1" * (match.end - match.start)
                kept.append(match)
        return list(_independent(text, sorted(kept, key=lambda m: m.start)))

    def normalise(self, name: str, city: str | None = None) -> str | None:
        """The official name for a name that stands alone; None when it is unknown or could be
        several places.

        `city`, where known, settles names that need one: 西湖 alone is nothing, in 南昌市 it is
        西湖区.
        """
        entry = self._named.get(name.strip(_PUNCTUATION))
        if entry is None or entry.kind == "ambiguous":
            return None
        guard = self.guards.get(name.strip(_PUNCTUATION))
        return None if guard and guard.needs == "city" and city != entry.city else entry.name

    def _candidates(self, text: str) -> Iterator[_Match]:
        for name, entry in self._named.items():
            start = text.find(name)
            while start >= 0:
                if self._admits(text, start, name, entry):
                    product = self._goods.match(text, start + len(name))
                    yield _Match(start, start + len(name), None if product else entry)
                start = text.find(name, start + 1)

    def _admits(self, text: str, start: int, name: str, entry: PlaceEntry | None) -> bool:
        guard = self.guards.get(name)
        if guard is None or entry is None:
            return True
        before, behind = text[:start], text[start + len(name) :]
        if (before and before[-1] in guard.not_after) or (behind and behind[0] in guard.not_before):
            return False
        if guard.needs is None or before.rstrip(self._glue).endswith(
            self._anchors.get(entry.city or "", ())
        ):
            return True
        return guard.needs == "cue" and (
            text.strip(_PUNCTUATION) == name
            or any(before.endswith(left) and behind.startswith(right) for left, right in self._cues)
        )

    def _anchors_of(self, city: str) -> tuple[str, ...]:
        """Names that tie a name behind them to `city`: Jiangxi, the city and its places, in their
        certain forms.
        """
        entries = [
            entry
            for entry in self._by_name.values()
            if city == entry.city or entry.kind == "province"
        ]
        return tuple(
            n
            for e in entries
            for n in e.names
            if n not in self.guards or self.guards[n].needs is None
        )


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _independent(text: str, matches: list[_Match]) -> Iterator[Place]:
    """Places of the matches, without those that belong to the place directly before them."""
    before: _Match | None = None
    for match in matches:
        if match.entry and not (before and before.entry and _belongs(text, before, match)):
            yield _place(match, match.entry)
        before = match


def _belongs(text: str, before: _Match, match: _Match) -> bool:
    assert before.entry and match.entry
    if text[before.end : match.start].strip(_BETWEEN_NEIGHBOURS):
        return False
    if match.entry.kind == "ambiguous":
        return match.entry.city is None and before.entry.kind not in ("province", "ambiguous")
    return match.entry.kind == "county" and before.entry.kind == "outside"


def _place(match: _Match, entry: PlaceEntry) -> Place:
    county = entry.name if entry.kind == "county" else None
    return Place(
        entry.city,
        county,
        _province(entry),
        entry.kind,
        match.start,
        match.end,
        entry.ask,
        entry.name,
    )


def _province(entry: PlaceEntry) -> str | None:
    if entry.kind == "outside":
        return entry.province
    return JIANGXI if entry.city or entry.kind == "province" else None


def _check(path: Path, content: _File) -> None:
    cities = {entry.name for entry in content.places if entry.kind == "city"}
    seen: set[str] = set()
    for index, entry in enumerate(content.places):
        if fault := _fault(entry, cities, content.sources, seen):
            raise ContentError(path, line_of(path, "places", index), fault)
        seen.update(entry.names)
    counties = sum(entry.kind == "county" for entry in content.places)
    if (len(cities), counties) != (CITIES, COUNTIES):
        message = f"应有{CITIES}个设区市、{COUNTIES}个县级单位，现有{len(cities)}个、{counties}个"
        raise ContentError(path, line_of(path, "places"), message)
    for index, guard in enumerate(content.guards):
        if guard.alias not in seen:
            raise ContentError(
                path, line_of(path, "guards", index), f"没有叫「{guard.alias}」的地名"
            )
    for index, cue in enumerate(content.cues):
        if cue.count("~") != 1:
            raise ContentError(path, line_of(path, "cues", index), f"「{cue}」里要有且只有一个 ~")


def _fault(
    entry: PlaceEntry, cities: set[str], sources: dict[str, str], seen: set[str]
) -> str | None:
    names = entry.names
    if repeated := [name for i, name in enumerate(names) if name in seen or name in names[:i]]:
        return f"「{repeated[0]}」重复了，一个名字只能属于一个地方"
    if entry.source not in sources:
        return f"sources 里没有来源「{entry.source}」"
    if entry.kind == "county" and (entry.city not in cities or entry.type is None):
        return f"县级单位「{entry.name}」要写明所属设区市和类型"
    if entry.kind == "city" and entry.city != entry.name:
        return f"设区市「{entry.name}」的 city 要与名称一致"
    if entry.kind == "outside" and entry.province is None:
        return f"省外的「{entry.name}」要写明省份"
    if (entry.kind == "ambiguous") != (entry.ask is not None):
        return f"「{entry.name}」：有歧义的名字要有 ask，其他名字不要"
    return None
