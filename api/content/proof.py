"""What a release would change: what people of the scored cases would be told, before and after.

The report:

    cases    looked_at, changed: [{id, text, what: remedies | answer | articles, before, after}]
    asks     looked_at, lost: [{ask, answer, found}]: wordings whose answer is not found first

`journeys`, whole conversations, are added by `press.py` (`journeys/held.py`).
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from knowledge.editing.folder import Change
from knowledge.reviewed import ROOT
from knowledge.routing.referral import Referral
from knowledge.search.cards import Found
from knowledge.search.searcher import Hit
from knowledge.slots import Facts

CASES = ROOT / "evaluation" / "own_cases.jsonl"
KEPT_BACK = "blind"  # cases that nobody tunes by: showing them would make them of no use
MOST_ASKS = 300
_SHOWN = 3  # remedies, and articles
Progress = Callable[[int, int], None]


class Written(Protocol):
    """A written answer: knowledge.answers.answers.Answer."""

    @property
    def id(self) -> str: ...

    @property
    def asks(self) -> tuple[str, ...]: ...


class Proved(Protocol):
    """What is asked before and after: knowledge.base.KnowledgeBase."""

    @property
    def answers(self) -> Iterable[Written]: ...

    def search(self, query: str, on: date, limit: int) -> list[Hit]: ...
    def find_answers(self, query: str) -> list[Found]: ...
    def read_facts(self, text: str, on: date) -> Facts: ...
    def referral(self, facts: Mapping[str, Any], on: date) -> Referral: ...


@dataclass(frozen=True)
class Case:
    """A scored case: what somebody says, and the right and situation that it is about."""

    id: str
    text: str
    facts: Mapping[str, Any]


@cache
def cases(file: Path = CASES) -> tuple[Case, ...]:
    """The scored cases of the repository that may be looked at; none where it ships none."""
    if not file.is_file():
        return ()
    read = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return tuple(_case(one) for one in read if one.get("part") != KEPT_BACK)


def compare(
    before: Proved,
    after: Proved,
    changes: Sequence[Change],
    day: date,
    scored: Sequence[Case],
    progress: Progress = lambda done, total: None,
) -> dict[str, Any]:
    """The report on what `after` changes on a day; it takes seconds to minutes, in a thread."""
    asks = list(_asks(before, after, changes))[:MOST_ASKS]
    total = len(scored) + len(asks)
    changed = []
    for done, case in enumerate(scored, start=1):
        changed += _differences(case, before, after, day)
        progress(done, total)
    lost = []
    for done, (ask, answer) in enumerate(asks, start=len(scored) + 1):
        lost += _lost(ask, answer, before, after, changes)
        progress(done, total)
    return {
        "cases": {"looked_at": len(scored), "changed": changed},
        "asks": {"looked_at": len(asks), "lost": lost},
    }


def _case(read: Mapping[str, Any]) -> Case:
    known = {slot: read.get(slot) for slot in ("right", "situation")}
    return Case(read["id"], read["text"], {slot: one for slot, one in known.items() if one})


def _differences(case: Case, before: Proved, after: Proved, day: date) -> list[dict[str, Any]]:
    told, tells = _told(case, before, day), _told(case, after, day)
    return [
        {"id": case.id, "text": case.text, "what": what, "before": told[what], "after": tells[what]}
        for what in told
        if told[what] != tells[what]
    ]


def _told(case: Case, knowledge: Proved, day: date) -> dict[str, Any]:
    """What somebody of this case is told: ways with the office that they name, answer, articles."""
    facts = {**knowledge.read_facts(case.text, day), **case.facts}
    remedies = knowledge.referral(facts, day).as_dict()["remedies"][:_SHOWN]
    found = knowledge.find_answers(case.text)
    return {
        "remedies": [
            f"{one['name']}：{(one.get('body') or {}).get('name', '')}" for one in remedies
        ],
        "answer": found[0].id if found else None,
        "articles": [hit.title for hit in knowledge.search(case.text, day, _SHOWN)],
    }


def _asks(before: Proved, after: Proved, changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    """Wordings of the answers that are changed, then of those that are found beside them."""
    known = {one.id: one for one in before.answers} | {one.id: one for one in after.answers}
    own = [known[one.key] for one in changes if one.kind == "answer" and one.key in known]
    beside: dict[str, None] = {}
    for answer in own:
        for ask in answer.asks:
            yield ask, answer.id
            beside |= dict.fromkeys(found.id for found in after.find_answers(ask)[1:_SHOWN])
    for one in beside:
        if one in known and known[one] not in own:
            yield from ((ask, one) for ask in known[one].asks)


def _lost(
    ask: str, answer: str, before: Proved, after: Proved, changes: Sequence[Change]
) -> list[dict[str, Any]]:
    """The wording where it should find its answer first and does not."""
    found = after.find_answers(ask)
    first = found[0].id if found else None
    is_taken_away = any(one.key == answer and one.body is None for one in changes)
    if first == answer or is_taken_away:
        return []
    is_own = any(one.kind == "answer" and one.key == answer for one in changes)
    was = before.find_answers(ask)
    found_before = bool(was) and was[0].id == answer
    return [{"ask": ask, "answer": answer, "found": first}] if is_own or found_before else []
