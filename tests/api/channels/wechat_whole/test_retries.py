"""Under WeChat's three repeats every message has one visible answer, however long it takes."""

import asyncio
from pathlib import Path

import pytest

from api.demo.wechat.delivery import End
from api.demo.wechat.faults import Fault
from tests.api.channels.wechat_whole.town import answered, failures, town
from tests.virtual_time import run

DELAYS = [half / 2 for half in range(41)]  # 0 to 20 s


@pytest.mark.parametrize("mode", ["plain", "compatible", "safe"])
def test_at_every_delay_from_0_to_20_seconds_there_is_one_answer(
    mode: str, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person(account=mode)
            for delay in DELAYS:
                it.thinks(delay)
                it.fake.text(chat, f"第{delay}秒")
                await it.fake.settled()
                await asyncio.sleep(delay + 5)
            await asyncio.sleep(60)
            assert {delay: answered(chat, f"第{delay}秒") for delay in DELAYS} == dict.fromkeys(
                DELAYS, 1
            )
            assert failures(chat) == 0

    run(scenario())
