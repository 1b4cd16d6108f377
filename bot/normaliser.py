"""Folds what visitors type into one form before anything reads it."""

import re
import unicodedata
from typing import Any, Dict, List, Text

import opencc
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

# Homophones and slips that people type on a phone. Only pairs that mean nothing else in this field.
_SLIPS = {
    "上标": "商标",
    "尚标": "商标",
    "伤标": "商标",
    "商镖": "商标",
    "转利": "专利",
    "砖利": "专利",
    "专力": "专利",
    "侵全": "侵权",
    "侵犬": "侵权",
    "亲权": "侵权",
    "侵泉": "侵权",
    "版全": "版权",
    "板权": "版权",
    "著做权": "著作权",
    "公正处": "公证处",
    "律师涵": "律师函",
    "律师含": "律师函",
    "拼夕夕": "拼多多",
    "pdd": "拼多多",
    "某宝": "淘宝",
    "抢住": "抢注",
    "枪注": "抢注",
    "维全": "维权",
    "连接被": "链接被",
    "连接下": "链接下",
}
_SLIP = re.compile("|".join(map(re.escape, _SLIPS)))
_TO_SIMPLIFIED = opencc.OpenCC("t2s")


def normalise(text: Text) -> Text:
    """Simplified characters, half-width letters and digits, common slips corrected, repeated marks shortened."""
    folded = "".join(
        unicodedata.normalize("NFKC", c) if "！" <= c <= "～" and c not in "，。？！：；（）" else c for c in text
    )
    folded = re.sub(r"[ \t　]+", " ", _TO_SIMPLIFIED.convert(folded)).strip().lower()
    folded = re.sub(r"([。！？!?~～.…])\1{2,}", r"\1", folded)
    return _SLIP.sub(lambda found: _SLIPS[found.group()], folded)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class Normaliser(GraphComponent):
    """First in the pipeline: replaces the message's text by its normal form."""

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "Normaliser":
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = message.get(TEXT)
            # Texts that begin with a slash are button payloads, read by Rasa itself.
            if text and not text.startswith("/"):
                message.set(TEXT, normalise(text))
        return messages
