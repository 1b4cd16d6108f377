"""Notes what an answered turn led to, so that figures count it without opening what was said; the
caller commits.
"""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import ToldContent, Turn
from api.conversations.schemas import LedTo

WORKING = "led_to"  # where the present attempt keeps it in Turn.working
ANSWER, REMEDY = "answer", "remedy"


async def note(session: AsyncSession, turn: Turn, *, at: datetime) -> None:
    """Note what the attempt led to, which the visitor was told."""
    kept = (turn.working or {}).get(WORKING)
    if kept is None:
        return
    led_to = LedTo.model_validate(kept)
    turn.outcome = led_to.outcome
    told = [(ANSWER, key) for key in led_to.answers] + [(REMEDY, key) for key in led_to.remedies]
    rows = [
        {"conversation_id": turn.conversation_id, "kind": kind, "key": key, "told_at": at}
        for kind, key in told
    ]
    if rows:  # their ids are of no use here, and one by one would be fetched for each
        connection = await session.connection()
        await connection.execute(insert(ToldContent), rows)
