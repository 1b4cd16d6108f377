"""How the parts are looked at: seldom, all at once, and told to the log once."""

import asyncio
import logging

import pytest

from api.readiness.monitor import BUSY, BUSY_FOR_S, KEPT_AWAY_S, KEPT_S, START_S, Monitor


class Part:
    """A part that is as it is told to be, and counts how often it was looked at."""

    def __init__(self) -> None:
        self.trouble: str | None = None
        self.slow = False
        self.looks = 0

    async def __call__(self) -> str | None:
        self.looks += 1
        await asyncio.sleep(0)
        if self.slow:
            raise TimeoutError
        return self.trouble


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def part() -> Part:
    return Part()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def monitor(part: Part, clock: Clock) -> Monitor:
    return Monitor({"engine": part}, now=clock)


async def test_many_who_ask_share_one_look(monitor: Monitor, part: Part) -> None:
    await asyncio.gather(*(monitor.look() for _ in range(50)))

    assert part.looks == 1


async def test_after_a_few_seconds_it_is_looked_at_again(
    monitor: Monitor, part: Part, clock: Clock
) -> None:
    assert (await monitor.look()).ready
    part.trouble = "坏了"
    assert (await monitor.look()).ready
    clock.seconds += KEPT_S
    assert not (await monitor.look()).ready


async def test_what_comes_back_is_seen_soon(monitor: Monitor, part: Part, clock: Clock) -> None:
    part.trouble = "坏了"
    assert not (await monitor.look()).ready
    part.trouble = None
    assert not (await monitor.look()).ready
    clock.seconds += KEPT_AWAY_S
    assert (await monitor.look()).ready


async def test_a_part_that_worked_a_moment_ago_and_is_slow_is_busy_not_away(
    monitor: Monitor, part: Part, clock: Clock
) -> None:
    await monitor.look()
    part.slow = True
    clock.seconds += BUSY_FOR_S
    busy = await monitor.look()
    clock.seconds += KEPT_S
    away = await monitor.look()

    assert busy.ready and busy.parts["engine"].detail == BUSY
    assert not away.ready and "./helpline status" in away.parts["engine"].detail


async def test_a_part_that_never_answered_is_away(monitor: Monitor, part: Part) -> None:
    part.slow = True

    assert not (await monitor.look()).ready


async def test_a_failure_is_logged_once_when_it_begins_and_once_when_it_ends(
    monitor: Monitor, part: Part, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for trouble in (None, "坏了", "坏了", "坏了", None, None):
        part.trouble = trouble
        clock.seconds += KEPT_S
        await monitor.look()

    assert [record.getMessage() for record in caplog.records] == [
        "engine fails: 坏了",
        "engine works again",
    ]


async def test_what_still_starts_has_not_failed(
    part: Part, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    part.trouble = "正在装载"
    monitor = Monitor({"engine": part}, settled=False, now=clock)
    clock.seconds += START_S - KEPT_S
    assert not (await monitor.look()).ready
    monitor.settle()
    assert not (await monitor.look()).ready
    assert not caplog.records

    clock.seconds += KEPT_S
    await monitor.look()
    assert [record.getMessage() for record in caplog.records] == ["engine fails: 正在装载"]


async def test_a_check_that_breaks_leaves_the_others_their_say(clock: Clock, part: Part) -> None:
    async def broken() -> str | None:
        raise ValueError

    found = (await Monitor({"broken": broken, "engine": part}, now=clock).look()).parts

    assert found["engine"].ok and not found["broken"].ok
