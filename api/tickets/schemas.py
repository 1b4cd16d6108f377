"""A ticket as its visitor may see it."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel


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
