"""The one table of facts: every slot, what kind of value it holds, and how it behaves in a
conversation.

`domain.yml`, the rulebook's conditions, the reader, the questions and the drafts all go by this
table; the closed values of a slot and their Chinese labels stand in `content/vocabulary.yml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

Facts = dict[str, Any]  # slot → value; a slot that nobody mentioned is absent

# The form of a ticket, and what it asks for in this order; domain.yml names the same.
TICKET_FORM = "ticket_form"
FORM_SLOTS = ("situation", "contact")

UNKNOWN = "unknown"  # the visitor was asked and does not know: never ask again, never assume


class Kind(Enum):
    """What a slot holds. The plural kinds hold several values at once."""

    CHOICE = "one value of a closed vocabulary"
    CHOICES = "several values of a closed vocabulary"
    TEXT = "the visitor's words"
    TEXTS = "several words of the visitor's"
    DATE = "an ISO day"
    NUMBER = "a number"
    PLACE = "an official name of a place"


@dataclass(frozen=True)
class Slot:
    """One fact about a matter.

    `opposites`: saying one value takes the other back; `yes_no`: what a bare yes and a bare no mean
    for it; `every_matter`: it is about the visitor and holds for each of his matters; `gain`: what
    a question for it is worth at least, in bits, where its answer changes no remedy but
    names the body (a place), starts the clock (a day) or is wanted before somebody can act;
    `derived`: computed from others, never told.
    """

    name: str
    kind: Kind
    opposites: Mapping[str, str] = field(default_factory=dict)
    yes_no: tuple[str, str] | None = None
    every_matter: bool = False
    gain: float = 0.0
    derived: bool = False


def _pairs(*pairs: tuple[str, str]) -> dict[str, str]:
    return {a: b for one, other in pairs for a, b in ((one, other), (other, one))}


TABLE = (
    Slot("right", Kind.CHOICE),
    Slot("situation", Kind.CHOICE),
    Slot("right_status", Kind.CHOICE, yes_no=("registered", "unregistered")),
    Slot("other_status", Kind.CHOICE),
    Slot("unused", Kind.CHOICE, yes_no=("yes", "no")),
    Slot("venue", Kind.CHOICE),
    Slot("goal", Kind.CHOICE),
    Slot("field", Kind.CHOICE),
    Slot(
        "circumstances",
        Kind.CHOICES,
        opposites=_pairs(
            ("both_willing", "refuses_talk"), ("mass", "small_scale"), ("seller", "maker")
        ),
    ),
    Slot(
        "proceeding",
        Kind.TEXTS,
        opposites=_pairs(("已起诉", "未起诉"), ("有仲裁条款", "无仲裁条款")),
    ),
    Slot("doc_received", Kind.TEXTS, gain=1.1),
    Slot("evidence", Kind.TEXTS, gain=0.1),
    Slot("urgency", Kind.TEXT),
    Slot("amount", Kind.TEXT, gain=0.3),
    Slot("years_registered", Kind.NUMBER),
    Slot("classes", Kind.TEXTS),
    Slot("registration_number", Kind.TEXTS),
    Slot("city", Kind.PLACE, every_matter=True, gain=1.5),
    Slot("county", Kind.PLACE, every_matter=True),
    Slot("own_city", Kind.PLACE, every_matter=True, gain=1.0),
    Slot("their_city", Kind.PLACE),
    Slot("doc_received_on", Kind.DATE, gain=1.2),
    Slot("published_on", Kind.DATE, gain=1.2),
    Slot("registered_on", Kind.DATE, gain=1.5),
    Slot("acted_on", Kind.DATE),
    Slot("contact", Kind.TEXT, every_matter=True),
    Slot("amount_yuan", Kind.NUMBER, derived=True),
)

BY_NAME = {slot.name: slot for slot in TABLE}
SLOTS = tuple(slot.name for slot in TABLE if not slot.derived)
EVERY_MATTER = tuple(slot.name for slot in TABLE if slot.every_matter)
OPPOSITES = {value: other for slot in TABLE for value, other in slot.opposites.items()}
YES_NO = {slot.name: slot.yes_no for slot in TABLE if slot.yes_no}


def _of(*kinds: Kind) -> frozenset[str]:
    return frozenset(slot.name for slot in TABLE if slot.kind in kinds)


LIST_SLOTS = _of(Kind.CHOICES, Kind.TEXTS)  # every value that a message states counts
TEXT_SLOTS = _of(Kind.TEXT, Kind.TEXTS)
DATE_SLOTS = _of(Kind.DATE)
NUMBER_SLOTS = _of(Kind.NUMBER)
PLACE_SLOTS = _of(Kind.PLACE)
_LISTED_TEXT = _of(Kind.TEXTS)


def as_listed(slot: str, value: Any) -> Any:
    """The value as the table has it: one word alone, or words joined by 、, become a list."""
    if slot not in LIST_SLOTS or value == UNKNOWN or not isinstance(value, str):
        return value
    return value.split("、")


def as_shown(facts: Mapping[str, Any]) -> Facts:
    """The facts as the chat API shows them: free text is text, also where it holds several
    words; whole numbers are whole.
    """
    return {
        slot: "、".join(value)
        if slot in _LISTED_TEXT and isinstance(value, list)
        else as_written(value)
        for slot, value in facts.items()
    }


def as_written(value: Any) -> Any:
    """A number as people write it, 7 and not 7.0; any other value as it is."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def asked_next(facts: Mapping[str, Any]) -> str | None:
    """What the form of a ticket asks for next; None once it has all."""
    return next((slot for slot in FORM_SLOTS if not facts.get(slot)), None)
