"""Drafts as the chat API speaks of them."""

from pydantic import Field

from api.conversations.schemas import OfferedDraft


class Draft(OfferedDraft):
    """A draft that fits what is known now."""

    missing: list[str] = Field(
        description="What the visitor still has to fill in or to check, in Chinese."
    )
