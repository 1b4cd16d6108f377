"""Any process serves any conversation: what is promised of one process holds for several."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Integer, and_, column, func, select, table, update

from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.lanes.models import LaneEntry
from api.settings import Settings
from tests.api.lanes.copies import Copy, two_copies
from tests.api.problems import problem
from tests.api.visitor import Visitor
from tests.conftest import TODAY
from tests.faults import line_to_postgresql


@pytest.fixture
def shared(postgresql_url: str, tmp_path: Path) -> Settings:
    return Settings(
        var=tmp_path, database_url=postgresql_url, processes=2, as_of=TODAY, web_dist=tmp_path
    )


@pytest.fixture
async def copies(shared: Settings) -> AsyncIterator[tuple[Copy, Copy]]:
    async with two_copies(shared) as both:
        yield both


async def in_line(copy: Copy, number: int) -> None:
    """Wait until so many messages stand in lanes."""
    while True:
        async with copy.app.state.database.reading() as session:
            if await session.scalar(select(func.count()).select_from(LaneEntry)) == number:
                return
        await asyncio.sleep(0)


async def test_messages_of_one_conversation_are_served_in_the_order_in_which_they_came(
    copies: tuple[Copy, Copy],
) -> None:
    visitor = await Visitor.arrives(copies[0].client)
    copies[0].engine.let.clear()
    texts = [f"第{number}句" for number in range(6)]
    turns = []
    for number, text in enumerate(texts):
        at_one = copies[number % 2].visitor(visitor)
        turns.append(asyncio.create_task(at_one.says(text)))
        await in_line(copies[0], number + 1)
    copies[0].engine.let.set()
    answers = [turn["messages"][0]["text"] for turn in await asyncio.gather(*turns)]

    assert answers == [f"听到了：{text}" for text in texts]
    said = [said for text in texts for said in (("visitor", text), ("bot", f"听到了：{text}"))]
    assert await visitor.heard() == said
    await in_line(copies[0], 0)


async def test_equal_messages_at_two_copies_get_the_same_answer_and_are_thought_about_once(
    copies: tuple[Copy, Copy],
) -> None:
    visitor, message_id = await Visitor.arrives(copies[0].client), str(uuid4())
    for one in copies:
        one.engine.let.clear()
    sent = [
        asyncio.create_task(
            one.visitor(visitor).posts(text="有人卖假货", client_message_id=message_id)
        )
        for one in copies
    ]
    await in_line(copies[0], 2)
    for one in copies:
        one.engine.let.set()
    first, second = await asyncio.gather(*sent)

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json() == second.json()
    assert len(copies[0].engine.heard) + len(copies[1].engine.heard) == 1
    assert len(await visitor.heard()) == 2


async def test_what_two_copies_find_out_of_one_conversation_is_laid_together(
    copies: tuple[Copy, Copy],
) -> None:
    visitor = await Visitor.arrives(copies[0].client)
    told = {"在赣州": {"city": "赣州市"}, "是商标": {"right": "trademark"}}

    def remembers(copy: Copy) -> Any:
        async def act(message: dict[str, Any]) -> list[dict[str, Any]]:
            async with copy.app.state.database.session() as session:
                turn = message["metadata"]["turn"]
                await conversations.remember_facts(session, turn, told[message["message"]])
            return await copy.engine.when_let(message)

        return act

    for one in copies:
        one.engine.answer = remembers(one)
        one.engine.let.clear()
    sent = [
        asyncio.create_task(one.visitor(visitor).says(text))
        for one, text in zip(copies, told, strict=True)
    ]
    await in_line(copies[0], 2)
    for one in copies:
        one.engine.let.set()
    await asyncio.gather(*sent)

    async with copies[0].app.state.database.reading() as session:
        known = await session.get_one(Conversation, visitor.id)
    assert known.facts == {"city": "赣州市", "right": "trademark"}


async def test_what_is_said_while_a_message_waits_for_the_lock_is_not_overlooked(
    copies: tuple[Copy, Copy],
) -> None:
    visitor = await Visitor.arrives(copies[0].client)
    one, other = [copy.app.state for copy in copies]
    async with one.database.session() as session:
        read_before = await conversations.authenticate(session, visitor.id, visitor.token)
        await copies[1].visitor(visitor).says("有人卖假货")
        at = other.clock.now()
        stored = await conversations.store_message(session, read_before, "在赣州", None, at=at)

    assert stored.shown == "在赣州"
    assert [text for _, text in await visitor.heard()][::2] == ["有人卖假货", "在赣州"]


async def test_a_copy_that_dies_in_the_middle_frees_the_conversation(
    copies: tuple[Copy, Copy], monkeypatch: pytest.MonkeyPatch
) -> None:
    dying, other = copies
    visitor, message_id = await Visitor.arrives(other.client), str(uuid4())
    dying.engine.let.clear()
    lost = asyncio.create_task(
        dying.visitor(visitor).posts(text="有人卖假货", client_message_id=message_id)
    )
    await dying.engine.reached.wait()
    again = asyncio.create_task(
        other.visitor(visitor).says("有人卖假货", client_message_id=message_id)
    )
    await in_line(other, 2)

    async def dead(*_: Any) -> Any:
        raise asyncio.CancelledError

    monkeypatch.setattr(dying.app.state.lanes, "take_away", dead)
    lost.cancel()
    await asyncio.gather(lost, return_exceptions=True)
    async with other.app.state.database.session() as session:  # the time of its lease passes
        of_the_dead = LaneEntry.process == dying.app.state.lanes.process
        await session.execute(update(LaneEntry).where(of_the_dead).values(until=0))
    turn = await again

    assert turn["messages"][0]["text"] == "听到了：有人卖假货"
    assert await other.visitor(visitor).heard() == [
        ("visitor", "有人卖假货"),
        ("bot", "听到了：有人卖假货"),
    ]


async def _renews_its_sessions(copy: Copy) -> None:
    """All sessions of a copy are new ones, as a pool's are after some bursts."""
    database, pid = copy.app.state.database, column("pid", Integer)
    sessions = table("pg_stat_activity", pid, column("application_name"))
    others = and_(sessions.c.application_name == database.process, pid != func.pg_backend_pid())
    async with database.session() as session:
        end = select(func.pg_terminate_backend(pid)).select_from(sessions).where(others)
        await session.execute(end)
    await database._engine.dispose()


