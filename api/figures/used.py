"""Which written answers and remedies were told, how often, and how content those were who heard
them.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation, ToldContent
from api.conversations.outcomes import ANSWER
from api.figures import schemas
from api.figures.service import Period, Rows
from api.suggestions.models import StoredSet, StoredSuggestion
from api.tickets.models import Satisfaction

MOST = 200  # what was told most is told
CONTENT = 4  # from this score on somebody was content
SENT = ("used", "edited")
RULE = "rule:%"  # what a suggestion comes from that comes from no written answer

Titles = Mapping[tuple[str, str], str]  # (kind, key) → what people call it
Keys = tuple[str, str]


@dataclass(frozen=True)
class _Rated:
    count: int = 0
    total: int = 0
    content: int = 0


async def used(
    session: AsyncSession, period: Period, titles: Titles, fewest: int
) -> list[schemas.Used]:
    """What was told in the period, the most first; opinions of fewer than `fewest` are not told."""
    told = await _told(session, period)
    operators = await _by_operators(session, period)
    rated = await _rated(session, period)
    most = sorted(
        {*told, *operators},
        key=lambda keys: (-told.get(keys, (0, 0))[0] - operators[keys], keys),
    )
    return [
        _shown(keys, titles, told.get(keys, (0, 0)), operators[keys], rated[keys], fewest)
        for keys in most[:MOST]
    ]


def _shown(
    keys: Keys,
    titles: Titles,
    told: tuple[int, int],
    by_operators: int,
    rated: _Rated,
    fewest: int,
) -> schemas.Used:
    kind, key = keys
    is_said = rated.count >= fewest
    return schemas.Used(
        kind=kind,
        key=key,
        title=titles.get(keys, key),  # what was told once may be gone from the content
        told=told[0],
        conversations=told[1],
        by_operators=by_operators,
        ratings=rated.count if is_said else None,
        mean=round(rated.total / rated.count, 2) if is_said else None,
        content=round(100 * rated.content / rated.count, 1) if is_said else None,
    )


async def _told(session: AsyncSession, period: Period) -> dict[Keys, tuple[int, int]]:
    """How often each was told, and in how many conversations."""
    rows = select(
        ToldContent.kind,
        ToldContent.key,
        func.count(),
        func.count(ToldContent.conversation_id.distinct()),
    ).group_by(ToldContent.kind, ToldContent.key)
    found = await session.execute(_within(rows, period))
    return {(kind, key): (times, conversations) for kind, key, times, conversations in found}


async def _by_operators(session: AsyncSession, period: Period) -> Counter[Keys]:
    """How often operators sent a written answer that was suggested to them."""
    rows = (
        select(StoredSuggestion.source, func.count())
        .join(StoredSet, StoredSet.turn_id == StoredSuggestion.turn_id)
        .join(Conversation, Conversation.id == StoredSet.conversation_id)
        .where(
            period.holds(StoredSuggestion.decided_at),
            StoredSuggestion.state.in_(SENT),
            StoredSuggestion.source.is_not(None),
            StoredSuggestion.source.not_like(RULE),
        )
        .group_by(StoredSuggestion.source)
    )
    return Counter(
        {(ANSWER, source): n for source, n in await session.execute(period.over(rows)) if source}
    )


async def _rated(session: AsyncSession, period: Period) -> Mapping[Keys, _Rated]:
    """The ratings of the conversations in which each was told, each rating once."""
    heard = _within(
        select(ToldContent.kind, ToldContent.key, ToldContent.conversation_id), period
    ).distinct()
    of_it = heard.subquery()
    rows = (
        select(
            of_it.c.kind,
            of_it.c.key,
            func.count(),
            func.sum(Satisfaction.score),
            func.sum(case((Satisfaction.score >= CONTENT, 1), else_=0)),
        )
        .join(Satisfaction, Satisfaction.conversation_id == of_it.c.conversation_id)
        .group_by(of_it.c.kind, of_it.c.key)
    )
    found: dict[Keys, _Rated] = defaultdict(_Rated)
    for kind, key, *sums in await session.execute(rows):
        found[kind, key] = _Rated(*sums)
    return found


def _within(rows: Rows, period: Period) -> Rows:
    rows = rows.where(period.holds(ToldContent.told_at))
    if period.channel is None:
        return rows
    return period.over(rows.join(Conversation, Conversation.id == ToldContent.conversation_id))
