"""Both models on the scored cases: the bot's own first answer to each, without the dialogue engine.

Of the half that nobody may tune by only numbers are told.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine

from actions import Services, all_actions
from actions.suggesting.compose import TurnComposer
from actions.suggesting.rehearsal import Rehearsals
from api.clock import Clock
from api.conversations.service import StoredMessage
from api.database import Base, Database
from api.edge import webhook
from api.fallback.dialogue import FallbackDialogue
from api.fallback.understanding import Understanding
from api.keeping import structure  # noqa: F401 - it makes every table known
from api.protection.keys import DataKeys, new_key
from api.suggestions.schemas import Composer
from api.tickets.service import LookUps
from evaluation.answers import LONGEST, score
from knowledge.answers.responses import Responses
from knowledge.base import KnowledgeBase
from knowledge.office.office import Office

KEPT_BACK = "blind"

Json = dict[str, Any]


@dataclass(frozen=True)
class Answered:
    """What a model makes of a case: the measures, the first remedy and all, by their names."""

    measures: Mapping[str, float]
    first: str
    remedies: tuple[str, ...]

    @property
    def good(self) -> bool:
        return bool(self.measures.get("acceptable", self.measures["scope"]))


@asynccontextmanager
async def composers(
    base: KnowledgeBase, *models: Understanding
) -> AsyncIterator[list[TurnComposer]]:
    """What thinks a message through by each model, over an empty database."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "empty.db"
        empty = create_engine(f"sqlite:///{file}")
        Base.metadata.create_all(empty)
        empty.dispose()
        database = Database(f"sqlite+aiosqlite:///{file}", DataKeys((new_key(),)))
        try:
            yield [_composer(base, database, model) for model in models]
        finally:
            await database.close()


async def answer(composer: Composer, case: Json) -> Answered:
    """The bot's first answer to a case."""
    text = case["text"][:LONGEST]
    stored = StoredMessage("case", "web", "case", 1, text, text, {}, None)
    composed = await composer(stored, {}, {})
    referral = composed.referral or {}
    turn = {"referral": referral, "handoff": composed.action == "hand_off"}
    remedies = referral.get("remedies", [])
    first = remedies[0]["name"] if remedies else "（没有指路）"
    return Answered(score(case, turn), first, tuple(one["key"] for one in remedies))


def report(
    cases: Sequence[Json],
    before: Sequence[Answered],
    after: Sequence[Answered],
    name: Callable[[str], str],
) -> Json:
    """Both models' shares, and the cases that changed; `name` tells a remedy in Chinese."""
    told: Json = {
        "looked_at": len(cases),
        "before": _shares(before),
        "after": _shares(after),
        "better": [],
        "worse": [],
        "hidden_better": 0,
        "hidden_worse": 0,
    }
    for case, was, now in zip(cases, before, after, strict=True):
        if was.good == now.good:
            continue
        way = "better" if now.good else "worse"
        if case.get("part") == KEPT_BACK:
            told[f"hidden_{way}"] += 1
        else:
            expected = [name(one) for one in case.get("gold_remedies", [])]
            told[way].append(
                {
                    "text": case["text"],
                    "expected": expected,
                    "before": was.first,
                    "after": now.first,
                }
            )
    return told


def harms(
    cases: Sequence[Json],
    before: Sequence[Answered],
    after: Sequence[Answered],
    name: Callable[[str], str],
) -> tuple[list[Json], int]:
    """Cases that only the trained model sends somewhere forbidden, and how many more there are of
    those that are not shown.
    """
    shown, hidden = [], 0
    for case, was, now in zip(cases, before, after, strict=True):
        if not now.measures["harm"] or was.measures["harm"]:
            continue
        if case.get("part") == KEPT_BACK:
            hidden += 1
        else:
            forbidden = set(now.remedies) & set(case["must_not"])
            shown.append({"text": case["text"], "forbidden": [name(one) for one in forbidden]})
    return shown, hidden


def _composer(base: KnowledgeBase, database: Database, model: Understanding) -> TurnComposer:
    rehearsals = Rehearsals(database)
    services = Services(
        Clock(),
        database,
        base,
        model,
        LookUps(),
        office=Office.load(base.content),
        turns=rehearsals,
    )
    run = webhook.Runner(webhook.executor_of(all_actions(services)), Responses.load(base.content))
    return TurnComposer(services, rehearsals, FallbackDialogue(model, run), run.replies)


def _shares(answered: Sequence[Answered]) -> Json:
    def share(measure: str) -> float:
        found = [one.measures[measure] for one in answered if measure in one.measures]
        return sum(found) / len(found) if found else 0.0

    return {
        "acceptable": share("acceptable"),
        "exact": share("exact"),
        "harm": int(sum(one.measures["harm"] for one in answered)),
    }


CASES = Path(__file__).parents[1] / "own_cases.jsonl"
