"""Text to vectors: the one door to the sentence encoder.

The encoder was written out once for ONNX Runtime, at set-up, by `export.py`; a running helpline
imports neither torch nor sentence-transformers. Another encoder, exported in the same way, takes
the default's place by the setting HELPLINE_EMBEDDER, its folder's path. Nothing is ever fetched
from a network.

An exported folder holds

    encoder.json     what it is: the fields of `Description`
    passages.onnx    input `ids`, the tokens of one sentence; output its vector of unit length
    questions.onnx   the same for questions, where their side was tuned
    tokenizer.json   for the library `tokenizers`; cuts off what the encoder has no positions for
"""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache, cached_property
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
from pydantic import ValidationError
from tokenizers import Tokenizer

from bot.reading.bounds import bounded
from knowledge.reviewed import ROOT, Strict

DEFAULT = "multilingual-e5-small"
# What the default's question side learnt.
ADAPTER = Path(__file__).parents[1] / "vectors" / "shipped" / "question-side.npz"

DESCRIPTION = "encoder.json"
PASSAGES = "passages.onnx"
QUESTIONS = "questions.onnx"
TOKENIZER = "tokenizer.json"

_LONGEST = 8192  # characters: 512 tokens of 16, the longest there are; reading on costs time only

Floats = npt.NDArray[np.float32]


class EmbedderMissing(Exception):
    """The encoder asked for is not on this machine."""


class Embedder(Protocol):
    """Turns texts into vectors of unit length; questions and passages may go different ways to the
    same space.
    """

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


class Description(Strict):
    """What an exported encoder is; a prefix is put before every text of its kind.

    Under equal names the questions go through the passages' graph.
    """

    name: str
    question_name: str
    dimension: int
    question_prefix: str
    passage_prefix: str


def models_folder() -> Path:
    """Where encoders are kept: under HELPLINE_VAR, the data folder that `./helpline` names."""
    return Path(os.environ.get("HELPLINE_VAR") or ROOT / "var") / "models"


@cache  # the search and the understanding of messages share one
def load(name: str = DEFAULT, models: Path | None = None) -> "SentenceEmbedder":
    """The encoder of that name: the default below `models`, or the folder of an exported one.

    The graphs are read on first use, so loading costs nothing when all vectors are already known;
    raises EmbedderMissing.
    """
    if name == DEFAULT:
        folder, advice = (models or models_folder()) / "encoder", "请运行 ./helpline up"
    else:
        folder, advice = Path(name), "请检查 HELPLINE_EMBEDDER"
    try:
        text = (folder / DESCRIPTION).read_text(encoding="utf-8")
        return SentenceEmbedder(folder, Description.model_validate_json(text))
    except (OSError, ValidationError) as error:
        raise EmbedderMissing(f"{folder} 里没有导出的向量模型，{advice}") from error


class SentenceEmbedder:
    """An exported encoder; safe to use from several threads at once."""

    def __init__(self, folder: Path, description: Description) -> None:
        self._folder, self._description = folder, description
        self.name, self.question_name = description.name, description.question_name
        self.dimension = description.dimension

    def untuned(self) -> "SentenceEmbedder":
        """The same encoder with the question side that it had before it was tuned."""
        plain = self._description.model_copy(update={"question_name": self.name})
        return SentenceEmbedder(self._folder, plain)

    def encode_queries(self, texts: list[str]) -> Floats:
        return self._encoded(
            self._questions, self._description.question_prefix, list(map(bounded, texts))
        )

    def encode_passages(self, texts: list[str]) -> Floats:
        return self._encoded(self._passages, self._description.passage_prefix, texts)

    def _encoded(self, graph: "_Graph", prefix: str, texts: list[str]) -> Floats:
        prefixed = [prefix + text for text in texts]
        if len(texts) == 1:  # a visitor waits: no thread is started for one question
            return graph.vector(prefixed[0])[np.newaxis]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            vectors = list(pool.map(graph.vector, prefixed))
        return np.reshape(vectors, (-1, self.dimension)).astype(np.float32)

    @cached_property
    def _questions(self) -> "_Graph":
        tuned = self.question_name != self.name
        return _Graph(self._folder / QUESTIONS, self._tokenizer) if tuned else self._passages

    @cached_property
    def _passages(self) -> "_Graph":
        return _Graph(self._folder / PASSAGES, self._tokenizer)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        return Tokenizer.from_file(str(self._folder / TOKENIZER))


class _Graph:
    """One side of an encoder.

    It takes one sentence at a time: the 8-bit numbers inside are scaled by the largest value of a
    batch, so that a sentence's vector would depend on its neighbours. Each sentence runs on one
    thread: for one question a second one is slower, for several at once each has its own.
    """

    def __init__(self, file: Path, tokenizer: Tokenizer) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # it would keep a plan for every length of sentence
        # Else it keeps what the longest sentences took, once for each thread that was at work.
        options.enable_cpu_mem_arena = False
        self._session = onnxruntime.InferenceSession(
            str(file), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = tokenizer

    def vector(self, text: str) -> Floats:
        """float32 of shape (dimension,), of unit length."""
        ids = np.array([self._tokenizer.encode(text[:_LONGEST]).ids], np.int64)
        [[vector]] = self._session.run(None, {"ids": ids})
        return vector
