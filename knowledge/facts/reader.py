"""Reads the facts that a visitor's own words state: what he says, places, days, sums, contact
details.

How people say a fact stands in `knowledge/content/wordings/<slot>.yml` (see
`knowledge.facts.wordings`). Reading happens here, once, for the dialogue's actions and for the
answer without the dialogue engine alike.
"""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from knowledge.chinese.normalise import corrected
from knowledge.facts import wordings
from knowledge.facts.context import stands
from knowledge.facts.days import CORRECTION, OWN_ACT, details
from knowledge.facts.reading import Reading
from knowledge.facts.sides import bare_place, next_door, places_in, stated_places
from knowledge.facts.wordings import Pattern
from knowledge.places.regions import Regions
from knowledge.slots import DATE_SLOTS, LIST_SLOTS, SLOTS, UNKNOWN, Facts

__all__ = ["FactReader", "Reading", "contact_refused", "stated"]

_CORRECTED = re.compile("(?:说错了|写错了|打错了|搞错了|讲错了|其实|而是|更正)")
_NO_CONTACT = re.compile(
    r"(不|别|没)(想|愿意?|要|方便|必)?(留|给|提供|填|写)[^，。]{0,6}(电话|联系|号码|微信|方式|了|$)|不留|匿名"
)


class FactReader:
    """Reads facts from texts; build it once, it is immutable."""

    def __init__(self, patterns: tuple[Pattern, ...], regions: Regions) -> None:
        self._patterns = tuple(sorted(patterns, key=lambda pattern: pattern.rank))
        self._regions = regions

    @classmethod
    def load(cls, regions: Regions, folder: Path = wordings.WORDINGS) -> "FactReader":
        """Read the wordings; raises ContentError with file and line of a bad one."""
        return cls(tuple(wordings.patterns(folder)), regions)

    def read(self, text: str, today: date) -> list[Reading]:
        """Every fact that `text` states, in no particular order. Relative dates count from
        `today`.
        """
        text = corrected(text).lower()
        near = [Reading("near", True)] if next_door(text) else []
        return [*self._matches(text), *places_in(text, self._regions), *near, *details(text, today)]

    def worded(self, text: str) -> list[Reading]:
        """The facts that the wordings alone tell."""
        return list(self._matches(corrected(text).lower()))

    def place_answered(self, text: str, slot: str) -> Facts:
        """What a bare name means as the answer to the question for a place; nothing when it is no
        place of ours.

        Short forms that are also words (樟树, 莲花) count here, and only here.
        """
        name = self._regions.normalise(bare_place(corrected(text)))
        city = (
            name if name in self._regions.cities else self._regions.city_of(name) if name else None
        )
        if city is None:
            return {}
        return {slot: city} | ({"county": str(name)} if slot == "city" and name != city else {})

    def _matches(self, text: str) -> Iterator[Reading]:
        settled = set()
        corrected_from = max((found.end() for found in _CORRECTED.finditer(text)), default=0)
        # What is meant stands after 其实 and 说错了, so that part is asked first.
        for start in dict.fromkeys((corrected_from, 0)):
            for pattern in self._patterns:
                if pattern.slot in settled or (
                    start and (pattern.weak or pattern.slot in LIST_SLOTS)
                ):
                    continue
                if any(
                    stands(pattern, match, text) for match in pattern.regex.finditer(text, start)
                ):
                    if pattern.slot not in LIST_SLOTS:
                        settled.add(pattern.slot)
                    yield Reading(pattern.slot, pattern.value, pattern.weak, source=pattern.source)


def stated(
    readings: list[Reading], before: Facts, asked: list[str], situation: str | None = None
) -> Facts:
    """The facts that readings state.

    `before`: what is known; `asked`: the slots of the questions just put; `situation`: what the
    message is about. A weak reading never replaces what is known, a general right never blurs a
    precise one.
    """
    facts: Facts = {}
    for reading in readings:
        slot, value = reading.slot, reading.value
        if reading.weak and before.get(slot) not in (None, UNKNOWN):
            continue
        if slot in LIST_SLOTS:
            if value not in (values := facts.setdefault(slot, [])):
                values.append(value)
        elif slot == "right":
            facts[slot] = _finer(before.get(slot), value)
        elif slot == "date":
            facts |= _day_stated(reading, facts, [*asked], situation, before)
        elif slot in SLOTS:
            facts[slot] = value
    near = any(reading.slot == "near" for reading in readings)
    places = [reading for reading in readings if reading.slot == "place"]
    return facts | stated_places(places, before, asked, situation, near)


def _day_stated(
    reading: Reading, facts: Facts, asked: list[str], situation: str | None, before: Facts
) -> Facts:
    """The date slot that a day belongs to: by the words around it, else by the question, else by
    the day that it corrects.
    """
    slot = reading.role
    if slot in (None, CORRECTION):
        meant = (*asked, *before) if slot else asked
        slot = next((one for one in meant if one in DATE_SLOTS), None)
    if slot == OWN_ACT:
        slot = "acted_on" if (situation or "").startswith("accused") else None
    if slot == "acted_on":  # of several days the latest
        return {slot: max(reading.value, facts.get(slot, reading.value))}
    return {slot: reading.value} if slot else {}


def _finer(known: str | None, said: str) -> str:
    """A general word never blurs a right that is already known more precisely."""
    return known if known and known.startswith(f"{said}_") else said


def contact_refused(text: str) -> bool:
    """Whether the visitor declines to leave contact details."""
    return bool(_NO_CONTACT.search(text))
