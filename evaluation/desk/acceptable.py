"""`python -m evaluation.desk.acceptable CASES`: how often a suggestion carries an acceptable way.

CASES: lines of JSON with text and gold_remedies (best first), as `evaluate answers` reads them;
cases without gold remedies are left out. Each is the first message of a conversation that an
operator has. Told are the share of cases whose first remedy is among the gold ones, the share where
any remedy that is suggested is, and how often the same holds of the words of the (at most three)
suggestions alone.
"""

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from api.settings import ROOT
from api.suggestions.schemas import SuggestionSet
from evaluation.answers import lines
from evaluation.desk import room

MEASURES = ("first", "any", "said", "harm")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.desk.acceptable")
    parser.add_argument("cases", type=Path)
    parser.add_argument("--var", type=Path, default=ROOT / "var", help="model and index")
    parser.add_argument("--part", choices=["look", "blind"])
    parser.add_argument("--show", action="store_true", help="lists the cases that fell short")
    asyncio.run(_report(parser.parse_args()))


async def _report(args: argparse.Namespace) -> None:
    cases = [
        one
        for one in lines(args.cases, args.part, ("text",))
        if one.get("gold_remedies") and one.get("scope", "in") == "in"
    ]
    async with room.desk(args.var) as state:
        rows = []
        names = state.voice().knowledge.rules.vocabulary["remedy"]
        # Where the gold is a question, no remedy is looked for.
        for case in (one for one in cases if names.keys() & set(one["gold_remedies"])):
            conversation_id = await room.opened(state)
            await state.suggester(await room.heard(state, conversation_id, case["text"]))
            rows.append(judged(case, await state.suggester.suggest(conversation_id), names))
            if args.show and not rows[-1]["any"]:
                print(f"  {case.get('id', '')} {case['text'][:60]}  {case['gold_remedies']}")
    shares = "  ".join(
        f"{name} {sum(row[name] for row in rows) / len(rows):.3f}" for name in MEASURES
    )
    print(f"{len(rows)} cases of {args.cases.name}: {shares}")


def judged(
    case: Mapping[str, Any], made: SuggestionSet | None, names: Mapping[str, str]
) -> dict[str, bool]:
    """Whether what was suggested carries a gold remedy; a set that was never made carries none."""
    gold, forbidden = set(case["gold_remedies"]), set(case.get("must_not", []))
    suggested = [one.key for one in made.remedies] if made else []
    if made and made.action == "hand_off":
        suggested.append("human_handoff")
    words = "\n".join(one.text for one in made.suggestions) if made else ""
    said = {key for key in gold & names.keys() if f"「{names[key]}」" in words}
    return {
        "first": bool(gold & set(suggested[:1])),
        "any": bool(gold & set(suggested)) or bool(said),
        "said": bool(said),
        "harm": bool(forbidden & set(suggested)),
    }


if __name__ == "__main__":
    main()
