"""What every store of vectors offers: the nearest passages to a question, and the builds it
keeps.
"""

from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from knowledge.search.encoder.embedding import Floats

Rows = npt.NDArray[np.intp]

GRAPH_ABOVE = 100_000  # passages; up to here looking at every vector is fast enough, and exact
NEIGHBOURS = 32  # of each passage in the graph


class StoreTrouble(Exception):
    """The vectors cannot be reached where the setting says they are; the message tells the operator
    what to do.
    """


class WrongDimension(Exception):
    """The vector asked for is not as long as those of the build."""


class VectorIndex(Protocol):
    """The vectors of one build, all of unit length; row i is passage i. Safe to ask from several
    threads.
    """

    def search(self, vector: Floats, k: int) -> tuple[Floats, Rows]:
        """Inner products and rows of the k nearest to `vector` (one dimension, unit length), best
        first.

        A graph may find fewer than k. Raises WrongDimension, StoreTrouble.
        """


class Store(Protocol):
    """Keeps the vectors of several builds, each under the build's hash. Everything here raises
    StoreTrouble.

    `file` holds the vectors of the build of that `name`, as FaissIndex writes them.
    """

    def put(self, name: str, file: Path, *, anew: bool = False) -> None:
        """Keep the build's vectors unless they are there already; `anew` replaces them. All of them
        or none.
        """

    def open(self, name: str, file: Path) -> VectorIndex:
        """The build, put into the store first if it is not there."""

    def prune(self, in_use: str, kept: int) -> None:
        """Drop all but the build in use and the latest others, `kept` in all."""


def check_dimension(vector: Floats, dimension: int) -> None:
    """Raises WrongDimension."""
    if vector.shape != (dimension,):
        raise WrongDimension(
            f"问题的向量是 {vector.size} 维，索引是 {dimension} 维，请运行 ./helpline "
            "index 重新建立"
        )
