"""A ticket as its visitor may see it."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field


class NextDeadline(BaseModel):
    what: str
    due: date | None


class Note(BaseModel):
    text: str
    at: datetime


class Item(BaseModel):
    """One line of the evidence checklist: what to prove the matter with, how to come by it, and
    whether it is there.
    """

    what: str
    how: str
    done: bool


class Progress(BaseModel):
    """How far the matter has come. Nothing here tells who asked; the checklist tells what kind of
    matter it is.
    """

    number: str
    status: Literal["new", "assigned", "waiting", "done", "closed"]
    status_text: str
    priority: Literal["normal", "urgent"]
    opened_on: date
    next_deadline: NextDeadline | None
    notes: list[Note]
    checklist: list[Item]


class SlaClock(BaseModel):
    """One promise of ours: until when, and whether it was kept in time (`met`, null while it is
    still to be kept).
    """

    due: datetime
    met: bool | None
    overdue: bool
    paused: bool = Field(description="It waits for material from the visitor.")


class Sla(BaseModel):
    """Our promises to a visitor; null where none was made."""

    first: SlaClock | None
    next: SlaClock | None
    solution: SlaClock | None
