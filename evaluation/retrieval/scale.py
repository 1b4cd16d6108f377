"""Which kind of index finds the nearest of many vectors: `./helpline evaluate search-scale`.

The product's passages, and as many more as are asked for: each is one of them moved by the
difference between two other neighbours, so that near and far lie as they do among real ones. The
questions are real, encoded before; each looks for as many neighbours as the product does, one after
the other on one core. Recall is counted against a comparison with every vector in full precision.

Each kind is built and asked in a process of its own. What it holds of the mapped file is shared
with every other process of the machine: `private` is what one more process costs. Where other work
runs on the machine, the processor's time tells more than p95.
"""

import argparse
import json
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt
import psycopg

from knowledge.search import index
from knowledge.search.encoder import embedding
from knowledge.search.encoder.embedding import Floats
from knowledge.search.index import centred
from knowledge.search.searcher import CANDIDATES
from knowledge.search.vectors.faiss_index import FaissIndex, clusters_for
from knowledge.search.vectors.pgvector import PgStore
from knowledge.search.vectors.store import Rows, VectorIndex

QUESTIONS = Path(__file__).with_name("pairs.jsonl")
SHOWN = 10  # recall is counted among so many
PRODUCT, FLAT = "product", "Flat"

# In the words of FAISS's index factory; as many clusters as the product would make.
KINDS = (FLAT, "SQ8", "HNSW32", "IVF{clusters},Flat", "IVF{clusters},SQfp16", "IVF{clusters},SQ8")
# How a kind begins → the parameter that is tuned, with values.
TUNED: dict[str, tuple[str, tuple[int, ...]]] = {
    "HNSW": ("efSearch", (CANDIDATES,)),
    "IVF": ("nprobe", (16, 32, 64, 128)),
}

_NEIGHBOURS = 10
_ROUNDING = 1e-5
_BLOCK = 50_000  # vectors that are made or compared at once
_MEGABYTE = 1e6
_NAME = "scale_test"  # stands for a build's hash in the database


