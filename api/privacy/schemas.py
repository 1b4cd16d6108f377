"""The privacy notice, and what was deleted, as the chat API speaks of them."""

from datetime import datetime

from pydantic import BaseModel, Field


class NoticeSection(BaseModel):
    title: str
    text: str


class PrivacyNotice(BaseModel):
    """What a visitor agrees to: in a few lines, and in full."""

    version: str
    short: str
    sections: list[NoticeSection]


class Code(BaseModel):
    code: str = Field(
        max_length=20, description="The look-up code, shown when the ticket was opened."
    )


class Deleted(BaseModel):
    """What was deleted, by kind; `kept` says in Chinese what is left, if anything is."""

    subject: str
    at: datetime
    counts: dict[str, int]
    kept: str | None
