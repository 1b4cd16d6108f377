"""The directory: institutions that one can go to, each with its source and the day it was checked.

What was not checked within a year is no fact: a visitor is told the name and where to ask, never
the telephone or the address.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import Field

from knowledge.law.statutes import Trust
from knowledge.places.regions import Regions
from knowledge.reviewed import ContentError, Strict, line_of, load

FILE = "directory.yml"
NEW_AREA = "赣江新区"
MOST_TOLD = 3  # institutions of one kind and place that a visitor is told of
ASK_FIRST = "电话和地址请先打12345或12315问清"

Serves = Literal["county", "city", "province"]
Why = Literal["phone", "name", "address"]

_ASIDE = re.compile(r"（[^）]*）|\([^)]*\)")
_MARKS = re.compile(r"[\s，。、；：·\-—“”「」]")
_LEADING = re.compile(r"^(?:中国|江西省?)")
_PHONE = re.compile(r"^[0-9+（）() 转/、,，-]{3,60}$")


class KindEntry(Strict):
    """A kind of institution. `everywhere`: each city, or each county, should have one."""

    name: str
    group: str
    everywhere: Literal["county", "city"] | None = None


class Institution(Strict):
    """One institution.

    `serves`: whom it is there for, by default the county that it lies in, else its city. `fields`
    are the goods and trades that it is there for, none where it is for all. `facts` are what is
    known of it, `confirm` what to ask before one goes there.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")
    name: str = Field(min_length=2, max_length=80)
    kind: str
    city: str | None = None
    county: str | None = None
    serves: Serves | None = None
    seated_in: str | None = Field(default=None, max_length=80)
    address: str | None = Field(default=None, max_length=120)
    phone: str | None = Field(default=None, max_length=60)
    hours: str | None = Field(default=None, max_length=80)
    does: str | None = Field(default=None, max_length=300)
    fields: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    confirm: str | None = Field(default=None, max_length=200)
    sources: tuple[str, ...] = ()
    verified_on: date | None = None
    verified_by: str | None = Field(default=None, max_length=40)
    trust: Trust = "one_source"

    @property
    def level(self) -> Serves:
        """For whom it is there."""
        return self.serves or ("county" if self.county else "city")

    def is_checked(self, on: date) -> bool:
        """Whether it may be told as a fact on a day: what is known of it was confirmed, has a
        source, and was checked within a year.
        """
        is_known = bool(self.sources) and self.trust != "unconfirmed"
        return is_known and self.verified_on is not None and on < next_check(self)

    @property
    def place(self) -> str | None:
        """Where it is: its address, else whose house it is in."""
        return self.address or (f"设在{self.seated_in}" if self.seated_in else None)

    @property
    def reach(self) -> str:
        """Where it is and how it is reached, in one line; "" where neither is known."""
        told = (
            ("地址：", self.place),
            ("电话：", self.phone),
            ("时间：", self.hours),
        )
        return "，".join(f"{label}{value}" for label, value in told if value)


class _File(Strict):
    kinds: dict[str, KindEntry]
    institutions: tuple[Institution, ...] = ()


@dataclass(frozen=True)
class Alike:
    """Institutions that may be one and the same, and what they share."""

    why: Why
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Gap:
    """Where no institution of a kind is known: whole `cities`, and `counties` of other cities."""

    kind: str
    cities: tuple[str, ...]
    counties: tuple[str, ...]


class Directory:
    """The institutions that are known. Pure after loading."""

    def __init__(
        self, kinds: Mapping[str, KindEntry], institutions: Sequence[Institution], regions: Regions
    ) -> None:
        self.kinds, self.institutions, self._regions = kinds, institutions, regions
        self._placed: dict[tuple[str, str | None], list[Institution]] = defaultdict(list)
        for one in sorted(institutions, key=_nearest_first):
            place = None if one.level == "province" else one.city
            self._placed[one.kind, place].append(one)

    @classmethod
    def load(cls, path: Path, regions: Regions) -> "Directory":
        """The directory in `path`; raises ContentError naming the file and the line of the first
        fault.
        """
        content = load(path, _File)
        seen: set[str] = set()
        for index, one in enumerate(content.institutions):
            if found := fault(one, content.kinds, regions):
                field, message = found
                raise ContentError(path, line_of(path, "institutions", index, field), message)
            if one.id in seen:
                line = line_of(path, "institutions", index, "id")
                raise ContentError(path, line, f"编号「{one.id}」用了两次")
            seen.add(one.id)
        return cls(content.kinds, content.institutions, regions)

    def of(
        self, kind: str, level: str, city: str | None, county: str | None
    ) -> tuple[Institution, ...]:
        """Institutions of a kind that are there for a place, the nearest first.

        Those for a county are not there for another one, nor for a city whose county is not known.
        """
        wished = [one for one in self._placed[kind, None]] if level in _ABOVE else []
        if level in ("county", "city") and city:
            wished = [
                one
                for one in self._placed[kind, city]
                if one.level == "city" or (county and one.county == county)
            ]
        return tuple(wished)

    def alike(self) -> list[Alike]:
        """Institutions that share a telephone, an address, or a name in one city."""
        shared: dict[tuple[Why, str], dict[str, None]] = defaultdict(dict)
        for one in self.institutions:
            for why, value in _marks_of(one):
                shared[why, value][one.id] = None
        found: dict[tuple[str, ...], Alike] = {}
        for (why, _), ids in shared.items():
            if len(ids) > 1:
                found.setdefault(tuple(ids), Alike(why, tuple(ids)))
        return list(found.values())

    def gaps(self) -> list[Gap]:
        """Cities and counties that should have an institution of a kind and have none that is
        known.
        """
        return [self._gap(key, kind) for key, kind in self.kinds.items() if kind.everywhere]

    def _gap(self, key: str, kind: KindEntry) -> Gap:
        known = [one for one in self.institutions if one.kind == key]
        if any(one.level == "province" for one in known):
            return Gap(key, (), ())
        cities = tuple(
            city for city in self._regions.cities if all(one.city != city for one in known)
        )
        whole = {one.city for one in known if one.level == "city"} | set(cities)
        counties: tuple[str, ...] = ()
        if kind.everywhere == "county":
            theirs = {one.county for one in known}
            counties = tuple(
                county
                for county in self._regions.counties()
                if county not in theirs and self._regions.city_of(county) not in whole
            )
        return Gap(key, cities, counties)


