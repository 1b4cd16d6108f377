"""The vectors of a build in a file that the processes of a machine share, by FAISS."""

from pathlib import Path

import faiss
import numpy as np

from knowledge.search.encoder.embedding import Floats
from knowledge.search.vectors.store import Rows, check_dimension

CLUSTERS_ABOVE = 100_000  # passages; up to here comparing every vector is fast enough
_VISITED = 128  # clusters whose passages are compared with a question
_SAMPLE = 64  # passages for each cluster from which clusters are learnt
_BLOCK = 50_000  # passages that are put in at once


class FaissStore:
    """The builds' own files: there is nothing to put and nothing to prune."""

    def put(self, name: str, file: Path, *, anew: bool = False) -> None:
        pass

    def open(self, name: str, file: Path) -> "FaissIndex":
        return FaissIndex.read(file)

    def prune(self, in_use: str, kept: int) -> None:
        pass


class FaissIndex:
    """A FAISS index: every vector for small builds, clusters (IVF) for large ones.

    Of a large one only the clusters nearest to a question are compared, in half precision. Which
    kind, and how many clusters, was measured: docs/evaluation.md.
    """

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def of(
        cls, vectors: Floats, clusters_above: int = CLUSTERS_ABOVE, *, in_bytes: bool = False
    ) -> "FaissIndex":
        """The index of these rows; `in_bytes`: a small one has a byte for each figure, which takes
        a quarter of the memory and half the time, and moves a cosine by less than 0.002.
        """
        if len(vectors) > clusters_above:
            return cls(_clustered(vectors))
        kind = "SQ8" if in_bytes and len(vectors) else "Flat"
        index = faiss.index_factory(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
        index.train(vectors)
        index.add(vectors)
        return cls(index)

    @classmethod
    def read(cls, file: Path) -> "FaissIndex":
        """The index that `write` wrote, mapped from its file to be read only: what one process has
        read of it the others of this machine find in memory.
        """
        return cls(faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC))

    def write(self, file: Path) -> None:
        """To a new file: one that is in use is mapped. Raises OSError, which FAISS's own writing
        would not, where the disk is full.
        """
        with file.open("wb") as out:
            # its types do not know this writer
            into = faiss.PyCallbackIOWriter(out.write)  # type: ignore[attr-defined]
            faiss.write_index(self._index, into)

    def vectors(self) -> Floats:
        """All rows as they were put in, or as the index rounds them."""
        return self._index.reconstruct_n(0, self._index.ntotal)

    def search(self, vector: Floats, k: int) -> tuple[Floats, Rows]:
        check_dimension(vector, self._index.d)
        # This counts for the calling thread; two are slower for a single question.
        faiss.omp_set_num_threads(1)
        scores, rows = self._index.search(vector[np.newaxis], k)
        return scores[0][rows[0] >= 0], rows[0][rows[0] >= 0]


def clusters_for(size: int) -> int:
    """How many clusters so many passages are put into: at least one."""
    return max(min(int(2 * size**0.5), size // _SAMPLE), 1)


def _clustered(vectors: Floats) -> faiss.Index:
    size, dimension = vectors.shape
    clusters = clusters_for(size)
    index = faiss.index_factory(dimension, f"IVF{clusters},SQfp16", faiss.METRIC_INNER_PRODUCT)
    faiss.ParameterSpace().set_index_parameter(index, "nprobe", _VISITED)
    # the same rows give the same clusters
    sample = np.random.default_rng(clusters).permutation(size)[: clusters * _SAMPLE]
    index.train(vectors[np.sort(sample)])
    for start in range(0, size, _BLOCK):
        index.add(vectors[start : start + _BLOCK])
    return index
