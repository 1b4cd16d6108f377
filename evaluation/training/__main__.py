"""Compares two models and writes the report: `python -m evaluation.training --var … --before …`.

The service runs it beside itself. Lines `progress DONE TOTAL` tell how far it is.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from actions.deciding.turn import deed_of
from api.content.journeys import held, script
from api.fallback.understanding import Understanding
from api.suggestions.schemas import Composer
from evaluation.answers import lines
from evaluation.training import cases as scored
from evaluation.training import verdict
from evaluation.training.scores import Guess, changed, scores
from evaluation.understanding.examples import HELD_OUT, Example, read
from knowledge.base import KnowledgeBase

TELL_EVERY = 20
LONGEST_TALKING_S = 600.0  # for the conversations: they come last, and a busy machine is slow

Json = dict[str, Any]


class Progress:
    """Says how far it is."""

    def __init__(self, total: int) -> None:
        self._done, self._total = 0, total

    def step(self) -> None:
        self._done += 1
        if self._done % TELL_EVERY == 0 or self._done == self._total:
            print(f"progress {self._done} {self._total}", flush=True)


def main() -> None:
    options = _options()
    began = time.monotonic()
    base = KnowledgeBase.load(
        options.var, options.embedder, content=options.content, index=options.index
    )
    models = [
        Understanding.load(options.var / "models", archive=archive)
        for archive in (options.before, options.after)
    ]
    if not all(model.models for model in models):
        raise SystemExit("a model cannot be read")
    report = asyncio.run(compare(base, *models))
    report["seconds"] = round(time.monotonic() - began, 1)
    options.out.write_text(json.dumps(report, ensure_ascii=False), encoding="utf-8")


async def compare(base: KnowledgeBase, before: Understanding, after: Understanding) -> Json:
    """The report; the models share their encoder's vectors."""
    asked, cases = read(HELD_OUT), lines(scored.CASES, None, ("text", "scope", "situation"))
    journeys = script.journeys()
    progress = Progress(len(asked) + len(cases) + len(journeys))
    situations = base.rules.vocabulary["situation"]

    def intent(name: str) -> str:
        return situations.get(name) or f"{deed_of(name).value}（{name}）"

    def remedy(key: str) -> str:
        return base.rules.vocabulary["remedy"].get(key, key)

    held_out = _held_out(list(_guessed(asked, (before, after), progress)), intent)
    async with scored.composers(base, before, after) as composers:
        answered = await _answered(composers, cases, progress)
        talked = await held.compare(
            journeys,
            len(journeys),
            composers[0],
            composers[1],
            progress=lambda done, total: progress.step(),
            longest_s=LONGEST_TALKING_S,
        )
    shown = scored.report(cases, answered[0], answered[1], remedy)
    harms, hidden = scored.harms(cases, answered[0], answered[1], remedy)
    floors = verdict.floors(held_out, shown)
    return {
        "held_out": held_out,
        "cases": shown,
        "journeys": talked,
        "harms": harms,
        "hidden_harms": hidden,
        "floors": floors,
        "refused": not all(one["holds"] for one in floors),
        "why": verdict.why(floors),
    }


def _guessed(
    asked: Sequence[Example], models: Sequence[Understanding], progress: Progress
) -> Iterator[tuple[Guess, ...]]:
    for one in asked:
        yield tuple(_guess(one, model) for model in models)
        progress.step()


def _guess(one: Example, model: Understanding) -> Guess:
    """The likeliest intent, also where the fallback would step in: as `rasa test` counts it."""
    ranking = model.parse(one.text)["intent_ranking"]
    name, chance = (ranking[0]["name"], ranking[0]["confidence"]) if ranking else ("", 0.0)
    return Guess(one.text, one.intent, name, chance)


def _held_out(guessed: Sequence[tuple[Guess, ...]], label: Any) -> Json:
    before, after = zip(*guessed, strict=True)
    return {
        "sentences": len(guessed),
        "before": scores(before, label),
        "after": scores(after, label),
        **changed(before, after, label),
    }


async def _answered(
    composers: Sequence[Composer], cases: Sequence[Json], progress: Progress
) -> list[list[scored.Answered]]:
    answered: list[list[scored.Answered]] = [[] for _ in composers]
    for case in cases:
        for composer, found in zip(composers, answered, strict=True):
            found.append(await scored.answer(composer, case))
        progress.step()
    return answered


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="evaluation.training")
    for name in ("var", "before", "after", "content", "index", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--embedder", required=True)
    return parser.parse_args()


if __name__ == "__main__":
    main()
