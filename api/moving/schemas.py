"""Codes and links that move a conversation, as the chat API speaks of them."""

from datetime import datetime

from pydantic import BaseModel, Field

from api.moving.links import LONGEST


class MadeCode(BaseModel):
    """A code that lets the conversation go on elsewhere, once."""

    code: str = Field(description="As it is read out: ABCD-2345.")
    expires_at: datetime
    seconds: int = Field(
        description="How long it is good for, for clients whose clock may be wrong."
    )


class TriedCode(BaseModel):
    code: str = Field(max_length=40, description="As it was typed; blanks and case are no matter.")


class FollowedLink(BaseModel):
    link: str = Field(max_length=LONGEST, description="What stands behind `#go=` in the address.")


class Moved(BaseModel):
    """A conversation that goes on here. The token is told this once, and ends at `expires_at`."""

    id: str
    token: str
    expires_at: datetime
