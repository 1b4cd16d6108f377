"""What conversations are about, and where.

Facts are sealed: each has to be opened to be counted. A few at once, so that others are served in
between.
"""

from collections import Counter
from typing import Any, NamedTuple

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from knowledge.slots import UNKNOWN

AT_ONCE = 200  # rows that are opened before others have their turn


class About(NamedTuple):
    """What is known of a conversation; None where it is not known."""

    situation: str | None
    right: str | None
    city: str | None  # the visitor's, where he told it, else where it happened


async def abouts(session: AsyncSession, rows: Select[Any]) -> Counter[About]:
    """Conversations by what they are about; `rows` selects their facts."""
    found: Counter[About] = Counter()
    async for some in (await session.stream_scalars(rows)).partitions(AT_ONCE):
        found.update(_about(facts or {}) for facts in some)
    return found


def _about(facts: dict[str, Any]) -> About:
    def known(slot: str) -> str | None:
        value = facts.get(slot)
        return None if value in (None, "", UNKNOWN) else str(value)

    return About(known("situation"), known("right"), known("own_city") or known("city"))
