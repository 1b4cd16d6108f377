"""Whatever fails for a while, nothing that was received is lost, and nothing is said twice."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from api.demo.wechat.faults import Fault
from tests.api.channels.living import TWICE_S, WITHOUT_ENGINE, answered
from tests.api.channels.wechat_whole.town import failures, town
from tests.virtual_time import run


def test_without_the_dialogue_engine_there_is_one_answer(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.rasa.down = True
            it.fake.text(chat, "在吗")
            await asyncio.sleep(120)
            assert "".join(one.text for one in chat.shown).count(WITHOUT_ENGINE) == 1

    run(scenario())


def test_while_the_database_is_locked_nothing_is_received_and_wechat_comes_again(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            spans = (2, 4, 7, 12)
            for locked_s in spans:
                it.locked_until = asyncio.get_running_loop().time() + locked_s
                it.fake.text(chat, f"锁{locked_s}秒")
                await asyncio.sleep(60)
            found = {locked_s: answered(chat, f"锁{locked_s}秒") for locked_s in spans}
            assert found == dict.fromkeys(spans, 1)
            assert failures(chat) == 0

    run(scenario())


def test_a_database_that_is_locked_meanwhile_keeps_the_answer_back_and_loses_nothing(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            moments = (0.2, 1, 3.9, 4.2, 6.1)
            for after_s in moments:
                it.thinks(3 if after_s < 4 else 6)
                it.fake.text(chat, f"过{after_s}秒锁")
                await asyncio.sleep(after_s)
                it.locked_until = asyncio.get_running_loop().time() + 8
                await asyncio.sleep(90)
            found = {after_s: answered(chat, f"过{after_s}秒锁") for after_s in moments}
            assert found == dict.fromkeys(moments, 1)

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
                await asyncio.sleep(60)
            found = [answered(chat, words) for words in ("第一句", "第二句", "第三句")]
            assert found == [1, 1, 1]

    run(scenario())


# What fails of the interfaces, and how often.
FAULTS = {
    "500": Fault(where="send", does="status", value=500, times=4),
    "busy": Fault(where="send", does="errcode", value=-1, times=4),
    "too often": Fault(where="send", does="errcode", value=45011, times=2),
    "expired": Fault(where="send", does="errcode", value=42001, times=1),
    "not the latest": Fault(where="send", does="errcode", value=40001, times=1),
    "closed": Fault(where="send", does="close", times=3),
    "slow": Fault(where="send", does="latency", value=7, times=1),
    "all closed": Fault(where="*", does="close", times=4),
}
FAULTS_OF_TOKENS = {
    "500": Fault(where="stable_token", does="status", value=500, times=3),
    "busy": Fault(where="stable_token", does="errcode", value=-1, times=2),
}


@pytest.mark.parametrize("fault", FAULTS_OF_TOKENS)
def test_without_a_token_it_is_tried_again_until_there_is_one(
    fault: str, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.thinks(6)
            it.fake.tokens.revoke()  # one may have been fetched for the welcome
            it.fake.faults.plan(FAULTS_OF_TOKENS[fault])
            it.fake.text(chat, "在吗")
            await it.until(lambda: answered(chat, "在吗") > 0)
            await asyncio.sleep(TWICE_S)
            assert it.fake.faults.waiting == []
            assert answered(chat, "在吗") == 1

    run(scenario())


def test_an_interface_that_fails_for_a_while_is_tried_again_until_it_works(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            it.thinks(6)
            people = {name: await it.person(name) for name in FAULTS}
            for name, chat in people.items():
                it.fake.faults.plan(FAULTS[name])
                it.fake.text(chat, name)
                await it.until(lambda chat=chat, name=name: answered(chat, name) > 0)  # type: ignore[misc]
                assert it.fake.faults.waiting == []
            await asyncio.sleep(TWICE_S)
            found = {name: answered(chat, name) for name, chat in people.items()}
            assert found == dict.fromkeys(FAULTS, 1)

    run(scenario())


def test_what_wechat_does_not_take_is_kept_and_goes_with_the_next_answer(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            for code in (45015, 45047, 48001):
                chat = await it.person(f"{code}")
                it.thinks(6)
                it.fake.faults.plan(Fault(where="send", does="errcode", value=code, times=1))
                it.fake.text(chat, "第一句")
                await asyncio.sleep(90)
                assert answered(chat, "第一句") == 0
                it.thinks(0)
                it.fake.text(chat, "第二句")
                await asyncio.sleep(TWICE_S)
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


# Back by less than the longest pause between two tries, what waits for its next try waits as long:
# it cannot be told from one that is to wait so long.
@pytest.mark.parametrize("hours", [-26, -2, 1, 26])
def test_a_clock_that_jumps_loses_and_doubles_nothing(
    hours: float, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            it.thinks(7)
            moments = (2, 5, 8.5)
            people = {after_s: await it.person(f"{after_s}") for after_s in moments}
            for after_s, chat in people.items():
                it.fake.faults.plan(Fault(where="send", does="errcode", value=-1))
                it.fake.text(chat, "在吗")
                await asyncio.sleep(after_s)
                it.clock.off = timedelta(hours=hours)
                await asyncio.sleep(120)
                it.clock.off = timedelta()
            found = {after_s: answered(chat, "在吗") for after_s, chat in people.items()}
            assert found == dict.fromkeys(moments, 1)

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
