"""Several engines: who is given a turn, who is left alone, and what becomes of a turn whose engine
is lost.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from api.dialogue.engine import FAILURES, LEFT_ALONE_S, Dialogue, DialogueUnavailable
from api.dialogue.queue import AT_ONCE
from tests.fakes import FakeRasa


class Room(httpx.AsyncBaseTransport):
    """Two engines, at http://1 and http://2. One of those in `breaks` hears and never answers."""

    def __init__(self) -> None:
        self.rasas = {"1": FakeRasa(), "2": FakeRasa()}
        self.breaks: set[str] = set()
        self.order: list[str] = []  # who was given turns

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        name = request.url.host
        if request.url.path.endswith("/webhook"):
            self.order.append(name)
        response = await self.rasas[name].handle_async_request(request)
        if name in self.breaks:
            raise httpx.ReadError("connection reset by peer", request=request)
        return response

    def holds(self, name: str) -> asyncio.Event:
        """Let an engine think until the event is set."""
        let_go, rasa = asyncio.Event(), self.rasas[name]

        async def slowly(message: dict[str, Any]) -> list[dict[str, Any]]:
            await let_go.wait()
            return await rasa.echo(message)

        rasa.answer = slowly
        return let_go


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def dialogue(room: Room) -> Dialogue:
    return Dialogue({1: "http://1", 2: "http://2"}, 8, room)


class Attempts:
    """A turn that can be begun anew."""

    def __init__(self) -> None:
        self.metadata: dict[str, Any] = {"turn": "t", "attempt": 1}

    async def again(self) -> None:
        self.metadata["attempt"] += 1


