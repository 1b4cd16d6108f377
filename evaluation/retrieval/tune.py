"""`helpline tune`: teaches the question side of the search.

It learns from our own questions, from the ways to ask for the written answers, and from other
corpora where they are given.

One in four of the questions is kept aside at first: a question side tuned without them tells how
much was gained and which weights of `knowledge/search/scoring.py` serve best. The one that is kept
is then tuned on all of them.
"""

import argparse
import itertools
import random
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np

from evaluation.retrieval.corpora import CorpusError, read_documents, read_questions
from knowledge.base import KnowledgeBase
from knowledge.chinese.normalise import normalise
from knowledge.law.statutes import Statutes
from knowledge.law.succession import Succession
from knowledge.search import cards, guidance, index, passages, scoring
from knowledge.search.encoder import e5, embedding
from knowledge.search.encoder.embedding import Floats, SentenceEmbedder
from knowledge.search.encoder.tuning import Course, Lesson, save, tune
from knowledge.search.faq import Question, load_questions
from knowledge.search.index import Index, centred
from knowledge.search.passages import Passage
from knowledge.search.scoring import Calibration, Weights
from knowledge.search.searcher import Searcher
from knowledge.search.vectors.faiss_index import FaissIndex

ON = date(2026, 11, 22)
ONE_IN = 4
# Weights that are tried; that of the cosine is 1.
KEYWORD = (0.0, 0.02, 0.04, 0.06, 0.1)
KNOWN = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
STANDING = (0.0, 0.03, 0.06, 0.1)
NEAR, FAR = 10, 100  # hits that recall is measured on
DEPTHS = (5, 10, 20, 50, 100)  # and that weights are fitted on: at one depth alone chance decides
# The search without what is not to be measured: no floor, nothing withheld, guidance left out of
# the ranking.
BARE = replace(Weights(), guidance=0.0, floor=-9.0)
ALWAYS = Calibration(threshold=0.0)
COSINE = replace(BARE, keyword=0.0, law=0.0, known=0.0, standing=0.0)


@dataclass(frozen=True)
class Field:
    """An indexed corpus, its passages' centred vectors, and questions that they answer."""

    index: Index
    vectors: Floats
    questions: tuple[Question, ...]

    @classmethod
    def of(cls, content: Sequence[Passage], questions: Iterable[Question], work: Path) -> "Field":
        """Index the passages in the folder `work`, where what was encoded before is found again."""
        embedder = embedding.load().untuned()
        manifest = index.build(work, content, embedder, progress=_show)
        vectors = FaissIndex.read(work / manifest.hash / index.VECTORS).vectors()
        return cls(index.open_current(work, embedder), vectors, tuple(questions))

    def course(self, questions: Iterable[Question]) -> Course:
        """These of its questions as lessons."""
        lessons = [
            Lesson(one.text, tuple(self._row[answer] for answer in one.answers))
            for one in questions
        ]
        return Course(self.vectors, self.index.mean, lessons)

    def searcher(
        self, embedder: SentenceEmbedder, known: Sequence[Question], weights: Weights
    ) -> Searcher:
        """The product's search over it, with these known questions."""
        vectors = (
            centred(embedder.encode_queries([one.text for one in known]), self.index.mean)
            if known
            else ()
        )
        vectors = np.reshape(vectors, (-1, len(self.index.mean))).astype(np.float32)
        with_known = replace(
            self.index, questions=tuple(known), nearest_questions=FaissIndex.of(vectors)
        )
        return Searcher(with_known, embedder, Statutes.load(), weights, ALWAYS)

    def fit(self, searcher: Searcher, asked: Sequence[Question]) -> Weights:
        """The weights with the best recall on questions that the searcher does not know.

        Recall is averaged over DEPTHS.
        """
        governing = np.array([passage.governs(ON) for passage in self.index.passages])
        signs = [(searcher.signs(one.text), gold) for one in asked if (gold := self.gold(one))]
        best, most = BARE, -1.0
        for keyword, known, standing in itertools.product(KEYWORD, KNOWN, STANDING):
            weights = replace(BARE, keyword=keyword, known=known, standing=standing)
            found = [
                (gold, self._best(scoring.added(one, governing, weights))) for one, gold in signs
            ]
            total = float(
                np.mean([recall(gold, ids, depth) for gold, ids in found for depth in DEPTHS])
            )
            if total > most:
                best, most = weights, total
        return best

    def gold(self, question: Question) -> set[str]:
        """The ids of the passages that answer the question on the day of the measurement."""
        return {answer for answer in question.answers if self._passages[answer].governs(ON)}

    def recalls(self, searcher: Searcher, asked: Sequence[Question]) -> tuple[float, float]:
        """Recall@10 and @100 of the searcher with its own weights, averaged over the questions."""
        return recalls(
            (gold, [hit.id for hit in searcher.search(one.text, ON, FAR)])
            for one in asked
            if (gold := self.gold(one))
        )

    @cached_property
    def _passages(self) -> dict[str, Passage]:
        return {passage.id: passage for passage in self.index.passages}

    @cached_property
    def _row(self) -> dict[str, int]:
        return {name: row for row, name in enumerate(self._passages)}

    def _best(self, sums: Floats) -> list[str]:
        rows = np.argpartition(-sums, FAR)[:FAR] if len(sums) > FAR else np.arange(len(sums))
        return [self.index.passages[row].id for row in rows[np.argsort(-sums[rows], kind="stable")]]


