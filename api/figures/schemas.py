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


class Cell(BaseModel):
    """So many of one kind; the label is what people read."""

    label: str
    count: int


class Hour(BaseModel):
    """Conversations that were opened in an hour of the day, 0 to 23, on any day."""

    hour: int
    count: int


class Outcomes(BaseModel):
    """What the bot did with visitors' messages. `not_noted`: people answered them, or they are
    older than this note.
    """

    told: list[Cell]
    not_noted: int


class Kept(BaseModel):
    """The promises of one kind whose time began in the period, by what became of them."""

    kind: str
    label: str
    in_time: int
    late: int = Field(description="Kept after their time.")
    overdue: int = Field(description="Not kept yet, and their time is over.")
    running: int = Field(description="Not kept yet, in time, or waiting for somebody else.")
    stopped: int = Field(description="Ended without being kept, as when a ticket is withdrawn.")
    median_s: int | None = Field(description="From its beginning to when it was kept.")


class Used(BaseModel):
    """A written answer or a remedy: how often it was told, and how content those were who heard it.

    `mean` and `content` are null where too few of them rated.
    """

    kind: str
    key: str
    title: str
    told: int = Field(description="By the bot.")
    conversations: int
    by_operators: int = Field(description="As a suggestion that an operator sent.")
    ratings: int | None = Field(description="Of conversations in which it was told.")
    mean: float | None
    content: float | None = Field(description="The share of ratings of 4 or 5, in percent.")


class Details(BaseModel):
    """What takes longer to count than what is looked at every minute."""

    hours: list[Hour]
    cities: list[Cell]
    rights: list[Cell]
    outcomes: Outcomes
    kept: list[Kept]
    used: list[Used]


class Comment(BaseModel):
    """What a visitor wrote beside his rating, personal data masked."""

    at: datetime
    conversation_id: str
    about: str = Field(description="A ticket's number, or `conversation`.")
    score: int
    words: str


class Comments(BaseModel):
    """The newest first; `before` asks for those that follow, null where there are none."""

    comments: list[Comment]
    before: int | None
