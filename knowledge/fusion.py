"""How the signs that a passage answers a question are added up.

Scores are added with weights: ranks would throw away how sure each sign is, and were measured to be worse. The weights
were measured with `python -m evaluation.retrieval`; the result changes little when one of them is halved or doubled.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Weights:
    """What each sign counts. `keyword` is for a BM25 score over the square root of the question's length.

    Nothing is shown unless some passage's own signs reach its `certain_…`: guidance is written as people speak and is
    close to small talk too, so more is asked of it. Then every total that reaches `floor` may be shown.
    """

    dense: float = 1.0
    keyword: float = 0.1
    law: float = 0.1
    guidance: float = 0.3
    certain_law: float = 0.34
    certain_guidance: float = 0.55
    floor: float = 0.2


@dataclass(frozen=True)
class Signs:
    """One value for each passage: cosine of the centred vectors, BM25, whether the question points to its law."""

    dense: Floats
    keyword: Floats
    law: npt.NDArray[np.bool_]
    tokens: int  # the question's length


@dataclass(frozen=True)
class Basis:
    """Which guidance passages stand on which articles, as pairs of rows."""

    guidance: Rows
    article: Rows


def added(signs: Signs, eligible: npt.NDArray[np.bool_], weights: Weights) -> Floats:
    """The sum of each passage's own signs, minus infinity for those not eligible."""
    sums = (
        weights.dense * signs.dense
        + weights.keyword / sqrt(max(signs.tokens, 1)) * signs.keyword
        + weights.law * signs.law
    )
    return np.where(eligible, sums, -np.inf).astype(np.float32)


def is_certain(sums: Floats, is_guidance: npt.NDArray[np.bool_], weights: Weights) -> bool:
    """Whether anything fits the question well enough to show something."""
    needed = np.where(is_guidance, weights.certain_guidance, weights.certain_law)
    return bool((sums >= needed).any())


def best_guidance(sums: Floats, basis: Basis) -> Floats:
    """For each passage, the best sum of the guidance that stands on it, never below zero.

    Guidance is written in people's words, the law is not: an article gains from the guidance that a question finds.
    """
    best = np.zeros(len(sums), np.float32)
    np.maximum.at(best, basis.article, sums[basis.guidance])
    return best


def shown(sum_: float) -> float:
    """A total as a score between 0 and 1; 1 is kept for an article that the question names."""
    return round(max(sum_, 0.0) / (1 + max(sum_, 0.0)), 4)
