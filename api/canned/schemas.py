"""Canned replies as the desk's API shows them."""

import re
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

VARIABLES = ("姓名", "工单号", "城市", "坐席")
VARIABLE = re.compile(r"\{([^{}\n]{1,20})\}")

Scope = Literal["own", "shared"]


def unknown_variables(text: str) -> list[str]:
    """The names in braces that are none of ours."""
    return [name for name in VARIABLE.findall(text) if name not in VARIABLES]


Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Shortcut = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20, pattern=r"^\S+$")
]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
Tags = Annotated[list[Tag], Field(max_length=10)]


class _Exact(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SetTag(_Exact):
    """Puts a tag on the conversation."""

    set_tag: Tag


class Close(_Exact):
    """Closes the conversation."""

    close: Literal[True]


class HandBack(_Exact):
    """Hands the conversation back to the bot."""

    hand_back: Literal[True]


# What a macro does besides, carried out by the console through the desk's own calls.
CannedAction = SetTag | Close | HandBack
Actions = Annotated[list[CannedAction], Field(max_length=5)]


class NewCanned(BaseModel):
    title: Title
    shortcut: Shortcut | None = None
    text: Text = Field(description="May hold {姓名}, {工单号}, {城市} and {坐席}.")
    scope: Scope = "own"
    tags: Tags = []
    actions: Actions = []


class ChangedCanned(BaseModel):
    """What is left out stays as it is."""

    title: Title | None = None
    shortcut: Shortcut | None = None
    text: Text | None = None
    scope: Scope | None = None
    tags: Tags | None = None
    actions: Actions | None = None


class Canned(NewCanned):
    id: int


class Filling(BaseModel):
    conversation_id: str = Field(max_length=36)


class Filled(BaseModel):
    """The text with its variables filled in; what is not known stands in 〔〕."""

    text: str
    missing: list[str]
    actions: Actions
