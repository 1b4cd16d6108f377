"""Passages that answer a question, as they govern on a day."""

import logging
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.reading.bounds import bounded
from knowledge.chinese import normalise
from knowledge.law.citations import Citation, quoted
from knowledge.law.statutes import Statutes
from knowledge.search import scoring
from knowledge.search.cards import Found
from knowledge.search.encoder.embedding import Embedder, Floats
from knowledge.search.index import Index, centred
from knowledge.search.passages import Kind, Passage, article_id
from knowledge.search.scoring import Answers, Basis, Calibration, Evidence, Scores, Weights
from knowledge.search.vectors.store import StoreTrouble

_log = logging.getLogger(__name__)

_EVERY_KIND: tuple[Kind, ...] = ("statute", "digest", "guidance")
_NAMED = 1.0
CANDIDATES = 1000  # passages that are compared by meaning, and so many at most are put in order
_QUESTIONS = 200  # known questions that are compared
_WORDS_SHOWN = 4
_REMEMBERED = 64  # questions whose vectors are kept
_AT_WORK = 16  # questions of which it is kept what they say for each answer
_OF_THE_MATTER = 120  # characters of what was told before that a question is read with
_CLOSE = 0.55  # sum from which guidance counts as found by the question
_ALIKE = 0.6  # cosine from which a question counts as one that is known


@dataclass(frozen=True)
class Hit:
    """A passage found.

    `score` lies between 0 and 1, and is 1 only for an article that the question names. `why` is for
    people to read.
    """

    id: str
    kind: Kind
    title: str
    text: str
    score: float
    why: tuple[str, ...]
    citation: Citation

    def as_dict(self) -> dict[str, Any]:
        """The hit as the chat API shows it, under the law's official title."""
        return {
            "id": self.id,
            "kind": self.kind,
            "title": f"{self.citation.title}{self.title.removeprefix(self.citation.short_title)}",
            "text": self.text,
            "score": self.score,
            "why": list(self.why),
            "citation": self.citation.as_dict(),
        }


