"""How well the search finds the articles that answer questions, on any corpus as in `corpora`.

The corpus is indexed and searched by the product's own code. Without training questions the shipped
question side is used as it is, with those of our known questions whose answers stand in the corpus
word for word. With training questions the question side is tuned anew; the weights are fitted to
one in four of them that a first tuning did not see; and they are the known questions of the search.
"""

import json
import os
import platform
import random
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.retrieval.corpora import read_documents, read_questions
from evaluation.retrieval.peers import Search, peer
from evaluation.retrieval.tune import BARE, COSINE, FAR, ON, Field, kept_apart, recalls, taught
from knowledge.law.statutes import Statutes
from knowledge.law.succession import Succession
from knowledge.search.encoder import embedding
from knowledge.search.encoder.embedding import SentenceEmbedder
from knowledge.search.faq import Question, load_questions
from knowledge.search.passages import Passage, article_id
from knowledge.search.scoring import Weights
from knowledge.search.searcher import Searcher

PARTS = ("keyword", "known", "standing")  # signs beside the cosine that are left out in turn
# For a corpus that is not ours and that we have no questions to learn from: as fitted to STARD's
# training questions. Which laws our own questions are about says nothing of what another corpus is
# asked.
ELSEWHERE = replace(BARE, keyword=0.04, known=0.1, standing=0.0)
Figures = dict[str, Any]
Find = Callable[[str], Sequence[str]]  # a question → ids of passages, best first


def report(
    corpus: Path, queries: Path, train: Path | None, against: Sequence[str], folds: int, work: Path
) -> str:
    """One line of JSON; raises CorpusError.

    What was encoded and tuned stays in the folder `work`.
    """
    documents = read_documents(corpus)
    ids = {document.id for document in documents}
    asked = [one.as_question() for one in read_questions(queries, ids) if one.split != "train"]
    texts = {one.text for one in asked}
    lessons = (
        [one.as_question() for one in read_questions(train, ids) if one.split != "dev"]
        if train
        else []
    )
    lessons = [one for one in lessons if one.text not in texts]
    content = [document.as_passage() for document in documents]
    field = Field.of(content, lessons or carried_over(content), work / "other")
    figures: Figures = {
        "documents": len(documents),
        "questions": len(asked),
        "lessons": len(lessons),
    }
    embedder, weights = _learnt(field, work) if lessons else (embedding.load(), ELSEWHERE)
    figures["helpline"] = _ours(field, asked, embedder, weights)
    for name in against:
        search = peer(name, documents)
        figures[name] = _scores(asked, partial(_found_by, search))
    if folds:
        figures[f"{folds} folds"] = _over_folds(field, [*lessons, *asked], weights, folds, work)
    figures["machine"] = (
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    return json.dumps(figures, ensure_ascii=False)


def _found_by(search: Search, text: str) -> list[str]:
    return [str(found) for found in search(text, FAR)]


def _ours(
    field: Field, asked: Sequence[Question], embedder: SentenceEmbedder, weights: Weights
) -> Figures:
    """The search as it is, with each of its parts left out, and with the question side untuned."""
    searcher = field.searcher(embedder, field.questions, weights)
    figures = _scores(asked, _through(searcher))
    figures["weights"] = {part: getattr(weights, part) for part in PARTS}
    without = {f"without {part}": replace(weights, **{part: 0.0}) for part in PARTS}
    for name, fewer in {**without, "cosine alone": COSINE}.items():
        figures[name] = _recalls(asked, _through(field.searcher(embedder, field.questions, fewer)))
    untuned = embedding.load().untuned()
    figures["untuned cosine"] = _recalls(asked, _through(field.searcher(untuned, (), COSINE)))
    return figures


def carried_over(content: Sequence[Passage]) -> list[Question]:
    """Our own known questions whose answers stand in another corpus word for word.

    Its passages answer them.
    """
    statutes = Statutes.load()
    there = {_letters(passage.text): passage.id for passage in content}
    same = {
        article_id(article): there[_letters(article.text)]
        for article in statutes.articles()
        if article.kind == "statute" and _letters(article.text) in there
    }
    known = load_questions(statutes, Succession.load(statutes))
    answered = (
        (one.text, tuple(same[answer] for answer in one.answers if answer in same)) for one in known
    )
    return [Question(text, answers) for text, answers in answered if answers]


def _letters(text: str) -> str:
    return re.sub(r"\W", "", text)


def _learnt(field: Field, work: Path) -> tuple[SentenceEmbedder, Weights]:
    learn, aside = kept_apart(field.questions)
    first = taught([field.course(learn)], work / "first.npz")
    weights = field.fit(field.searcher(first, learn, BARE), aside)
    return taught([field.course(field.questions)], work / "all.npz"), weights


def _over_folds(
    field: Field, questions: Sequence[Question], weights: Weights, folds: int, work: Path
) -> Figures:
    """Each question asked once, of a search that learnt from those in the other folds.

    The weights stay as they are.
    """
    mixed = list(questions)
    random.Random(0).shuffle(mixed)
    found: list[tuple[set[str], Sequence[str]]] = []
    for fold in range(folds):
        asked = mixed[fold::folds]
        rest = replace(
            field, questions=tuple(one for i, one in enumerate(mixed) if i % folds != fold)
        )
        embedder = taught([rest.course(rest.questions)], work / "fold.npz")
        find = _through(rest.searcher(embedder, rest.questions, weights))
        found += [(set(one.answers), find(one.text)) for one in asked]
    return _means(found)


def _scores(asked: Sequence[Question], find: Find) -> Figures:
    milliseconds, found = [], []
    for one in asked:
        start = time.perf_counter()
        ids = find(one.text)
        milliseconds.append((time.perf_counter() - start) * 1000)
        found.append((set(one.answers), ids))
    return _means(found) | {"p50 ms": round(float(np.median(milliseconds)), 1)}


def _recalls(asked: Sequence[Question], find: Find) -> Figures:
    return _means([(set(one.answers), find(one.text)) for one in asked])


def _means(found: Sequence[tuple[set[str], Sequence[str]]]) -> Figures:
    near, far = recalls(found)
    return {"recall@10": round(near, 4), "recall@100": round(far, 4)}


def _through(searcher: Searcher) -> Find:
    return lambda text: [hit.id for hit in searcher.search(text, ON, FAR)]
