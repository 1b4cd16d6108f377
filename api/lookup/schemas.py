"""What a search over people's matters finds. Excerpts are short, contacts are masked."""

from datetime import date, datetime

from pydantic import BaseModel, Field


class FoundTicket(BaseModel):
    number: str
    status_text: str
    summary: str
    excerpt: str = Field(description="The words around what was found.")
    opened_on: date


class FoundConversation(BaseModel):
    id: str
    channel: str
    opened_at: datetime
    last_at: datetime
    summary: str | None = Field(description="What it is about, as far as that is known.")
    excerpt: str = Field(description="The words around what was found.")


class FoundCaller(BaseModel):
    """Somebody who left this contact, and what was opened for him."""

    contact_masked: str
    tickets: list[str] = Field(description="Numbers, the newest first.")
    conversations: list[str] = Field(description="Ids, the newest first.")


class Found(BaseModel):
    tickets: list[FoundTicket]
    conversations: list[FoundConversation]
    callers: list[FoundCaller]
    complete: bool = Field(
        description="Whether all was looked at; false where so much holds the words that older "
        "matters were left out: more words find less."
    )
