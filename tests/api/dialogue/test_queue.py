"""Who waits for the dialogue engine can be told his place, and waits no longer than promised."""

import asyncio

import pytest

from api.dialogue.queue import MOST_WAITING, EngineQueue, Place, WaitedTooLong


class Held:
    """Messages that are let through and stay there until they are let go."""

    def __init__(self, queue: EngineQueue) -> None:
        self.queue, self.let_go = queue, asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    async def come(self, *keys: str) -> None:
        self.tasks += [asyncio.create_task(self._wait(key)) for key in keys]
        await asyncio.sleep(0)

    async def _wait(self, key: str) -> None:
        async with self.queue.turn(key):
            await self.let_go.wait()

    async def leave(self) -> None:
        self.let_go.set()
        await asyncio.gather(*self.tasks)


async def test_everybody_in_the_queue_is_told_how_many_wait_before() -> None:
    queue = EngineQueue(longest_wait_s=60, at_once=1)
    held = Held(queue)
    await held.come("thinking", "next", "last")
    places = [queue.place(key) for key in ("thinking", "next", "last", "nobody")]
    await held.leave()

    assert places == [None, Place(0, 1), Place(1, 1), None]
    assert len(queue) == 0


async def test_messages_are_let_through_in_the_order_in_which_they_came() -> None:
    queue, order = EngineQueue(longest_wait_s=60, at_once=1), []

    async def go(key: str) -> None:
        async with queue.turn(key):
            order.append(key)
            await asyncio.sleep(0)

    await asyncio.gather(*(go(str(n)) for n in range(20)))

    assert order == [str(n) for n in range(20)]


async def test_nobody_waits_longer_than_promised_and_leaves_the_queue_then() -> None:
    queue = EngineQueue(longest_wait_s=0.01, at_once=1)
    held = Held(queue)
    await held.come("thinking")

    with pytest.raises(WaitedTooLong):
        async with queue.turn("late"):
            raise AssertionError("it is not this message's turn")

    assert queue.place("late") is None
    await held.leave()


async def test_a_queue_is_full_before_it_is_endless() -> None:
    queue = EngineQueue(longest_wait_s=60, at_once=1)
    held = Held(queue)
    await held.come(*(str(n) for n in range(MOST_WAITING)))
    before = queue.full
    await held.come("one more")

    assert (before, queue.full) == (False, True)
    await held.leave()


async def test_who_waits_is_let_through_once_there_is_more_room() -> None:
    queue = EngineQueue(longest_wait_s=60, at_once=1)
    held = Held(queue)
    await held.come("thinking", "next", "last")
    queue.let_through(2)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    places = [queue.place(key) for key in ("next", "last")]
    await held.leave()

    assert places == [None, Place(0, 1)]


async def test_between_two_turns_nobody_is_let_through_and_who_waits_too_long_leaves() -> None:
    queue = EngineQueue(longest_wait_s=0.01, at_once=1)
    async with queue.between():
        queue.let_through(4)
        with pytest.raises(WaitedTooLong):
            async with queue.turn("late"):
                raise AssertionError("it is not this message's turn")
    async with queue.turn("next"):
        assert len(queue) == 0
