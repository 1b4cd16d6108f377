"""Sentences and labels as the desk's API shows them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from api.visitor_text import clean

StateName = Literal["waiting", "disputed", "agreed", "left_out"]
LONGEST = 300
Code = Annotated[str, Field(max_length=40)]


def _cleaned(value: object) -> object:
    return clean(value).strip() if isinstance(value, str) else value


class Label(BaseModel):
    """What a sentence says; several values of one fact are joined by 、."""

    intent: Code
    situation: Code | None = None
    right: Code | None = None
    facts: dict[Code, Annotated[str, Field(max_length=400)]] = Field(default={}, max_length=20)


class Choice(BaseModel):
    value: str
    label: str


class ChoiceGroup(BaseModel):
    """At most ten values, each a number key."""

    name: str
    options: list[Choice]


class FactChoices(ChoiceGroup):
    """The values of one fact; `several` may hold at once."""

    slot: str
    several: bool


class LabelVocabulary(BaseModel):
    """All that a label may say. An intent that is a situation says that situation."""

    intents: list[ChoiceGroup]
    situations: list[Choice]
    rights: list[ChoiceGroup]
    facts: list[FactChoices]


class NewSentence(BaseModel):
    """A sentence of the office's own."""

    text: Annotated[str, BeforeValidator(_cleaned)] = Field(min_length=2, max_length=LONGEST)


class StillToRead(BaseModel):
    """How many sentences wait for whom."""

    first: int = Field(description="For a first reader.")
    second: int = Field(description="For a second one; those that one read first do not count.")
    disputed: int
    agreed: int


class ToRead(BaseModel):
    """The next sentence for whoever asks; null where nothing is left for him."""

    id: int
    text: str
    place: Literal[1, 2]
    own: bool = Field(description="The office's own words, no visitor's.")
    proposed: Label | None = Field(description="Of the model; the second reader reads blind.")


class Next(BaseModel):
    sentence: ToRead | None
    waiting: StillToRead


class ReadingShown(BaseModel):
    """What one reader made of a sentence."""

    place: int
    reader: str
    label: Label


class SentenceShown(BaseModel):
    """A sentence; readings and label only once two have read it."""

    id: int
    text: str
    state: StateName
    own: bool
    added_by: str
    added_at: datetime
    readings: list[ReadingShown]
    label: Label | None
    mine: bool = Field(description="Whoever asks is one of its readers.")


class SentencesPage(BaseModel):
    """The newest first; `before` asks for those that follow, null when there are none."""

    items: list[SentenceShown]
    before: int | None


class Read(BaseModel):
    """What became of a sentence by a reading."""

    state: StateName


class FieldAgreement(BaseModel):
    """How far two readers agree on one field."""

    field: str = Field(description="intent, situation, right, facts, or a fact's slot.")
    name: str
    count: int = Field(description="Sentences that two readers labelled.")
    raw: float | None = Field(description="Share on which they agree, 0 to 1.")
    kappa: float | None = Field(
        description="Cohen's kappa; null where chance alone would explain everything."
    )


class Agreement(BaseModel):
    fields: list[FieldAgreement]
    waiting: StillToRead
