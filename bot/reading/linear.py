"""A linear classifier over characters and the sentence's vector, as it was learnt.

Its figures are kept as plain arrays, so that whoever reads a model runs none of the model's code.
"""

import re
import tempfile
from collections import Counter
from pathlib import Path
from typing import BinaryIO, List, Sequence, Text, Tuple, Union

import numpy as np
import numpy.typing as npt

LONGEST_NGRAM = 3
_SPACES = re.compile(r"\s\s+")

Floats = npt.NDArray[np.float32]


class LinearModel:
    """Character 1-3-grams beside the centred sentence vector, under a logistic regression.

    `ngrams` are the V n-grams in ascending order, `idf` their V weights; `weights` has the shape
    (V + D, classes), the sentence vector's D rows last; `intercepts` one figure a class; `mean` the
    D values from which a vector is taken. Raises ValueError for n-grams in another order.
    """

    def __init__(
        self,
        classes: Sequence[Text],
        ngrams: Sequence[Text],
        idf: Floats,
        weights: Floats,
        intercepts: Floats,
        mean: Floats,
    ) -> None:
        self.classes: List[Text] = list(classes)
        # An array is looked through by halves; a dictionary would take thirty times its memory.
        self._ngrams = np.asarray(ngrams, f"U{LONGEST_NGRAM}")
        if (self._ngrams[1:] <= self._ngrams[:-1]).any():
            raise ValueError("the n-grams of a linear model do not ascend")
        self._idf, self._weights, self._intercepts, self._mean = idf, weights, intercepts, mean

    def predict_proba(self, text: Text, vector: Floats) -> Floats:
        """The chances of all classes, in their order; they add up to 1."""
        rows, values = self._counted(text)
        scores = values @ self._weights[rows]
        scores += centred(vector, self._mean) @ self._weights[len(self._ngrams) :]
        chances = 1 / (1 + np.exp(-(scores + self._intercepts)))
        return np.asarray(chances / chances.sum(), np.float32)

    def ranking(self, text: Text, vector: Floats) -> List[Tuple[Text, float]]:
        """Classes with their chances, the likeliest first."""
        chances = self.predict_proba(text, vector)
        return sorted(zip(self.classes, map(float, chances)), key=lambda pair: -pair[1])

    def save(self, file: Path) -> None:
        """Write the model as arrays; `load` reads them."""
        np.savez(
            file,
            classes=np.array(self.classes),
            ngrams=self._ngrams,
            idf=self._idf,
            weights=self._weights,
            intercepts=self._intercepts,
            mean=self._mean,
        )

    def mapped(self, folder: Path) -> "LinearModel":
        """The same model with its weights in a file of its own without a name, in this folder: in
        memory is what messages have touched of it. Where nothing can be written there, memory holds
        them all.
        """
        weights = np.ascontiguousarray(self._weights)
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                file.write(weights.data)
                file.flush()
                on_disk = np.memmap(file, weights.dtype, "r", shape=weights.shape)
        except OSError:
            return self
        ngrams = self._ngrams.tolist()
        return LinearModel(self.classes, ngrams, self._idf, on_disk, self._intercepts, self._mean)

    @classmethod
    def load(cls, file: Union[Path, BinaryIO]) -> "LinearModel":
        """Raises OSError, ValueError, KeyError or BadZipFile where that is no such file."""
        with np.load(file, allow_pickle=False) as kept:
            return cls(
                kept["classes"].tolist(),
                kept["ngrams"],
                kept["idf"],
                kept["weights"],
                kept["intercepts"],
                kept["mean"],
            )

    def _counted(self, text: Text) -> Tuple[npt.NDArray[np.intp], Floats]:
        """The rows of the text's n-grams and their weights, of length 1 together."""
        counts = Counter(ngrams_of(text))
        ngrams = np.array(list(counts), self._ngrams.dtype)
        rows = np.searchsorted(self._ngrams, ngrams)
        rows[rows == len(self._ngrams)] = 0
        known = self._ngrams[rows] == ngrams
        rows = rows[known]
        values = 1 + np.log(np.fromiter(counts.values(), np.float32, len(counts))[known])
        values *= self._idf[rows]
        return rows, values / (np.linalg.norm(values) + np.float32(1e-12))


def ngrams_of(text: Text) -> List[Text]:
    """Every run of one to three characters, capitals folded and runs of spaces as one."""
    text = _SPACES.sub(" ", text.lower())
    return [
        text[start : start + length]
        for length in range(1, LONGEST_NGRAM + 1)
        for start in range(len(text) - length + 1)
    ]


def centred(vectors: Floats, mean: Floats) -> Floats:
    """Vectors of shape (..., D) taken from their mean, of length 1.

    All sentences point into one narrow cone; taken from their mean, their differences show.
    """
    away = vectors - mean
    return np.asarray(away / (np.linalg.norm(away, axis=-1, keepdims=True) + 1e-9), np.float32)
