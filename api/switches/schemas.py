"""Switches and banners as the desk's API and the visitor's page show them."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from api.visitor_text import clean

Mode = Literal["off", "operators", "approve"]
LONGEST_BANNER = 120
LONGEST_NOTE = 200


def _one_line(text: str) -> str:
    """Plain words on one line; markup in them is words as well, and shown as such."""
    return " ".join(clean(text).split())


Note = Annotated[str, Field(max_length=LONGEST_NOTE), AfterValidator(_one_line)]


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NewSwitch(_Exact):
    """How a topic is to stand, from now on or from a later moment, until one or until lifted."""

    topic: str = Field(
        max_length=40,
        description="A situation or a right of the vocabulary, or `*`: everything that the bot"
        " says, which can only be switched `off`.",
    )
    mode: Mode
    note: Note = ""
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None


class NewBanner(_Exact):
    """A line for visitors, and its days, both meant whole."""

    text: Annotated[str, Field(max_length=LONGEST_BANNER), AfterValidator(_one_line)]
    first_day: date
    last_day: date


class _ByWhom(BaseModel):
    set_by: str
    set_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None
    stands: Literal["on", "later", "over", "lifted"] = Field(
        description="Whether it holds at this moment, will, did until its end, or was lifted."
    )


class Switch(_ByWhom):
    """One setting of a switch, with who set it."""

    id: int
    topic: str
    label: str
    mode: Mode
    note: str
    starts_at: datetime
    ends_at: datetime | None


class Banner(_ByWhom):
    """A line for visitors, with who set it."""

    id: int
    text: str
    first_day: date
    last_day: date


class SwitchTopic(BaseModel):
    """What can be switched."""

    topic: str
    label: str
    kind: Literal["right", "situation"]


class Switches(BaseModel):
    """All that holds or will, and the latest of what did."""

    bot_off: bool
    switches: list[Switch]
    banners: list[Banner]
    earlier_switches: list[Switch]
    earlier_banners: list[Banner]
    topics: list[SwitchTopic]


class SwitchedOff(BaseModel):
    """What is not as ever at this moment, in few words."""

    bot_off: bool
    topics: list[str] = Field(description="The labels of the topics that are switched.")


class PublicState(BaseModel):
    """What a visitor's page shows above the chat."""

    banner: str | None
    until: date | None = Field(description="The last day of the banner.")
    bot_off: bool
