"""Measures of a model on sentences that no training saw: what is told of each intent, what is mixed
up, and how far its chances can be believed.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

BINS = 10
MOST_CONFUSIONS = 20

Json = dict[str, Any]


@dataclass(frozen=True)
class Guess:
    """A sentence's true intent, the likeliest one, and its chance."""

    text: str
    truth: str
    likeliest: str
    chance: float

    @property
    def right(self) -> bool:
        return self.truth == self.likeliest


def scores(guesses: Sequence[Guess], label: Callable[[str], str]) -> Json:
    """The measures; `label` names an intent. Macro F1 is that of `rasa test`: over every intent
    that is said or guessed.
    """
    names = sorted({one.truth for one in guesses} | {one.likeliest for one in guesses})
    intents = [_intent(name, guesses, label) for name in names]
    bins = _bins(guesses)
    return {
        "macro_f1": _mean([one["f1"] for one in intents]),
        "accuracy": _mean([one.right for one in guesses]),
        "ece": _gap(bins, len(guesses)),
        "intents": sorted(intents, key=lambda one: one["f1"]),
        "confusions": _confusions(guesses, label),
        "bins": bins,
    }


def changed(
    before: Sequence[Guess], after: Sequence[Guess], label: Callable[[str], str]
) -> Mapping[str, list[Json]]:
    """Sentences that are understood rightly now, and those that are no longer."""
    told: dict[str, list[Json]] = {"better": [], "worse": []}
    for was, now in zip(before, after, strict=True):
        if was.right != now.right:
            told["better" if now.right else "worse"].append(
                {
                    "text": now.text,
                    "truth": label(now.truth),
                    "before": label(was.likeliest),
                    "after": label(now.likeliest),
                }
            )
    return told


def _intent(name: str, guesses: Sequence[Guess], label: Callable[[str], str]) -> Json:
    said = sum(one.truth == name for one in guesses)
    guessed = sum(one.likeliest == name for one in guesses)
    hit = sum(one.truth == one.likeliest == name for one in guesses)
    return {
        "intent": name,
        "label": label(name),
        "precision": hit / guessed if guessed else None,
        "recall": hit / said if said else None,
        "f1": 2 * hit / (said + guessed),
        "support": said,
    }


def _confusions(guesses: Sequence[Guess], label: Callable[[str], str]) -> list[Json]:
    mixed = Counter((one.truth, one.likeliest) for one in guesses if not one.right)
    return [
        {"truth": label(truth), "taken_for": label(other), "count": count}
        for (truth, other), count in mixed.most_common(MOST_CONFUSIONS)
    ]


def _bins(guesses: Sequence[Guess]) -> list[Json]:
    bins = []
    for number in range(BINS):
        inside = [one for one in guesses if min(BINS - 1, int(one.chance * BINS)) == number]
        if inside:
            bins.append(
                {
                    "lower": number / BINS,
                    "count": len(inside),
                    "confidence": _mean([one.chance for one in inside]),
                    "accuracy": _mean([one.right for one in inside]),
                }
            )
    return bins


def _gap(bins: Sequence[Json], total: int) -> float:
    """The expected calibration error: how far chances and hits lie apart, on average."""
    gaps = [one["count"] * abs(one["confidence"] - one["accuracy"]) for one in bins]
    return sum(gaps) / total if total else 0.0


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
