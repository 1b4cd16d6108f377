"""Who is at the desk: somebody says so, an open console keeps it so, and silence ends it."""

import asyncio
from datetime import time, timedelta

import pytest
from fastapi import FastAPI

from api.accounts.models import User
from api.accounts.roles import Role
from api.desk.hours import Hours
from api.desk.rounds import Rounds
from api.settings import Settings
from tests.api.desk import MovableClock, hired
from tests.api.desk.operator import Operator
from tests.api.events.listening import listening
from tests.api.speaking import speaks_with
from tests.api.visitor import Visitor


async def state_of(operator: Operator, who: Operator) -> str | None:
    """What a colleague sees of somebody."""
    seen = {one["id"]: one["state"] for one in await operator.gets("/colleagues")}
    return seen.get(who.id)


async def test_nobody_is_on_duty_until_somebody_says_so(
    operator: Operator, clock: MovableClock
) -> None:
    assert (await operator.gets("/duty"))["open"] is False
    await operator.is_there("away")
    assert (await operator.gets("/duty"))["open"] is False
    await operator.is_there()
    assert await operator.gets("/duty") == {"open": True, "hours": None, "next": None}


@pytest.mark.parametrize("moved", [timedelta(seconds=61), timedelta(minutes=-2)])
async def test_without_a_sign_for_a_minute_nobody_is_there_whichever_way_the_clock_went(
    operator: Operator, colleague: Operator, clock: MovableClock, moved: timedelta
) -> None:
    await operator.is_there()
    assert await state_of(colleague, operator) == "online"

    clock.passed = moved

    assert await state_of(colleague, operator) == "offline"
    assert (await colleague.gets("/duty"))["open"] is False


async def test_an_open_console_keeps_its_operator_there(
    operator: Operator, clock: MovableClock, app: FastAPI, settings: Settings
) -> None:
    await operator.is_there()
    rounds = Rounds.of(settings, app.state.database, clock, app.state.hub)
    async with listening(app, "/api/desk/events", operator.headers) as stream:
        await stream.until("ready")
        clock.passed = timedelta(seconds=59)
        await rounds.once()
        clock.passed = timedelta(seconds=100)
        assert await state_of(operator, operator) == "online"
    clock.passed = timedelta(seconds=200)
    assert await state_of(operator, operator) == "offline"


async def test_colleagues_hear_who_came_and_who_is_gone(
    operator: Operator,
    colleague: Operator,
    clock: MovableClock,
    app: FastAPI,
    settings: Settings,
) -> None:
    async with listening(app, "/api/desk/events", colleague.headers) as stream:
        await stream.until("ready")
        await operator.is_there()
        came = await stream.until("presence")
        clock.passed = timedelta(minutes=2)
        await Rounds.of(settings, app.state.database, clock, app.state.hub).once()
        gone = await stream.until("presence")

    assert (came.data["staff_id"], came.data["state"]) == (operator.id, "online")
    assert (gone.data["staff_id"], gone.data["state"]) == (operator.id, "offline")


async def test_outside_the_stated_hours_nobody_is_on_duty_and_the_next_ones_are_told(
    operator: Operator, clock: MovableClock, app: FastAPI
) -> None:
    await operator.is_there()
    hours = Hours(((time(9), time(17)),))
    speaks_with(app, hours=hours)  # the day of the tests is a Sunday

    told = await operator.gets("/duty")

    assert (told["open"], told["hours"]) == (False, "工作日 9:00-17:00")
    assert told["next"] == "2026-11-23T09:00:00+08:00"


async def test_the_load_of_each_colleague_is_told(
    waiting: Visitor, operator: Operator, clock: MovableClock, app: FastAPI
) -> None:
    await operator.is_there()
    await operator.does(waiting.id, "claim")
    await hired(app, Role.ADMIN, "管理员")  # takes no conversations
    [seen] = await operator.gets("/colleagues")

    assert (seen["name"], seen["role"], seen["open"]) == (operator.name, "operator", 1)


async def test_whose_account_was_turned_off_is_no_longer_on_duty(
    operator: Operator, colleague: Operator, clock: MovableClock, app: FastAPI
) -> None:
    await operator.is_there()
    async with app.state.database.session() as session:
        (await session.get_one(User, operator.id)).active = False

    assert (await colleague.gets("/duty"))["open"] is False
    assert await state_of(colleague, operator) is None


async def test_two_tabs_that_come_at_the_same_moment_are_one_person(
    operator: Operator, clock: MovableClock
) -> None:
    await asyncio.gather(*(operator.is_there() for _ in range(4)))

    assert [one["state"] for one in await operator.gets("/colleagues")] == ["online"]