@dataclass(frozen=True)
class Figures:
    """One kind of index with one setting. Times of a question in ms, of building in s, sizes in
    MB; `recall` among the first ten, `recall_all` among all that the product compares.
    """

    kind: str
    passages: int
    setting: str = ""
    p50: float = 0.0
    p95: float = 0.0
    processor: float = 0.0
    recall: float = 0.0
    recall_all: float = 0.0
    building: float = 0.0
    building_processor: float = 0.0
    building_memory: float = 0.0
    disk: float = 0.0
    private: float = 0.0
    shared: float = 0.0


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register `evaluate search-scale`."""
    parser = commands.add_parser(
        "search-scale", help="各种向量索引在大规模下的耗时、召回率、建立时间和内存"
    )
    parser.add_argument("--index", type=Path, default=index.OUT, help="检索索引所在的文件夹")
    parser.add_argument("--passages", type=int, default=60_000, help="扩充到这么多条")
    parser.add_argument(
        "--kinds",
        nargs="+",
        default=[PRODUCT, *KINDS],
        help="只测这几种：product，或 FAISS index factory 的写法",
    )
    parser.add_argument(
        "--store", metavar="URL", help="再测一个带 pgvector 的 PostgreSQL，postgresql:// 开头"
    )
    parser.add_argument("--work", type=Path, help="放向量和索引的文件夹；默认是临时文件夹")
    parser.add_argument("--out", type=Path, help="把结果另存为 JSON 行")
    parser.set_defaults(run=report)


def report(options: argparse.Namespace) -> None:
    """Print a row for each kind and setting."""
    print(f"load of the machine at the start: {os.getloadavg()[0]:.1f}", flush=True)
    with tempfile.TemporaryDirectory(prefix="helpline-search-scale-", dir=options.work) as folder:
        work = Path(folder)
        _prepare(work, options.index, options.passages)
        for figures in _measured(work, options.kinds, options.store):
            print(_row(figures), flush=True)
            if options.out:
                with options.out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(figures)) + "\n")
    print(f"load of the machine at the end: {os.getloadavg()[0]:.1f}", flush=True)


def spread(vectors: Floats, size: int, seed: int = 1) -> Iterator[Floats]:
    """`size` vectors of unit length in blocks: those given, then some made of them.

    One that is made is a given one moved by half to all of the difference between another and one
    of its ten neighbours.
    """
    random = np.random.default_rng(seed)
    near = FaissIndex.of(vectors, clusters_above=len(vectors))
    neighbours = np.array([near.search(one, _NEIGHBOURS + 1)[1] for one in vectors])
    yield vectors[:size]
    for start in range(len(vectors), size, _BLOCK):
        count = min(_BLOCK, size - start)
        one, other = random.integers(len(vectors), size=(2, count))
        neighbour = neighbours[other, random.integers(1, neighbours.shape[1], size=count)]
        far = random.uniform(0.5, 1, size=(count, 1)).astype(np.float32)
        made = vectors[one] + far * (vectors[other] - vectors[neighbour])
        yield made / np.linalg.norm(made, axis=1, keepdims=True)


def exact(vectors: Floats, questions: Floats, k: int) -> Floats:
    """The k greatest inner products of each question, greatest first: shape (questions, k)."""
    best = np.zeros((len(questions), 0), np.float32)
    for start in range(0, len(vectors), _BLOCK):
        block = questions @ vectors[start : start + _BLOCK].T
        best = np.hstack([best, block])
        best = -np.sort(-best, axis=1)[:, :k]
    return best


def recalled(vectors: Floats, question: Floats, found: Rows, best: Floats, among: int) -> float:
    """What part of the `among` nearest was found first; equally near ones stand for each other."""
    among = min(among, len(best))
    products = vectors[found[:among]] @ question
    return float(np.count_nonzero(products >= best[among - 1] - _ROUNDING)) / among


def _prepare(work: Path, builds: Path, size: int) -> None:
    """Write vectors, questions and the exact products to the folder."""
    embedder = embedding.load()
    product = index.open_current(builds, embedder)
    texts = [json.loads(line)["text"] for line in QUESTIONS.read_text("utf-8").splitlines()]
    questions = centred(embedder.encode_queries(texts), product.mean)
    passages = FaissIndex.read(builds / product.manifest.hash / index.VECTORS).vectors()
    vectors = np.lib.format.open_memmap(
        work / "vectors.npy", "w+", np.float32, (size, passages.shape[1])
    )
    at = 0
    for block in spread(passages, size):
        vectors[at : at + len(block)] = block
        at += len(block)
    vectors.flush()
    np.save(work / "questions.npy", questions)
    np.save(work / "exact.npy", exact(vectors, questions, min(CANDIDATES, size)))


def _measured(work: Path, kinds: Sequence[str], store: str | None) -> Iterator[Figures]:
    # one after the other, each in a process that nothing else has filled
    alone = multiprocessing.get_context("spawn")
    for kind in kinds:
        with alone.Pool(1) as pool:
            built = pool.apply(_build, (work, kind))
        with _held(work / _file(kind)), alone.Pool(1) as pool:
            yield from pool.apply(_ask, (work, built))
        (work / _file(kind)).unlink()
    if store:
        yield _in_database(work, store)


def _file(kind: str) -> str:
    return f"{kind}.faiss"


def _build(work: Path, kind: str) -> Figures:
    vectors = np.load(work / "vectors.npy", mmap_mode="r")
    faiss.omp_set_num_threads(1)
    before, processor = time.perf_counter(), time.process_time()
    built = FaissIndex.of(vectors) if kind == PRODUCT else _of_kind(vectors, kind)
    took, worked = time.perf_counter() - before, time.process_time() - processor
    built.write(work / _file(kind))
    return Figures(
        kind,
        len(vectors),
        building=took,
        building_processor=worked,
        building_memory=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / _MEGABYTE,
        disk=(work / _file(kind)).stat().st_size / _MEGABYTE,
    )


def _of_kind(vectors: Floats, kind: str) -> FaissIndex:
    clusters = clusters_for(len(vectors))
    built = faiss.index_factory(
        vectors.shape[1], kind.format(clusters=clusters), faiss.METRIC_INNER_PRODUCT
    )
    sample = np.random.default_rng(1).permutation(len(vectors))[: 64 * clusters]
    built.train(vectors[np.sort(sample)])
    for start in range(0, len(vectors), _BLOCK):
        built.add(np.ascontiguousarray(vectors[start : start + _BLOCK]))
    return FaissIndex(built)


@contextmanager
def _held(file: Path) -> Iterator[None]:
    """Map the file here too, every page of it, so that what is shared counts as shared."""
    held = np.memmap(file, np.uint8, "r")
    held[:: resource.getpagesize()].sum()
    yield
    del held


def _ask(work: Path, built: Figures) -> list[Figures]:
    parameter, values = next(
        (tuned for begins, tuned in TUNED.items() if built.kind.startswith(begins)), ("", (0,))
    )
    before = _memory()
    opened = faiss.read_index(str(work / _file(built.kind)), faiss.IO_FLAG_MMAP_IFC)
    rows = []
    for value in values:
        if parameter:
            faiss.ParameterSpace().set_index_parameter(opened, parameter, value)
        setting = f"{parameter} {value}" if parameter else ""
        figures = _asked(work, built, FaissIndex(opened), time.process_time)
        private, shared = (_memory() - before) / _MEGABYTE
        rows.append(replace(figures, setting=setting, private=private, shared=shared))
    return rows


def _in_database(work: Path, url: str) -> Figures:
    """The product's own way of asking PostgreSQL, with a graph."""
    store, vectors = PgStore(url), np.load(work / "vectors.npy", mmap_mode="r")
    file = work / "flat.faiss"
    FaissIndex.of(vectors, clusters_above=len(vectors)).write(file)
    before = time.perf_counter()
    store.put(_NAME, file, anew=True)
    took = time.perf_counter() - before
    try:
        disk = store.size(_NAME) / _MEGABYTE
        built = Figures("pgvector", len(vectors), building=took, disk=disk)
        return _asked(work, built, store.open(_NAME, file), _server_seconds(url))
    finally:
        store.drop(_NAME)


