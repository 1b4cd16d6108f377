"""Suggestions as the desk's API shows them, and what the composing side hands over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from pydantic import BaseModel, Field

from api.answers.schemas import Citation
from api.conversations.schemas import OfferedDraft
from api.conversations.service import StoredMessage
from api.dialogue.replies import Reply

Replies = Sequence[Reply]

# reply: what the bot would say; answer: another written answer that may be meant; question: what
# is asked next; draft: one flowing text by a language model.
Kind = Literal["reply", "answer", "question", "draft"]
Action = Literal["open_ticket", "update_ticket", "ticket_word", "delete_data", "hand_off"]
RejectReason = Literal["wrong_law", "wrong_fact", "not_asked", "tone", "other"]


@dataclass(frozen=True)
class Candidate:
    """A suggestion that has not passed the citation guard yet.

    `chance`: how likely it is what was asked for, 0 to 1, where that is known; `source`: the
    written answer or the rule that it comes from.
    """

    kind: Kind
    replies: Replies
    chance: float | None
    why: str
    source: str | None = None


@dataclass(frozen=True)
class Composed:
    """What the bot's own turn makes of a message; effects are named, none was carried out.

    `seen`: the facts that a visitor sees; `memory`: everything that the next message would be read
    against (slot → value); `referral`: the checked one, in the chat API's form.
    """

    candidates: tuple[Candidate, ...]
    seen: dict[str, Any]
    memory: dict[str, Any]
    referral: dict[str, Any] | None
    intent: str
    certainty: float
    action: Action | None


class Composer(Protocol):
    """Thinks a message through against a memory, and changes nothing."""

    async def __call__(
        self, stored: StoredMessage, memory: dict[str, Any], seen: dict[str, Any]
    ) -> Composed: ...


class Suggestion(BaseModel):
    """One ready reply."""

    id: str
    turn_id: str
    kind: Kind
    text: str
    citations: list[Citation]
    drafts: list[OfferedDraft]
    chance: float | None = Field(description="How likely it answers what was asked, 0 to 1.")
    why: str = Field(description="Why it is suggested, in Chinese.")
    state: Literal["offered", "used", "edited", "rejected"] = "offered"


class Missing(BaseModel):
    """A fact that would decide on the way, with the question for it."""

    slot: str
    question: str
    options: list[str]


class SuggestedRemedy(BaseModel):
    key: str
    name: str
    body: str | None
    why: str


class RuledOutRemedy(BaseModel):
    key: str
    name: str
    why: str
    basis: list[Citation]


class SuggestedCanned(BaseModel):
    """The canned reply that fits best, filled."""

    id: int
    title: str
    text: str


class SuggestionSet(BaseModel):
    """What is suggested for one message of the visitor, and what it stands on."""

    turn_id: str
    message_id: str
    suggestions: list[Suggestion]
    facts: dict[str, Any]
    missing: list[Missing]
    ruled_out: list[RuledOutRemedy]
    remedies: list[SuggestedRemedy]
    canned: SuggestedCanned | None = None
    intent: str
    certainty: float
    action: Action | None = Field(description="What the visitor wishes that a person decides on.")
    made_at: datetime


class Rejection(BaseModel):
    reason: RejectReason
    words: str | None = Field(default=None, max_length=500)


class Gap(BaseModel):
    """A suggestion that an operator rejected, for whoever looks after the content."""

    id: int
    conversation_id: str
    at: datetime
    by: str
    reason: RejectReason
    words: str | None
    kind: Kind
    source: str | None
    question: str = Field(description="What the visitor said, personal data masked.")
    text: str = Field(description="What was suggested.")
    intent: str
    situation: str | None
    right: str | None


class Gaps(BaseModel):
    """Gaps, the newest first; `before` asks for those that follow, null when there are none."""

    items: list[Gap]
    counts: dict[str, int] = Field(description="How many there are by reason.")
    before: int | None
