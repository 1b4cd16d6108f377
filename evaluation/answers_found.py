"""How often a question finds the written answer that is meant for it.

Of each answer one wording is taken away and asked; the others, which share few words with it, stay.
The encoder of the product has seen them all, so that this is the best that can be hoped for:
compare two states of the search with it, and look at people's own sentences for the rest.
"""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from knowledge.answers.answers import Answer, Answers
from knowledge.chinese.normalise import normalise
from knowledge.law.statutes import Statutes
from knowledge.routing.rulebook import load_vocabulary
from knowledge.search import cards
from knowledge.search.cards import Cards, Found
from knowledge.search.encoder import embedding
from knowledge.search.encoder.embedding import Embedder
from knowledge.search.index import centred
from knowledge.search.vectors.cache import SHIPPED_PASSAGES, VectorStore

MOST = 5


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `evaluate answers-found`."""
    parser = commands.add_parser("answers-found", help="拿掉一个问法，看还找不找得到那条问答")
    parser.set_defaults(run=report)


def report(_: argparse.Namespace) -> None:
    """Print how often the right answer stands first, among three and among five."""
    answers = list(Answers.load(Statutes.load(), load_vocabulary()))
    embedder = embedding.load()
    hits_of = found(answers, embedder)
    ranks = [
        next((rank for rank, one in enumerate(hits) if one.id == answer.id), MOST)
        for answer, hits in zip(answers, hits_of, strict=True)
    ]
    for first in (1, 3, MOST):
        print(f"前 {first} 个里有：{np.mean([rank < first for rank in ranks]):.3f}")


def found(answers: list[Answer], embedder: Embedder) -> list[list[Found]]:
    """What each answer's first wording finds while it is taken away."""
    asked = [normalise(one.asks[0]) for one in answers]
    left = [replace(one, asks=one.asks[1:]) for one in answers]
    wordings = [(normalise(wording), one.id) for one in left for wording in one.asks]
    with tempfile.TemporaryDirectory() as folder:
        known = VectorStore.of(embedder.name, SHIPPED_PASSAGES)
        cards.write(Path(folder), left, embedder, known, lambda done, total: None)
        held = Cards.open(Path(folder))
    vectors, raw = (
        embedder.encode_queries([text for text, _ in wordings]),
        embedder.encode_queries(asked),
    )
    mean = vectors.mean(axis=0)
    likenesses = centred(raw, mean) @ centred(vectors, mean).T
    hits = []
    for question, vector, likeness in zip(asked, raw, likenesses, strict=True):
        nearest: dict[str, list[float]] = {}
        for row in np.argsort(likeness)[-200:]:
            nearest.setdefault(wordings[row][1], []).append(float(likeness[row]))
        hits.append(held.best(held.signs(question, vector, nearest), MOST))
    return hits
