"""How long 20,000 questions take to group, in how much memory, and how the groups compare.

    python -m evaluation.asked [--turns 20000] [--others]

The sentences are the wordings of the written answers as the index holds them, and again with a
little noise until there are enough; two belong together where one answer is written for both. Many
answers are close to each other, so that the measures compare ways with each other and say little
alone. Encoding is timed on sentences that the index does not hold. `--others` measures
MiniBatchKMeans and HDBSCAN of scikit-learn too, which takes minutes.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt
from sklearn.cluster import HDBSCAN, MiniBatchKMeans
from sklearn.metrics import adjusted_rand_score, v_measure_score

from api.asked.grouping import LIKE, grouped
from knowledge.reviewed import ROOT
from knowledge.search.encoder import embedding
from knowledge.search.encoder.embedding import Floats
from knowledge.search.index import QUESTIONS
from knowledge.search.vectors.faiss_index import FaissIndex

INDEX = ROOT / "var" / "index"
ENCODED = 200  # sentences that are timed
NOISE = 0.02  # of each number of a vector, for sentences that are made up
LIKENESSES = (0.55, 0.6, LIKE, 0.7, 0.75)
ALONE = -1

Labels = npt.NDArray[np.intp]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--turns", type=int, default=20_000)
    parser.add_argument("--others", action="store_true")
    wanted = parser.parse_args()
    faiss.omp_set_num_threads(1)  # as in the service's own thread
    vectors, answers = _sentences(wanted.turns)
    print(f"{len(vectors):,} sentences of {len(set(answers)):,} answers")
    for like in LIKENESSES:
        _report(f"leader, cosine {like}", answers, partial(_leader, vectors, like))
    if wanted.others:
        kmeans = MiniBatchKMeans(len(vectors) // 8, random_state=0, n_init=1, batch_size=2048)
        _report("MiniBatchKMeans", answers, lambda: kmeans.fit_predict(vectors))
        hdbscan = HDBSCAN(min_cluster_size=2, min_samples=1, copy=False)
        _report("HDBSCAN", answers, lambda: hdbscan.fit_predict(vectors))
    _encoding()
    return 0


def _sentences(count: int) -> tuple[Floats, Labels]:
    """Vectors of unit length, and the answer that each belongs to."""
    build = INDEX / (INDEX / "current").read_text(encoding="utf-8").strip()
    lines = (build / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    of_answers = [json.loads(line)["answer"] for line in lines]
    rows = [row for row, answer in enumerate(of_answers) if answer]
    vectors: Floats = FaissIndex.read(build / QUESTIONS).vectors()[rows]
    answers = np.unique([of_answers[row] for row in rows], return_inverse=True)[1]
    random = np.random.default_rng(0)
    more = random.integers(0, len(vectors), max(0, count - len(vectors)))
    noisy = vectors[more] + random.normal(0, NOISE, (len(more), vectors.shape[1]))
    noisy /= np.maximum(np.linalg.norm(noisy, axis=1, keepdims=True), 1e-12)
    both = np.concatenate([vectors, noisy.astype(np.float32)])[:count]
    return both, np.concatenate([answers, answers[more]])[:count]


def _leader(vectors: Floats, like: float) -> Labels:
    labels = np.full(len(vectors), ALONE)
    for number, group in enumerate(grouped(vectors, like)):
        if len(group.rows) > 1:
            labels[list(group.rows)] = number
    return labels


def _report(name: str, answers: Labels, group: Callable[[], Labels]) -> None:
    before, began = time.process_time(), time.perf_counter()
    labels = group()
    spent, took = time.process_time() - before, time.perf_counter() - began
    alone = np.flatnonzero(labels == ALONE)
    sizes = np.bincount(labels[labels != ALONE])
    apart = labels.copy()
    apart[alone] = labels.max() + 1 + np.arange(len(alone))
    print(
        f"{name:22} {spent:6.1f} s of one core ({took:.1f} s), at most {_memory():,.0f} MB: "
        f"{np.count_nonzero(sizes):,} groups, largest {sizes.max():,}, alone {len(alone):,}, "
        f"V {v_measure_score(answers, apart):.3f}, adjusted Rand "
        f"{adjusted_rand_score(answers, apart):.3f}",
        flush=True,
    )


def _encoding() -> None:
    encoder = embedding.load(models=ROOT / "var" / "models")
    texts = [f"{text}，{number}" for number, text in enumerate(_words(ENCODED))]
    encoder.encode_queries(texts[:1])
    before = time.process_time()
    for text in texts:
        encoder.encode_queries([text])
    each = (time.process_time() - before) / len(texts)
    minutes = each * 20_000 / 60
    print(f"encoding: {1000 * each:.1f} ms of one core a sentence; 20,000: {minutes:.1f} min")


def _words(count: int) -> Sequence[str]:
    build = INDEX / (INDEX / "current").read_text(encoding="utf-8").strip()
    lines = Path(build / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [str(json.loads(line)["text"]) for line in lines[:count]]


def _memory() -> float:
    """The most that this process held, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
