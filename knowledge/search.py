"""Passages that answer a question, as they govern on a day."""

from dataclasses import dataclass
from datetime import date

import faiss
import numpy as np
import numpy.typing as npt

from knowledge import fusion, lexicon
from knowledge.citations import Citation, quoted
from knowledge.embedding import Embedder
from knowledge.fusion import Basis, Signs, Weights
from knowledge.index import Index
from knowledge.passages import Kind, Passage, article_id
from knowledge.statutes import Statutes

_EVERY_KIND: tuple[Kind, ...] = ("statute", "digest", "guidance")
_NAMED = 1.0
_WORDS_SHOWN = 4


@dataclass(frozen=True)
class Hit:
    """A passage found.

    `score` lies between 0 and 1, and is 1 only for an article that the question names. `why` is for people to read.
    """

    id: str
    kind: Kind
    title: str
    text: str
    score: float
    why: tuple[str, ...]
    citation: Citation


class Searcher:
    """Searches one build of the index; without an embedder by keywords alone."""

    def __init__(
        self, index: Index, embedder: Embedder | None, statutes: Statutes, weights: Weights | None = None
    ) -> None:
        self._index, self._embedder, self._statutes = index, embedder, statutes
        self._weights = weights or Weights()
        faiss.omp_set_num_threads(1)  # two are slower for a single question
        passages = index.passages
        self._row = {passage.id: row for row, passage in enumerate(passages)}
        self._laws = np.array([passage.law for passage in passages])
        self._kinds = np.array([passage.kind for passage in passages])
        self._from = np.array([passage.in_force_from or date.min for passage in passages], "datetime64[D]")
        self._to = np.array([passage.in_force_to or date.max for passage in passages], "datetime64[D]")
        self._basis = _basis(passages, self._row)

    def search(self, query: str, on: date, limit: int = 10, kinds: tuple[Kind, ...] = _EVERY_KIND) -> list[Hit]:
        """The best passages in force on the day, best first; few or none when nothing fits.

        Articles that the question names come first, also those of a version named by its year that does not govern on
        the day. Of a guidance article only the best section is shown.
        """
        question = lexicon.normalise(query)
        if not lexicon.bigrams(question):
            return []
        hits = {self._document(hit): hit for hit in self._named(question, on) if hit.kind in kinds}
        for hit in self._fitting(question, on, kinds, limit):
            hits.setdefault(self._document(hit), hit)
        return list(hits.values())[:limit]

    def _named(self, question: str, on: date) -> list[Hit]:
        articles = [found.article for found in quoted(question, self._statutes, on) if found.article]
        passages = [self._index.passages[self._row[name]] for name in map(article_id, articles) if name in self._row]
        return [_hit(passage, _NAMED, ["条文号一致", *_not_in_force(passage, on)]) for passage in passages]

    def _fitting(self, question: str, on: date, kinds: tuple[Kind, ...], limit: int) -> list[Hit]:
        day = np.datetime64(on)
        signs = self._signs(question)
        sums = fusion.added(signs, (self._from <= day) & (day <= self._to), self._weights)
        if not fusion.is_certain(sums, self._kinds == "guidance", self._weights):
            return []
        guidance = fusion.best_guidance(sums, self._basis)
        sums += self._weights.guidance * guidance
        sums[~np.isin(self._kinds, kinds)] = -np.inf
        words = lexicon.words(f"{question} {lexicon.in_words_of_the_law(question)}")
        hits: dict[str, Hit] = {}
        for row in np.argsort(-sums, kind="stable"):
            passage = self._index.passages[row]
            if sums[row] < self._weights.floor or len(hits) == limit:
                break
            if passage.document not in hits:
                why = _reasons(passage, words, float(signs.dense[row]), guidance[row] >= self._weights.certain_guidance)
                hits[passage.document] = _hit(passage, fusion.shown(float(sums[row])), why)
        return list(hits.values())

    def _signs(self, question: str) -> Signs:
        tokens = lexicon.bigrams(question)
        keywords = tokens + lexicon.bigrams(lexicon.in_words_of_the_law(question))
        return Signs(
            dense=self._similarities(question),
            keyword=self._index.keywords.get_scores(keywords) if keywords else np.zeros(len(self._laws), np.float32),
            law=np.isin(self._laws, list(lexicon.implied_laws(question))),
            tokens=len(tokens),
        )

    def _similarities(self, question: str) -> npt.NDArray[np.float32]:
        similarities = np.zeros(len(self._laws), np.float32)
        if self._embedder is not None:
            vector = self._embedder.encode_queries([question]) - self._index.mean
            vector /= np.maximum(np.linalg.norm(vector), 1e-12)
            scores, rows = self._index.vectors.search(vector, len(similarities))
            similarities[rows[0]] = scores[0]
        return similarities

    def _document(self, hit: Hit) -> str:
        return self._index.passages[self._row[hit.id]].document


def _basis(passages: tuple[Passage, ...], row_of: dict[str, int]) -> Basis:
    pairs = [(row, row_of[name]) for row, passage in enumerate(passages) for name in passage.basis if name in row_of]
    guidance, article = np.array(pairs, np.intp).reshape(-1, 2).T
    return Basis(guidance, article)


def _reasons(passage: Passage, words: list[str], similarity: float, in_guidance: bool) -> list[str]:
    reasons = []
    shared = [word for word in words if word in passage.embedded_text][:_WORDS_SHOWN]
    if shared:
        reasons.append(f"字词：{' '.join(shared)}")
    if similarity > 0:
        reasons.append(f"语义相近 {similarity:.2f}")
    if in_guidance:
        reasons.append("相关办事指引引用了这一条")
    return reasons


def _not_in_force(passage: Passage, on: date) -> list[str]:
    if passage.governs(on):
        return []
    if passage.in_force_from is not None and on < passage.in_force_from:
        return [f"{passage.in_force_from} 起施行"]
    return [f"施行至 {passage.in_force_to}"]


def _hit(passage: Passage, score: float, why: list[str]) -> Hit:
    return Hit(
        id=passage.id,
        kind=passage.kind,
        title=passage.title,
        text=passage.text,
        score=score,
        why=tuple(why),
        citation=Citation(
            law=passage.law,
            article=passage.article,
            version_date=passage.version_date,
            in_force_from=passage.in_force_from,
            in_force_to=passage.in_force_to,
            text=passage.text,
            kind=passage.kind,
        ),
    )
