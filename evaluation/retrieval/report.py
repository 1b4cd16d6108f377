"""How well the articles that answer a question are found: `./helpline evaluate retrieval`.

Each line of the pairs is a question with the statute articles that answer it (`gold`) and others,
digests among them, that do so too (`also`). Recall@k: the share of a question's gold articles among
the first k statute articles, averaged. Hit@5, MRR@10: gold or `also` among the first articles of
any kind. The weights were chosen on the split `tuning`; `held_out` was written before the articles'
headings, `fresh` after them, in words as far from the law's as a visitor's can be. Questions
without gold are out of scope: what counts for them is how few hits are left.
"""

import argparse
import json
import statistics
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from evaluation.retrieval import cases, yardstick
from evaluation.retrieval.corpora import CorpusError
from evaluation.retrieval.peers import PEERS
from evaluation.retrieval.tune import ALWAYS
from knowledge.law.statutes import Statutes
from knowledge.search import index
from knowledge.search.encoder import embedding
from knowledge.search.encoder.embedding import Floats, SentenceEmbedder
from knowledge.search.scoring import Weights
from knowledge.search.searcher import Searcher

PAIRS = Path(__file__).with_name("pairs.jsonl")
ON = date(2026, 11, 22)

_ALL = Weights()
_EVERYTHING = replace(_ALL, floor=-9.0)
VARIANTS = {
    "as in use": _ALL,
    "without a floor": _EVERYTHING,
    "dense + keywords": replace(_EVERYTHING, law=0, known=0, standing=0, guidance=0),
    "dense alone": replace(_EVERYTHING, keyword=0, law=0, known=0, standing=0, guidance=0),
    "keywords alone": replace(_EVERYTHING, dense=0, law=0, known=0, standing=0, guidance=0),
    "all but keywords": replace(_EVERYTHING, keyword=0),
    "all but dense": replace(_EVERYTHING, dense=0),
    "all but the law's name": replace(_EVERYTHING, law=0),
    "all but known questions": replace(_EVERYTHING, known=0),
    "all but the law's standing": replace(_EVERYTHING, standing=0),
    "all but guidance": replace(_EVERYTHING, guidance=0),
}


class _Remembering:
    """Encodes each question once, however many variants ask it."""

    def __init__(self, embedder: SentenceEmbedder) -> None:
        self.name, self.question_name, self.dimension = (
            embedder.name,
            embedder.question_name,
            embedder.dimension,
        )
        self._embedder = embedder
        self._known: dict[str, Floats] = {}

    def encode_queries(self, texts: list[str]) -> Floats:
        [text] = texts
        if text not in self._known:
            self._known[text] = self._embedder.encode_queries(texts)
        return self._known[text]

    def encode_passages(self, texts: list[str]) -> Floats:
        return self._embedder.encode_passages(texts)


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `evaluate retrieval`."""
    parser = commands.add_parser("retrieval", help="检索找到答案条文的比例，逐个去掉一部分再比")
    parser.add_argument("--pairs", type=Path, default=PAIRS, help="问题与条文的对照，每行一条 JSON")
    parser.add_argument("--index", type=Path, default=index.OUT, help="检索索引所在的文件夹")
    parser.add_argument(
        "--cases", type=Path, help="另外量这份案例：每行 JSON，带 text 和 gold_articles"
    )
    parser.add_argument("--misses", action="store_true", help="列出前五条里没有答案的问题")
    other = parser.add_argument_group("另一份语料", "每行一条 JSON；结果也是一行 JSON")
    other.add_argument("--corpus", type=Path, help="条文：id law article heads text")
    other.add_argument("--queries", type=Path, help="问题：text gold split；split 是 train 的不问")
    other.add_argument("--train", type=Path, help="先从这些问题里学；split 是 dev 的不学")
    other.add_argument(
        "--against", action="append", default=[], choices=sorted(PEERS), help="同一次里也量它"
    )
    other.add_argument("--folds", type=int, default=0, help="把全部问题分成几份，轮流留一份来问")
    other.add_argument(
        "--work", type=Path, default=index.OUT.with_name("tuning"), help="放中间结果的文件夹"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Measure on the corpus that is named, else on our own."""
    if (options.corpus is None) != (options.queries is None):
        raise SystemExit("--corpus 和 --queries 要一起给")
    try:
        if options.corpus is None:
            report(options)
        else:
            print(
                yardstick.report(
                    options.corpus,
                    options.queries,
                    options.train,
                    options.against,
                    options.folds,
                    options.work,
                )
            )
    except CorpusError as error:
        raise SystemExit(str(error)) from error


def report(options: argparse.Namespace) -> None:
    """Print a line a variant and split, the hits out of scope, and the time of a question."""
    pairs = [json.loads(line) for line in options.pairs.read_text(encoding="utf-8").splitlines()]
    asked = [pair for pair in pairs if pair["gold"]]
    embedder = embedding.load()
    current = index.open_current(options.index, embedder)
    statutes = Statutes.load()
    remembering = _Remembering(embedder)

    print(f"{len(asked)} questions, {len(current.passages)} passages, {ON}")
    for name, weights in VARIANTS.items():
        searcher = Searcher(
            current, remembering, statutes, weights, None if weights is _ALL else ALWAYS
        )
        for split in dict.fromkeys(pair["split"] for pair in asked):
            scores = [_scores(searcher, pair) for pair in asked if pair["split"] == split]
            means = [statistics.mean(values) for values in zip(*scores, strict=True)]
            line = "Recall@5 {:.2f}  Recall@10 {:.2f}  Hit@5 {:.2f}  MRR@10 {:.2f}".format(*means)
            print(f"{name:24}{split:10}{line}")
    searcher = Searcher(current, embedder, statutes)
    left = [len(searcher.search(pair["text"], ON)) for pair in pairs if not pair["gold"]]
    print(
        f"out of scope: {left.count(0)} of {len(left)} questions without any hit,"
        f" {sum(left)} hits in all"
    )
    _print_times(searcher, [pair["text"] for pair in pairs])
    if options.cases:
        cases.report(options.cases, searcher, current, statutes)
    if options.misses:
        for pair in asked:
            if not _scores(searcher, pair)[2]:
                found = [
                    hit.id for hit in searcher.search(pair["text"], ON, 5, ("statute", "digest"))
                ]
                print(f"missed: {pair['text']} {pair['gold']}\n        {found}")


def _scores(searcher: Searcher, pair: dict[str, Any]) -> tuple[float, float, float, float]:
    gold, answers = set(pair["gold"]), {*pair["gold"], *pair.get("also", [])}
    statutes = [hit.id for hit in searcher.search(pair["text"], ON, 10, ("statute",))]
    articles = [hit.id for hit in searcher.search(pair["text"], ON, 10, ("statute", "digest"))]
    return (
        len(gold & set(statutes[:5])) / len(gold),
        len(gold & set(statutes)) / len(gold),
        float(bool(answers & set(articles[:5]))),
        next((1 / place for place, name in enumerate(articles, 1) if name in answers), 0.0),
    )


def _print_times(searcher: Searcher, questions: list[str]) -> None:
    milliseconds = []
    for question in questions * 3:
        start = time.perf_counter()
        searcher.search(question, ON)
        milliseconds.append((time.perf_counter() - start) * 1000)
    marks = statistics.quantiles(milliseconds, n=20)
    print(f"a question takes {marks[9]:.0f} ms (p50), {marks[18]:.0f} ms (p95)")
