"""The training sentences of the dialogue, as its files hold them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

NLU = Path(__file__).parents[2] / "data" / "nlu"
HELD_OUT = Path(__file__).parents[2] / "tests" / "nlu" / "test_data.yml"


@dataclass(frozen=True)
class Example:
    """A sentence with its intent and, where its file says so, the right at stake."""

    text: str
    intent: str
    right: str | None = None


def read(where: Path) -> list[Example]:
    """The sentences of a file, or of every file in a folder, in their order."""
    files = sorted(where.rglob("*.yml")) if where.is_dir() else [where]
    return [
        one
        for file in files
        for entry in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)["nlu"]
        for one in _examples(entry)
    ]


def _examples(entry: dict[str, Any]) -> list[Example]:
    """Rasa's two ways to write examples: one block of lines, or a list with metadata."""
    if isinstance(entry["examples"], str):
        lines = (line.strip() for line in entry["examples"].splitlines())
        return [Example(line.removeprefix("- ").strip(), entry["intent"]) for line in lines if line]
    return [
        Example(one["text"].strip(), entry["intent"], (one.get("metadata") or {}).get("right"))
        for one in entry["examples"]
    ]


def written(examples: Sequence[Example]) -> str:
    """A file of sentences as Rasa reads it, intent by intent."""
    blocks = ['version: "3.1"\nnlu:']
    for intent, ours in groupby(
        sorted(examples, key=lambda one: one.intent), key=lambda one: one.intent
    ):
        blocks.append(f"- intent: {intent}\n  examples: |")
        blocks += [f"    - {' '.join(one.text.split())}" for one in ours]
    return "\n".join(blocks) + "\n"
