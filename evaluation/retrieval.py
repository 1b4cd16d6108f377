"""How well the articles that answer a question are found: `python -m evaluation.retrieval [--pairs FILE]`.

Recall@k: the share of a question's articles among the first k articles of law, averaged over questions; Hit@5: the
share of questions with one of them among the first five; MRR@10 likewise. Questions without articles are out of scope:
what counts for them is how few hits are left.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from knowledge import embedding, index
from knowledge.fusion import Weights
from knowledge.search import Hit, Searcher
from knowledge.statutes import Statutes

PAIRS = Path(__file__).with_name("retrieval_pairs.jsonl")
ON = date(2026, 11, 22)

VARIANTS = {
    "all signs": Weights(),
    "dense + keywords": replace(Weights(), law=0, guidance=0, floor=0),
    "dense alone": replace(Weights(), keyword=0, law=0, guidance=0, floor=0),
    "keywords alone": replace(Weights(), dense=0, law=0, guidance=0, floor=0),
    "all but keywords": replace(Weights(), keyword=0, floor=0),
    "all but dense": replace(Weights(), dense=0, floor=0),
    "all but the law's name": replace(Weights(), law=0),
    "all but guidance": replace(Weights(), guidance=0),
}


def main() -> None:
    """Print one line for each variant, the hits for questions out of scope, and the time a question takes."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.retrieval")
    parser.add_argument("--pairs", type=Path, default=PAIRS)
    parser.add_argument("--index", type=Path, default=index.OUT)
    parser.add_argument("--misses", action="store_true", help="list the questions without a hit among the first five")
    options = parser.parse_args()
    pairs = [json.loads(line) for line in options.pairs.read_text(encoding="utf-8").splitlines()]
    asked = [pair for pair in pairs if pair["gold"]]
    embedder = embedding.load()
    current = index.open_current(options.index, embedder.name)
    statutes = Statutes.load()

    print(f"{len(asked)} questions, {len(current.passages)} passages, {ON}")
    for name, weights in VARIANTS.items():
        searcher = Searcher(current, embedder, statutes, weights)
        print(f"{name:24} " + _line(asked, lambda text, s=searcher: s.search(text, ON, 10, ("statute", "digest"))))
    searcher = Searcher(current, embedder, statutes)
    left = [len(searcher.search(pair["text"], ON)) for pair in pairs if not pair["gold"]]
    print(f"out of scope: {left.count(0)} of {len(left)} questions without any hit, {sum(left)} hits in all")
    _print_times(searcher, [pair["text"] for pair in pairs])
    if options.misses:
        for pair in asked:
            found = [hit.id for hit in searcher.search(pair["text"], ON, 5, ("statute", "digest"))]
            if not set(pair["gold"]) & set(found):
                print(f"missed: {pair['text']} {pair['gold']}\n        {found}")


def _line(asked: list[dict[str, list[str]]], search: Callable[[str], list[Hit]]) -> str:
    recall5, recall10, hit5, rank = [], [], [], []
    for pair in asked:
        gold, found = set(pair["gold"]), [hit.id for hit in search(pair["text"])]
        recall5.append(len(gold & set(found[:5])) / len(gold))
        recall10.append(len(gold & set(found)) / len(gold))
        hit5.append(bool(gold & set(found[:5])))
        rank.append(next((1 / place for place, name in enumerate(found, 1) if name in gold), 0.0))
    means = [statistics.mean(values) for values in (recall5, recall10, hit5, rank)]
    return "Recall@5 {:.2f}  Recall@10 {:.2f}  Hit@5 {:.2f}  MRR@10 {:.2f}".format(*means)


def _print_times(searcher: Searcher, questions: list[str]) -> None:
    milliseconds = []
    for question in questions * 3:
        start = time.perf_counter()
        searcher.search(question, ON)
        milliseconds.append((time.perf_counter() - start) * 1000)
    marks = statistics.quantiles(milliseconds, n=20)
    print(f"a question takes {marks[9]:.0f} ms (p50), {marks[18]:.0f} ms (p95)")


if __name__ == "__main__":
    main()
