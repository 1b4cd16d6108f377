"""The queue of those who wait for a person: their places, and how long it may take."""

from datetime import datetime, timedelta
from math import ceil
from statistics import median

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations import schemas
from api.conversations.models import Conversation, Handoff
from api.conversations.states import State

# The wait is told from what happened of late, or not at all.
LATEST = 20  # claims
WITHIN = timedelta(days=14)
FEWEST = 5


async def handoff_of(
    session: AsyncSession, conversation: Conversation, *, at: datetime
) -> schemas.Handoff | None:
    """What the visitor is told of it; None while the bot answers."""
    if conversation.state == State.OPERATOR:
        return schemas.Handoff(state="operator", operator=conversation.assignee_name)
    if conversation.state != State.WAITING or conversation.waiting_since is None:
        return None
    return schemas.Handoff(
        state="waiting",
        position=await _place(session, conversation),
        wait_minutes=await usual_wait(session, at=at),
    )


async def usual_wait(session: AsyncSession, *, at: datetime) -> int | None:
    """Minutes, rounded up: the median of the latest claims; None where there were too few.

    Whoever was taken over without having asked did not wait.
    """
    asked_and_claimed = (
        select(Handoff.asked_at, Handoff.claimed_at)
        .where(Handoff.claimed_at > Handoff.asked_at, Handoff.claimed_at > at - WITHIN)
        .order_by(Handoff.claimed_at.desc())
        .limit(LATEST)
    )
    waits = [
        (claimed - asked).total_seconds()
        for asked, claimed in await session.execute(asked_and_claimed)
        if claimed is not None
    ]
    return max(1, ceil(median(waits) / 60)) if len(waits) >= FEWEST else None


async def _place(session: AsyncSession, conversation: Conversation) -> int:
    """Where it stands in the queue, 1 is next."""
    since = conversation.waiting_since
    earlier = or_(
        Conversation.waiting_since < since,
        and_(Conversation.waiting_since == since, Conversation.id < conversation.id),
    )
    ahead = await session.scalar(
        select(func.count())
        .select_from(Conversation)
        .where(Conversation.state == State.WAITING, earlier)
    )
    return (ahead or 0) + 1
