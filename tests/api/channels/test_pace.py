"""What calls is taken in first, and works begin in the order in which they came."""

import asyncio
from contextlib import suppress

import pytest

from api.channels.pace import Pace


class Works:
    """Works that go on until each is let end."""

    def __init__(self, pace: Pace, number: int) -> None:
        self.begun: list[int] = []
        self._ends = [asyncio.Event() for _ in range(number)]
        self._pace = pace
        self.tasks = [asyncio.create_task(self._work(one)) for one in range(number)]

    async def _work(self, number: int) -> None:
        async with self._pace.work():
            self.begun.append(number)
            await self._ends[number].wait()

    async def end(self, *numbers: int) -> None:
        for number in numbers:
            self._ends[number].set()
        await asyncio.gather(*(self.tasks[number] for number in numbers))
        await settled()


async def settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_so_many_works_go_on_at_once_and_the_next_begins_as_one_ends() -> None:
    pace = Pace(at_once=2)
    works = Works(pace, 4)
    await settled()
    assert (works.begun, len(pace)) == ([0, 1], 2)

    await works.end(1)
    assert works.begun == [0, 1, 2]
    await works.end(0, 2, 3)
    assert (works.begun, len(pace)) == ([0, 1, 2, 3], 0)


async def test_while_something_is_taken_in_one_work_goes_on_and_the_others_wait() -> None:
    pace = Pace(at_once=3, beside_calls=1)
    with pace.taking_in(), pace.taking_in():
        works = Works(pace, 3)
        await settled()
        assert works.begun == [0]
        await works.end(0)
        assert works.begun == [0, 1]
    await settled()

    assert works.begun == [0, 1, 2]
    await works.end(1, 2)


async def test_who_gives_up_takes_no_place_away() -> None:
    pace = Pace(at_once=1)
    works = Works(pace, 3)
    await settled()
    works.tasks[1].cancel()
    await works.end(0)

    assert works.begun == [0, 2]
    await works.end(2)


async def test_who_gives_up_in_the_moment_he_is_let_in_hands_his_place_on() -> None:
    pace = Pace(at_once=1)
    works = Works(pace, 3)
    await settled()
    works._ends[0].set()
    await works.tasks[0]  # the place is the second's, who has not begun
    works.tasks[1].cancel()
    with suppress(asyncio.CancelledError):
        await works.tasks[1]
    await settled()

    assert works.begun[0] == 0 and works.begun[-1] == 2
    await works.end(2)


async def test_a_work_that_fails_gives_its_place_back() -> None:
    pace = Pace(at_once=1)
    for _ in range(2):
        with pytest.raises(ValueError, match="broken"):
            async with pace.work():
                raise ValueError("broken")


async def test_the_more_wait_the_longer_it_is_until_one_begins() -> None:
    pace = Pace(at_once=1)
    assert pace.seconds_to_begin == 0
    works = Works(pace, 3)
    await settled()
    with_two = pace.seconds_to_begin
    more = Works(pace, 1)
    await settled()

    assert 0 < with_two < pace.seconds_to_begin
    await works.end(0, 1, 2)
    await more.end(0)
