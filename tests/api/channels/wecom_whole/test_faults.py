"""Whatever fails or dies, every message is answered once: an id of ours makes a resend safe."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from api.demo.wechat.faults import Fault
from tests.api.channels.living import answered
from tests.api.channels.wecom_whole.town import seen, town
from tests.virtual_time import run

COMMITS = range(1, 11)  # a message and its answer take fewer
DOWN_S = 3.0


@pytest.mark.parametrize("after_it", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", COMMITS)
def test_whenever_it_is_killed_the_answer_comes_once(
    number: int, after_it: bool, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.thinks(1)
            assert it.service is not None
            it.service.dies_at, it.service.after_it = it.service.commits + number, after_it
            it.fake.says(chat, "在吗")
            for _ in range(60):
                await asyncio.sleep(0.5)
                if it.service is None:
                    await asyncio.sleep(DOWN_S)
                    await it.start()
                    break
            await asyncio.sleep(80)
            assert answered(chat, "在吗") == 1

    run(scenario())


def test_what_was_sent_while_nobody_was_there_is_fetched_after_the_start(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            await it.kill()
            for words in ("第一句", "第二句"):
                it.fake.says(chat, words)
                await asyncio.sleep(30)
            await it.fake.settled()  # it calls no more
            await it.start()
            await asyncio.sleep(60)
            assert [answered(chat, words) for words in ("第一句", "第二句")] == [1, 1]

    run(scenario())


def test_a_call_that_is_lost_is_made_good_without_one(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.fake.faults.plan(Fault(where="callback", does="close", times=4))
            it.fake.says(chat, "在吗")
            await asyncio.sleep(400)
            assert answered(chat, "在吗") == 1

    run(scenario())


@pytest.mark.parametrize("lost", [1, 3])
def test_calls_that_are_repeated_are_one_message(
    lost: int, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.fake.faults.plan(Fault(where="callback", does="drop", times=lost))
            it.fake.says(chat, "在吗")
            await asyncio.sleep(120)
            assert answered(chat, "在吗") == 1

    run(scenario())


@pytest.mark.parametrize(
    "fault",
    [
        Fault(where="send_msg", does="status", value=500, times=3),
        Fault(where="send_msg", does="errcode", value=-1, times=3),
        Fault(where="send_msg", does="errcode", value=45009, times=1),
        Fault(where="send_msg", does="errcode", value=42001, times=1),
        Fault(where="send_msg", does="errcode", value=61999, times=2),
        Fault(where="send_msg", does="close", times=3),
        Fault(where="send_msg", does="drop", times=3),
        Fault(where="send_msg", does="latency", value=12, times=1),
        Fault(where="sync_msg", does="status", value=500, times=3),
        Fault(where="sync_msg", does="errcode", value=-1, times=5),
        Fault(where="sync_msg", does="errcode", value=95007, times=1),
        Fault(where="sync_msg", does="drop", times=2),
        Fault(where="sync_msg", does="latency", value=6, times=2),
        Fault(where="gettoken", does="status", value=502, times=3),
        Fault(where="*", does="close", times=4),
    ],
    ids=lambda fault: f"{fault.where}-{fault.does}-{fault.value:.0f}",
)
def test_an_interface_that_fails_for_a_while_is_tried_again_until_it_works(
    fault: Fault, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            if fault.where == "gettoken":
                it.fake.tokens.revoke()
            it.fake.faults.plan(fault)
            it.fake.says(chat, "在吗")
            await asyncio.sleep(300)
            assert it.fake.faults.waiting == []
            assert answered(chat, "在吗") == 1

    run(scenario())


def test_a_welcome_whose_answer_was_lost_is_shown_once(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            it.fake.faults.plan(Fault(where="send_msg_on_event", does="drop", times=2))
            chat = await it.person()
            await asyncio.sleep(60)
            assert len(seen(chat)) == 1

    run(scenario())


def test_a_token_that_was_revoked_is_asked_for_anew(migrated_sqlite: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            for words in ("第一句", "第二句"):
                it.fake.tokens.revoke()
                it.fake.says(chat, words)
                await asyncio.sleep(60)
            assert [answered(chat, words) for words in ("第一句", "第二句")] == [1, 1]

    run(scenario())


@pytest.mark.parametrize("locked_s", [2, 12])
def test_while_the_database_is_locked_nothing_is_received_and_all_is_fetched_later(
    locked_s: float, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.locked_until = asyncio.get_running_loop().time() + locked_s
            it.fake.says(chat, "在吗")
            await asyncio.sleep(400)
            assert answered(chat, "在吗") == 1

    run(scenario())


def test_what_is_sent_in_a_row_is_answered_in_its_order(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.thinks(3)
            for number in "一二三四":
                it.fake.says(chat, f"第{number}句")
            await asyncio.sleep(120)
            whole = "".join(seen(chat))
            places = [whole.index(f"听到了：第{number}句") for number in "一二三四"]
            assert places == sorted(places)
            assert [answered(chat, f"第{number}句") for number in "一二三四"] == [1, 1, 1, 1]

    run(scenario())


@pytest.mark.parametrize("hours", [-26, 26])
def test_a_clock_that_jumps_loses_and_doubles_nothing(
    hours: float, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.thinks(7)
            it.fake.faults.plan(Fault(where="send_msg", does="errcode", value=-1))
            it.fake.says(chat, "在吗")
            await asyncio.sleep(5)
            it.clock.off = timedelta(hours=hours)
            await asyncio.sleep(400)
            assert answered(chat, "在吗") == 1

    run(scenario())
