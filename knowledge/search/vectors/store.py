"""The passages whose vectors lie nearest to a question's, and where the vectors of the builds are kept for that.

The setting HELPLINE_VECTOR_STORE chooses: `faiss`, in this process's memory, or the URL of a PostgreSQL database.
"""

from pathlib import Path
from typing import Protocol

import faiss
import numpy as np
import numpy.typing as npt

from knowledge.search.encoder.embedding import Floats

Rows = npt.NDArray[np.intp]

FAISS = "faiss"
GRAPH_ABOVE = 100_000  # passages; up to here looking at every vector is fast enough, and exact
NEIGHBOURS = 32  # of each passage in the graph

_VISITED = 128


class StoreTrouble(Exception):
    """The vectors cannot be reached where the setting says they are; the message tells the operator what to do."""


class WrongDimension(Exception):
    """The vector asked for is not as long as those of the build."""


class VectorIndex(Protocol):
    """The vectors of one build, all of unit length; row i is passage i. Safe to ask from several threads."""

    def search(self, vector: Floats, k: int) -> tuple[Floats, Rows]:
        """Inner products and rows of the k nearest to `vector` (one dimension, unit length), best first.

        A graph may find fewer than k. Raises WrongDimension, StoreTrouble.
        """


class Store(Protocol):
    """Keeps the vectors of several builds, each under the build's hash. Everything here raises StoreTrouble.

    `file` holds the vectors of the build of that `name`, as FaissIndex writes them.
    """

    def put(self, name: str, file: Path, *, anew: bool = False) -> None:
        """Keep the build's vectors unless they are there already; `anew` replaces them. All of them or none."""

    def open(self, name: str, file: Path) -> VectorIndex:
        """The build, put into the store first if it is not there."""

    def prune(self, in_use: str, kept: int) -> None:
        """Drop all but the build in use and the latest others, `kept` in all."""


def store_of(setting: str) -> Store:
    """The store that the setting names; raises StoreTrouble for anything else."""
    if setting == FAISS:
        return FaissStore()
    if setting.startswith(("postgresql://", "postgres://")):
        from knowledge.search.vectors.pgvector import PgStore  # it needs what stands here

        return PgStore(setting)
    raise StoreTrouble("HELPLINE_VECTOR_STORE 应为 faiss，或以 postgresql:// 开头的数据库地址")


class FaissStore:
    """The builds' own files: there is nothing to put and nothing to prune."""

    def put(self, name: str, file: Path, *, anew: bool = False) -> None:
        pass

    def open(self, name: str, file: Path) -> "FaissIndex":
        return FaissIndex.read(file)

    def prune(self, in_use: str, kept: int) -> None:
        pass


class FaissIndex:
    """A FAISS index in memory: exact for small builds, a graph (HNSW) for large ones."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def of(cls, vectors: Floats, graph_above: int = GRAPH_ABOVE) -> "FaissIndex":
        """The index of these rows."""
        index: faiss.Index = faiss.IndexFlatIP(vectors.shape[1])
        if len(vectors) > graph_above:
            index = faiss.IndexHNSWFlat(vectors.shape[1], NEIGHBOURS, faiss.METRIC_INNER_PRODUCT)
            index.hnsw.efSearch = _VISITED
        index.add(vectors)
        return cls(index)

    @classmethod
    def read(cls, file: Path) -> "FaissIndex":
        """The index that `write` wrote."""
        return cls(faiss.read_index(str(file)))

    def write(self, file: Path) -> None:
        faiss.write_index(self._index, str(file))

    def vectors(self) -> Floats:
        """All rows, as they were put in."""
        return self._index.reconstruct_n(0, self._index.ntotal)

    def search(self, vector: Floats, k: int) -> tuple[Floats, Rows]:
        check_dimension(vector, self._index.d)
        faiss.omp_set_num_threads(
            1
        )  # counts for the calling thread; two are slower for a single question
        scores, rows = self._index.search(vector[np.newaxis], k)
        return scores[0][rows[0] >= 0], rows[0][rows[0] >= 0]


def check_dimension(vector: Floats, dimension: int) -> None:
    """Raises WrongDimension."""
    if vector.shape != (dimension,):
        raise WrongDimension(
            f"问题的向量是 {vector.size} 维，索引是 {dimension} 维，请运行 ./helpline index 重新建立"
        )
