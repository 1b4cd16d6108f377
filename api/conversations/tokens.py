"""Tokens that open a conversation besides the one that it was opened with, each for a time.

They go by the real moment: a day that stands still (HELPLINE_AS_OF) must not let one live for ever.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Clock
from api.conversations.models import ConversationToken

Origin = Literal["link", "code"]


@dataclass(frozen=True)
class Token:
    """A token in words; it can be told once only."""

    text: str
    expires_at: datetime


async def give(
    session: AsyncSession, conversation_id: str, origin: Origin, lasts: timedelta
) -> Token:
    """Another token for a conversation; the caller has made sure that there is one to open."""
    text, at = secrets.token_urlsafe(32), Clock().moment()
    given = ConversationToken(
        conversation_id=conversation_id,
        token_sha256=_sha256(text),
        origin=origin,
        made_at=at,
        expires_at=at + lasts,
    )
    session.add(given)
    await session.flush()
    return Token(text, given.expires_at)


async def opens(session: AsyncSession, conversation_id: str, token: str) -> bool:
    """Whether a token was given for this conversation and is not over."""
    found = select(ConversationToken.id).where(
        ConversationToken.token_sha256 == _sha256(token),
        ConversationToken.conversation_id == conversation_id,
        ConversationToken.expires_at > Clock().moment(),
    )
    return await session.scalar(found) is not None


def _sha256(token: str) -> str:
    return sha256(token.encode()).hexdigest()
