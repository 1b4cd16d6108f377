"""How the signs that a passage answers a question are added up.

Scores are added with weights: ranks would throw away how sure each sign is, and were measured to be
worse. The weights were measured with `python -m evaluation.retrieval.report`; the result changes
little when one of them is halved or doubled.
"""

from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]

_FEW = 0.3  # answers that already tell a law from one that answers nothing


@dataclass(frozen=True)
class Weights:
    """What each sign counts. `keyword` is for a BM25 score over the square root of the question's
    length.

    `known` is for the likeness to a known question that the passage answers, `standing` for how
    often its law answers.

    Nothing is shown unless the question is likely enough to be one that something here answers: see
    `Calibration`. Then every total that reaches `floor` may be shown.
    """

    dense: float = 1.0
    keyword: float = 0.1
    law: float = 0.1
    known: float = 0.3
    standing: float = 0.06
    guidance: float = 0.3
    floor: float = 0.2


# While questions cannot be compared by meaning, a passage must share much of a question's wording
# to be shown.
BY_KEYWORDS = Weights(dense=0.0, keyword=0.1, known=0.0, standing=0.0, floor=0.34)


@dataclass(frozen=True)
class Evidence:
    """The best of a question's signs: the sum of a passage of law, of guidance, the likeness to a
    known question.
    """

    law: float
    guidance: float
    known: float


@dataclass(frozen=True)
class Calibration:
    """From the evidence to the probability that something here answers the question, and how much
    of it is asked.

    Fitted by `./helpline evaluate no-answer`, which also reports what other thresholds would do.
    """

    law: float = 1.74
    guidance: float = 9.69
    known: float = 5.4
    bias: float = -8.39
    threshold: float = 0.27

    def probability(self, evidence: Evidence) -> float:
        """Between 0 and 1."""
        sum_ = (
            self.bias
            + self.law * evidence.law
            + self.guidance * evidence.guidance
            + self.known * evidence.known
        )
        return 1 / (1 + exp(-sum_))

    def allows(self, evidence: Evidence) -> bool:
        """Whether the question is likely enough to be answered here for something to be shown."""
        return self.probability(evidence) >= self.threshold


@dataclass(frozen=True)
class Scores:
    """One value for each passage: cosine of the centred vectors, BM25, whether the question points
    to its law, the cosine to the nearest known question that it answers (0: to none), and its law's
    standing.
    """

    dense: Floats
    keyword: Floats
    law: npt.NDArray[np.bool_]
    known: Floats
    standing: Floats
    tokens: int  # the question's length


@dataclass(frozen=True)
class Basis:
    """Which guidance passages stand on which articles, as pairs of rows."""

    guidance: Rows
    article: Rows


@dataclass(frozen=True)
class Answers:
    """Which known questions are answered by which passages, as pairs of rows."""

    question: Rows
    passage: Rows


def added(signs: Scores, eligible: npt.NDArray[np.bool_], weights: Weights) -> Floats:
    """The sum of each passage's own signs, minus infinity for those not eligible."""
    sums = (
        weights.dense * signs.dense
        + weights.keyword / sqrt(max(signs.tokens, 1)) * signs.keyword
        + weights.law * signs.law
        + weights.known * signs.known
        + weights.standing * signs.standing
    )
    return np.where(eligible, sums, -np.inf).astype(np.float32)


def evidence(sums: Floats, is_guidance: npt.NDArray[np.bool_], known: Floats) -> Evidence:
    """The best sums of the passages that count, and the best likeness to a known question."""
    return Evidence(
        law=_best(sums[~is_guidance]),
        guidance=_best(sums[is_guidance]),
        known=float(known.max(initial=0.0)),
    )


def _best(sums: Floats) -> float:
    return max(float(sums.max(initial=0.0)), 0.0)


def best_guidance(sums: Floats, basis: Basis) -> Floats:
    """For each passage, the best sum of the guidance that stands on it, never below zero.

    Guidance is written in people's words, the law is not: an article gains from the guidance that a
    question finds.
    """
    best = np.zeros(len(sums), np.float32)
    np.maximum.at(best, basis.article, sums[basis.guidance])
    return best


def best_known(likeness: Floats, answers: Answers, passages: int) -> Floats:
    """For each passage, the likeness of the nearest known question that it answers, never below
    zero.
    """
    best = np.zeros(passages, np.float32)
    np.maximum.at(best, answers.passage, likeness[answers.question])
    return best


def standing(laws: Rows, answers: Answers) -> Floats:
    """How often each passage's law answers known questions, on a logarithmic scale from 0 to 1.

    `laws` numbers each passage's law. A question is likelier to be about the civil code than about
    a rare regulation.
    """
    counts = np.bincount(laws[answers.passage], minlength=int(laws.max(initial=0)) + 1)
    scale = np.log1p(counts / _FEW)
    return (scale / max(scale.max(initial=0.0), 1e-9))[laws].astype(np.float32)


def shown(sum_: float) -> float:
    """A total as a score between 0 and 1; 1 is kept for an article that the question names."""
    return round(max(sum_, 0.0) / (1 + max(sum_, 0.0)), 4)
