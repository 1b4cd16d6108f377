"""`evaluate retrieval --cases FILE`: how many of an expert's articles are among the first five.

Each line of the file is JSON with `text`, what a visitor writes, and `gold_articles`, such as
商标法第五十七条. The peers search the same articles: all laws and digests in force on the day.
"""

import json
import statistics
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from evaluation.retrieval.corpora import CorpusError, Document
from evaluation.retrieval.peers import PEERS, Search, peer
from evaluation.retrieval.tune import ON
from knowledge.law.citations import Reference
from knowledge.law.statutes import NotInForce, Statutes, UnknownArticle, UnknownLaw
from knowledge.search.index import Index
from knowledge.search.passages import Passage, article_id
from knowledge.search.searcher import Searcher

FIRST = 5
Find = Callable[[str], Sequence[str]]


def report(cases: Path, searcher: Searcher, index: Index, statutes: Statutes) -> None:
    """Print Recall@5 of our search and of the peers, and the ratio; raises CorpusError."""
    asked = _asked(cases, statutes)
    held = [
        passage for passage in index.passages if passage.kind != "guidance" and passage.governs(ON)
    ]
    documents = [
        Document(number, passage.law, passage.article, (passage.chapter,), passage.text)
        for number, passage in enumerate(held)
    ]
    ours = _recall(
        asked,
        lambda text: [hit.id for hit in searcher.search(text, ON, FIRST, ("statute", "digest"))],
    )
    print(
        f"{len(asked)} cases with articles that are held, {len(held)} articles: "
        f"Recall@{FIRST} {ours:.3f}"
    )
    for name in PEERS:
        search = peer(name, documents)
        theirs = _recall(asked, partial(_found_by, search, held))
        print(f"  {name}: {theirs:.3f}, ours is {ours / max(theirs, 1e-9):.2f} times that")


def _found_by(search: Search, held: Sequence[Passage], text: str) -> list[str]:
    return [held[found].id for found in search(text, FIRST)]


def _asked(cases: Path, statutes: Statutes) -> list[tuple[str, set[str]]]:
    asked = []
    try:
        lines = [
            json.loads(line)
            for line in cases.read_text(encoding="utf-8").splitlines()
            if line.strip()
        ]
        for one in lines:
            gold = {
                name for notation in one["gold_articles"] if (name := _held(notation, statutes))
            }
            if gold:
                asked.append((str(one["text"]), gold))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CorpusError(
            f"{cases} 读不出来：每行要有一条 JSON，带 text 和 gold_articles"
        ) from error
    return asked


def _held(notation: str, statutes: Statutes) -> str | None:
    """The id of the article in force on the day; None where we do not hold it."""
    try:
        reference = Reference.parse(notation)
        return article_id(statutes.article(reference.law, reference.article, ON))
    except (ValueError, UnknownLaw, UnknownArticle, NotInForce):
        return None


def _recall(asked: Sequence[tuple[str, set[str]]], find: Find) -> float:
    return statistics.mean(len(gold & set(find(text))) / len(gold) for text, gold in asked)
