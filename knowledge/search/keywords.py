"""Keyword scores (BM25) of a build, mapped from its files like its vectors.

bm25s maps its figures, but reads its words into a dict that each process has for itself, some
twenty megabytes for this content. Here a trie holds them (words.marisa), and words.npy has for each
of its keys the column of bm25s.
"""

from collections.abc import Sequence
from pathlib import Path

import bm25s
import marisa_trie
import numpy as np
import numpy.typing as npt

_WORDS, _COLUMNS = "words.marisa", "words.npy"

Floats = npt.NDArray[np.float32]


class Keywords:
    """What each word says for each document; `columns[key]` is the column of a key of `words`."""

    def __init__(
        self, scores: bm25s.BM25, words: marisa_trie.Trie, columns: npt.NDArray[np.int32]
    ) -> None:
        self.bm25, self.words, self.columns = scores, words, columns

    @classmethod
    def of(cls, documents: Sequence[Sequence[str]]) -> "Keywords":
        """Those of documents, each given by its words."""
        bm25 = bm25s.BM25()
        bm25.index(list(documents), show_progress=False)
        words = marisa_trie.Trie(bm25.vocab_dict)
        columns = np.zeros(len(bm25.vocab_dict), np.int32)
        columns[list(map(words.get, bm25.vocab_dict))] = list(bm25.vocab_dict.values())
        bm25.vocab_dict = {}
        return cls(bm25, words, columns)

    @classmethod
    def open(cls, folder: Path) -> "Keywords":
        """What `write` wrote to this folder."""
        words = marisa_trie.Trie()
        words.mmap(str(folder / _WORDS))
        return cls(
            bm25s.BM25.load(str(folder), mmap=True, show_progress=False, load_vocab=False),
            words,
            np.load(folder / _COLUMNS, mmap_mode="r", allow_pickle=False),
        )

    def write(self, folder: Path) -> None:
        """Raises OSError, which marisa's own writing would not, where the disk is full."""
        self.bm25.save(str(folder), show_progress=False)
        (folder / _WORDS).write_bytes(self.words.tobytes())
        np.save(folder / _COLUMNS, self.columns)

    def scores(self, words: Sequence[str]) -> Floats:
        """What these words, each as often as it is said, say for each document: shape
        (documents,). A word that no document has says nothing.
        """
        known = [key for word in words if (key := self.words.get(word)) is not None]
        scores: Floats = self.bm25.get_scores_from_ids(self.columns[known])
        return scores
