"""Figures that are counted when somebody opens the page: hours, cities, rights, what the bot did
with messages, promises that were kept, and the content that was told.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.conversations.models import Conversation, Turn
from api.conversations.schemas import Outcome
from api.figures import schemas
from api.figures.about import About, abouts
from api.figures.service import NOT_KNOWN, OTHER, Period, facts_within
from api.figures.small_cells import FEWEST, merged
from api.figures.sql import hour_of
from api.figures.used import Titles, used
from api.tickets import clocks
from api.tickets.models import Ticket, TicketClock
from api.tickets.status import ENDED

NOT_SAID = "没有说"
HOURS = range(24)
OUTCOMES: Mapping[Outcome, str] = {
    "answered": "给了答案或办法",
    "asked": "只反问，等来访者说清",
    "handed_over": "转人工",
    "elsewhere": "不归本线管，指到别处",
    "served": "办理工单、信息等事项或寒暄",
    "unclear": "没听懂",
}


@dataclass(frozen=True)
class Labels:
    """What facts and content are called."""

    situations: Mapping[str, str]
    rights: Mapping[str, str]
    titles: Titles


async def details(
    session: AsyncSession, period: Period, labels: Labels, *, oversees: bool, at: datetime
) -> schemas.Details:
    """All of them. Whoever does not oversee the desk is told nothing of so few that it tells of
    one.
    """
    fewest = 1 if oversees else FEWEST
    found = await abouts(session, facts_within(period))
    return schemas.Details(
        hours=await hours(session, period),
        cities=cities(found, fewest),
        rights=rights(found, labels.rights, fewest),
        outcomes=await outcomes(session, period),
        kept=await kept(session, period, at=at),
        used=await used(session, period, labels.titles, fewest),
    )


async def hours(session: AsyncSession, period: Period) -> list[schemas.Hour]:
    """Conversations by the hour in which they were opened; every hour of the day has its row."""
    hour = hour_of(Conversation.opened_at)
    rows = (
        select(hour, func.count())
        .select_from(Conversation)
        .where(period.holds(Conversation.opened_at))
        .group_by(hour)
    )
    counts = {hour: count for hour, count in await session.execute(period.over(rows))}
    return [schemas.Hour(hour=hour, count=counts.get(hour, 0)) for hour in HOURS]


def cities(found: Mapping[About, int], fewest: int) -> list[schemas.Cell]:
    """Conversations by city, the most first."""
    return _cells(found, lambda about: about.city, NOT_SAID, fewest)


def rights(
    found: Mapping[About, int], labels: Mapping[str, str], fewest: int
) -> list[schemas.Cell]:
    """Conversations by the right they are about, the most first."""
    return _cells(found, lambda about: labels.get(about.right or ""), NOT_KNOWN, fewest)


def _cells(
    found: Mapping[About, int],
    label: Callable[[About], str | None],
    otherwise: str,
    fewest: int,
) -> list[schemas.Cell]:
    counts: Counter[str] = Counter()
    for about, count in found.items():
        counts[label(about) or otherwise] += count
    told, few = merged(counts, fewest)
    unknown = told.pop(otherwise, 0)
    ordered = sorted(told.items(), key=lambda one: (-one[1], one[0]))
    return [
        schemas.Cell(label=label, count=count)
        for label, count in [*ordered, (otherwise, unknown), (OTHER, few)]
        if count
    ]


async def outcomes(session: AsyncSession, period: Period) -> schemas.Outcomes:
    """Visitors' messages of the period by what the bot did with them."""
    rows = (
        select(Turn.outcome, func.count())
        .where(period.holds(Turn.received_at))
        .group_by(Turn.outcome)
    )
    if period.channel is not None:
        rows = rows.join(Conversation, Conversation.id == Turn.conversation_id)
    counts = {one: count for one, count in await session.execute(period.over(rows))}
    return schemas.Outcomes(
        told=[
            schemas.Cell(label=label, count=counts.get(one, 0)) for one, label in OUTCOMES.items()
        ],
        not_noted=counts.get(None, 0),
    )


async def kept(session: AsyncSession, period: Period, *, at: datetime) -> list[schemas.Kept]:
    """The promises whose time began in the period; every kind has its row."""
    within = period.holds(TicketClock.started_at)
    is_over = Ticket.status.in_(ENDED) | TicketClock.stopped_at.is_not(None)
    became = case(
        (TicketClock.met_at <= TicketClock.due_at, "in_time"),
        (TicketClock.met_at.is_not(None), "late"),
        (is_over, "stopped"),
        (and_(TicketClock.due_at < at, *clocks.running()), "overdue"),
        else_="running",
    )
    of_tickets = (
        select(TicketClock.kind, became, func.count())
        .join(Ticket, Ticket.id == TicketClock.ticket_id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(within)
        .group_by(TicketClock.kind, became)
    )
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for kind, what, count in await session.execute(period.over(of_tickets)):
        counts[kind][what] = count
    spans = await _spans(session, period)
    return [
        schemas.Kept(
            kind=kind,
            label=label,
            median_s=round(median(spans[kind])) if spans[kind] else None,
            **{name: counts[kind].get(name, 0) for name in BECAME},
        )
        for kind, label in clocks.LABELS.items()
    ]


BECAME = ("in_time", "late", "overdue", "running", "stopped")


async def _spans(session: AsyncSession, period: Period) -> Mapping[str, list[float]]:
    """Seconds from the beginning of each promise to when it was kept, by kind."""
    rows = (
        select(TicketClock.kind, TicketClock.started_at, TicketClock.met_at)
        .join(Ticket, Ticket.id == TicketClock.ticket_id)
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(period.holds(TicketClock.started_at), TicketClock.met_at.is_not(None))
    )
    spans: dict[str, list[float]] = defaultdict(list)
    for kind, started, met in await session.execute(period.over(rows)):
        if met is not None:
            spans[kind].append((met - started).total_seconds())
    return spans
