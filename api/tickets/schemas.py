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


class Progress(BaseModel):
    """How far the matter has come. Nothing here tells who asked or what about."""

    number: str
    status: Literal["new", "assigned", "waiting", "done", "closed"]
    status_text: str
    priority: Literal["normal", "urgent"]
    opened_on: date
    next_deadline: NextDeadline | None
    notes: list[Note]
