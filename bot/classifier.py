"""A linear classifier over characters and the sentence's vector.

It is accurate on short Chinese text and ready in seconds.

It serves three times: for the intent, for the right at stake and for what is asked, which training
examples carry in their metadata. The comparison that led to it is in
docs/decisions/0002-linear-intent-classifier.md.
"""

from typing import Any, Dict, List, Optional, Text, Tuple, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import (
    ENTITIES,
    INTENT,
    INTENT_NAME_KEY,
    INTENT_RANKING_KEY,
    METADATA,
    TEXT,
)
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.reading.linear import LONGEST_NGRAM, LinearModel, centred
from bot.sentence_vectors import SENTENCE_VECTOR

_MODEL_FILE = "model.npz"


def learn(
    texts: List[Text], vectors: np.ndarray, labels: List[Text], regularisation: float
) -> LinearModel:
    """A model of texts with their vectors (len(texts), dimension) and labels."""
    # Here, because an engine that only reads does without them (bot/serve.py).
    from scipy.sparse import csr_matrix, hstack
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    ngrams = TfidfVectorizer(
        analyzer="char", ngram_range=(1, LONGEST_NGRAM), sublinear_tf=True, min_df=2
    )
    regression = LogisticRegression(
        C=regularisation,
        solver="liblinear",
        class_weight="balanced",
        random_state=1,
        # with so many n-grams the dual problem takes half the time of the other and comes nearer
        dual=True,
        tol=1e-2,
        max_iter=1000,
    )
    mean = vectors.mean(axis=0)
    counted = ngrams.fit_transform(texts)
    features = hstack([counted, csr_matrix(centred(vectors, mean))]).tocsr()
    with threadpool_limits(1):  # other threads would wait for short vectors, by spinning
        regression.fit(features, labels)
    weights, intercepts = regression.coef_, regression.intercept_
    if len(regression.classes_) == 2:  # one line parts two classes: the other's is its opposite
        weights, intercepts = np.vstack([-weights, weights]), np.hstack([-intercepts, intercepts])
    return LinearModel(
        regression.classes_.tolist(),
        ngrams.get_feature_names_out().tolist(),
        ngrams.idf_.astype(np.float32),
        np.ascontiguousarray(weights.T, np.float32),
        intercepts.astype(np.float32),
        mean.astype(np.float32),
    )


def _taught(message: Message, what: Text) -> Optional[Text]:
    """What a training example's metadata says of `what`; None where it says nothing."""
    metadata = message.get(METADATA) or {}
    return metadata.get("example", {}).get(what) or metadata.get(what)


class _LinearClassifier(GraphComponent):
    """Training, storing and loading, shared by the classifiers."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"regularisation": 10.0}

    def __init__(
        self,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: Optional[LinearModel] = None,
    ) -> None:
        self._config, self._model_storage, self._resource, self._model = (
            config,
            model_storage,
            resource,
            model,
        )

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "_LinearClassifier":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "_LinearClassifier":
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, LinearModel.load(folder / _MODEL_FILE))

    def train(self, training_data: TrainingData) -> Resource:
        taught = [
            (m, label)
            for m in training_data.intent_examples
            if m.get(TEXT) and (label := self.label(m))
        ]
        self._model = learn(
            [message.get(TEXT) for message, _ in taught],
            np.array([message.get(SENTENCE_VECTOR) for message, _ in taught]),
            [label for _, label in taught],
            self._config["regularisation"],
        )
        with self._model_storage.write_to(self._resource) as folder:
            self._model.save(folder / _MODEL_FILE)
        return self._resource

    def label(self, message: Message) -> Optional[Text]:
        """What a training example teaches; None when it teaches nothing here."""
        raise NotImplementedError

    def ranking(self, message: Message) -> List[Tuple[Text, float]]:
        """Labels with their probabilities, the likeliest first."""
        assert self._model is not None
        return self._model.ranking(message.get(TEXT), message.get(SENTENCE_VECTOR))

    def add_guess(self, message: Message, entity: Text, value: Text, chance: float) -> None:
        """Lay a guess about the whole sentence into the message, as an entity."""
        guess = {
            "entity": entity,
            "value": value,
            "start": 0,
            "end": len(message.get(TEXT)),
            "confidence_entity": chance,
            "extractor": type(self).__name__,
        }
        message.set(ENTITIES, [*message.get(ENTITIES, []), guess], add_to_output=True)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(_LinearClassifier, IntentClassifier):
    """Sets the intent and its ranking."""

    @classmethod
    def required_components(cls) -> List[Type[Any]]:
        return []

    def label(self, message: Message) -> Optional[Text]:
        return message.get(INTENT)

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = message.get(TEXT)
            if not text:  # nothing but signs: the fallback behind this needs an intent all the same
                message.set(INTENT, {INTENT_NAME_KEY: None, "confidence": 0.0}, add_to_output=True)
                message.set(INTENT_RANKING_KEY, [], add_to_output=True)
                continue
            ranking = [
                {INTENT_NAME_KEY: name, "confidence": chance}
                for name, chance in self.ranking(message)[:10]
            ]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class RightClassifier(_LinearClassifier):
    """Adds the entity `likely_right`: what the whole sentence suggests of the right at stake.

    It serves where no clear word names the right.
    """

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"regularisation": 10.0, "threshold": 0.5}

    def label(self, message: Message) -> Optional[Text]:
        return _taught(message, "right")

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            text = message.get(TEXT)
            if not text:
                continue
            right, chance = self.ranking(message)[0]
            if right == "unknown" or chance < self._config["threshold"]:
                continue
            self.add_guess(message, "likely_right", right, chance)
        return messages


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=True)
class AskClassifier(_LinearClassifier):
    """Adds the entity `likely_ask`: whether the sentence asks for an `answer` (算侵权吗, 几天内),
    for a `road` (怎么办, 找谁), or for neither (`no`).
    """

    def label(self, message: Message) -> Optional[Text]:
        return _taught(message, "asks")

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if message.get(TEXT):
                self.add_guess(message, "likely_ask", *self.ranking(message)[0])
        return messages
