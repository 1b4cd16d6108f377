"""A fake for the door to the sentence encoder."""

from collections.abc import Iterable
from zlib import crc32

import numpy as np
import numpy.typing as npt

from knowledge.chinese import normalise


class FakeEmbedder:
    """Texts that share pairs of characters get similar vectors. `encoded` are the passages it was
    asked for.
    """

    def __init__(self, name: str = "fake", dimension: int = 64) -> None:
        self.name, self.question_name, self.dimension = name, f"{name}-questions", dimension
        self.encoded: list[str] = []

    def encode_queries(self, texts: list[str]) -> npt.NDArray[np.float32]:
        return self._vectors(texts)

    def encode_passages(self, texts: list[str]) -> npt.NDArray[np.float32]:
        self.encoded += texts
        return self._vectors(texts)

    def _vectors(self, texts: Iterable[str]) -> npt.NDArray[np.float32]:
        vectors = []
        for text in texts:
            vector = np.full(self.dimension, 0.1, np.float32)
            for pair in normalise.bigrams(text):
                vector[crc32(pair.encode()) % self.dimension] += 1
            vectors.append(vector / np.linalg.norm(vector))
        return np.array(vectors, np.float32)
