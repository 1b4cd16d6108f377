"""The meaning of a whole sentence as a vector, so that words the training never saw still count.

The vectors are those of the search's question side: the same exported encoder, read from the same
folder, whose layout stands in `knowledge/search/encoder/embedding.py`. ONNX Runtime computes them:
no TensorFlow, no PyTorch.
"""

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import List, Text

import numpy as np
import onnxruntime
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from tokenizers import Tokenizer

from bot.component import FixedFeaturizer
from bot.known_vectors import SHIPPED, KnownVectors
from bot.reading.bounds import bounded

SENTENCE_VECTOR = "sentence_vector"  # key in a message: float32 array of 384 values, length 1
ENCODER = "HELPLINE_ENCODER"  # names the folder of the exported encoder
# Names the file that keeps the vectors of training examples from training to training.
CACHE = "HELPLINE_VECTOR_CACHE"

_DEFAULT_ENCODER = Path(__file__).resolve().parents[1] / "var/models/encoder"


class Vector(np.ndarray):
    """A training example's vector, float32 of shape (384,), that Rasa can tell from another.

    Rasa would print its numbers for that, which takes it half a minute for all examples.
    """

    def fingerprint(self) -> Text:
        """The same for the same numbers."""
        return hashlib.sha256(self.tobytes()).hexdigest()


class Encoder:
    """The question side of the exported encoder; safe to use from several threads at once."""

    def __init__(self, folder: Path) -> None:
        described = json.loads((folder / "encoder.json").read_text(encoding="utf-8"))
        self.name = described["question_name"]
        tuned = self.name != described["name"]
        self._prefix = described["question_prefix"]
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # it would keep a plan for every length of sentence
        options.enable_cpu_mem_arena = False  # nor what the longest one took
        self._session = onnxruntime.InferenceSession(
            str(folder / ("questions.onnx" if tuned else "passages.onnx")),
            options,
            providers=["CPUExecutionProvider"],
        )

    def vector(self, text: Text) -> np.ndarray:
        """float32 of shape (384,), of length 1. One sentence at a time: in a batch, the scale of
        the 8-bit numbers inside would depend on its neighbours.
        """
        ids = np.array([self._tokenizer.encode(self._prefix + bounded(text)).ids], np.int64)
        return self._session.run(None, {"ids": ids})[0][0]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(FixedFeaturizer):
    """Lays the sentence's vector into the message, once, for every classifier behind it."""

    def __init__(self) -> None:
        self._encoder = Encoder(Path(os.environ.get(ENCODER) or _DEFAULT_ENCODER))
        self.encoder_name = self._encoder.name

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        spoken = [message for message in training_data.training_examples if message.get(TEXT)]
        for message, vector in zip(spoken, self._kept([message.get(TEXT) for message in spoken])):
            message.set(SENTENCE_VECTOR, vector.view(Vector))
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if message.get(TEXT):
                message.set(SENTENCE_VECTOR, self._encoder.vector(message.get(TEXT)))
        return messages

    def vectors(self, texts: List[Text]) -> np.ndarray:
        """An array of shape (len(texts), 384), float32."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            return np.array(list(pool.map(self._encoder.vector, texts)))

    def _kept(self, texts: List[Text]) -> List[np.ndarray]:
        """The vectors of training examples: encoding all of them takes a minute, and few change
        between two trainings.
        """
        cache = [Path(os.environ[CACHE])] if os.environ.get(CACHE) else []
        known = KnownVectors(self.encoder_name, *cache, SHIPPED)
        missing = known.missing(texts)
        if missing:
            known.learn(missing, self.vectors(missing))
        for file in cache if missing else []:
            known.write(file, texts)
        return known.vectors(texts)