def recall(gold: set[str], found: Sequence[str], depth: int) -> float:
    """The share of a question's answers among the first `depth` found."""
    return len(gold & set(found[:depth])) / len(gold)


def recalls(found: Iterable[tuple[set[str], Sequence[str]]]) -> tuple[float, float]:
    """Recall@10 and Recall@100 over (answers, found) of several questions."""
    each = [(recall(gold, ids, NEAR), recall(gold, ids, FAR)) for gold, ids in found]
    near, far = np.mean(each, axis=0)
    return float(near), float(far)


def kept_apart(questions: Sequence[Question]) -> tuple[list[Question], list[Question]]:
    """The questions to learn from and the ones kept aside, always the same ones."""
    mixed = list(questions)
    random.Random(0).shuffle(mixed)
    return [one for i, one in enumerate(mixed) if i % ONE_IN], mixed[::ONE_IN]


def taught(courses: Sequence[Course], adapter: Path) -> SentenceEmbedder:
    """The default encoder with a question side tuned on these courses.

    The adapter is written to that file.
    """
    from knowledge.search.encoder.export import export  # imported late: it brings torch

    save(tune(e5.folder(embedding.models_folder()), courses, say=_say), adapter)
    tried = adapter.parent / "models" / "encoder"  # replaced whenever the next is tuned
    export(tried, adapter=adapter, before=embedding.models_folder() / "encoder")
    return embedding.load(models=tried.parent)


def own_field(work: Path) -> Field:
    """The laws and digests that the product holds, with our own questions."""
    statutes = Statutes.load()
    content = [
        one for one in passages.all(statutes, guidance.load(statutes)) if one.kind != "guidance"
    ]
    return Field.of(content, load_questions(statutes, Succession.load(statutes)), work)


def other_field(corpus: Path, queries: Path, work: Path) -> Field:
    """A corpus and its training questions, from files as in `corpora`; raises CorpusError."""
    documents = read_documents(corpus)
    asked = read_questions(queries, {document.id for document in documents})
    questions = [one.as_question() for one in asked if one.split != "dev"]
    return Field.of([document.as_passage() for document in documents], questions, work)


def answers_course() -> Course:
    """What the written answers say, with the ways to ask for each as lessons."""
    answers = list(KnowledgeBase.load(index.OUT.parent).answers)
    texts = [cards.text_of(one) for one in answers]
    raw = embedding.load().untuned().encode_passages(texts)
    mean = raw.mean(axis=0)
    lessons = [
        Lesson(normalise(wording), (row,))
        for row, answer in enumerate(answers)
        for wording in answer.asks
    ]
    return Course(centred(raw, mean), mean, lessons)


def _show(done: int, total: int) -> None:
    _say(f"编码 {done}/{total}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def run(options: argparse.Namespace) -> None:
    """Tune, say what was gained on the questions kept aside, and write the adapter."""
    work: Path = options.work
    fields = [own_field(work / "own")]
    if options.corpus:
        fields.append(other_field(options.corpus, options.queries, work / "other"))
    parts = [kept_apart(field.questions) for field in fields]
    answers = answers_course()
    courses = [field.course(learn) for field, (learn, _) in zip(fields, parts, strict=True)]
    first = taught([*courses, answers], work / "first.npz")
    for field, (learn, aside) in zip(fields, parts, strict=True):
        before = field.searcher(embedding.load().untuned(), (), COSINE)
        after = field.searcher(first, learn, COSINE)
        weights = field.fit(after, aside)
        fitted = field.searcher(first, learn, weights)
        print(f"{len(field.vectors)} 条，{len(learn)} 问学习，{len(aside)} 问留作检验")
        for name, searcher in (("调整前", before), ("调整后", after), ("加权后", fitted)):
            near, far = field.recalls(searcher, aside)
            print(f"  {name}：Recall@10 {near:.3f}，Recall@100 {far:.3f}")
        print(
            f"  最好的权重：字词 {weights.keyword}，常见问题 {weights.known}，"
            f"法律的常用程度 {weights.standing}"
        )
    final = [*(field.course(field.questions) for field in fields), answers]
    save(tune(e5.folder(embedding.models_folder()), final, say=_say), options.adapter)
    print(
        f"{options.adapter}：{options.adapter.stat().st_size / 1e6:.1f} MB"
        "；接着运行 ./helpline index，再运行 python -m knowledge.search.index ship-vectors"
    )


def main() -> int:
    """The command line; 0 when it worked."""
    parser = argparse.ArgumentParser(prog="helpline tune", description="训练检索的问题一侧")
    parser.add_argument("--corpus", type=Path, help="另外的语料，每行一条 JSON")
    parser.add_argument("--queries", type=Path, help="它的问题；只用其中 split 不是 dev 的")
    parser.add_argument(
        "--work", type=Path, default=index.OUT.with_name("tuning"), help="放中间结果的文件夹"
    )
    parser.add_argument("--adapter", type=Path, default=embedding.ADAPTER, help="写到哪个文件")
    options = parser.parse_args()
    try:
        run(options)
    except CorpusError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
