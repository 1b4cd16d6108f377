"""Under WeChat's three repeats every message has one visible answer, however long it takes."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from api.demo.wechat.delivery import End
from api.demo.wechat.faults import Fault
from api.demo.wechat.followers import Follower
from tests.api.channels.living import TWICE_S, answered
from tests.api.channels.wechat_whole.town import Town, failures, town
from tests.virtual_time import run

DELAYS = [half / 2 for half in range(41)]  # 0 to 20 s, by half seconds
NEAR_THE_EDGES = [0, 3.9, 4, 4.1, 4.9, 5, 5.1, 9.9, 20]
PEOPLE = 4  # as many as the dialogue engine serves at once


async def all_delays(it: Town, account: str, delays: Sequence[float]) -> None:
    """People say one thing after the other, to which the engine takes so long that they name."""

    async def answer(message: dict[str, Any]) -> list[dict[str, Any]]:
        await asyncio.sleep(float(message["message"]))
        return await it.rasa.echo(message)

    it.rasa.answer = answer
    people = [await it.person(f"{number}", account) for number in range(PEOPLE)]
    shares = [delays[number::PEOPLE] for number in range(PEOPLE)]

    async def speaks(chat: Follower, share: Sequence[float]) -> None:
        for delay in share:
            it.fake.text(chat, f"{delay:.1f}")
            await asyncio.sleep(delay + 8)

    await asyncio.gather(*map(speaks, people, shares))
    await asyncio.sleep(TWICE_S)
    for chat, share in zip(people, shares, strict=True):
        assert {delay: answered(chat, f"{delay:.1f}") for delay in share} == dict.fromkeys(share, 1)
        assert failures(chat) == 0


def test_at_every_delay_from_0_to_20_seconds_there_is_one_answer(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            await all_delays(it, "plain", DELAYS)

    run(scenario())


@pytest.mark.parametrize("mode", ["compatible", "safe"])
def test_so_it_is_where_messages_are_sealed(
    mode: str, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            await all_delays(it, mode, NEAR_THE_EDGES)

    run(scenario())


def test_an_answer_that_is_ready_in_time_goes_in_the_call_and_costs_nothing(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.thinks(2)
            it.fake.text(chat, "在吗")
            await it.fake.settled()
            assert answered(chat, "在吗") == 1
            assert it.fake.delivery.attempts[-1].end is End.REPLY
            assert chat.grants["message"].left == 5

    run(scenario())


def test_a_call_is_answered_within_its_five_seconds_whatever_the_engine_does(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.thinks(20)
            it.fake.text(chat, "在吗")
            await it.fake.settled()
            assert [one.number for one in it.fake.delivery.attempts if one.number] == []
            assert it.fake.delivery.attempts[-1].end is End.SILENT
            await asyncio.sleep(20)
            assert answered(chat, "在吗") == 1

    run(scenario())


def test_answers_that_are_lost_on_their_way_are_shown_once(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            cases = [(takes_s, lost) for takes_s in (1, 6, 12) for lost in (1, 2, 3)]
            for takes_s, lost in cases:
                it.thinks(takes_s)
                it.fake.faults.plan(Fault(where="callback", does="drop", times=lost))
                it.fake.text(chat, f"{takes_s}秒丢{lost}次")
                await it.fake.settled()
                await asyncio.sleep(10)
            await asyncio.sleep(TWICE_S)
            found = {case: answered(chat, f"{case[0]}秒丢{case[1]}次") for case in cases}
            assert found == dict.fromkeys(cases, 1)

    run(scenario())


def test_calls_that_come_late_are_answered_once(migrated_sqlite: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            for slow_s in (0.5, 1.5, 3, 4.5):
                it.thinks(3)
                way = Fault(where="callback", does="latency", value=slow_s, times=2)
                it.fake.faults.plan(way)
                it.fake.text(chat, f"路上{slow_s}")
                await asyncio.sleep(30)
                it.fake.faults.clear()
                assert answered(chat, f"路上{slow_s}") == 1

    run(scenario())


def test_several_things_said_at_once_are_answered_each_in_their_order(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.thinks(3)
            for number in "一二三四":
                it.fake.text(chat, f"第{number}句")
            await asyncio.sleep(60)
            assert [answered(chat, f"第{number}句") for number in "一二三四"] == [1, 1, 1, 1]
            seen = "".join(one.text for one in chat.shown if one.side == "account")
            places = [seen.index(f"听到了：第{number}句") for number in "一二三四"]
            assert places == sorted(places)

    run(scenario())


def test_events_that_come_again_greet_once(migrated_sqlite: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            it.fake.faults.plan(Fault(where="callback", does="drop", times=2))
            chat = await it.person()
            assert len(chat.shown) == 1

    run(scenario())
