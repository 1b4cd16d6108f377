"""How fast the search is, and what it takes: `./helpline evaluate search-load`.

Clients are threads that ask one question after the other, all at once: as visitors have it, and
with the questions' vectors known before, which leaves the search itself. Then what encoding,
building, disk and memory cost. `--passages N` adds an index of N passages: the product's own,
repeated under other names with their keywords, and with vectors that `scale.py` makes of theirs.
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from threading import Barrier

import bm25s
import numpy as np

from evaluation.retrieval.scale import spread
from knowledge.law.statutes import Statutes
from knowledge.search import index
from knowledge.search.encoder import embedding
from knowledge.search.encoder.embedding import Embedder, Floats
from knowledge.search.index import Index
from knowledge.search.keywords import Keywords
from knowledge.search.searcher import Searcher
from knowledge.search.vectors.faiss_index import CLUSTERS_ABOVE, FaissIndex
from knowledge.search.vectors.pgvector import PgStore

QUESTIONS = Path(__file__).with_name("pairs.jsonl")
ON = date(2026, 11, 22)
CLIENTS = (1, 8, 32)

_INFLATED = "load_test"  # stands for a build's hash in the database


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `evaluate search-load`."""
    parser = commands.add_parser(
        "search-load", help="检索的并发耗时、编码与建索引的速度、占用的磁盘和内存"
    )
    parser.add_argument("--index", type=Path, default=index.OUT, help="检索索引所在的文件夹")
    parser.add_argument(
        "--store", metavar="URL", help="再测一个带 pgvector 的 PostgreSQL，postgresql:// 开头"
    )
    parser.add_argument(
        "--passages", type=int, default=0, help="再测一个扩充到这么多条的索引，例如 1000000"
    )
    parser.add_argument("--questions", type=int, default=40, help="每个并发的客户端问多少个问题")
    parser.add_argument("--encode", type=int, default=256, help="测编码速度和从零建索引时用多少条")
    parser.set_defaults(run=report)


def report(options: argparse.Namespace) -> None:
    """Print the machine and the figures."""
    print(f"machine: {_machine()}")
    embedder = embedding.load()
    questions = [
        json.loads(line)["text"] for line in QUESTIONS.read_text(encoding="utf-8").splitlines()
    ]
    known = _Known(embedder, questions)
    statutes = Statutes.load()
    product = index.open_current(options.index, embedder)
    store = PgStore(options.store) if options.store else None

    def search(where: str, current: Index, asked: Embedder) -> None:
        searcher = Searcher(current, asked, statutes)
        for clients in CLIENTS:
            p50, p95, rate = _series(searcher, questions, clients, options.questions)
            what = "questions encoded before" if asked is known else "whole search"
            _row(
                where,
                f"{what}, {clients} clients",
                f"p50 {p50:.1f} ms, p95 {p95:.1f} ms, {rate:.0f} a second",
            )

    size = f"{len(product.passages):,} passages"
    search(f"faiss, {size}", product, embedder)
    search(f"faiss, {size}", product, known)
    _row(f"faiss, {size}", "memory of this process, encoder included", _resident())
    _row(f"faiss, {size}", "disk", _megabytes(_bytes(options.index / product.manifest.hash)))
    if store:
        search(f"pgvector, {size}", index.open_current(options.index, embedder, store), known)
        _row(
            f"pgvector, {size}",
            "disk in the database",
            _megabytes(store.size(product.manifest.hash)),
        )
    _report_building(product, embedder, options.encode)
    if options.passages:
        own = FaissIndex.read(options.index / product.manifest.hash / index.VECTORS).vectors()
        vectors = np.concatenate(list(spread(own, options.passages)))
        _report_inflated(
            product, vectors, store, lambda where, current: search(where, current, known)
        )


