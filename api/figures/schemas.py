"""Figures as the desk reads them. Spans are whole seconds."""

from datetime import date, datetime

from pydantic import BaseModel, Field


class Now(BaseModel):
    """How the desk stands at this moment."""

    waiting: int
    longest_wait_s: int | None
    with_operator: int
    online: int
    overdue: int = Field(description="Tickets that broke a promise which is still to be kept.")


class Day(BaseModel):
    """What began on one day over one channel; what did not occur has no row."""

    day: date
    channel: str
    conversations: int = 0
    handoffs: int = Field(default=0, description="Times that a person was asked for or took over.")
    claimed: int = Field(default=0, description="Handoffs of that day that a person took.")
    abandoned: int = Field(default=0, description="Handoffs that ended before a person came.")
    first_reply_median_s: int | None = Field(
        default=None, description="From asking for a person to his first word."
    )
    tickets: int = 0
    closed: int = Field(default=0, description="Handoffs that operators closed on that day.")
    deflected: int = Field(
        default=0, description="Conversations that came to rest without a person and a ticket."
    )


class Topic(BaseModel):
    """How many conversations were about a situation; null is 其他 or not known yet."""

    situation: str | None
    label: str
    count: int


class OperatorLoad(BaseModel):
    id: int
    name: str
    open: int = Field(description="Conversations that are with him at this moment.")
    claimed: int
    first_reply_median_s: int | None
    closed: int


class Contentment(BaseModel):
    """What visitors said of the service; null and empty where too few did to be told."""

    count: int
    mean: float | None
    by_score: dict[int, int]


class Assignee(BaseModel):
    id: int
    name: str


class Overdue(BaseModel):
    """A ticket with the oldest of its promises that was broken."""

    number: str
    summary: str
    assignee: Assignee | None
    next_step: str | None
    due: datetime


class Figures(BaseModel):
    """`operators` and `overdue` are null for whoever does not oversee the desk."""

    now: Now
    days: list[Day]
    topics: list[Topic]
    operators: list[OperatorLoad] | None
    satisfaction: Contentment
    overdue: list[Overdue] | None
