"""Counts what happens at the desk, from its rows and on either database. Nothing is kept of it.

Conversations that were deleted for their age are in no figure any more.
"""

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from statistics import median
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, case, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.models import User
from api.accounts.roles import Role
from api.clock import SHANGHAI, Clock
from api.conversations.models import Conversation, Handoff, Turn
from api.conversations.states import State
from api.desk import duty
from api.desk.models import DeskPresence
from api.errors import HelplineError
from api.figures import schemas
from api.figures.about import About, abouts
from api.figures.small_cells import FEWEST, merged
from api.figures.sql import day_of
from api.outgoing.wording import vocabulary
from api.tickets import clocks
from api.tickets.models import Satisfaction, Ticket, TicketClock
from api.tickets.status import ENDED

LONGEST = 366  # days that are counted at once
USUAL = 30  # days that are counted where none are named
AT_REST = timedelta(hours=1)  # without a word: the bot's conversation came to rest
MOST_OVERDUE = 100
CLOSED_BY_OPERATOR = ("closed", "transferred")
NOT_REACHED = ("abandoned", "cancelled", "ticket")
OTHER = "其他"
NOT_KNOWN = "还不清楚"
TAKE_CALLS = (Role.OPERATOR, Role.SUPERVISOR)


Rows = TypeVar("Rows", bound=Select[*tuple[Any, ...]])


class PeriodWrong(HelplineError):
    code = "period_wrong"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "日期不对"
    detail = f"开始日期不能晚于结束日期，一次最多看 {LONGEST} 天。"


class MonthToCome(HelplineError):
    code = "month_to_come"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "这个月还没有到"
    detail = "还没有到的月份没有数字，请选本月或以前的月份。"


class YearNotOver(HelplineError):
    """What is published twice, with a few days more, tells of those few days."""

    code = "year_not_over"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "这一年还没有过完"
    detail = "开放数据只按过完的年份做：同一年做两次，两次相减会露出个别人的情况。"


def day_before(day: date) -> date:
    return day - timedelta(days=1)


def day_after(day: date) -> date:
    return day + timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """The days that are counted, both ends included, over one channel or all."""

    first: date
    last: date
    channel: str | None = None

    @classmethod
    def of(
        cls, first: date | None, last: date | None, channel: str | None, today: date
    ) -> "Period":
        """The days that were asked for; raises PeriodWrong."""
        last = last or today
        first = first or last - timedelta(days=USUAL - 1)
        if not 0 <= (last - first).days < LONGEST:
            raise PeriodWrong
        return cls(first, last, channel)

    @classmethod
    def of_month(cls, month: date, today: date) -> "Period":
        """The month of a day, as far as it has passed; raises MonthToCome."""
        first = month.replace(day=1)
        if first > today:
            raise MonthToCome
        last = first.replace(day=monthrange(first.year, first.month)[1])
        return cls(first, min(last, today))

    @classmethod
    def of_year(cls, year: int, today: date) -> "Period":
        """A year that has passed; raises YearNotOver."""
        if year >= today.year:
            raise YearNotOver
        return cls(date(year, 1, 1), date(year, 12, 31))

    def holds(self, moment: Any) -> ColumnElement[bool]:
        """The condition that a column of moments lies within."""
        begin = datetime.combine(self.first, time(), SHANGHAI)
        end = datetime.combine(self.last + timedelta(days=1), time(), SHANGHAI)
        within: ColumnElement[bool] = (moment >= begin) & (moment < end)
        return within

    def over(self, rows: Rows) -> Rows:
        """Only those of the channel, where one was named."""
        return rows if self.channel is None else rows.where(Conversation.channel == self.channel)


async def figures(
    session: AsyncSession,
    period: Period,
    labels: Mapping[str, str],
    *,
    oversees: bool,
    clock: Clock,
) -> schemas.Figures:
    """All figures; `labels` say the situations in words. Whoever does not oversee the desk gets
    nothing by person, and no topic or opinion of so few that it tells of one.
    """
    at = clock.now()
    fewest = 1 if oversees else FEWEST
    return schemas.Figures(
        now=await _now(session, clock),
        days=await days(session, period, at=at),
        topics=topics(await abouts(session, facts_within(period)), labels, fewest),
        operators=await _operators(session, period) if oversees else None,
        satisfaction=await satisfaction(session, period, fewest),
        overdue=await _overdue(session, at) if oversees else None,
    )


