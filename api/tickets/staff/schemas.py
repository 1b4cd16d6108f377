"""Tickets as the desk speaks of them."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StrictBool

from api.protection.numbers import without_refused
from api.tickets.schemas import Item, Sla
from api.visitor_text import clean

LinkKind = Literal["duplicate", "related", "caused_by"]
SheetTo = Literal["mediation", "protection_centre", "regulator"]
Share = Literal["contact", "facts", "files", "summary"]
Priority = Literal["normal", "urgent"]
StatusWord = Literal["new", "assigned", "in_progress", "waiting", "done", "closed", "withdrawn"]
Sort = Literal["updated", "opened", "due"]

LONGEST_NOTE = 2000


def _kept(value: object) -> object:
    """Words as they may be kept: without numbers of identity and bank cards."""
    return without_refused(clean(value)).strip() if isinstance(value, str) else value


def _distinct(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


Words = Annotated[str, BeforeValidator(_kept), Field(min_length=1, max_length=LONGEST_NOTE)]
Line = Annotated[str, BeforeValidator(_kept), Field(min_length=1, max_length=200)]
Tag = Annotated[str, BeforeValidator(_kept), Field(min_length=1, max_length=20)]
Tags = Annotated[list[Tag], Field(max_length=10), AfterValidator(_distinct)]


class Person(BaseModel):
    """Somebody of the staff."""

    id: int
    name: str


class QueueInfo(BaseModel):
    key: str
    label: str
    does: str = Field(description="Who follows up what lies in it, and how.")


class TicketItem(BaseModel):
    """A ticket in a list. Its contact is masked."""

    number: str
    status: StatusWord
    status_text: str
    priority: Priority
    queue: str
    queue_text: str
    assignee: Person | None
    summary: str
    city: str | None
    right: str | None
    situation: str | None
    opened_on: date
    next_step: str | None
    next_due: date | None
    sla: Sla
    contact_masked: str | None
    updated_at: datetime
    conversation_id: str
    tags: list[str]
    version: int


class TicketPage(BaseModel):
    items: list[TicketItem]
    counts: dict[StatusWord, int] = Field(
        description="How many there are in each status, whatever status was asked for."
    )
    before: str | None = Field(description="What to ask for the next page by; null on the last.")


class BoardColumn(BaseModel):
    status: StatusWord
    status_text: str
    count: int
    items: list[TicketItem]


class Board(BaseModel):
    columns: list[BoardColumn]


class StaffNote(BaseModel):
    id: int
    text: str
    public: bool
    by: Literal["visitor", "staff", "system"]
    author: str | None
    at: datetime
    ticket: str | None = Field(
        description="The number of the ticket that was merged into this one and brought the note."
    )


class Change(BaseModel):
    what: str
    what_text: str
    before: str | None
    after: str | None
    author: str | None
    at: datetime


class Link(BaseModel):
    number: str
    kind: Literal["duplicate", "related", "caused_by", "causes", "split_from", "split", "merged"]
    status: StatusWord
    status_text: str
    summary: str


class StaffFile(BaseModel):
    """A picture or paper of the ticket; SHA-256 and time say that it is what was sent, and when."""

    id: str
    name: str
    size: int = Field(description="Bytes.")
    media_type: str
    sha256: str
    added_at: datetime
    added_by: str | None = Field(description="Who of the staff added it; null: the visitor.")
    is_picture: bool


class Sheet(BaseModel):
    """A referral sheet and its receipt."""

    id: str
    to: SheetTo
    body: str
    share: list[Share]
    made_by: str
    made_at: datetime
    received_on: date | None
    receipt_number: str | None
    receipt_note: str | None


class Fact(BaseModel):
    slot: str
    label: str
    value: Any


class Move(BaseModel):
    status: StatusWord
    status_text: str


class Score(BaseModel):
    score: int
    words: str | None
    at: datetime


class FullTicket(TicketItem):
    """Everything of a ticket, the contact in clear."""

    contact: str | None
    facts: list[Fact]
    dispatch_to: str | None
    checklist: list[Item]
    notes: list[StaffNote]
    history: list[Change]
    links: list[Link]
    files: list[StaffFile]
    referrals: list[Sheet]
    moves: list[Move] = Field(description="Where PATCH may move it.")
    can_reopen: bool
    merged_into: str | None
    satisfaction: Score | None
    created_at: datetime


class Patch(BaseModel):
    """What is to change; what is absent stays. `version` is the one that is being changed."""

    version: int
    status: StatusWord | None = None
    assignee: int | Literal["me"] | None = Field(
        default=None, description="The id of a colleague, or me; null takes it from everybody."
    )
    queue: str | None = Field(default=None, max_length=30)
    priority: Priority | None = None
    next_step: Annotated[str | None, BeforeValidator(_kept)] = Field(default=None, max_length=200)
    next_due: date | None = None
    tags: Tags | None = None


class NewNote(BaseModel):
    text: Words
    public: StrictBool = Field(description="Whether the visitor may read it.")


class Done(BaseModel):
    done: StrictBool


class Merge(BaseModel):
    into: str = Field(max_length=20, description="The number of the ticket that goes on.")


class Split(BaseModel):
    summary: Line
    note_ids: list[int] = Field(default=[], max_length=200)


class NewLink(BaseModel):
    other: str = Field(max_length=20)
    kind: LinkKind


class Reopen(BaseModel):
    reason: Line


class NewSheet(BaseModel):
    to: SheetTo
    body: Line = Field(description="Who gets it, as it stands on the sheet.")
    share: list[Share] = Field(max_length=4)
    agreed: StrictBool = Field(description="The visitor agreed to share exactly this.")


class Receipt(BaseModel):
    received_on: date
    number: Annotated[str | None, BeforeValidator(_kept)] = Field(default=None, max_length=60)
    note: Annotated[str | None, BeforeValidator(_kept)] = Field(default=None, max_length=500)


class OpenByHand(BaseModel):
    summary: Line | None = None
    contact: Annotated[str | None, BeforeValidator(_kept)] = Field(default=None, max_length=100)
    priority: Priority | None = None
    queue: str | None = Field(default=None, max_length=30)


class Opened(BaseModel):
    """A ticket that staff opened. Its code is told this once; the visitor reads it in his chat."""

    number: str
    code: str
    priority: Priority
    queue: str
