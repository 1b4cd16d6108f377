"""Two versions of a law beside each other: which article went where, and what words changed.

What is proposed here a lawyer reads and corrects: it is made of the words alone.
"""

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from knowledge.law.articles import article_order

# Below this score two articles are not the same rule. Chosen on the two laws whose maps a lawyer
# reviewed: see `docs/content.md`.
LEAST_ALIKE = 0.10
_DIMENSIONS = (
    4096  # of the vectors: pairs of characters share places, so that a code fits in memory
)
_ORDER = 0.05  # what standing at the same place of the law adds at most
# An article with these words says what is unlawful or what follows from it: the day of the act
# decides. Anything else is how to proceed, and today's version decides.
_OF_ACTS = re.compile(
    r"侵犯.{0,12}权|赔偿|罚款|没收|违法经营额|违法所得|承担.{0,6}责任|经营者(?:不得|违反)"
)

By = Literal["act", "today"]
Op = Literal["same", "gone", "come"]


@dataclass(frozen=True)
class Move:
    """Where an article of the older version went: `old` None is one that is new, `new` empty one
    that is gone. `score` from 0 to 1 is how alike the words are.
    """

    old: str | None
    new: tuple[str, ...]
    score: float
    by: By


@dataclass(frozen=True)
class Piece:
    """Some characters, and whether both texts have them."""

    op: Op
    text: str


def proposed(old: Mapping[str, str], new: Mapping[str, str]) -> list[Move]:
    """Which article went where, from the words of both versions by number: each to one at most, the
    most alike first; those of the older version in their order, then the new ones.
    """
    pairs = {pair.old: pair for pair in _pairs(old, new)}
    taken = {one for pair in pairs.values() for one in pair.new}
    moves = [pairs.get(number) or Move(number, (), 0.0, deciding(old[number])) for number in old]
    moves += [Move(None, (one,), 0.0, deciding(new[one])) for one in new if one not in taken]
    return moves


def deciding(text: str) -> By:
    """Whether the day of the act or today decides between two versions of an article: a proposal
    by its words.
    """
    return "act" if _OF_ACTS.search(text) else "today"


def changed_words(before: str, after: str) -> list[Piece]:
    """What one text changes in another, in the order of reading."""
    match = difflib.SequenceMatcher(None, before, after, autojunk=False)
    pieces: list[Piece] = []
    for op, start, end, into, until in match.get_opcodes():
        if op == "equal":
            pieces.append(Piece("same", before[start:end]))
            continue
        if end > start:
            pieces.append(Piece("gone", before[start:end]))
        if until > into:
            pieces.append(Piece("come", after[into:until]))
    return pieces


def in_order(numbers: Sequence[str]) -> list[str]:
    """Article numbers as they follow each other in a law."""
    return sorted(numbers, key=article_order)


def _pairs(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Move]:
    if not old or not new:
        return
    scores = _alike(list(old.values()), list(new.values()))
    befores, afters = list(old), list(new)
    free_before, free_after = set(range(len(befores))), set(range(len(afters)))
    ranked = np.argsort(scores + _by_place(len(befores), len(afters)), axis=None)[::-1]
    for place in ranked:
        before, after = divmod(int(place), len(afters))
        if scores[before, after] < LEAST_ALIKE or not free_before:
            continue
        if before in free_before and after in free_after:
            free_before.remove(before)
            free_after.remove(after)
            number = befores[before]
            score = min(1.0, float(scores[before, after]))
            words = old[number] + new[afters[after]]
            yield Move(number, (afters[after],), round(score, 3), deciding(words))


def _alike(old: Sequence[str], new: Sequence[str]) -> npt.NDArray[np.float32]:
    """How alike each text is to each, 0 to 1: the cosine of their pairs of characters, rare pairs
    counting more.
    """
    counted = [Counter(_pairs_of_characters(text)) for text in (*old, *new)]
    in_texts = Counter(pair for one in counted for pair in one)
    places = {pair: number % _DIMENSIONS for number, pair in enumerate(in_texts)}
    vectors = np.zeros((len(counted), _DIMENSIONS), dtype=np.float32)
    for row, one in enumerate(counted):
        for pair, times in one.items():
            weight = np.log1p(times) * np.log((1 + len(counted)) / in_texts[pair])
            vectors[row, places[pair]] += weight
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors /= np.maximum(lengths, 1e-9)
    alike: npt.NDArray[np.float32] = vectors[: len(old)] @ vectors[len(old) :].T
    return alike


def _by_place(old: int, new: int) -> npt.NDArray[np.float32]:
    """What two articles gain by standing at the same place of their versions."""
    here = np.linspace(0, 1, old, dtype=np.float32)[:, None]
    there = np.linspace(0, 1, new, dtype=np.float32)[None, :]
    gained: npt.NDArray[np.float32] = _ORDER * (1 - np.abs(here - there))
    return gained


def _pairs_of_characters(text: str) -> list[str]:
    words = re.sub(r"[\s，。、；：“”（）]", "", text)
    return [words[place : place + 2] for place in range(len(words) - 1)]
