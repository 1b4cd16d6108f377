"""Text to vectors: the one door to the sentence encoder.

The default encoder comes out of a pinned wheel (see `e5.py`), and its question side was tuned by us (see `tuning.py`);
any other sentence-transformers model takes its place by the setting HELPLINE_EMBEDDER, a folder's path. Nothing is ever
fetched from a network.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from knowledge.reviewed import ROOT
from knowledge.search.encoder import e5

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT = "multilingual-e5-small"
ADAPTER = (
    Path(__file__).parents[1] / "vectors" / "shipped" / "question-side.npz"
)  # what the default's question side learnt
MODELS = ROOT / "var" / "models"

Floats = npt.NDArray[np.float32]


class EmbedderMissing(Exception):
    """The encoder asked for is not on this machine."""


class Embedder(Protocol):
    """Turns texts into vectors of unit length; questions and passages may go different ways to the same space."""

    @property
    def name(self) -> str:
        """Names the passages' vectors: two embedders of one name give interchangeable ones."""

    @property
    def question_name(self) -> str:
        """Names the questions' vectors in the same way."""

    @property
    def dimension(self) -> int:
        """How long each vector is."""

    def encode_queries(self, texts: list[str]) -> Floats:
        """float32 of shape (len(texts), dimension), rows of unit length."""

    def encode_passages(self, texts: list[str]) -> Floats:
        """float32 of shape (len(texts), dimension), rows of unit length."""


def load(
    name: str = DEFAULT, models: Path = MODELS, adapter: Path | None = ADAPTER
) -> "SentenceEmbedder":
    """The encoder of that name: the default, or the folder of a sentence-transformers model.

    The adapter is for the default's question side. Everything is read on first use, so loading costs nothing when all
    vectors are already known; raises EmbedderMissing.
    """
    if name != DEFAULT and not (Path(name) / "modules.json").exists():
        raise EmbedderMissing(
            f"{name} 不是 sentence-transformers 模型的文件夹，请检查 HELPLINE_EMBEDDER"
        )
    return SentenceEmbedder(name, models, adapter if name == DEFAULT else None)


class SentenceEmbedder:
    """A sentence-transformers model; safe to call from several threads, one after the other."""

    def __init__(self, name: str, models: Path, adapter: Path | None) -> None:
        self.name, self._models, self._adapter = name, models, adapter
        self.question_name = f"{name}-{e5.digest(adapter)}" if adapter else name
        self._lock = Lock()  # fast tokenizers fail when two threads use them at once

    @property
    def dimension(self) -> int:
        with self._lock:
            return self._questions.get_embedding_dimension() or 0

    def encode_queries(self, texts: list[str]) -> Floats:
        with (
            self._lock,
            _threads(1),
        ):  # a second core gains a question 5 ms, and costs 200 ms when it is not free
            return _unit(self._questions.encode_query(texts, show_progress_bar=False))

    def encode_passages(self, texts: list[str]) -> Floats:
        with self._lock, _threads(os.cpu_count() or 1):
            return _unit(
                self._passages.encode_document(texts, batch_size=16, show_progress_bar=False)
            )

    @cached_property
    def _questions(self) -> "SentenceTransformer":
        return self._model(self._adapter) if self._adapter else self._passages

    @cached_property
    def _passages(self) -> "SentenceTransformer":
        return self._model(None)

    def _model(self, adapter: Path | None) -> "SentenceTransformer":
        os.environ["HF_HUB_OFFLINE"] = "1"  # read once, when the library is imported
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()
        try:
            folder = e5.folder(self._models, adapter) if self.name == DEFAULT else Path(self.name)
        except e5.WeightsMissing as error:
            raise EmbedderMissing(str(error)) from error
        return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _unit(vectors: npt.ArrayLike) -> Floats:
    rows = np.asarray(vectors, np.float32)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
