"""The vectors of a build in this process's memory, by FAISS."""

from pathlib import Path

import faiss
import numpy as np

from knowledge.search.encoder.embedding import Floats
from knowledge.search.vectors.store import (
    GRAPH_ABOVE,
    NEIGHBOURS,
    Rows,
    VectorIndex,
    check_dimension,
)

_VISITED = 128  # passages that a graph looks at for a question


class FaissStore:
    """The builds' own files: there is nothing to put and nothing to prune."""

    def put(self, name: str, file: Path, *, anew: bool = False) -> None:
        pass

    def open(self, name: str, file: Path) -> "FaissIndex":
        return FaissIndex.read(file)

    def prune(self, in_use: str, kept: int) -> None:
        pass


class ExactVectors:
    """Vectors that lie elsewhere, such as in a mapped file, each of which is compared."""

    def __init__(self, vectors: Floats) -> None:
        self._vectors = vectors

    def search(self, vector: Floats, k: int) -> tuple[Floats, Rows]:
        check_dimension(vector, self._vectors.shape[1])
        faiss.omp_set_num_threads(1)  # as below
        scores, rows = faiss.knn(
            vector[np.newaxis], self._vectors, k, metric=faiss.METRIC_INNER_PRODUCT
        )
        return scores[0], rows[0]


def over(vectors: Floats, graph_above: int = GRAPH_ABOVE) -> VectorIndex:
    """An index of these rows that takes no memory of its own, as long as they are few."""
    few = len(vectors) <= graph_above
    return ExactVectors(vectors) if few else FaissIndex.of(vectors, graph_above)


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
        """Raises OSError, which FAISS's own writing would not, where the disk is full."""
        file.write_bytes(faiss.serialize_index(self._index).data)

    def vectors(self) -> Floats:
        """All rows, as they were put in."""
        return self._index.reconstruct_n(0, self._index.ntotal)

    def search(self, vector: Floats, k: int) -> tuple[Floats, Rows]:
        check_dimension(vector, self._index.d)
        # This counts for the calling thread; two are slower for a single question.
        faiss.omp_set_num_threads(1)
        scores, rows = self._index.search(vector[np.newaxis], k)
        return scores[0][rows[0] >= 0], rows[0][rows[0] >= 0]
