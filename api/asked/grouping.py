"""Puts sentences of one meaning together. Pure; the same vectors always give the same groups.

The sentence with the most neighbours takes all that are near to it, then the next one does, as
long as somebody is left: no chain leads from one matter into another, and no number of groups has
to be known. How this was chosen and what it costs: docs/evaluation.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import faiss
import numpy as np
import numpy.typing as npt

from knowledge.search.encoder.embedding import Floats

LIKE = 0.65  # cosine from which two sentences ask the same
_NEIGHBOURS = 64  # that are looked up at once; who has more is compared with everybody

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Grouped:
    """Rows of one meaning, the most central first, with their distances to the middle: 1 - cosine,
    0 to 2.
    """

    rows: Sequence[int]
    distances: Sequence[float]


def grouped(vectors: Floats, like: float = LIKE) -> list[Grouped]:
    """Every row of `vectors`, shape (n, dimension) and of unit length, in one group; the largest
    first. It holds the vectors and n × 64 neighbours in memory.
    """
    if not len(vectors):
        return []
    nearest, counts = _neighbours(vectors, like)
    is_free = np.ones(len(vectors), bool)
    groups = []
    for row in np.lexsort((np.arange(len(vectors)), -counts)):
        if is_free[row]:
            near = _near(row, vectors, nearest, counts, like)
            taken = near[is_free[near]]
            is_free[taken] = False
            groups.append(_from_the_middle(vectors, taken))
    return sorted(groups, key=lambda one: (-len(one.rows), one.rows[0]))


def _neighbours(vectors: Floats, like: float) -> tuple[Rows, Rows]:
    """The nearest rows of each, those too far as -1, and how many are near."""
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    likeness, rows = index.search(vectors, min(_NEIGHBOURS, len(vectors)))
    rows[likeness < like] = -1
    return rows, (rows >= 0).sum(axis=1)


def _near(row: int, vectors: Floats, nearest: Rows, counts: Rows, like: float) -> Rows:
    if counts[row] < nearest.shape[1]:
        found: Rows = nearest[row, : counts[row]]
    else:
        found = np.flatnonzero(vectors @ vectors[row] >= like)
    return np.union1d(found, [row])  # rounding must not part a sentence from itself


def _from_the_middle(vectors: Floats, rows: Rows) -> Grouped:
    middle = vectors[rows].mean(axis=0)
    distances = 1 - vectors[rows] @ (middle / max(float(np.linalg.norm(middle)), 1e-12))
    order = np.lexsort((rows, distances.round(6)))
    return Grouped([int(rows[one]) for one in order], [float(distances[one]) for one in order])