async def asks(dialogue: Dialogue, attempts: Attempts | None = None) -> str:
    attempts = attempts or Attempts()
    [reply] = await dialogue.send("t", "您好", attempts.metadata, {}, "c", attempts.again)
    return reply.text


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets the time pass in which an engine is left alone."""

    def pass_by() -> None:
        now = asyncio.get_running_loop().time() + LEFT_ALONE_S + 1
        monkeypatch.setattr("circuitbreaker.monotonic", lambda: now)

    return pass_by


async def test_engines_with_as_little_to_do_are_given_turns_by_turns(
    dialogue: Dialogue, room: Room
) -> None:
    for _ in range(4):
        await asks(dialogue)
    assert room.order == ["1", "2", "1", "2"]


async def test_a_turn_goes_to_the_engine_with_the_least_to_do(
    dialogue: Dialogue, room: Room
) -> None:
    let_go = room.holds("1")
    thinking = asyncio.create_task(asks(dialogue))
    while not room.order:
        await asyncio.sleep(0)
    for _ in range(3):
        await asks(dialogue)
    let_go.set()
    await thinking
    assert room.order == ["1", "2", "2", "2"]


@pytest.mark.parametrize("how", ["refuses", "dies in the middle"])
async def test_a_turn_whose_engine_is_lost_is_begun_anew_on_the_other(
    dialogue: Dialogue, room: Room, how: str
) -> None:
    room.rasas["1"].down = how == "refuses"
    room.breaks |= {"1"} if how == "dies in the middle" else set()
    attempts = Attempts()

    assert await asks(dialogue, attempts) == "听到了：您好"

    assert room.order == ["1", "2"]
    assert [one["metadata"]["attempt"] for one in room.rasas["2"].heard] == [2]
    assert attempts.metadata["attempt"] == 2


async def test_a_turn_moves_once_and_no_more(dialogue: Dialogue, room: Room) -> None:
    room.breaks |= {"1", "2"}
    attempts = Attempts()

    with pytest.raises(DialogueUnavailable) as trouble:
        await asks(dialogue, attempts)

    assert (trouble.value.cause, room.order) == ("away", ["1", "2"])
    assert attempts.metadata["attempt"] == 2


async def test_a_turn_that_cannot_be_begun_anew_stays_where_it_was(
    dialogue: Dialogue, room: Room
) -> None:
    room.breaks.add("1")
    with pytest.raises(DialogueUnavailable):
        await dialogue.send("t", "您好", {}, {}, "c")
    assert room.order == ["1"]


async def test_where_no_time_is_left_no_other_engine_is_asked(
    dialogue: Dialogue, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.breaks.add("1")
    monkeypatch.setattr("api.dialogue.engine.LEAST_S", 9)
    with pytest.raises(DialogueUnavailable):
        await asks(dialogue)
    assert room.order == ["1"]


async def test_an_engine_that_hangs_is_waited_for_by_one_visitor_as_long_as_before_and_by_no_other(
    room: Room,
) -> None:
    dialogue = Dialogue({1: "http://1", 2: "http://2"}, 0.05, room)
    room.holds("1")
    hanging = asyncio.create_task(asks(dialogue))
    while not room.order:
        await asyncio.sleep(0)

    assert await asks(dialogue) == "听到了：您好"
    with pytest.raises(DialogueUnavailable) as trouble:
        await hanging

    assert (trouble.value.cause, room.order) == ("slow", ["1", "2"])


async def test_an_engine_that_fails_again_and_again_is_left_alone_and_the_other_is_not(
    dialogue: Dialogue, room: Room
) -> None:
    room.rasas["1"].down = True
    for _ in range(3 * FAILURES):
        assert await asks(dialogue) == "听到了：您好"

    assert [one.is_left_alone for one in dialogue.engines] == [True, False]
    assert room.order.count("1") == FAILURES and not dialogue.left_alone


async def test_where_all_engines_are_left_alone_nobody_waits(
    dialogue: Dialogue, room: Room
) -> None:
    for rasa in room.rasas.values():
        rasa.down = True
    for _ in range(FAILURES):
        with pytest.raises(DialogueUnavailable):
            await asks(dialogue)
    room.order.clear()

    with pytest.raises(DialogueUnavailable) as trouble:
        await asks(dialogue)
    assert (trouble.value.cause, room.order) == ("circuit_open", [])


@pytest.fixture
async def left_alone(dialogue: Dialogue, room: Room, later: Callable[[], None]) -> None:
    """Engine 1 was left alone, and is to show by one turn that it works again."""
    room.rasas["1"].down = True
    for _ in range(2 * FAILURES):
        await asks(dialogue)
    room.rasas["1"].down = False
    room.order.clear()
    later()


async def test_an_engine_that_was_left_alone_is_tried_by_one_turn_and_then_by_all(
    dialogue: Dialogue, room: Room, left_alone: None
) -> None:
    let_go = room.holds("1")
    trial = asyncio.create_task(asks(dialogue))
    while not room.order:
        await asyncio.sleep(0)
    for _ in range(3):
        await asks(dialogue)
    assert room.order == ["1", "2", "2", "2"]

    let_go.set()
    await trial
    assert not dialogue.engines[0].is_on_trial
    await asks(dialogue)
    assert room.order[4:] == ["1"]


async def test_the_turn_on_which_an_engine_is_tried_moves_on_soon_where_it_hangs(
    dialogue: Dialogue, room: Room, left_alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.dialogue.engine.TRIAL_S", 0.01)
    room.holds("1")

    assert await asks(dialogue) == "听到了：您好"

    assert room.order == ["1", "2"] and dialogue.engines[0].is_left_alone


async def test_as_many_turns_are_let_through_as_engines_can_think_about(
    dialogue: Dialogue, room: Room
) -> None:
    assert dialogue.queue.at_once == 2 * AT_ONCE
    room.rasas["2"].down = True
    for _ in range(2 * FAILURES):
        await asks(dialogue)
    assert dialogue.queue.at_once == AT_ONCE
    dialogue.serve_by([*dialogue.engines, dialogue.engine_at("http://1", 3)])
    assert dialogue.queue.at_once == 2 * AT_ONCE


async def test_every_engine_is_looked_at_and_told_by_its_number(
    dialogue: Dialogue, room: Room
) -> None:
    room.rasas["2"].has_model = False
    assert await dialogue.look("您好") == {1: "reads", 2: "no_model"}
    room.rasas["2"].down = True
    assert await dialogue.look("您好") == {1: "reads", 2: "away"}
