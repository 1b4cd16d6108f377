"""The desk's sentences as training data: which may be learnt from, and the file that Rasa reads.

The repository's own data stay as they are; what is written lies in the run's folder and is deleted
with the end of the training, because visitors said it.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from json import loads
from pathlib import Path
from typing import Any

import yaml

from api.content.journeys import script
from api.labels.service import LabelledSentence
from api.settings import ROOT

DOMAIN = ROOT / "domain.yml"
HELD_OUT = ROOT / "tests" / "nlu" / "test_data.yml"
CASES = ROOT / "evaluation" / "own_cases.jsonl"
_SIGNS = re.compile(r"\W+")
# Rasa reads [words](entity) and a command in what begins with a stroke.
_MARKUP = str.maketrans("[]{}", "［］｛｝")


@dataclass(frozen=True)
class Chosen:
    """What a training learns from, and how many sentences it may not learn from."""

    taught: tuple[LabelledSentence, ...]
    left_out: int


def choose(agreed: Sequence[LabelledSentence]) -> Chosen:
    """Leave out what the models are measured by, what has no intent of ours, and repetitions."""
    known = {bare(text) for text in measured_by()} | {""}
    taught = []
    for one in agreed:
        said = bare(one.text)
        if one.intent in intents() and said not in known:
            known.add(said)
            taught.append(one)
    return Chosen(tuple(taught), len(agreed) - len(taught))


def write(folder: Path, taught: Sequence[LabelledSentence]) -> None:
    """Write them as Rasa's training data into `folder`; none make no file. Raises OSError."""
    folder.mkdir(parents=True)
    if not taught:
        return
    of_intent: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in taught:
        of_intent[one.intent].append(_example(one))
    blocks = [{"intent": intent, "examples": found} for intent, found in of_intent.items()]
    content = {"version": "3.1", "nlu": blocks}
    with (folder / "desk.yml").open("w", encoding="utf-8") as out:
        yaml.safe_dump(content, out, allow_unicode=True, sort_keys=False, width=10_000)


def bare(text: str) -> str:
    """A sentence without signs, by which two count as the same."""
    return _SIGNS.sub("", text).lower()


@cache
def intents() -> frozenset[str]:
    """The intents that the dialogue knows."""
    domain = yaml.load(DOMAIN.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return frozenset(domain["intents"])


@cache
def measured_by() -> frozenset[str]:
    """The sentences that models are measured by; none where the checkout ships none."""
    talked = (text for one in script.journeys() for text in one.says)
    return frozenset([*_held_out(HELD_OUT), *_cases(CASES), *talked])


def _held_out(file: Path) -> Iterator[str]:
    if not file.is_file():
        return
    for block in yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)["nlu"]:
        examples = block["examples"]
        if isinstance(examples, list):
            yield from (one["text"].strip() for one in examples)
        else:
            yield from (line[2:] for line in examples.splitlines() if line.startswith("- "))


def _cases(file: Path) -> Iterator[str]:
    if file.is_file():
        yield from (loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines())


def _example(one: LabelledSentence) -> dict[str, Any]:
    """A sentence on one line, without what Rasa takes for marks of its own."""
    text = " ".join(one.text.split()).translate(_MARKUP).lstrip("/")
    example: dict[str, Any] = {"text": f"{text}\n"}
    return example | ({"metadata": {"right": one.right}} if one.right else {})
