"""Reads the conversations: the journeys that a checkout promises, else dialogues of our own.

Of a journey what visitors say is taken, and what it names: remedies by their keys, laws by their
short names. What depends on a ticket that was opened before is left out: here none is opened.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from api.content.proof import KEPT_BACK
from knowledge.editing.folder import Change
from knowledge.reviewed import ROOT

JOURNEYS = ROOT / "tests" / "journeys"
DIALOGUES = ROOT / "evaluation" / "own_dialogues.jsonl"
_NAMES_REMEDIES = ("first", "also", "not", "ruled_out", "others")
_OF_A_TICKET = re.compile(r"\{(number|code)\}")


@dataclass(frozen=True)
class Journey:
    """A conversation: what the visitor says in turn, and the remedies and laws that it names."""

    id: str
    says: tuple[str, ...]
    names: frozenset[str] = frozenset()


@cache
def journeys(folder: Path = JOURNEYS, dialogues: Path = DIALOGUES) -> tuple[Journey, ...]:
    """All of them, those of one kind not in a row: there may be no time for all. None where the
    checkout ships none.
    """
    found = [one for file in sorted(folder.glob("*.yml")) for one in _journeys(file)]
    mixed = sorted(found, key=lambda one: sha256(one.id.encode()).digest())
    return tuple(mixed or _dialogues(dialogues))


def touched(known: Sequence[Journey], changes: Sequence[Change]) -> list[Journey]:
    """Those that name a remedy or a law that is changed; all where none does, or where other kinds
    of item are changed. Those that share most with the changed words come first: there may be no
    time for all.
    """
    words = _pairs("".join(f"{one.key}{one.body or ''}" for one in changes))
    found = [one for one in known if any(_names(one, change) for change in changes)]
    is_told = all(one.kind in ("remedy", "law") for one in changes)
    picked = found if found and is_told else known
    return sorted(picked, key=lambda one: -len(_pairs("".join(one.says)) & words))


def _names(journey: Journey, change: Change) -> bool:
    if change.kind == "law":
        return change.key in journey.names
    text = change.body or change.file
    return change.kind == "remedy" and any(name in text for name in journey.names)


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}


def _journeys(file: Path) -> Iterator[Journey]:
    for read in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader):
        says = _until_ticket(turn["say"] for turn in read["turns"])
        if says:
            names = frozenset(name for turn in read["turns"] for name in _named(turn))
            yield Journey(f"{file.stem}: {read['name']}", says, names)


def _dialogues(file: Path) -> Iterator[Journey]:
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else ()
    for read in map(json.loads, lines):
        if read.get("part") != KEPT_BACK:
            names = frozenset([*read.get("gold_route", ()), *read.get("must_not", ())])
            yield Journey(read["id"], tuple(read["turns"]), names)


def _until_ticket(says: Iterable[str]) -> tuple[str, ...]:
    told: list[str] = []
    for text in says:
        if _OF_A_TICKET.search(text):
            break
        told.append(text)
    return tuple(told)


def _named(turn: Mapping[str, Any]) -> Iterator[str]:
    for what in _NAMES_REMEDIES:
        yield from _listed(turn.get(what))
    for cited in _listed(turn.get("cites")):
        yield cited.partition("(")[0]


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
