"""Who is at the desk: presence, and whether anybody takes over conversations."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from fastapi import Depends, Request
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.accounts.roles import MAY, Permission, Role
from api.clock import Clock
from api.conversations.models import Conversation
from api.conversations.states import WITH_PEOPLE
from api.desk.hours import Hours
from api.desk.models import DeskPresence
from api.desk.schemas import Colleague, Duty
from api.events import service as events

PRESENT = timedelta(seconds=60)  # without a sign after which somebody counts as gone

Chosen = Literal["online", "away"]


async def choose(session: AsyncSession, staff: Staff, state: Chosen, clock: Clock) -> None:
    """Somebody says whether he takes conversations."""
    row = await session.get(DeskPresence, staff.id, with_for_update=True)
    if row is None:
        row = DeskPresence(staff_id=staff.id)
        session.add(row)
    row.display_name, row.role = staff.display_name, staff.role
    row.state, row.present, row.seen_at = state, True, clock.moment()
    await session.flush()
    await _tell(session, row, clock)


async def keep(session: AsyncSession, staff_ids: Collection[int], clock: Clock) -> None:
    """These are still there: an open stream of events shows it."""
    rows = await session.scalars(
        select(DeskPresence)
        .where(DeskPresence.staff_id.in_(staff_ids))
        .order_by(DeskPresence.staff_id)
        .with_for_update()
    )
    for row in rows:
        came_back = not row.present
        row.present, row.seen_at = True, clock.moment()
        if came_back:
            await _tell(session, row, clock)
    await session.flush()


async def miss(session: AsyncSession, clock: Clock) -> None:
    """Tell colleagues of everybody who gave no sign for long."""
    gone = select(DeskPresence).where(DeskPresence.present, ~seen_within(PRESENT, clock))
    for row in await session.scalars(gone.order_by(DeskPresence.staff_id).with_for_update()):
        row.present = False
        await _tell(session, row, clock)
    await session.flush()


async def of(hours: Hours, clock: Clock, session: AsyncSession) -> Duty:
    """Whether somebody who chats is there at this moment, within the stated hours."""
    now = clock.now()
    staffed = hours.open_at(now) and await is_anybody_there(session, PRESENT, clock)
    return Duty(open=staffed, hours=hours.text, next=hours.next_open(now))


async def is_anybody_there(session: AsyncSession, within: timedelta, clock: Clock) -> bool:
    """Whether anybody who takes conversations gave a sign within this time."""
    chatting = [role for role in Role if Permission.CHAT in MAY[role]]
    there = select(func.count()).where(
        DeskPresence.state == "online", DeskPresence.role.in_(chatting), seen_within(within, clock)
    )
    return bool(await session.scalar(there))


async def is_there(
    session: AsyncSession, staff_id: int, within: timedelta, clock: Clock
) -> DeskPresence | None:
    """Somebody who gave a sign within this time; None where he did not."""
    row: DeskPresence | None = await session.scalar(
        select(DeskPresence).where(DeskPresence.staff_id == staff_id, seen_within(within, clock))
    )
    return row


async def colleagues(session: AsyncSession, clock: Clock) -> list[Colleague]:
    """Everybody who was at the desk before, with his state and his load."""
    load = select(Conversation.assignee_id, func.count()).where(
        Conversation.assignee_id.is_not(None), Conversation.state.in_(WITH_PEOPLE)
    )
    of_each: dict[int | None, int] = {
        staff_id: number
        for staff_id, number in await session.execute(load.group_by(Conversation.assignee_id))
    }
    rows = await session.scalars(select(DeskPresence).order_by(DeskPresence.display_name))
    return [
        Colleague(
            id=row.staff_id,
            name=row.display_name,
            role=row.role,
            state=_state(row, clock.moment()),
            open=of_each.get(row.staff_id, 0),
        )
        for row in rows
    ]


def _state(row: DeskPresence, moment: datetime) -> Any:
    return row.state if abs(moment - row.seen_at) <= PRESENT else "offline"


def seen_within(within: timedelta, clock: Clock) -> ColumnElement[bool]:
    """The condition that somebody gave a sign within this time.

    A sign from the future is none: a clock that was put back must not keep anybody there.
    """
    moment = clock.moment()
    return DeskPresence.seen_at.between(moment - within, moment + within)


async def _hours_of(request: Request) -> Hours:
    hours: Hours = request.app.state.hours
    return hours


AppHours = Annotated[Hours, Depends(_hours_of)]


async def _tell(session: AsyncSession, row: DeskPresence, clock: Clock) -> None:
    state = row.state if row.present else "offline"
    await events.publish(
        session,
        "presence",
        staff_id=row.staff_id,
        data={"name": row.display_name, "state": state},
        at=clock.now(),
    )
