"""Who is at the desk: presence, and whether anybody takes over conversations."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import Depends, Request
from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.accounts.models import User
from api.accounts.roles import MAY, Permission, Role
from api.clock import Clock
from api.conversations.models import Conversation
from api.conversations.states import WITH_PEOPLE
from api.database import Instant
from api.desk.hours import Hours
from api.desk.models import DeskPresence
from api.desk.schemas import Colleague, Duty
from api.events import service as events

PRESENT = timedelta(seconds=60)  # without a sign after which somebody counts as gone

Chosen = Literal["online", "away"]


async def choose(session: AsyncSession, staff: Staff, state: Chosen, clock: Clock) -> None:
    """Somebody says whether he takes conversations."""
    # Two of his tabs may be the first at the same moment.
    await session.execute(_FIRST, {"staff_id": staff.id, "state": state, "at": clock.moment()})
    row = await session.get_one(DeskPresence, staff.id, with_for_update=True)
    row.state, row.present, row.seen_at = state, True, clock.moment()
    await session.flush()
    await _tell(session, row, staff.display_name, clock)


_FIRST = text(
    "INSERT INTO desk_presence (staff_id, state, present, seen_at)"
    " VALUES (:staff_id, :state, true, :at) ON CONFLICT (staff_id) DO NOTHING"
).bindparams(bindparam("at", type_=Instant()))


async def keep(session: AsyncSession, staff_ids: Collection[int], clock: Clock) -> None:
    """These are still there: an open stream of events shows it."""
    for row, name in await _locked(session, DeskPresence.staff_id.in_(staff_ids)):
        came_back = not row.present
        row.present, row.seen_at = True, clock.moment()
        if came_back:
            await _tell(session, row, name, clock)
    await session.flush()


async def miss(session: AsyncSession, clock: Clock) -> None:
    """Tell colleagues of everybody who gave no sign for long."""
    gone = and_(DeskPresence.present, ~seen_within(PRESENT, clock))
    for row, name in await _locked(session, gone):
        row.present = False
        await _tell(session, row, name, clock)
    await session.flush()


async def _locked(
    session: AsyncSession, which: ColumnElement[bool]
) -> Sequence[tuple[DeskPresence, str]]:
    """People at the desk with their names, locked in one order: nobody waits in a circle."""
    found = (
        select(DeskPresence, User.display_name)
        .join(User, User.id == DeskPresence.staff_id)
        .where(which)
        .order_by(DeskPresence.staff_id)
        .with_for_update(of=DeskPresence)
    )
    return [(row, name) for row, name in await session.execute(found)]


async def of(hours: Hours, clock: Clock, session: AsyncSession) -> Duty:
    """Whether somebody who chats is there at this moment, within the stated hours."""
    now = clock.now()
    staffed = hours.open_at(now) and await is_anybody_there(session, PRESENT, clock)
    return Duty(open=staffed, hours=hours.text, next=hours.next_open(now))


async def is_anybody_there(session: AsyncSession, within: timedelta, clock: Clock) -> bool:
    """Whether anybody who takes conversations gave a sign within this time."""
    there = _takes_conversations().where(seen_within(within, clock))
    return await session.scalar(there.limit(1)) is not None


async def taking(
    session: AsyncSession, staff_id: int, within: timedelta, clock: Clock
) -> User | None:
    """Somebody who takes conversations and gave a sign within this time; None where he did not."""
    there = _takes_conversations().where(User.id == staff_id, seen_within(within, clock))
    found: User | None = await session.scalar(there)
    return found


async def colleagues(session: AsyncSession, clock: Clock) -> list[Colleague]:
    """Everybody who may take conversations, with his state and his load."""
    load = select(Conversation.assignee_id, func.count()).where(
        Conversation.assignee_id.is_not(None), Conversation.state.in_(WITH_PEOPLE)
    )
    of_each: dict[int | None, int] = {
        staff_id: number
        for staff_id, number in await session.execute(load.group_by(Conversation.assignee_id))
    }
    everybody = (
        select(User, DeskPresence)
        .outerjoin(DeskPresence, DeskPresence.staff_id == User.id)
        .where(User.active, User.role.in_(_CHATTING))
        .order_by(User.display_name, User.id)
    )
    return [
        Colleague(
            id=user.id,
            name=user.display_name,
            role=user.role,
            state=_state(presence, clock.moment()),
            open=of_each.get(user.id, 0),
        )
        for user, presence in await session.execute(everybody)
    ]


_CHATTING = [role for role in Role if Permission.CHAT in MAY[role]]


def _takes_conversations() -> Select[User]:
    """Those who may chat, whose account is on, and who said that they take conversations."""
    return (
        select(User)
        .join(DeskPresence, DeskPresence.staff_id == User.id)
        .where(DeskPresence.state == "online", User.active, User.role.in_(_CHATTING))
    )


def _state(row: DeskPresence | None, moment: datetime) -> Any:
    return row.state if row is not None and abs(moment - row.seen_at) <= PRESENT else "offline"


def seen_within(within: timedelta, clock: Clock) -> ColumnElement[bool]:
    """The condition that somebody gave a sign within this time.

    A sign from the future is none: a clock that was put back must not keep anybody there.
    """
    moment = clock.moment()
    return DeskPresence.seen_at.between(moment - within, moment + within)


async def _hours_of(request: Request) -> Hours:
    hours: Hours = request.app.state.voice().hours
    return hours


AppHours = Annotated[Hours, Depends(_hours_of)]


async def _tell(session: AsyncSession, row: DeskPresence, name: str, clock: Clock) -> None:
    state = row.state if row.present else "offline"
    await events.publish(
        session,
        "presence",
        staff_id=row.staff_id,
        data={"name": name, "state": state},
        at=clock.now(),
    )
