"""News for a visitor who is not looking: kept until his next visit or turn, then told in one
message; the caller commits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import pushing
from api.conversations.models import ConversationNews

MOST_TOLD = 10  # of one ticket in one message; the ticket's own page shows all

# Made once: every turn asks what is to be told.
_UNTOLD = (
    select(ConversationNews)
    .where(
        ConversationNews.conversation_id == bindparam("conversation"),
        ConversationNews.told_at.is_(None),
    )
    .order_by(ConversationNews.id)
)


@dataclass(frozen=True)
class News:
    """What is told in one message: its text, and the number of the ticket it is about."""

    ticket: str | None
    text: str


async def keep(
    session: AsyncSession,
    conversation_id: str,
    text: str,
    *,
    at: datetime,
    ticket: str | None = None,
) -> None:
    """Keep something to be told at the visitor's next visit; who can be written to hears of it
    before.
    """
    kept = ConversationNews(conversation_id=conversation_id, ticket=ticket, text=text, at=at)
    session.add(kept)
    await session.flush()
    await pushing.news(session, conversation_id, kept.id, at=at)


async def wait(session: AsyncSession, conversation_id: str) -> bool:
    """Whether there is something that the visitor was not told yet."""
    untold = await session.scalars(_UNTOLD.limit(1), {"conversation": conversation_id})
    return untold.first() is not None


async def take(session: AsyncSession, conversation_id: str, *, at: datetime) -> list[News]:
    """What is to be told, one message a ticket; from now on it was told."""
    kept = (await session.scalars(_UNTOLD, {"conversation": conversation_id})).all()
    for one in kept:
        one.told_at = at
    by_ticket = sorted(kept, key=lambda one: one.ticket or "")
    return [
        News(ticket, _text(ticket, list(some)))
        for ticket, some in groupby(by_ticket, key=lambda one: one.ticket)
    ]


def _text(ticket: str | None, some: Sequence[ConversationNews]) -> str:
    lines = [f"{one.at:%m月%d日 %H:%M} {one.text}" for one in some[-MOST_TOLD:]]
    earlier = len(some) - len(lines)
    if earlier:
        lines.insert(0, f"另有较早的 {earlier} 条，凭单号和口令可以看全。")
    heading = f"工单 {ticket} 有新进展：" if ticket else "您不在的时候："
    return "\n".join([heading, *lines])