def _server_seconds(url: str) -> Callable[[], float]:
    """Tells the processor's seconds of all sessions of this server, where it runs on this machine;
    else nothing.
    """

    def seconds() -> float:
        with psycopg.connect(url) as connection:
            found = connection.execute("SELECT pid FROM pg_stat_activity").fetchall()
        files = [Path(f"/proc/{pid}/stat") for (pid,) in found]
        ticks = [file.read_text().rpartition(")")[2].split() for file in files if file.exists()]
        return sum(int(one[11]) + int(one[12]) for one in ticks) / os.sysconf("SC_CLK_TCK")

    return seconds


def _asked(
    work: Path, built: Figures, opened: VectorIndex, processor: Callable[[], float]
) -> Figures:
    vectors = np.load(work / "vectors.npy", mmap_mode="r")
    questions, best = np.load(work / "questions.npy"), np.load(work / "exact.npy")
    k = best.shape[1]
    for question in questions:  # what is read for the first time is not what is measured
        opened.search(question, k)
    took, found, worked = [], [], processor()
    for question in questions:
        before = time.perf_counter()
        found.append(opened.search(question, k)[1])
        took.append((time.perf_counter() - before) * 1000)
    worked = processor() - worked
    parts = [
        [recalled(vectors, one, rows, exactly, among) for among in (SHOWN, k)]
        for one, rows, exactly in zip(questions, found, best, strict=True)
    ]
    p50, p95 = np.percentile(took, [50, 95])
    recall, recall_all = np.mean(parts, axis=0)
    return replace(
        built,
        p50=float(p50),
        p95=float(p95),
        processor=worked / len(questions) * 1000,
        recall=float(recall),
        recall_all=float(recall_all),
    )


def _memory() -> npt.NDArray[np.int64]:
    """Bytes of this process alone, and bytes that others share."""
    sizes = {"Private": 0, "Shared": 0}
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]:
        kind, _, size = line.partition(":")
        if (whose := kind.partition("_")[0]) in sizes and not kind.endswith("Hugetlb"):
            sizes[whose] += int(size.split()[0]) * 1024
    return np.array([sizes["Private"], sizes["Shared"]])


def _row(one: Figures) -> str:
    return (
        f"{one.passages:>9,} {one.kind:28} {one.setting:14}"
        f" p50 {one.p50:6.1f} p95 {one.p95:6.1f} processor {one.processor:6.2f} ms,"
        f" recall@10 {one.recall:.4f}, of all {one.recall_all:.4f};"
        f" built in {one.building:.0f} s ({one.building_processor:.0f} s of one core,"
        f" {one.building_memory:,.0f} MB); {one.disk:,.0f} MB on disk,"
        f" {one.private:,.0f} MB private, {one.shared:,.0f} MB shared"
    )
