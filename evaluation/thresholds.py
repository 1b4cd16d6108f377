"""What lies behind actions/deciding/thresholds.py: `python -m evaluation.thresholds`.

Asks the trained model about the sentences of tests/nlu, which no training sees, and tells of each
threshold how many sentences reach it and how many of those are understood rightly.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from actions.deciding.thresholds import THRESHOLDS
from actions.deciding.turn import OUT, ranked
from api.fallback.understanding import Understanding
from api.settings import Settings

HELD_OUT = Path(__file__).parents[1] / "tests" / "nlu" / "test_data.yml"


@dataclass(frozen=True)
class Guess:
    """A sentence's true intent, the likeliest one, and its chance."""

    true: str
    likeliest: str
    chance: float


@dataclass(frozen=True)
class Measured:
    """`reach` of the guesses `of` that concern a threshold reach it; `right` of those are true."""

    name: str
    of: int
    reach: int
    right: int


def sentences(path: Path = HELD_OUT) -> Iterator[tuple[str, str]]:
    """(Sentence, intent) of every example in a file of Rasa's training data."""
    for block in yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)["nlu"]:
        if isinstance(block["examples"], list):
            yield from ((one["text"].strip(), block["intent"]) for one in block["examples"])
            continue
        for line in block["examples"].splitlines():
            if line.startswith("- "):
                yield line.removeprefix("- "), block["intent"]


def measure(guesses: Sequence[Guess]) -> list[Measured]:
    """Every threshold that a chance is held against."""
    return [
        _measured(name, threshold.value, [one for one in guesses if _concerns(name, one)])
        for name, threshold in THRESHOLDS.items()
        if threshold.value <= 1
    ]


def _measured(name: str, value: float, guesses: Sequence[Guess]) -> Measured:
    reach = [one for one in guesses if one.chance >= value]
    right = sum(one.true == one.likeliest for one in reach)
    return Measured(name, len(guesses), len(reach), right)


def _concerns(name: str, guess: Guess) -> bool:
    """Whether a threshold is ever held against such a guess."""
    out = guess.likeliest.startswith(OUT)
    if name == "out_of_scope":
        return out and guess.likeliest not in THRESHOLDS
    if name == "out_between":
        return out
    return guess.likeliest == name if name.startswith(OUT) else not out


def _ask(understanding: Understanding) -> list[Guess]:
    if not understanding.models:
        raise SystemExit("没有训练好的模型，请先运行 ./helpline train")
    best = ((intent, ranked(understanding.parse(text))[0]) for text, intent in sentences())
    return [Guess(intent, one.name, one.chance) for intent, one in best]


def main() -> None:
    """Print a line for each threshold."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.thresholds", description=__doc__)
    parser.parse_args()
    for one in measure(_ask(Understanding.load(Settings().var / "models"))):
        share = one.right / one.reach if one.reach else 0.0
        value = THRESHOLDS[one.name].value
        print(f"{one.name} {value}：{one.of} 句里 {one.reach} 句达到，其中 {share:.3f} 判对")


if __name__ == "__main__":
    main()
