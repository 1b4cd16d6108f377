"""What visitors wrote beside their ratings, for who may read conversations; personal data is
masked.
"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation
from api.figures import schemas
from api.figures.service import Period
from api.protection.masking import mask
from api.tickets.models import Satisfaction

PAGE = 50


async def comments(
    session: AsyncSession, period: Period, before: int | None, page: int = PAGE
) -> schemas.Comments:
    """A page of comments, the newest first; `before` is what the page before told."""
    rows = (
        select(Satisfaction)
        .join(Conversation, Conversation.id == Satisfaction.conversation_id)
        .where(period.holds(Satisfaction.said_at), Satisfaction.words.is_not(None))
        .order_by(Satisfaction.id.desc())
        .limit(page + 1)
    )
    if before is not None:
        rows = rows.where(Satisfaction.id < before)
    found = (await session.scalars(period.over(rows))).all()
    more = len(found) > page
    return schemas.Comments(
        comments=[
            schemas.Comment(
                at=one.said_at,
                conversation_id=one.conversation_id,
                about=one.about,
                score=one.score,
                words=mask(one.words or ""),
            )
            for one in found[:page]
        ],
        before=found[page - 1].id if more else None,
    )
