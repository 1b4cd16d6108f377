"""Which revision of an item holds on a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Dated:
    """A revision that is published, or is to be: its id, its item, and its days.

    `since`: the first day on which it holds, that of its publication where it names none. `until`:
    the last one, None without end.
    """

    id: int
    item_id: int
    number: int
    since: date
    until: date | None


@dataclass(frozen=True)
class Holding:
    """What holds for an item on a day; `gone`: its time is over, and the item is told no longer."""

    revision_id: int
    item_id: int
    gone: bool

    def as_dict(self) -> dict[str, int | bool]:
        return {"item_id": self.item_id, "revision_id": self.revision_id, "gone": self.gone}


def in_effect(revisions: Iterable[Dated], day: date) -> list[Holding]:
    """What holds on the day, by item: of the revisions that have begun the one that began last.

    An item whose revision has expired is gone; what it said before does not come back by itself.
    """
    newest: dict[int, Dated] = {}
    for one in sorted(revisions, key=lambda each: (each.since, each.number)):
        if one.since <= day:
            newest[one.item_id] = one
    return [_holding(newest[item_id], day) for item_id in sorted(newest)]


def days_of_change(revision: Mapping[str, date | None], first: date) -> list[date]:
    """The days on which a revision changes something: when it begins, `first` at the earliest, and
    when it is over.
    """
    since, until = revision["effective_from"], revision["expires_on"]
    begins = max(since or first, first)
    return [begins] if until is None else [begins, date.fromordinal(until.toordinal() + 1)]


def _holding(one: Dated, day: date) -> Holding:
    return Holding(one.id, one.item_id, one.until is not None and one.until < day)
