"""`python -m evaluation.desk.events`: what happens reaches every open console, and how fast.

Consoles follow the desk's events over HTTP, as the page does; visitors who wait for a person say
something at a steady pace. Timed is what an operator waits for: from the moment at which a message
was stored to the moment at which its event was read. A share of the consoles loses its connection
again and again and resumes by the last event that it saw. An event that a console has not been told
at the end is lost; one that it was told twice is counted too.
"""

import argparse
import asyncio
import json
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from api.settings import ROOT
from evaluation.desk.house import (
    House,
    Operator,
    circumstances,
    house,
    percentiles,
    ratios,
    seconds_since,
)

STREAMS_EACH = 5  # of one operator; a sixth would still be let in
PATIENCE_S = 60.0  # what was said last may still be on its way; what never comes is lost
KIND = "conversation.message"


@dataclass
class Console:
    """An open console: the ids that it was told, and how long each took."""

    house: House
    operator: Operator
    drops: bool
    chance: random.Random
    seen: list[int] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    last: int | None = None
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self) -> None:
        """Follow until cancelled; come back whenever the stream ends."""
        while True:
            with suppress(httpx.HTTPError, TimeoutError):
                async with asyncio.timeout(self.chance.uniform(3, 8) if self.drops else None):
                    await self._read()

    async def _read(self) -> None:
        headers = {**self.operator.headers}
        if self.last is not None:
            headers["Last-Event-ID"] = str(self.last)
        stream = self.house.client.stream("GET", "/api/desk/events", headers=headers, timeout=None)
        async with stream as answer:
            answer.raise_for_status()
            told: dict[str, str] = {}
            async for line in answer.aiter_lines():
                if line:
                    name, _, value = line.partition(":")
                    told[name] = value.strip()
                    continue
                self._take(told)
                told = {}

    def _take(self, told: Mapping[str, str]) -> None:
        self.opened.set()
        if "id" in told:
            self.last = int(told["id"])
        if told.get("event") != KIND:
            return
        event = json.loads(told["data"])
        self.seen.append(int(told["id"]))
        if not self.drops:  # what was missed while away is not late, it is caught up
            self.took.append(seconds_since(event["at"]))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.desk.events")
    parser.add_argument("--var", type=Path, default=ROOT / "var", help="model and index")
    parser.add_argument("--consoles", type=int, default=200)
    parser.add_argument("--dropping", type=float, default=0.2, help="share that loses connections")
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--rate", type=float, default=5, help="messages a second")
    print(json.dumps(asyncio.run(report(parser.parse_args())), ensure_ascii=False, indent=1))


async def report(args: argparse.Namespace) -> dict[str, Any]:
    """The figures of one console alone and of all, with their ratio."""
    async with house(args.var, connections=args.consoles + 50) as the_house:
        alone = await _series(the_house, args, consoles=1, dropping=0)
        together = await _series(the_house, args, args.consoles, args.dropping)
    return {
        "one console": alone,
        f"{args.consoles} consoles": together,
        "ratio": ratios(together["milliseconds"], alone["milliseconds"]),
        "machine": circumstances(),
    }


async def _series(
    the_house: House, args: argparse.Namespace, consoles: int, dropping: float
) -> dict[str, Any]:
    people = await the_house.operators(-(-consoles // STREAMS_EACH))
    several = [
        Console(
            the_house,
            people[number // STREAMS_EACH],
            number < consoles * dropping,
            random.Random(number),
        )
        for number in range(consoles)
    ]
    following = [asyncio.create_task(one.follow()) for one in several]
    await asyncio.gather(*(one.opened.wait() for one in several))
    visitors = await the_house.waiting(20)
    for number in range(args.messages):
        saying = the_house.say(visitors[number % len(visitors)], f"第 {number} 句")
        await asyncio.gather(saying, asyncio.sleep(1 / args.rate))
    await _settled(several, args.messages)
    for task in following:
        task.cancel()
    await asyncio.gather(*following, return_exceptions=True)
    return _told(several, args.messages)


async def _settled(consoles: list[Console], messages: int) -> None:
    """Wait until every console was told everything, or nobody waits any longer."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_S):
            while any(len(one.seen) < messages for one in consoles):
                await asyncio.sleep(0.2)


def _told(consoles: list[Console], messages: int) -> dict[str, Any]:
    told = {id_ for one in consoles for id_ in one.seen}
    return {
        "consoles": len(consoles),
        "of them losing connections": sum(one.drops for one in consoles),
        "messages": messages,
        "events": len(told),
        "deliveries": sum(len(one.seen) for one in consoles),
        "lost": sum(messages - len(set(one.seen)) for one in consoles),
        "twice": sum(len(one.seen) - len(set(one.seen)) for one in consoles),
        "milliseconds": percentiles([took for one in consoles for took in one.took]),
    }


if __name__ == "__main__":
    main()
