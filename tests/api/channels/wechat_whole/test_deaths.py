"""The service is killed at every unit of work that it commits, just before and just after: every
message is answered, and none twice but in the one gap that is told of.
"""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.demo.wechat.followers import Side
from tests.api.channels.living import TWICE_S, answered
from tests.api.channels.wechat_whole.town import Town, failures, town
from tests.virtual_time import run

DOWN_S = 3.0  # until it is started again
COMMITS = range(1, 9)
ENOUGH = 7  # a message and its answer take at least so many


@dataclass
class Seen:
    """How many of the account's messages were shown at the last commit, and how many since the one
    before it.
    """

    at_commit: int = 0
    since: int = 0


async def dies(it: Town, number: int, after_it: bool) -> str:
    """Somebody speaks, and the service dies at a commit; what is wrong with what he then sees, if
    anything is.
    """
    chat = await it.person(f"{number}")
    seen, deaths = Seen(), it.deaths

    def shown() -> int:
        return sum(one.side is Side.ACCOUNT for one in chat.shown)

    def at_commit() -> None:
        seen.since, seen.at_commit = shown() - seen.at_commit, shown()

    seen.at_commit = shown()
    it.at_commit = at_commit
    service = it.service
    assert service is not None
    service.dies_at, service.after_it = service.commits + number, after_it
    it.fake.text(chat, "在吗")
    await it.until(lambda: it.service is None, 20)
    it.at_commit = lambda: None
    # Between what WeChat took and the note of it is the one gap.
    is_in_the_gap = it.deaths > deaths and not after_it and seen.since > 0
    if it.service is None:
        await asyncio.sleep(DOWN_S)
        await it.start()
    service.dies_at = None
    await it.until(lambda: answered(chat, "在吗") > 0)
    await asyncio.sleep(TWICE_S)
    times, told = answered(chat, "在吗"), failures(chat)
    is_right = told == 0 and (times == 1 or (is_in_the_gap and times == 2))
    return "" if is_right else f"commit {number}: {times} answers, {told} failures"


@pytest.mark.parametrize("after_it", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("takes_s", [1, 7], ids=["reply", "push"])
def test_whenever_it_is_killed_the_answer_comes_once(
    takes_s: float, after_it: bool, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            it.thinks(takes_s)
            wrong = [await dies(it, number, after_it) for number in COMMITS]
            assert [one for one in wrong if one] == []
            assert it.deaths >= ENOUGH

    run(scenario())