class Searcher:
    """Searches one build of the index; without an embedder, or while the vectors cannot be reached,
    by keywords alone.
    """

    def __init__(
        self,
        index: Index,
        embedder: Embedder | None,
        statutes: Statutes,
        weights: Weights | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self._index, self._embedder, self._statutes = index, embedder, statutes
        self._weights, self._calibration = weights or Weights(), calibration or Calibration()
        passages = index.passages
        self._row = {passage.id: row for row, passage in enumerate(passages)}
        self._laws, self._law = np.unique(
            [passage.law for passage in passages], return_inverse=True
        )
        self._kinds, self._kind = np.unique(
            [passage.kind for passage in passages], return_inverse=True
        )
        self._from = np.array(
            [passage.in_force_from or date.min for passage in passages], "datetime64[D]"
        )
        self._to = np.array(
            [passage.in_force_to or date.max for passage in passages], "datetime64[D]"
        )
        self._basis = _basis(passages, self._row)
        self._answers = _answers(index, self._row)
        self._standing = scoring.standing(self._law, self._answers)
        # One message is looked up several times: for its answer, and for the law.
        self._raw = lru_cache(_REMEMBERED)(self._encoded)
        self._signs_of_answers = lru_cache(_AT_WORK)(self._compared_with_answers)

    def search(
        self, query: str, on: date, limit: int = 10, kinds: tuple[Kind, ...] = _EVERY_KIND
    ) -> list[Hit]:
        """The best passages in force on the day, best first; few or none when nothing fits.

        Articles that the question names come first, also those of a version named by its year that
        does not govern on the day. Of a guidance article only the best section is shown.
        """
        question = normalise.normalise(bounded(query))
        if not normalise.bigrams(question):
            return []
        hits = {self._document(hit): hit for hit in self._named(question, on) if hit.kind in kinds}
        for hit in self._fitting(question, on, kinds, limit):
            hits.setdefault(self._document(hit), hit)
        return list(hits.values())[:limit]

    def _named(self, question: str, on: date) -> list[Hit]:
        articles = [
            found.article for found in quoted(question, self._statutes, on) if found.article
        ]
        passages = [
            self._index.passages[self._row[name]]
            for name in map(article_id, articles)
            if name in self._row
        ]
        return [
            self._hit(passage, _NAMED, ["条文号一致", *_not_in_force(passage, on)])
            for passage in passages
        ]

    def _fitting(self, question: str, on: date, kinds: tuple[Kind, ...], limit: int) -> list[Hit]:
        day = np.datetime64(on)
        signs = self.signs(question)
        # not while the encoder or the vectors cannot be reached
        by_meaning = bool(signs.dense.any())
        weights = self._weights if by_meaning else scoring.BY_KEYWORDS
        sums = scoring.added(signs, (self._from <= day) & (day <= self._to), weights)
        if by_meaning and not self._calibration.allows(self._evidence(signs, sums)):
            return []
        guidance = scoring.best_guidance(sums, self._basis)
        sums += weights.guidance * guidance
        sums[~self._of_kinds(kinds)] = -np.inf
        words = normalise.words(f"{question} {normalise.in_words_of_the_law(question)}")
        unseen = signs.dense.min()
        hits: dict[str, Hit] = {}
        for row in _best_first(sums, weights.floor, max(CANDIDATES, 10 * limit)):
            passage = self._index.passages[row]
            if len(hits) == limit:
                break
            if passage.document not in hits:
                similarity = float(signs.dense[row]) if signs.dense[row] > unseen else 0.0
                asked = float(signs.known[row]) >= _ALIKE
                why = _reasons(passage, words, similarity, guidance[row] >= _CLOSE, asked)
                hits[passage.document] = self._hit(passage, scoring.shown(float(sums[row])), why)
        return list(hits.values())

    def answers(self, query: str, limit: int = 8, matter: str = "") -> list[Found]:
        """The written answers that the question likeliest asks for, best first; none without the
        encoder.

        `matter`: the words that told what the question is about, where it comes in the middle of
        something: 能要多少 is one question of a mark and another of an invention. What speaks for
        an answer is then the mean of what the question says alone and behind those words.
        """
        question = normalise.normalise(bounded(query))
        if self._embedder is None or not normalise.bigrams(question):
            return []
        signs = self._signs_of_answers(question)
        if matter:
            whole = normalise.normalise(f"{matter[-_OF_THE_MATTER:]}。{bounded(query)}")
            signs = np.mean([signs, self._signs_of_answers(whole)], axis=0, dtype=np.float32)
        return self._index.cards.best(signs, limit)

    def _compared_with_answers(self, question: str) -> Floats:
        raw = self._raw(question)
        likenesses = self._likenesses(centred(raw[None], self._index.mean)[0])
        nearest: dict[str, list[float]] = {}
        for row in np.flatnonzero(likenesses > 0):
            if answer := self._index.questions[row].answer:
                nearest.setdefault(answer, []).append(float(likenesses[row]))
        return self._index.cards.signs(question, raw, nearest)

    @property
    def space(self) -> str | None:
        """Names the space of `meaning`; None without an encoder."""
        return self._embedder.question_name if self._embedder else None

    def meaning(self, question: str) -> Floats:
        """What the encoder makes of a question: float32 of shape (dimension,), of unit length."""
        return self._raw(normalise.normalise(bounded(question)))

    def compared(self, meanings: Floats) -> Floats:
        """Meanings as they are compared: what all passages share taken away, of unit length."""
        return centred(meanings, self._index.mean)

    def nearest_answers(self, meaning: Floats, limit: int) -> list[tuple[str, float]]:
        """(Id, cosine) of the written answers that have the nearest wordings, the nearest first."""
        likenesses = self._likenesses(self.compared(meaning[None])[0])
        nearest: dict[str, float] = {}
        for row in np.argsort(-likenesses, kind="stable")[:_QUESTIONS]:
            if (answer := self._index.questions[row].answer) and len(nearest) < limit:
                nearest.setdefault(answer, float(likenesses[row]))
        return list(nearest.items())

    def evidence(self, question: str, on: date) -> Evidence:
        """What speaks for that anything in force on the day answers the question."""
        day, signs = np.datetime64(on), self.signs(question)
        return self._evidence(
            signs, scoring.added(signs, (self._from <= day) & (day <= self._to), self._weights)
        )

    def _evidence(self, signs: Scores, sums: Floats) -> Evidence:
        return scoring.evidence(sums, self._of_kinds(("guidance",)), signs.known)

    def signs(self, question: str) -> Scores:
        """What speaks for each passage of the build."""
        tokens = normalise.bigrams(question)
        keywords = tokens + normalise.bigrams(normalise.in_words_of_the_law(question))
        vector = self._vector(question)
        return Scores(
            dense=self._similarities(vector),
            keyword=self._index.keywords.scores(keywords)
            if keywords
            else np.zeros(len(self._law), np.float32),
            law=np.isin(self._laws, list(normalise.implied_laws(question)))[self._law],
            known=scoring.best_known(self._likenesses(vector), self._answers, len(self._law)),
            standing=self._standing,
            tokens=len(tokens),
        )

    def _encoded(self, question: str) -> Floats:
        assert self._embedder is not None
        vector: Floats = self._embedder.encode_queries([question])[0]
        return vector

    def _vector(self, question: str) -> Floats:
        if self._embedder is None:
            return np.zeros(len(self._index.mean), np.float32)
        return centred(self._raw(question)[None], self._index.mean)[0]

    def _similarities(self, vector: Floats) -> Floats:
        """The nearest passages' similarities; every other passage counts as if it came last among
        them.
        """
        if self._embedder is None:
            return np.zeros(len(self._law), np.float32)
        try:
            scores, rows = self._index.nearest.search(vector, min(CANDIDATES, len(self._law)))
        except StoreTrouble as trouble:
            _log.warning("这次只按字词检索：%s", trouble)
            return np.zeros(len(self._law), np.float32)
        similarities = np.full(len(self._law), scores.min(), np.float32)
        similarities[rows] = scores
        return similarities

    def _likenesses(self, vector: Floats) -> Floats:
        """The cosines to the nearest known questions; to the others 0."""
        likenesses = np.zeros(len(self._index.questions), np.float32)
        if len(likenesses) and self._embedder is not None:
            scores, rows = self._index.nearest_questions.search(
                vector, min(_QUESTIONS, len(likenesses))
            )
            likenesses[rows] = scores
        return likenesses

    def _of_kinds(self, kinds: tuple[Kind, ...]) -> npt.NDArray[np.bool_]:
        return np.isin(self._kinds, kinds)[self._kind]

    def _hit(self, passage: Passage, score: float, why: list[str]) -> Hit:
        # guidance and foreign collections stand under their own title
        law = self._statutes.laws.get(passage.law)
        return Hit(
            id=passage.id,
            kind=passage.kind,
            title=passage.title,
            text=passage.text,
            score=score,
            why=tuple(why),
            citation=Citation(
                short_title=passage.law,
                title=law.title if law else passage.law,
                article=passage.article,
                version_date=passage.version_date,
                in_force_from=passage.in_force_from,
                in_force_to=passage.in_force_to,
                text=passage.text,
                kind=passage.kind,
            ),
        )

    def _document(self, hit: Hit) -> str:
        return self._index.passages[self._row[hit.id]].document


def _best_first(sums: npt.NDArray[np.float32], floor: float, most: int) -> npt.NDArray[np.intp]:
    rows = np.flatnonzero(sums >= floor)
    if len(rows) > most:
        rows = np.sort(rows[np.argpartition(-sums[rows], most)[:most]])
    return rows[np.argsort(-sums[rows], kind="stable")]


def _answers(index: Index, row_of: dict[str, int]) -> Answers:
    pairs = [
        (number, row_of[name])
        for number, question in enumerate(index.questions)
        for name in question.answers
        if name in row_of
    ]
    question, passage = np.array(pairs, np.intp).reshape(-1, 2).T
    return Answers(question, passage)


def _basis(passages: tuple[Passage, ...], row_of: dict[str, int]) -> Basis:
    pairs = [
        (row, row_of[name])
        for row, passage in enumerate(passages)
        for name in passage.basis
        if name in row_of
    ]
    guidance, article = np.array(pairs, np.intp).reshape(-1, 2).T
    return Basis(guidance, article)


def _reasons(
    passage: Passage, words: list[str], similarity: float, in_guidance: bool, was_asked: bool
) -> list[str]:
    reasons = []
    shared = [word for word in words if word in passage.embedded_text][:_WORDS_SHOWN]
    if shared:
        reasons.append(f"字词：{' '.join(shared)}")
    if similarity > 0:
        reasons.append(f"语义相近 {similarity:.2f}")
    if in_guidance:
        reasons.append("相关办事指引引用了这一条")
    if was_asked:
        reasons.append("常有人这样问，答案在这一条")
    return reasons


def _not_in_force(passage: Passage, on: date) -> list[str]:
    if passage.governs(on):
        return []
    if passage.in_force_from is not None and on < passage.in_force_from:
        return [f"{passage.in_force_from} 起施行"]
    return [f"施行至 {passage.in_force_to}"]
