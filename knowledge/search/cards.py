"""The written answers as the index holds them, and how one is found.

cards.jsonl        id and text of each answer
cards.npy          their vectors, what all share taken away (cards-mean.npy), of unit length
cards-keywords/    BM25 over texts and wordings
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from pathlib import Path

import numpy as np

from knowledge.answers.answers import Answer
from knowledge.chinese import normalise
from knowledge.search.encoder.embedding import Embedder, Floats
from knowledge.search.keywords import Keywords
from knowledge.search.vectors.cache import VectorStore

# What each sign counts, fitted to 600 questions whose four closest answers somebody judged:
# docs/evaluation.md. A second wording that is near says that the first is no chance.
_TEXT, _WORDING, _SECOND_WORDING, _KEYWORDS = 0.94, 5.55, 2.0, 0.66


@dataclass(frozen=True)
class Found:
    """An answer by its id. `signs` grows with what the question says for it; with what is known of
    the matter it becomes a chance, in `actions/deciding/answering.py`. `words` is how much of that
    comes from shared words; the rest comes from meaning.
    """

    id: str
    signs: float
    words: float = 0.0


@dataclass(frozen=True)
class Cards:
    """The answers of a build. Row i of `vectors` and of `keywords` is `ids[i]`."""

    ids: tuple[str, ...]
    vectors: Floats
    mean: Floats
    keywords: Keywords | None  # None where there are no answers

    @classmethod
    def open(cls, folder: Path) -> "Cards":
        """Those that `write` left in a build's folder."""
        lines = (folder / "cards.jsonl").read_text(encoding="utf-8").splitlines()
        ids = tuple(json.loads(line)["id"] for line in lines)
        return cls(
            ids,
            np.load(folder / "cards.npy", mmap_mode="r", allow_pickle=False),
            np.load(folder / "cards-mean.npy", allow_pickle=False),
            Keywords.open(folder / "cards-keywords") if ids else None,
        )

    @cached_property
    def _row(self) -> dict[str, int]:
        return {one: row for row, one in enumerate(self.ids)}

    def signs(
        self, question: str, vector: Floats, by_wording: Mapping[str, Sequence[float]]
    ) -> Floats:
        """What the question says for each answer, float32 of shape (2, answers): in all, and by
        words alone.

        `vector` is the question's as the encoder gives it; `by_wording` the cosines to the wordings
        that are near, by answer.
        """
        words = np.zeros(len(self.ids), np.float32)
        if not self.ids:
            return np.stack([words, words])
        tokens = normalise.bigrams(question)
        # einsum keeps to this thread; a product of matrices wakes others, which costs ten times
        # as much of the processor.
        moved = _TEXT * _from_mean(vector[None], self.mean)[0]
        sums = np.einsum("d,nd->n", moved, self.vectors)
        for answer, cosines in by_wording.items():
            if (row := self._row.get(answer)) is not None:
                first, second = _two_nearest(cosines)
                sums[row] += _WORDING * first + _SECOND_WORDING * second
        if tokens and self.keywords is not None:
            words += _KEYWORDS / sqrt(len(tokens)) * self.keywords.scores(tokens)
        return np.stack([sums + words, words])

    def best(self, signs: Floats, limit: int) -> list[Found]:
        """The likeliest answers, best first."""
        sums, words = signs
        best = np.argsort(-sums)[:limit]
        return [Found(self.ids[row], float(sums[row]), float(words[row])) for row in best]


def _two_nearest(cosines: Sequence[float]) -> tuple[float, float]:
    first, second = (*sorted(cosines, reverse=True), 0.0, 0.0)[:2]
    return first, second


def text_of(answer: Answer) -> str:
    """What the encoder reads of an answer: as it is told before any change."""
    return f"{answer.says}{answer.why}{answer.unless}"


def write(
    folder: Path,
    answers: Sequence[Answer],
    embedder: Embedder,
    known: VectorStore,
    progress: Callable[[int, int], None],
) -> VectorStore:
    """Write the answers of a build; returns the vectors that it knows by then."""
    texts = [text_of(one) for one in answers]
    known.learn(known.missing(texts), embedder.encode_passages, progress)
    raw = known.vectors(texts) if texts else np.zeros((0, embedder.dimension), np.float32)
    mean = raw.mean(axis=0) if texts else np.zeros(embedder.dimension, np.float32)
    lines = (
        json.dumps({"id": one.id, "text": text}, ensure_ascii=False)
        for one, text in zip(answers, texts, strict=True)
    )
    (folder / "cards.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    np.save(folder / "cards.npy", _from_mean(raw, mean))
    np.save(folder / "cards-mean.npy", mean)
    if texts:
        said = [" ".join((*one.asks, text)) for one, text in zip(answers, texts, strict=True)]
        words = [normalise.bigrams(normalise.normalise(one)) for one in said]
        Keywords.of(words).write(folder / "cards-keywords")
    return known


def _from_mean(vectors: Floats, mean: Floats) -> Floats:
    moved = vectors - mean
    return moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12)
