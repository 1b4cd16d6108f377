"""Groups of what people ask, as the desk's API shows them."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints, model_validator

ReasonName = Literal[
    "unanswered", "asked_back", "rejected", "corrected", "abandoned", "badly_rated"
]
# What the office did with a group: wrote a new answer, added a wording to one, took its sentences
# for training, or said that it is none of its business.
What = Literal["new_answer", "wording", "sentence", "not_ours"]
Standing = Literal["open", "aside", "not_ours"]
Why = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class Week(BaseModel):
    """How many turns of a group came in the week that begins on a Monday."""

    begins: date
    count: int


class Nearest(BaseModel):
    """An own answer, and how near its nearest wording is."""

    id: str
    title: str = Field(description="Its first wording.")
    file: str | None = Field(description="Where it stands, for the editor; null where it is gone.")
    likeness: float = Field(description="Cosine, 1 is the same.")
    distance: float = Field(description="1 - likeness.")


class Aside(BaseModel):
    """What the office did with a group."""

    what: What
    by: str
    at: datetime
    size: int = Field(description="How many turns there were then.")
    key: str | None = Field(description="The id of the answer that it became a wording of.")
    reason: str | None


class Group(BaseModel):
    """Turns that ask the same."""

    id: int
    sentence: str = Field(description="The most central one, personal data masked.")
    count: int
    lately: int = Field(description="How many of them came in the last 28 days.")
    newest_at: datetime
    weeks: list[Week] = Field(description="The last twelve weeks, the oldest first.")
    reasons: dict[ReasonName, int]
    nearest: Nearest | None
    aside: Aside | None
    grown: bool = Field(description="Put aside once, and grown by half since.")


class Built(BaseModel):
    """When the groups were made last, of how many turns."""

    at: datetime
    turns: int
    groups: int


class Groups(BaseModel):
    """A page of groups, those with the most of late first."""

    items: list[Group]
    counts: dict[Standing, int]
    next: int | None = Field(description="The offset of the next page; null at the end.")
    built: Built | None = Field(description="Null until they were made for the first time.")
    waiting: int = Field(description="Turns that were found and are in no group yet.")


class Example(BaseModel):
    """One turn of a group."""

    turn_id: str
    conversation_id: str
    text: str = Field(description="Personal data masked.")
    at: datetime
    reasons: list[ReasonName]
    labelled: bool = Field(description="Taken as a sentence for training.")


class BotSays(BaseModel):
    """What the bot says to the most central sentence at present, as the first of a conversation."""

    said: str
    answer: str | None = Field(description="The id of the written answer that it tells.")
    remedies: list[str]
    intent: str
    situation: str | None
    right: str | None


class WholeGroup(Group):
    """A group with its turns."""

    examples: list[Example] = Field(description="The most central first, at most fifty.")
    near: list[Nearest]
    now: BotSays | None = Field(description="Null where the bot can make nothing of it.")


class PutAside(BaseModel):
    """What is done with a group."""

    what: What
    key: Annotated[str | None, Field(max_length=120)] = None
    reason: Why = Field(default="", description="Needed for not_ours.")

    @model_validator(mode="after")
    def _says_why(self) -> "PutAside":
        if self.what == "not_ours" and not self.reason:
            raise ValueError("请写明为什么不归我们")
        return self


class TakeSentences(BaseModel):
    """Turns of a group that become sentences for training."""

    turn_ids: list[Annotated[str, Field(max_length=36)]] = Field(min_length=1, max_length=50)


class Taken(BaseModel):
    """How many sentences are new."""

    added: int
