"""First in the pipeline: every message in one form before anything reads it."""

from typing import List

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.component import FixedFeaturizer
from bot.reading.fold import normalise


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Normaliser(FixedFeaturizer):
    """Replaces the message's text by its normal form."""

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = message.get(TEXT)
            # Texts that begin with a slash are button payloads, read by Rasa itself.
            if text and not text.startswith("/"):
                message.set(TEXT, normalise(text))
        return messages