async def days(session: AsyncSession, period: Period, *, at: datetime) -> list[schemas.Day]:
    """What happened on each day over each channel, in order."""
    counted: dict[tuple[date, str], dict[str, Any]] = defaultdict(dict)
    for rows in (
        _conversations(period, at),
        _handoffs(period),
        _closed(period),
        _tickets(period),
    ):
        for row in (await session.execute(period.over(rows))).mappings():
            found = dict(row)
            counted[found.pop("day"), found.pop("channel")].update(found)
    for key, spans in (await reply_spans(session, period)).items():
        counted[key]["first_reply_median_s"] = round(median(spans))
    return [
        schemas.Day(day=day, channel=channel, **counts)
        for (day, channel), counts in sorted(counted.items())
    ]


async def _now(session: AsyncSession, clock: Clock) -> schemas.Now:
    at = clock.now()
    of_state = select(
        func.sum(_one_where(Conversation.state == State.WAITING)),
        func.min(Conversation.waiting_since).filter(Conversation.state == State.WAITING),
        func.sum(_one_where(Conversation.state == State.OPERATOR)),
    ).where(Conversation.state.in_((State.WAITING, State.OPERATOR)))
    waiting, since, with_operator = (await session.execute(of_state)).one()
    online = select(func.count()).where(
        DeskPresence.state == "online", duty.seen_within(duty.PRESENT, clock)
    )
    overdue = select(func.count()).select_from(Ticket).where(clocks.is_overdue(at))
    return schemas.Now(
        waiting=waiting or 0,
        longest_wait_s=max(0, round((at - since).total_seconds())) if since else None,
        with_operator=with_operator or 0,
        online=await session.scalar(online) or 0,
        overdue=await session.scalar(overdue) or 0,
    )


def _conversations(period: Period, at: datetime) -> Select[Any]:
    """Those that were opened, and those of them that the bot alone brought to rest."""
    of_it = Turn.conversation_id == Conversation.id
    # Looked up once: to look at the turns of each conversation would read all their answers.
    speaking = select(Turn.conversation_id).where(Turn.received_at > at - AT_REST)
    deflected = (
        Conversation.state.in_((State.BOT, State.CLOSED))
        & exists().where(of_it)
        & Conversation.id.not_in(speaking)
        & ~exists().where(Handoff.conversation_id == Conversation.id)
        & ~exists().where(Ticket.conversation_id == Conversation.id)
    )
    return _by_day(
        Conversation.opened_at,
        func.count().label("conversations"),
        func.sum(_one_where(deflected)).label("deflected"),
    ).where(period.holds(Conversation.opened_at))


def _handoffs(period: Period) -> Select[Any]:
    """Times that a person was asked for, by what became of it."""
    return (
        _by_day(
            Handoff.asked_at,
            func.count().label("handoffs"),
            func.sum(_one_where(Handoff.claimed_at.is_not(None))).label("claimed"),
            func.sum(_one_where(Handoff.ending.in_(NOT_REACHED))).label("abandoned"),
        )
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .where(period.holds(Handoff.asked_at))
    )


def _closed(period: Period) -> Select[Any]:
    return (
        _by_day(Handoff.ended_at, func.count().label("closed"))
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .where(period.holds(Handoff.ended_at), _by_operator())
    )


def _tickets(period: Period) -> Select[Any]:
    return (
        _by_day(Ticket.created_at, func.count().label("tickets"))
        .join(Conversation, Conversation.id == Ticket.conversation_id)
        .where(period.holds(Ticket.created_at))
    )


def _by_day(moment: Any, *counts: Any) -> Select[Any]:
    day = day_of(moment)
    return (
        select(day.label("day"), Conversation.channel.label("channel"), *counts)
        .select_from(moment.class_)
        .group_by(day, Conversation.channel)
    )


async def reply_spans(
    session: AsyncSession, period: Period
) -> Mapping[tuple[date, str], list[float]]:
    """Seconds from asking for a person to his first word, by day and channel."""
    rows = (
        select(Handoff.asked_at, Handoff.first_reply_at, Conversation.channel)
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .where(period.holds(Handoff.asked_at))
    )
    spans: dict[tuple[date, str], list[float]] = defaultdict(list)
    for asked, replied, channel in await session.execute(period.over(rows)):
        if replied is not None:
            spans[asked.date(), channel].append((replied - asked).total_seconds())
    return spans


def facts_within(period: Period) -> Select[Any]:
    """The facts of the conversations that were opened in the period."""
    return period.over(select(Conversation.facts).where(period.holds(Conversation.opened_at)))


def topics(
    found: Mapping[About, int], labels: Mapping[str, str], fewest: int
) -> list[schemas.Topic]:
    """The situations, the commonest first; those that are too few are told as one."""
    counts: Counter[str | None] = Counter()
    for about, count in found.items():
        counts[about.situation if about.situation in labels else None] += count
    told, few = merged(counts, fewest)
    unknown = told.pop(None, 0)
    ordered = sorted(told.items(), key=lambda one: (-one[1], str(one[0])))
    rest = [(NOT_KNOWN, unknown), (OTHER, few)]
    return [
        *(schemas.Topic(situation=one, label=labels[str(one)], count=n) for one, n in ordered),
        *(schemas.Topic(situation=None, label=label, count=n) for label, n in rest if n),
    ]


