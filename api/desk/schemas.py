"""The desk as the console speaks of it."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, StrictBool, model_validator

from api.answers.schemas import Citation
from api.conversations.schemas import Message, Snapshot
from api.outbox.schemas import Reached
from api.visitor_text import clean

Box = Literal["unanswered", "mine", "watching", "closed", "all"]
LONGEST_NOTE = 2000
LONGEST_TAG = 20
MOST_TAGS = 12


def _cleaned(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(_cleaned)]
Note = Annotated[str | None, BeforeValidator(_cleaned), Field(max_length=LONGEST_NOTE)]


class Person(BaseModel):
    id: int
    name: str


class Viewer(Person):
    """A colleague who has the conversation open."""

    typing: bool


class Duty(BaseModel):
    """Whether somebody takes over conversations now; `next`: when the stated hours begin again."""

    open: bool
    hours: str | None
    next: datetime | None


class Colleague(BaseModel):
    """Somebody of the staff; `open` is how many conversations he has."""

    id: int
    name: str
    role: str
    state: Literal["online", "away", "offline"]
    open: int


class NewPresence(BaseModel):
    state: Literal["online", "away"]


class InboxItem(BaseModel):
    id: str
    channel: str
    state: Literal["bot", "waiting", "operator", "closed"]
    assignee: Person | None
    waiting_since: datetime | None
    last_at: datetime | None
    last_text: str = Field(
        description="What a person said last, else the last message; at most 80 characters."
    )
    last_role: Literal["bot", "visitor", "operator", "system"]
    unread: int
    summary: str
    right: str | None
    situation: str | None
    city: str | None
    urgent: bool
    ticket: str | None
    tags: list[str]
    approval: bool = Field(description="Whether a reply of the bot waits for a nod.")


class Counts(BaseModel):
    unanswered: int
    mine: int
    watching: int


class Inbox(BaseModel):
    items: list[InboxItem]
    counts: Counts
    before: str | None = Field(description="What to ask the next page by; null on the last one.")
    at: datetime = Field(description="When this was looked up, by the clock that waits go by.")


class InternalNote(BaseModel):
    id: int
    author: Person
    text: str
    at: datetime


class EarlierConversation(BaseModel):
    """Another conversation of whoever left the same contact."""

    conversation_id: str
    opened_at: datetime
    summary: str
    ticket: str


class DeskMessage(Message):
    """A message as operators see it; `held`: a reply of the bot that waits for a nod to `turn_id`,
    and that the visitor does not see.
    """

    state: Literal["held"] | None = None
    turn_id: str | None = None


class OpenQuestion(BaseModel):
    slot: str
    question: str
    options: list[str]


class DeskConversation(Snapshot):
    """A conversation as operators see it; `messages` are the newest ones, `more` says whether
    older ones can be fetched.
    """

    messages: list[DeskMessage]  # type: ignore[assignment]
    more: bool
    channel: str
    opened_at: datetime
    assignee: Person | None
    waiting_since: datetime | None
    viewers: list[Viewer]
    watching: bool
    history: list[EarlierConversation]
    tickets: list[str]
    tags: list[str]
    notes: list[InternalNote]
    memory_open_questions: list[OpenQuestion]
    contact: Reached | None = Field(
        description="How the visitor is reached over another channel; null for who only has a page."
    )


class Page(BaseModel):
    """Messages, oldest first."""

    messages: list[DeskMessage]
    more: bool


class BodyChosen(BaseModel):
    """Another body, of the kinds in knowledge/content/institutions.yml; city and county by their
    official names.
    """

    kind: str = Field(max_length=60)
    city: str | None = Field(default=None, max_length=20)
    county: str | None = Field(default=None, max_length=20)


class Transfer(BaseModel):
    """To a colleague, or to another body: exactly one of both."""

    to_user: int | None = None
    to_body: BodyChosen | None = None
    reason: Text = Field(min_length=1, max_length=500)

    @model_validator(mode="after")
    def _one_of_both(self) -> "Transfer":
        if (self.to_user is None) == (self.to_body is None):
            raise ValueError("to_user 和 to_body 只填一个")
        return self


class Ending(BaseModel):
    note: Note = None


class NewOperatorMessage(BaseModel):
    text: Text = Field(description="1 to 2000 characters.")
    client_message_id: UUID = Field(description="The same id again is the same message.")
    suggestion_id: int | str | None = None
    citations: list[Citation] = Field(default=[], max_length=20)


class Viewing(BaseModel):
    left: StrictBool = Field(default=False, description="Whether the conversation was left.")


class Tags(BaseModel):
    tags: list[Annotated[str, BeforeValidator(_cleaned), Field(min_length=1)]] = Field(
        max_length=MOST_TAGS
    )

    @model_validator(mode="after")
    def _are_short(self) -> "Tags":
        if any(len(tag) > LONGEST_TAG for tag in self.tags):
            raise ValueError(f"一个标签最多 {LONGEST_TAG} 个字")
        return self


class NewNote(BaseModel):
    text: Text = Field(min_length=1, max_length=LONGEST_NOTE)


# Slot → value, null forgets it; the same values as buttons carry.
FactsChanged = dict[str, Any]


class Facts(BaseModel):
    """All that is known, after a change."""

    facts: dict[str, Any]
    referral: dict[str, Any] | None
