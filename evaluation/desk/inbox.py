"""`python -m evaluation.desk.inbox`: how long the inbox takes with many conversations in it.

Boxes are read one after the other by one operator and by several at once, with a few conversations
and with many; so are the words that are searched for in the newest.
"""

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from api.settings import ROOT
from evaluation.desk.house import House, Operator, circumstances, house, percentiles, ratios, timed

FEW = 50
BOXES = ("unanswered", "mine", "all")
SAID = (
    "有人冒用我们的注册商标",
    "在南昌市青山湖区",
    "注册证在手",
    "想让他停下来",
    "什么时候有人答",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.desk.inbox")
    parser.add_argument("--var", type=Path, default=ROOT / "var", help="model and index")
    parser.add_argument("--conversations", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=8, help="operators who look at once")
    parser.add_argument("--times", type=int, default=30, help="each box is read, by each operator")
    print(json.dumps(asyncio.run(report(parser.parse_args())), ensure_ascii=False, indent=1))


async def report(args: argparse.Namespace) -> dict[str, Any]:
    """The figures with few and with many conversations."""
    async with house(args.var) as the_house:
        operators = await the_house.operators(args.at_once)
        await _fill(the_house, operators[0], FEW)
        few = await _figures(the_house, operators, args.times)
        await _fill(the_house, operators[0], args.conversations - FEW)
        many = await _figures(the_house, operators, args.times)
    return {
        f"{FEW} conversations": few,
        f"{args.conversations} conversations": many,
        "many / few": {name: ratios(many[name], few[name]) for name in many},
        "machine": circumstances(),
    }


async def _fill(the_house: House, operator: Operator, number: int) -> None:
    """Conversations that wait, every third of them taken by one operator."""
    for place, conversation in enumerate(await the_house.waiting(number, SAID)):
        if place % 3 == 0:
            answer = await the_house.client.post(
                f"/api/desk/conversations/{conversation[0]}/claim",
                json={},
                headers=dict(operator.headers),
            )
            answer.raise_for_status()


async def _figures(
    the_house: House, operators: Sequence[Operator], times: int
) -> dict[str, dict[str, float]]:
    asked: dict[str, dict[str, str]] = {
        **{box: {"box": box} for box in BOXES},
        "all, searched": {"box": "all", "q": "青山湖"},
    }
    figures = {}
    for name, query in asked.items():
        figures[f"{name}, one operator"] = percentiles(
            await _looks(the_house, operators[0], query, times)
        )
        together = await asyncio.gather(
            *(_looks(the_house, one, query, times) for one in operators)
        )
        figures[f"{name}, {len(operators)} at once"] = percentiles(
            [took for each in together for took in each]
        )
    return figures


async def _looks(
    the_house: House, operator: Operator, query: dict[str, str], times: int
) -> list[float]:
    return [await _look(the_house, operator, query) for _ in range(times)]


async def _look(the_house: House, operator: Operator, query: dict[str, str]) -> float:
    took, answer = await timed(
        the_house.client.get("/api/desk/inbox", params=query, headers=dict(operator.headers))
    )
    answer.raise_for_status()
    return took


if __name__ == "__main__":
    main()