async def test_a_copy_is_waited_for_as_long_as_the_database_sees_it_and_no_longer_when_it_is_gone(
    shared: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.lanes.lanes.LEASE_S", 3600.0)
    monkeypatch.setattr("api.lanes.lanes.UNSEEN_S", 0.0)
    with line_to_postgresql(shared.database_url) as (line, url):
        by_line = shared.model_copy(update={"database_url": url})
        async with two_copies(shared, first=by_line) as (dying, other):
            visitor = await Visitor.arrives(other.client)
            dying.engine.let.clear()
            first = asyncio.create_task(dying.visitor(visitor).posts(text="第一句"))
            await dying.engine.reached.wait()
            second = asyncio.create_task(other.visitor(visitor).says("第二句"))
            await in_line(other, 2)
            lanes = other.app.state.lanes
            await lanes._look_once()
            assert [its_turn.done() for its_turn in lanes._waiting.values()] == [False]

            line.refuses = True
            line.cut()
            await _renews_its_sessions(other)
            turn = await second
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)

    assert turn["messages"][0]["text"] == "听到了：第二句"


async def test_a_conversation_s_line_is_bounded_over_all_copies(
    copies: tuple[Copy, Copy], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.conversations.receive.MAX_QUEUED", 4)
    visitor = await Visitor.arrives(copies[0].client)
    copies[0].engine.let.clear()
    waiting = [asyncio.create_task(copies[0].visitor(visitor).posts(text="第0句"))]
    await copies[0].engine.reached.wait()
    for number in range(1, 4):
        waiting.append(
            asyncio.create_task(copies[number % 2].visitor(visitor).posts(text=f"第{number}句"))
        )
    await in_line(copies[0], 4)
    refused = [await one.visitor(visitor).posts(text="还有一句") for one in copies]
    copies[0].engine.let.set()

    for one in refused:
        problem(one, 429, "conversation_busy")
    assert {answer.status_code for answer in await asyncio.gather(*waiting)} == {200}


async def test_limits_are_counted_over_all_copies(shared: Settings) -> None:
    tight = shared.model_copy(update={"limit_conversation": "3 per hour"})
    async with two_copies(tight) as copies:
        visitor = await Visitor.arrives(copies[0].client)
        codes = [
            (await copies[number % 2].visitor(visitor).posts(text="有人卖假货")).status_code
            for number in range(5)
        ]

    assert codes == [200, 200, 200, 429, 429]


async def test_a_place_that_was_lost_is_drawn_again_and_the_message_is_answered(
    copies: tuple[Copy, Copy],
) -> None:
    visitor = await Visitor.arrives(copies[0].client)
    copies[0].engine.let.clear()
    first = asyncio.create_task(copies[0].visitor(visitor).says("第一句"))
    await copies[0].engine.reached.wait()
    second = asyncio.create_task(copies[1].visitor(visitor).says("第二句"))
    await in_line(copies[0], 2)
    async with copies[0].app.state.database.session() as session:
        of_other = LaneEntry.process == copies[1].app.state.lanes.process
        entry = (await session.scalars(select(LaneEntry).where(of_other))).one()
        await session.delete(entry)
    await in_line(copies[0], 2)
    copies[0].engine.let.set()

    assert (await second)["messages"][0]["text"] == "听到了：第二句"
    assert [text for _, text in await visitor.heard()][::2] == ["第一句", "第二句"]
    await first
