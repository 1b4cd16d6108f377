"""Sessions of staff: a random token in a cookie, of which only the SHA-256 is stored.

They go by the real time: where the clock's date stands still (HELPLINE_AS_OF) the same hour comes
round every day, and nobody would ever have been in for long.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.models import StaffSession, User
from api.settings import Settings

By = Literal["password", "oidc"]

TOKEN_BYTES = 32
# How far a copy of the service may be behind another; what began later than that was begun by a
# clock that was wrong, and could last for ever.
CLOCKS_DIFFER = timedelta(minutes=5)
NOTED_EVERY = timedelta(minutes=1)  # a sign of life is written down, not one for every request


@dataclass(frozen=True)
class Lasting:
    """How long a session lasts: without a sign of its user, and at most."""

    idle: timedelta
    most: timedelta

    @classmethod
    def of(cls, settings: Settings) -> "Lasting":
        return cls(
            timedelta(minutes=settings.session_idle_minutes),
            timedelta(hours=settings.session_hours),
        )

    def is_over(self, session: StaffSession, at: datetime) -> bool:
        """Whether a session has ended by itself."""
        return (
            at - session.seen_at >= self.idle
            or at - session.started_at >= self.most
            or session.started_at - at > CLOCKS_DIFFER
        )


async def begin(session: AsyncSession, user: User, by: By, *, at: datetime) -> str:
    """Let a user in; returns the token, which is told once."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    user.seen_at = at
    session.add(
        StaffSession(token_sha256=digest(token), user_id=user.id, by=by, started_at=at, seen_at=at)
    )
    return token


async def find(
    session: AsyncSession, token: str, lasting: Lasting, *, at: datetime
) -> tuple[StaffSession, User] | None:
    """The session that a token belongs to, and its user; None when it is over, or he is off."""
    found = (
        await session.execute(
            select(StaffSession, User)
            .join(User, User.id == StaffSession.user_id)
            .where(StaffSession.token_sha256 == digest(token), User.active)
        )
    ).one_or_none()
    if found is None or lasting.is_over(found[0], at):
        return None
    return found[0], found[1]


async def note_seen(session: AsyncSession, token: str, *, at: datetime) -> None:
    """Its user has just done something."""
    seen = await session.get(StaffSession, digest(token))
    if seen:  # it may have ended since it was found
        seen.seen_at = at
        (await session.get_one(User, seen.user_id)).seen_at = at


async def end(session: AsyncSession, token: str) -> None:
    """The user signs out."""
    await session.execute(delete(StaffSession).where(StaffSession.token_sha256 == digest(token)))


async def end_all(session: AsyncSession, user_id: int) -> None:
    """Sign a user out everywhere."""
    await session.execute(delete(StaffSession).where(StaffSession.user_id == user_id))


async def clear_away(session: AsyncSession, lasting: Lasting, *, at: datetime) -> None:
    """Delete the sessions that have ended by themselves."""
    over = or_(
        StaffSession.seen_at <= at - lasting.idle,
        StaffSession.started_at <= at - lasting.most,
    )
    await session.execute(delete(StaffSession).where(over))


def digest(token: str) -> str:
    """What is stored of a token."""
    return sha256(token.encode()).hexdigest()
