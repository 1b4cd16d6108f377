"""The service is killed at every unit of work that it commits, just before and just after: every
message is answered, and none twice but in the one gap that is told of.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.demo.wechat.followers import Side
from tests.api.channels.wechat_whole.town import Town, answered, failures, town
from tests.virtual_time import run

DOWN_S = 3.0  # until it is started again
COMMITS = range(1, 13)  # a message and its answer take fewer


@dataclass
class Seen:
    """How many of the account's messages were shown at the last commit, and at the death."""

    at_commit: int = 0
    at_death: int = 0


async def dies(it: Town, takes_s: float, number: int, after_it: bool) -> tuple[int, int, bool]:
    """Somebody speaks, and the service dies at a commit: how often he is answered, how often told
    that it failed, and whether it died between what WeChat took and the note of it.
    """
    chat = await it.person()
    seen = Seen()

    def shown() -> int:
        return sum(one.side is Side.ACCOUNT for one in chat.shown)

    def at_commit() -> None:
        seen.at_death, seen.at_commit = shown() - seen.at_commit, shown()

    it.thinks(takes_s)
    seen.at_commit = shown()
    it.at_commit = at_commit
    service = it.service
    assert service is not None
    service.dies_at, service.after_it = service.commits + number, after_it
    it.fake.text(chat, "在吗")
    for _ in range(60):
        await asyncio.sleep(0.5)
        if it.service is None:
            it.at_commit = lambda: None
            await asyncio.sleep(DOWN_S)
            await it.start()
            break
    in_the_gap = it.deaths > 0 and not after_it and seen.at_death > 0
    await asyncio.sleep(150)
    return answered(chat, "在吗"), failures(chat), in_the_gap


@pytest.mark.parametrize("after_it", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("takes_s", [1, 7], ids=["reply", "push"])
@pytest.mark.parametrize("number", COMMITS)
def test_whenever_it_is_killed_the_answer_comes_once(
    number: int, takes_s: float, after_it: bool, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            times, told, in_the_gap = await dies(it, takes_s, number, after_it)
            assert told == 0
            assert times in ((1, 2) if in_the_gap else (1,))

    run(scenario())