_ABOVE = ("province", "national", "none")


def next_check(one: Institution) -> date:
    """From which day on it has not been checked for a year; the first of all days where it never
    was.
    """
    if one.verified_on is None:
        return date.min
    try:
        return one.verified_on.replace(year=one.verified_on.year + 1)
    except ValueError:  # 29 February
        return date(one.verified_on.year + 1, 3, 1)


def fault(
    one: Institution, kinds: Mapping[str, KindEntry], regions: Regions
) -> tuple[str, str] | None:
    """Field and fault of an institution that cannot be taken in."""
    faults = (*_place_faults(one, regions), *_word_faults(one, kinds))
    return next(((field, message) for wrong, field, message in faults if wrong), None)


def told(known: Iterable[Institution], on: date) -> str:
    """What a visitor is told of several institutions on a day: names, and how to reach those that
    were checked within a year.
    """
    said = [_said(one, on) for one in list(known)[:MOST_TOLD]]
    return f"可以找：{'；'.join(said)}" if said else ""


def reached(one: Institution, on: date) -> str:
    """How an institution is reached as a visitor may be told it on a day."""
    if not one.is_checked(on):
        return f"{_how_old(one)}，{ASK_FIRST}"
    assert one.verified_on is not None
    checked = f"{one.verified_on.year}年{one.verified_on.month}月核对"
    return f"{one.reach}（{checked}）" if one.reach else f"电话和地址没有查到，{ASK_FIRST}"


def _said(one: Institution, on: date) -> str:
    only = f"（只办{'、'.join(one.fields)}）" if one.fields else ""
    return f"{one.name}{only}，{reached(one, on)}"


def _how_old(one: Institution) -> str:
    if one.verified_on is None:
        return "这条信息没有核对过"
    return f"这条信息是{one.verified_on.year}年{one.verified_on.month}月的，一年多没有核对"


def _nearest_first(one: Institution) -> tuple[bool, bool, int, str]:
    """Its own county first, then those for all goods, then the one checked last."""
    checked = one.verified_on.toordinal() if one.verified_on else 0
    return one.level != "county", bool(one.fields), -checked, one.id


def _marks_of(one: Institution) -> Iterator[tuple[Why, str]]:
    """What two entries of the same institution would share."""
    for number in re.split(r"[/、,，;；]", one.phone or ""):
        digits = re.sub(r"\D", "", number)
        if len(digits) >= 7:  # a hotline is everybody's
            yield "phone", digits
    yield "name", f"{one.city}{_plain(one.name)}"
    if one.address and re.search(r"\d", one.address):  # a street alone is not a door
        yield "address", _plain(one.address)


def _plain(text: str) -> str:
    return _LEADING.sub("", _MARKS.sub("", _ASIDE.sub("", text)))


def _place_faults(one: Institution, regions: Regions) -> Iterator[tuple[bool, str, str]]:
    is_city = one.city is None or one.city == NEW_AREA or one.city in regions.cities
    yield not is_city, "city", f"没有「{one.city}」这个设区市"
    yield (
        bool(one.county) and regions.city_of(one.county or "") != one.city,
        "county",
        f"「{one.county}」不在「{one.city}」",
    )
    yield one.level != "province" and one.city is None, "city", "要写明在哪个设区市"
    yield one.serves == "county" and one.county is None, "county", "只服务本区县的要写明区县"


def _word_faults(
    one: Institution, kinds: Mapping[str, KindEntry]
) -> Iterator[tuple[bool, str, str]]:
    yield one.kind not in kinds, "kind", f"没有「{one.kind}」这种机构，可用：{'、'.join(kinds)}"
    phone = one.phone
    yield phone is not None and not _PHONE.match(phone), "phone", "电话只写数字、横线和「转」"
    yield (
        one.verified_on is not None and not one.sources,
        "sources",
        "写了核对日期的要写来源：在哪里看到的，或者打的哪个电话",
    )
