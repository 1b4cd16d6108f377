"""Calls as the desk's API and the telephone system speak of them."""

import re
import unicodedata
from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, StrictBool

from api.visitor_text import clean

_BETWEEN = re.compile(r"[\s\-()（）.·]")
_COUNTRY = re.compile(r"^(?:\+|00)86")


def plain_number(written: object) -> object:
    """A telephone number as it is kept: digits alone, without the country's code; none is None."""
    if not isinstance(written, str):
        return written
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", written))
    return _COUNTRY.sub("", digits) or None


def _cleaned(value: object) -> object:
    return clean(value) if isinstance(value, str) else value


Number = Annotated[str, BeforeValidator(plain_number), Field(pattern=r"^\d{3,15}$")]
Shown = Annotated[
    str | None, BeforeValidator(plain_number), Field(default=None, pattern=r"^\d{3,15}$")
]
CallId = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[\w.:@-]+$")]


class NewCall(BaseModel):
    caller: Shown = None
    consent: StrictBool = Field(
        description="The caller was told what is kept, and agreed in words of his own."
    )
    call_id: CallId | None = Field(
        default=None, description="What the telephone system calls it, where it rang there."
    )


class BegunCall(BaseModel):
    """A call; its id is that of the conversation in which it is noted."""

    id: str
    caller: str | None


class Heard(BaseModel):
    text: Annotated[str, BeforeValidator(_cleaned)] = Field(
        description="What the caller said, as the operator noted it; 1 to 2000 characters."
    )
    client_message_id: UUID = Field(description="The same id again is the same message.")


class NotedMessage(BaseModel):
    message_id: str
    turn_id: str


class EndedCall(BaseModel):
    note: Annotated[str | None, Field(max_length=500)] = None


class EarlierCall(BaseModel):
    id: str
    opened_at: datetime
    operator_id: int
    summary: str
    ended: bool


class TicketOfCaller(BaseModel):
    number: str
    status_text: str
    summary: str
    opened_on: date


class Earlier(BaseModel):
    """What somebody with this number has turned to the helpline with before, newest first."""

    calls: list[EarlierCall]
    tickets: list[TicketOfCaller]


class TelephoneEvent(BaseModel):
    """What the telephone system tells of a call."""

    call_id: CallId
    caller: Shown = None
    extension: Annotated[str, Field(min_length=1, max_length=20, pattern=r"^[\w-]+$")]
    state: Literal["ringing", "answered", "ended"]


class Told(BaseModel):
    """Whether somebody has this extension, and heard of the call."""

    told: bool
