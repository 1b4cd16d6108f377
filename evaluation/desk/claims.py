"""`python -m evaluation.desk.claims`: many operators claim the same conversation at once.

In every round one conversation waits and all operators press the same key. Told are how often
anything else happened than that one of them got it and all others were told who, and how long both
took, beside a claim that nobody contests.
"""

import argparse
import asyncio
import json
from collections import Counter
from http import HTTPStatus
from pathlib import Path
from typing import Any

from api.settings import ROOT
from evaluation.desk.house import House, Operator, circumstances, house, percentiles, ratios, timed


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.desk.claims")
    parser.add_argument("--var", type=Path, default=ROOT / "var", help="model and index")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--operators", type=int, default=20)
    print(json.dumps(asyncio.run(report(parser.parse_args())), ensure_ascii=False, indent=1))


async def report(args: argparse.Namespace) -> dict[str, Any]:
    """The figures of contested and uncontested claims."""
    async with house(args.var) as the_house:
        operators = await the_house.operators(args.operators)
        alone = [
            (await timed(_claim(the_house, operators[0], id_)))[0]
            for id_, _ in await the_house.waiting(args.rounds)
        ]
        rounds = [
            await asyncio.gather(*(timed(_claim(the_house, one, id_)) for one in operators))
            for id_, _ in await the_house.waiting(args.rounds)
        ]
    won = [took for each in rounds for took, told in each if told == (HTTPStatus.OK, None)]
    lost = [took for each in rounds for took, told in each if told[1] == "claimed_by_other"]
    contested = percentiles(won)
    return {
        "rounds": args.rounds,
        "operators": args.operators,
        "rounds without exactly one winner": sum(not _as_promised(each) for each in rounds),
        "winner, milliseconds": contested,
        "others, milliseconds": percentiles(lost),
        "nobody else, milliseconds": percentiles(alone),
        "winner / nobody else": ratios(contested, percentiles(alone)),
        "machine": circumstances(),
    }


async def _claim(the_house: House, operator: Operator, id_: str) -> tuple[int, str | None]:
    """Status and, of an error, its code."""
    answer = await the_house.client.post(
        f"/api/desk/conversations/{id_}/claim", json={}, headers=dict(operator.headers)
    )
    code: str | None = answer.json().get("code")
    return answer.status_code, None if answer.status_code == HTTPStatus.OK else code


def _as_promised(outcomes: list[tuple[float, tuple[int, str | None]]]) -> bool:
    """Whether one of them got it and every other was told that somebody has it."""
    counted = Counter(told for _, told in outcomes)
    return counted == {
        (HTTPStatus.OK, None): 1,
        (HTTPStatus.CONFLICT, "claimed_by_other"): len(outcomes) - 1,
    }


if __name__ == "__main__":
    main()