def situations() -> Mapping[str, str]:
    """What each situation is called."""
    labels: Mapping[str, str] = vocabulary()["situation"]
    return labels


async def _operators(session: AsyncSession, period: Period) -> list[schemas.OperatorLoad]:
    """The load of everybody who takes conversations, or took some in the period."""
    held = await _counts(
        session,
        select(Conversation.assignee_id, func.count())
        .where(Conversation.state == State.OPERATOR)
        .group_by(Conversation.assignee_id),
    )
    joined = select(Handoff.claimed_by, func.count()).join(
        Conversation, Conversation.id == Handoff.conversation_id
    )
    claimed = await _counts(
        session,
        period.over(joined.where(period.holds(Handoff.claimed_at)).group_by(Handoff.claimed_by)),
    )
    closed = await _counts(
        session,
        period.over(
            joined.where(period.holds(Handoff.ended_at), _by_operator()).group_by(
                Handoff.claimed_by
            )
        ),
    )
    spans = await _spans_of_operators(session, period)
    users = await session.scalars(select(User).order_by(User.id))
    return [
        schemas.OperatorLoad(
            id=user.id,
            name=user.display_name,
            open=held.get(user.id, 0),
            claimed=claimed.get(user.id, 0),
            first_reply_median_s=round(median(spans[user.id])) if spans[user.id] else None,
            closed=closed.get(user.id, 0),
        )
        for user in users
        if (user.active and user.role in TAKE_CALLS) or user.id in {*held, *claimed, *closed}
    ]


async def _counts(session: AsyncSession, rows: Select[int | None, int]) -> dict[int, int]:
    return {one: count for one, count in await session.execute(rows) if one is not None}


async def _spans_of_operators(
    session: AsyncSession, period: Period
) -> Mapping[int | None, list[float]]:
    rows = (
        select(Handoff.claimed_by, Handoff.asked_at, Handoff.first_reply_at)
        .join(Conversation, Conversation.id == Handoff.conversation_id)
        .where(period.holds(Handoff.claimed_at))
    )
    spans: dict[int | None, list[float]] = defaultdict(list)
    for operator, asked, replied in await session.execute(period.over(rows)):
        if replied is not None:
            spans[operator].append((replied - asked).total_seconds())
    return spans


async def satisfaction(session: AsyncSession, period: Period, fewest: int) -> schemas.Contentment:
    """What visitors said of the service; nothing where fewer than `fewest` did."""
    rows = (
        select(Satisfaction.score, func.count())
        .where(period.holds(Satisfaction.said_at))
        .group_by(Satisfaction.score)
    )
    if period.channel is not None:  # else a score counts also after its conversation was deleted
        rows = rows.join(Conversation, Conversation.id == Satisfaction.conversation_id)
    by_score = {score: n for score, n in await session.execute(period.over(rows))}
    return _contentment(by_score, fewest)


def _contentment(by_score: Mapping[int, int], fewest: int) -> schemas.Contentment:
    count = sum(by_score.values())
    if count < fewest:
        return schemas.Contentment(count=0, mean=None, by_score={})
    total = sum(score * n for score, n in by_score.items())
    return schemas.Contentment(
        count=count,
        mean=round(total / count, 2) if count else None,
        by_score={score: by_score.get(score, 0) for score in range(1, 6)} if count else {},
    )


async def _overdue(session: AsyncSession, at: datetime) -> list[schemas.Overdue]:
    """The tickets that broke a promise, the longest broken first."""
    oldest = func.min(TicketClock.due_at)
    rows = (
        select(Ticket, oldest)
        .join(TicketClock, TicketClock.ticket_id == Ticket.id)
        .where(Ticket.status.not_in(ENDED), TicketClock.due_at < at, *clocks.running())
        .group_by(Ticket.id)
        .order_by(oldest, Ticket.id)
        .limit(MOST_OVERDUE)
    )
    return [_shown(ticket, due) for ticket, due in await session.execute(rows)]


def _shown(ticket: Ticket, due: datetime) -> schemas.Overdue:
    id_, name = ticket.assignee_id, ticket.assignee
    return schemas.Overdue(
        number=ticket.number,
        summary=ticket.summary,
        assignee=schemas.Assignee(id=id_, name=name or "") if id_ is not None else None,
        next_step=ticket.next_step,
        due=due,
    )


def _by_operator() -> ColumnElement[bool]:
    ended: ColumnElement[bool] = Handoff.ending.in_(CLOSED_BY_OPERATOR)
    return ended & Handoff.claimed_by.is_not(None)


def _one_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)
