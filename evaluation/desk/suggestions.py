"""`python -m evaluation.desk.suggestions`: the time from a message to its suggestions.

Conversations are open with operators; each visitor says one message after the other, at random
moments `--every` seconds apart on average. Timed is what an operator waits for: from the message
being stored to its suggestions being stored, over SQLite, with the real model and index.
`--every 0` lets everybody speak at once, again and again: what a burst costs. The processor's time
a message tells what is left of the figures when the machine has other work.
"""

import argparse
import asyncio
import os
import random
import time
from pathlib import Path

from starlette.datastructures import State

from api.settings import ROOT
from evaluation.desk import room

# What visitors say one after the other, each round another matter.
STORIES = (
    (
        "有人在淘宝卖冒我们商标的货，我在上饶",
        "注册证在手",
        "要带什么材料",
        "他卖了三万多",
        "多久有结果",
    ),
    (
        "收到一封律师函，说我的杯子侵犯外观专利",
        "十一月三号收到的",
        "不理会怎样",
        "我在南昌",
        "能和解吗",
    ),
    ("我的实用新型被吉安一个厂仿了", "专利证书有", "去哪里投诉", "对方说要起诉我", "费用多少"),
    ("商标异议期几个月", "公告是九月六号", "材料怎么写", "我人在赣州", "错过了怎么办"),
    ("前员工把客户名单带走了", "签过保密协议", "在新余", "能报警吗", "要什么证据"),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.desk.suggestions")
    parser.add_argument("--var", type=Path, default=ROOT / "var", help="model and index")
    parser.add_argument("--conversations", type=int, default=50)
    parser.add_argument("--messages", type=int, default=5, help="of each visitor, at most 5")
    parser.add_argument("--every", type=float, default=15, help="seconds, on average")
    parser.add_argument("--seed", type=int, default=1)
    asyncio.run(_report(parser.parse_args()))


async def _report(args: argparse.Namespace) -> None:
    async with room.desk(args.var) as state:
        await _visitor(state, random.Random(0), 0, 2)  # what is made once is made
        chance = random.Random(args.seed)
        visitors = [
            _visitor(state, random.Random(chance.random()), args.every, args.messages, number)
            for number in range(args.conversations)
        ]
        began, worked = time.perf_counter(), time.process_time()
        seconds = sorted(one for told in await asyncio.gather(*visitors) for one in told)
        took, worked = time.perf_counter() - began, time.process_time() - worked
    shares = "  ".join(
        f"p{share} {seconds[min(len(seconds) - 1, len(seconds) * share // 100)] * 1000:.0f}"
        for share in (50, 90, 95, 99)
    )
    print(f"{room.machine()}")
    print(
        f"{args.conversations} conversations, a message every {args.every:g} s each: "
        f"{len(seconds)} messages in {took:.0f} s: {shares}  most {seconds[-1] * 1000:.0f} ms, "
        f"processor {worked / len(seconds) * 1000:.0f} ms a message, "
        f"load of the machine {os.getloadavg()[0]:.1f}"
    )


async def _visitor(
    state: State, chance: random.Random, every: float, messages: int, number: int = 0
) -> list[float]:
    """The seconds that the suggestions for each of his messages took."""
    conversation_id = await room.opened(state)
    seconds = []
    for text in STORIES[number % len(STORIES)][:messages]:
        await asyncio.sleep(chance.uniform(0, 2 * every))
        stored = await room.heard(state, conversation_id, text)
        began = time.perf_counter()
        await state.suggester(stored)
        seconds.append(time.perf_counter() - began)
    return seconds


if __name__ == "__main__":
    main()
