"""Pictures as the chat API speaks of them."""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from api.protection.numbers import without_refused
from api.visitor_text import clean

MediaType = Literal["image/jpeg", "image/png", "image/webp"]


def _kept(name: object) -> object:
    """A name as it may be kept: a line, without folders and without numbers of cards."""
    if not isinstance(name, str):
        return name
    last = re.split(r"[/\\]", clean(name).replace("\n", " "))[-1]
    return without_refused(last).strip(" .") or "图片"


class NewFile(BaseModel):
    name: Annotated[str, BeforeValidator(_kept)] = Field(
        max_length=200, description="The file's name, as the visitor knows it."
    )
    type: MediaType = Field(description="What it claims to be; what it is, its first bytes tell.")
    data: str = Field(description="The picture, at most 5 MB, in Base64.")


class NewPaper(NewFile):
    """What staff add: a picture, or a PDF that came to them."""

    type: Literal["image/jpeg", "image/png", "image/webp", "application/pdf"] = Field(  # type: ignore[assignment]
        description="What it claims to be; what it is, its first bytes tell."
    )


class AddedFile(BaseModel):
    """A picture of the ticket, without its bytes."""

    id: str
    ticket: str = Field(description="The number of its ticket.")
    name: str
    size: int = Field(description="Bytes.")
    media_type: MediaType
    added_at: datetime