def _report_building(product: Index, embedder: Embedder, sample: int) -> None:
    content = product.passages
    some = content[:: max(len(content) // sample, 1)][:sample]
    with tempfile.TemporaryDirectory(prefix="helpline-search-load-") as folder:
        out = Path(folder)
        cold, warm = (
            _Counting(embedder, f"{embedder.name}, nothing known"),
            _Counting(embedder, embedder.name),
        )
        took = _seconds(lambda: index.build(out / "cold", some, cold))
        _row("building", "encoding", f"{cold.passages / cold.seconds:.1f} passages a second")
        _row(
            "building",
            f"{len(some):,} passages, nothing known",
            f"{took:.1f} s, {took - cold.seconds:.1f} s without encoding",
        )
        took = _seconds(lambda: index.build(out / "warm", content, warm))
        _row(
            "building",
            f"{len(content):,} passages, shipped vectors known",
            f"{took:.1f} s, {warm.passages} encoded",
        )
        took = _seconds(lambda: index.build(out / "warm", content, warm))
        _row("building", f"{len(content):,} passages, nothing changed", f"{took:.1f} s")


def _report_inflated(
    product: Index, vectors: Floats, store: PgStore | None, search: Callable[[str, Index], None]
) -> None:
    size = len(vectors)
    inflated = _inflated(product, size)
    faiss, pgvector = f"faiss, {size:,} passages", f"pgvector, {size:,} passages"
    with tempfile.TemporaryDirectory(prefix="helpline-search-load-") as folder:
        file = Path(folder) / "vectors.faiss"
        if store:
            FaissIndex.of(vectors, clusters_above=size).write(file)
            _row(
                pgvector,
                "loading, the graph included",
                f"{_seconds(lambda: store.put(_INFLATED, file, anew=True)):.0f} s",
            )
            try:
                search(pgvector, replace(inflated, nearest=store.open(_INFLATED, file)))
                _row(pgvector, "disk in the database", _megabytes(store.size(_INFLATED)))
            finally:
                store.drop(_INFLATED)
        began = time.perf_counter()
        nearest = FaissIndex.of(vectors)
        kind = "clusters" if size > CLUSTERS_ABOVE else "flat index"
        _row(faiss, f"building the {kind}", f"{time.perf_counter() - began:.0f} s")
        nearest.write(file)
        search(faiss, replace(inflated, nearest=FaissIndex.read(file)))
        _row(faiss, "memory of this process, encoder included", _resident())
        _row(faiss, "disk, vectors alone", _megabytes(file.stat().st_size))


def _series(
    searcher: Searcher, questions: list[str], clients: int, each: int
) -> tuple[float, float, float]:
    """p50 and p95 in milliseconds, and questions a second."""
    ready = Barrier(clients)

    def client(number: int) -> tuple[float, list[float], float]:
        mine = [questions[(number * 7 + turn) % len(questions)] for turn in range(each)]
        searcher.search(mine[0], ON)  # a thread's first question opens its connection
        ready.wait()
        began = time.perf_counter()
        took = [_seconds(partial(searcher.search, question, ON)) * 1000 for question in mine]
        return began, took, time.perf_counter()

    with ThreadPoolExecutor(clients) as pool:
        begins, took, ends = zip(*pool.map(client, range(clients)), strict=True)
    marks = statistics.quantiles([one for series in took for one in series], n=20)
    return marks[9], marks[18], clients * each / (max(ends) - min(begins))


class _Known:
    """An embedder that has encoded some questions before, and nothing else."""

    def __init__(self, embedder: Embedder, questions: list[str]) -> None:
        self.name, self.question_name, self.dimension = (
            embedder.name,
            embedder.question_name,
            embedder.dimension,
        )
        self._vectors = {question: embedder.encode_queries([question]) for question in questions}

    def encode_queries(self, texts: list[str]) -> Floats:
        return np.concatenate([self._vectors[text] for text in texts])

    def encode_passages(self, texts: list[str]) -> Floats:
        raise NotImplementedError


class _Counting:
    """An embedder that counts the passages and the seconds it takes.

    Under a name of its own nothing is known before.
    """

    def __init__(self, embedder: Embedder, name: str) -> None:
        self.name, self.question_name, self._embedder = name, embedder.question_name, embedder
        self.dimension = embedder.dimension
        self.passages, self.seconds = 0, 0.0

    def encode_queries(self, texts: list[str]) -> Floats:
        return self._embedder.encode_queries(texts)

    def encode_passages(self, texts: list[str]) -> Floats:
        began = time.perf_counter()
        vectors = self._embedder.encode_passages(texts)
        self.passages, self.seconds = (
            self.passages + len(texts),
            self.seconds + time.perf_counter() - began,
        )
        return vectors


def _inflated(product: Index, size: int) -> Index:
    """The product's index, repeated until it holds at least `size` passages, then cut.

    Its vectors are left as they are.
    """
    times = -(-size // len(product.passages))
    passages = tuple(
        replace(passage, id=f"{passage.id}{turn or ''}", document=f"{passage.document}{turn or ''}")
        for turn in range(times)
        for passage in product.passages
    )
    return replace(
        product, passages=passages[:size], keywords=_repeated(product.keywords, times, size)
    )


def _repeated(keywords: Keywords, times: int, size: int) -> Keywords:
    """The scores of as many copies of the same documents.

    Of each word's column there are as many copies, one after the other.
    """
    scores, documents = keywords.bm25.scores, keywords.bm25.scores["num_docs"]
    lengths = np.diff(scores["indptr"])
    indices = np.concatenate([scores["indices"] + documents * turn for turn in range(times)])
    data, column = (
        np.tile(scores["data"], times),
        np.tile(np.repeat(np.arange(len(lengths), dtype=np.int32), lengths), times),
    )
    kept = indices < size
    order = np.argsort(column[kept], kind="stable")
    repeated = bm25s.BM25()
    repeated.nonoccurrence_array = keywords.bm25.nonoccurrence_array
    repeated.scores = {
        "data": data[kept][order],
        "indices": indices[kept][order],
        "indptr": np.concatenate([[0], np.bincount(column[kept], minlength=len(lengths)).cumsum()]),
        "num_docs": size,
    }
    return Keywords(repeated, keywords.words, keywords.columns)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _row(where: str, what: str, figure: str) -> None:
    print(f"{where:30}{what:46}{figure}", flush=True)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"


def _resident() -> str:
    pages = Path("/proc/self/statm")
    if not pages.exists():
        return "not known on this system"
    return _megabytes(int(pages.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"))


def _machine() -> str:
    cpus = Path("/proc/cpuinfo")
    lines = cpus.read_text(encoding="utf-8").splitlines() if cpus.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    model = models[0] if models else platform.machine()
    return f"{platform.node()}, {model}, {os.cpu_count()} cores, Python {platform.python_version()}"
