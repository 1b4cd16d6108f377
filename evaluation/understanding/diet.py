"""The sentence's vector as a feature of Rasa's own classifiers: for the comparison with DIET."""

from typing import List

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message

from bot.sentence_vectors import SENTENCE_VECTOR, SentenceVectors


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class DenseSentence(SentenceVectors):
    """Lays the sentence's vector into the message as a dense feature of the whole sentence."""

    def process(self, messages: List[Message]) -> List[Message]:
        for message in super().process(messages):
            vector = message.get(SENTENCE_VECTOR)
            if vector is not None:
                row = np.asarray(vector)[None]
                message.add_features(
                    Features(row, FEATURE_TYPE_SENTENCE, TEXT, type(self).__name__)
                )
        return messages
