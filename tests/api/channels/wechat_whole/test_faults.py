"""Whatever fails for a while, nothing that was received is lost, and nothing is said twice."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from api.demo.wechat.faults import Fault
from api.demo.wechat.followers import Side
from tests.api.channels.wechat_whole.town import answered, failures, town
from tests.virtual_time import run


def test_without_the_dialogue_engine_there_is_one_answer(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.rasa.down = True
            welcomed = len(chat.shown)
            it.fake.text(chat, "在吗")
            await asyncio.sleep(120)
            answers = [one.text for one in chat.shown[welcomed:] if one.side is Side.ACCOUNT]
            assert len(answers) == 1

    run(scenario())


@pytest.mark.parametrize("locked_s", [2, 4, 7, 12])
def test_while_the_database_is_locked_nothing_is_received_and_wechat_comes_again(
    locked_s: float, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.locked_until = asyncio.get_running_loop().time() + locked_s
            it.fake.text(chat, "在吗")
            await asyncio.sleep(120)
            assert answered(chat, "在吗") == 1
            assert failures(chat) == 0

    run(scenario())


@pytest.mark.parametrize("after_s", [0.2, 1, 3.9, 4.2, 6.1])
def test_a_database_that_is_locked_meanwhile_keeps_the_answer_back_and_loses_nothing(
    after_s: float, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.thinks(3 if after_s < 4 else 6)
            it.fake.text(chat, "在吗")
            await asyncio.sleep(after_s)
            it.locked_until = asyncio.get_running_loop().time() + 8
            await asyncio.sleep(180)
            assert answered(chat, "在吗") == 1

    run(scenario())


def test_a_database_that_stays_locked_tells_the_user_instead_of_losing_his_words(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.locked_until = asyncio.get_running_loop().time() + 60
            it.fake.text(chat, "在吗")
            await asyncio.sleep(180)
            assert (answered(chat, "在吗"), failures(chat)) == (0, 1)
            it.fake.text(chat, "还在吗")
            await asyncio.sleep(60)
            assert answered(chat, "还在吗") == 1

    run(scenario())


def test_a_token_that_was_revoked_is_asked_for_anew(migrated_sqlite: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.thinks(6)
            it.fake.text(chat, "第一句")
            await asyncio.sleep(60)
            for words in ("第二句", "第三句"):
                it.fake.tokens.revoke()
                it.fake.text(chat, words)
                await asyncio.sleep(180)
            found = [answered(chat, words) for words in ("第一句", "第二句", "第三句")]
            assert found == [1, 1, 1]

    run(scenario())


@pytest.mark.parametrize(
    "fault",
    [
        Fault(where="send", does="status", value=500, times=4),
        Fault(where="send", does="errcode", value=-1, times=4),
        Fault(where="send", does="errcode", value=45011, times=2),
        Fault(where="send", does="errcode", value=42001, times=1),
        Fault(where="send", does="errcode", value=40001, times=1),
        Fault(where="send", does="close", times=3),
        Fault(where="send", does="latency", value=7, times=1),
        Fault(where="stable_token", does="status", value=502, times=3),
        Fault(where="stable_token", does="errcode", value=-1, times=2),
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
            it.thinks(6)
            it.fake.faults.plan(fault)
            it.fake.text(chat, "在吗")
            await asyncio.sleep(1800)
            assert it.fake.faults.waiting == []
            assert answered(chat, "在吗") == 1

    run(scenario())


@pytest.mark.parametrize("code", [45015, 45047, 48001])
def test_what_wechat_does_not_take_is_kept_and_goes_with_the_next_answer(
    code: int, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.thinks(6)
            it.fake.faults.plan(Fault(where="send", does="errcode", value=code, times=1))
            it.fake.text(chat, "第一句")
            await asyncio.sleep(300)
            assert answered(chat, "第一句") == 0
            it.thinks(0)
            it.fake.text(chat, "第二句")
            await asyncio.sleep(60)
            assert (answered(chat, "第一句"), answered(chat, "第二句")) == (1, 1)

    run(scenario())


def test_who_left_and_came_back_gets_what_was_kept_for_him_once(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.thinks(15)
            it.fake.text(chat, "在吗")
            await asyncio.sleep(6)
            it.fake.unfollow(chat)
            await asyncio.sleep(120)
            assert answered(chat, "在吗") == 0
            it.fake.follow(chat)
            await asyncio.sleep(120)
            assert answered(chat, "在吗") == 1

    run(scenario())


@pytest.mark.parametrize("hours", [-26, -1, 1, 26])
@pytest.mark.parametrize("after_s", [2, 5, 8.5])
def test_a_clock_that_jumps_loses_and_doubles_nothing(
    hours: float, after_s: float, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.thinks(7)
            it.fake.faults.plan(Fault(where="send", does="errcode", value=-1))
            it.fake.text(chat, "在吗")
            await asyncio.sleep(after_s)
            it.clock.off = timedelta(hours=hours)
            await asyncio.sleep(300)
            assert answered(chat, "在吗") == 1

    run(scenario())


@pytest.mark.parametrize("seconds", [-240, 240])
def test_a_clock_that_is_minutes_off_still_takes_what_wechat_brings(
    seconds: float, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.clock.off = timedelta(seconds=seconds)
            it.fake.text(chat, "第一句")
            await asyncio.sleep(30)
            it.thinks(6)
            it.fake.text(chat, "第二句")
            await asyncio.sleep(60)
            assert (answered(chat, "第一句"), answered(chat, "第二句")) == (1, 1)

    run(scenario())
