"""Conversations as the chat API speaks of them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, StrictBool

from api.answers.schemas import Citation
from api.referrals.schemas import Referral
from api.visitor_text import clean


def _cleaned(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


# The channels that a visitor, or a site that embeds the chat, may open. Whoever works here does not
# come in through this door, so that nobody outside can pass for him.
Channel = Literal["web", "h5"]

# What the bot did with a message: told something of the matter, only asked back, brought a person
# in, named who is in charge elsewhere, did not understand, or did a service such as a ticket.
Outcome = Literal["answered", "asked", "handed_over", "elsewhere", "unclear", "served"]


class LedTo(BaseModel):
    """What a turn leads to, for figures: ids of written answers and keys of remedies that it tells
    for the first time in the matter.
    """

    outcome: Outcome
    answers: list[str] = []
    remedies: list[str] = []


class NewConversation(BaseModel):
    channel: Channel = Field(description="Where the visitor is; staff come in by no channel.")
    consent: StrictBool = Field(
        description="The visitor has read and accepts the privacy notice, and did something to "
        "say so."
    )
    consent_version: str | None = Field(
        default=None,
        max_length=40,
        description="The version of the notice that was shown; without it the current one.",
    )


class NewMessage(BaseModel):
    text: Annotated[str, BeforeValidator(_cleaned)] = Field(description="1 to 2000 characters.")
    client_message_id: UUID | None = Field(
        default=None,
        description="Makes a repeat safe: the same id gives the same turn and has no second "
        "effect.",
    )


class Typing(BaseModel):
    """Whether somebody is writing at the moment."""

    typing: StrictBool


class Button(BaseModel):
    title: str
    payload: str


class OfferedDraft(BaseModel):
    """A paper that can be had prefilled at …/drafts/{key}.docx."""

    key: str
    title: str


class Message(BaseModel):
    id: str
    role: Literal["bot", "visitor", "operator", "system"]
    text: str
    buttons: list[Button]
    citations: list[Citation]
    drafts: list[OfferedDraft]
    at: datetime
    author: str | None = Field(default=None, description="Of an operator's message, who wrote it.")


class OpenedConversation(BaseModel):
    """`token` is shown this once; every later call carries it as Authorization: Bearer."""

    id: str
    token: str
    messages: list[Message]


class TicketNotice(BaseModel):
    """The ticket a turn opened (`created`) or added to. `code` opens its progress page and is shown
    only once.
    """

    number: str
    code: str | None
    priority: Literal["normal", "urgent"]
    created: bool


class Handoff(BaseModel):
    """The conversation waits for a person or has one, or nobody is on duty.

    `position` 1 is next; `wait_minutes` is what others waited of late, null where too few did;
    `hours` says when the desk is staffed, where that is stated.
    """

    state: Literal["waiting", "operator", "offline"]
    position: int | None = None
    wait_minutes: int | None = None
    operator: str | None = None
    hours: str | None = None


class Turn(BaseModel):
    """What a message led to: the replies, everything known so far, and what this turn decided."""

    messages: list[Message]
    facts: dict[str, Any]
    referral: Referral | None
    ticket: TicketNotice | None
    handoff: Handoff | None


class Place(BaseModel):
    """How many messages are answered before this one, and about how many seconds that takes."""

    ahead: int
    seconds: int


class EarlierReferral(BaseModel):
    """What the visitor was advised when he had said `message_id`."""

    message_id: str
    referral: Referral


class ToldNews(BaseModel):
    """A message of this conversation that tells, for the first time, what happened meanwhile."""

    message_id: str
    ticket: str | None = Field(description="The number of the ticket that it is about.")


class Snapshot(BaseModel):
    """A conversation as it stands: all messages, and the newest referral and ticket.

    `referrals`, those of every turn, is there only for who asks for it: most look for news, and
    it is long.
    """

    id: str
    status: Literal["bot", "waiting", "operator", "closed"]
    messages: list[Message]
    facts: dict[str, Any]
    referral: Referral | None
    referrals: list[EarlierReferral] = Field(default=[], description="Oldest first.")
    ticket: TicketNotice | None
    handoff: Handoff | None
    news: list[ToldNews] = Field(default=[], description="What this look tells for the first time.")
