"""Reads the scripts of the demo: who says and does what, and when, in words that anybody can edit.

A script is a conversation: `steps` are mappings of one key, what somebody does, to what it takes.
A script with `towns` is played once in each of them, and {town} stands for it; {n} is a number
that no other conversation has, {me} the name of the operator who replies.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

SCRIPTS = Path(__file__).parent / "scripts"

_SPAN = re.compile(r"(\d+)([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


class Does(StrEnum):
    """What somebody does in a step; the value is its key in the YAML."""

    # the visitor
    SAYS = "says"
    PRESSES = "presses"  # a button, by its title
    LEAVES = "leaves"  # shows no sign any more while waiting for a person
    RATES = "rates"
    # the operator
    CLAIMS = "claims"
    REPLIES = "replies"
    NOTES = "notes"  # for colleagues
    TAGS = "tags"
    TICKET = "ticket"  # opens one by hand
    TRANSFERS = "transfers"  # to the other operator, with the reason
    HANDS_BACK = "hands_back"
    CLOSES = "closes"
    MOVES = "moves"  # the ticket, to another state
    # nobody
    WAITS = "waits"


def _span(value: object) -> object:
    """`3m`, `4h`, `2d` as a timedelta."""
    found = _SPAN.fullmatch(str(value))
    if found is None:
        raise ValueError(f"a span is written 3m, 4h or 2d, not {value!r}")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


Span = Annotated[timedelta, BeforeValidator(_span)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Move(_Strict):
    """A ticket's next state, what the visitor reads of it besides the state's own words, and what
    is to be done next. It is to be done `within` two days where nothing else is said.
    """

    to: str
    note: str | None = None
    next: str | None = None
    within: Span = timedelta(days=2)


class Rating(_Strict):
    score: int = Field(ge=1, le=5)
    words: str | None = None


class ByHand(_Strict):
    """A ticket that the operator opens."""

    summary: str
    contact: str | None = None
    priority: Literal["normal", "urgent"] = "normal"


class _Value(_Strict):
    """What each step takes, by the name of its key."""

    says: str | None = None
    presses: str | None = None
    leaves: Literal[True] | None = None
    rates: Rating | None = None
    claims: Span | None = None  # after so long
    replies: str | None = None
    notes: str | None = None
    tags: list[str] | None = None
    ticket: ByHand | None = None
    transfers: str | None = None
    hands_back: str | None = None
    closes: str | None = None
    moves: Move | None = None
    waits: Span | None = None


class Step(BaseModel):
    """One step of a script."""

    does: Does
    what: Any

    @model_validator(mode="before")
    @classmethod
    def _of_one_key(cls, value: object) -> object:
        if not isinstance(value, dict) or len(value) != 1:
            raise ValueError(f"a step has exactly one key, not {value!r}")
        (key,) = value
        return {"does": key, "what": getattr(_Value.model_validate(value), key)}


class Script(_Strict):
    """A conversation as it is played. `by` is the operator (甲 or 乙) who takes it; `ago` is when
    it began, for those that stand open at the start.
    """

    name: str
    channel: Literal["web", "h5", "phone"]
    towns: tuple[str, ...] = ()
    at: Literal["day", "night"] = "day"
    ago: Span | None = None
    by: Literal["甲", "乙"] | None = None
    steps: tuple[Step, ...]

    @model_validator(mode="after")
    def _somebody_begins(self) -> Self:
        if not self.steps or self.steps[0].does is not Does.SAYS:
            raise ValueError(f"{self.name}: a conversation begins with somebody who says something")
        return self


def read(files: Iterable[Path] | None = None) -> Sequence[Script]:
    """All scripts of the folder, or of these files. Raises pydantic.ValidationError."""
    found = sorted(SCRIPTS.glob("*.yml")) if files is None else files
    texts = (yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader) for file in found)
    return [Script.model_validate(one) for text in texts for one in text]
