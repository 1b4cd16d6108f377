"""The outbox as the console speaks of it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

Shown = Literal["pending", "held", "dead"]


class WaitingItem(BaseModel):
    """Something that waits, or was given up; `problem` is a code of ours or of the channel's."""

    id: int
    channel: str
    account: str | None
    kind: Literal["turn", "message", "news", "own", "mail"]
    conversation_id: str | None
    state: Literal["pending", "leased", "held", "dead"]
    problem: str | None
    attempts: int
    made_at: datetime
    due_at: datetime


class WaitingItems(BaseModel):
    """The newest items of a state, and how many there are of each."""

    items: list[WaitingItem]
    counts: dict[Shown, int]
    before: int | None = Field(description="What to ask the next page by; null on the last one.")


class Allowance(BaseModel):
    """What may still be pushed; `left` is null where the channel does not count."""

    left: int | None
    until: datetime | None


class Reached(BaseModel):
    """How a visitor is reached who speaks over another channel. `heard_at`: when he was heard of
    there last; `by_contact`: what is said goes there. `allowance` is null where the channel is
    switched off.
    """

    channel: str
    account: str
    subscribed: bool
    heard_at: datetime | None
    by_contact: bool
    allowance: Allowance | None
    held: int
    dead: int
