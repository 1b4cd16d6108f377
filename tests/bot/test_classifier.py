"""The classifiers learn the intent and, from metadata, the right at stake and what is asked for,
and keep it.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from bot.classifier import AskClassifier, LinearIntentClassifier, RightClassifier, learn
from bot.sentence_vectors import SENTENCE_VECTOR, SentenceVectors

EXAMPLES = """
version: "3.1"
nlu:
- intent: infringed
  examples:
  - text: |
      有人仿冒我的商标在卖货
    metadata: {right: trademark, asks: no}
  - text: |
      隔壁店仿冒我的商标招牌
    metadata: {right: trademark}
  - text: |
      有人仿冒我的专利产品在卖
    metadata: {right: patent, asks: no}
  - text: |
      隔壁厂仿冒我的专利产品
    metadata: {right: patent}
- intent: accused_court
  examples:
  - text: |
      收到法院传票说我侵犯商标
    metadata: {right: trademark}
  - text: |
      收到法院传票不知道怎么办
    metadata: {right: unknown, asks: road}
  - text: |
      收到传票该怎么办
    metadata: {asks: road}
  - text: |
      这样算侵权吗
    metadata: {asks: answer}
  - text: |
      法院会判我侵权吗
    metadata: {asks: answer}
  - text: |
      法院传票说我侵犯专利
    metadata: {right: patent}
- intent: greet
  examples: |
    - 您好
    - 您好啊
    - 你好
"""


def vector(text: str) -> np.ndarray:
    """A stand-in for the sentence's meaning: which of a few words it holds, length 1."""
    counts = np.array(
        [1.0, *(float(word in text) for word in ("商标", "专利", "传票", "仿冒", "好"))], np.float32
    )
    return counts / np.linalg.norm(counts)


def heard(text: str, **more: Any) -> Message:
    return Message({TEXT: text, SENTENCE_VECTOR: vector(text), **more})


@pytest.fixture
def taught(tmp_path: Path) -> TrainingData:
    """Examples read by Rasa itself, so that their metadata stands where Rasa puts it."""
    file = tmp_path / "nlu.yml"
    file.write_text(EXAMPLES, encoding="utf-8")
    data = load_data(str(file))
    for example in data.training_examples:
        example.set(SENTENCE_VECTOR, vector(example.get(TEXT)))
    return data


@pytest.fixture
def storage(tmp_path: Path) -> ModelStorage:
    (tmp_path / "model").mkdir()
    return LocalModelStorage.create(tmp_path / "model")


@pytest.fixture
def context() -> ExecutionContext:
    return ExecutionContext(GraphSchema({}))


def trained(
    kind: Any, storage: ModelStorage, context: ExecutionContext, data: TrainingData, **config: Any
) -> Any:
    resource = Resource(kind.__name__)
    component = kind.create({**kind.get_default_config(), **config}, storage, resource, context)
    component.train(data)
    return component


def likely_rights(message: Message) -> list[dict[str, Any]]:
    return guesses(message, "likely_right")


def guesses(message: Message, what: str) -> list[dict[str, Any]]:
    return [entity for entity in message.get(ENTITIES, []) if entity["entity"] == what]


def test_the_likeliest_intent_is_set_and_the_others_are_ranked(
    storage: ModelStorage, context: ExecutionContext, taught: TrainingData
) -> None:
    classifier = trained(LinearIntentClassifier, storage, context, taught)
    message = heard("收到法院传票怎么办")

    classifier.process([message])

    ranking = message.get(INTENT_RANKING_KEY)
    assert message.get(INTENT) == ranking[0] and ranking[0]["name"] == "accused_court"
    assert {entry["name"] for entry in ranking} == {"infringed", "accused_court", "greet"}
    assert [entry["confidence"] for entry in ranking] == sorted(
        (e["confidence"] for e in ranking), reverse=True
    )
    assert sum(entry["confidence"] for entry in ranking) == pytest.approx(1)
    # numpy's would not become JSON
    assert all(type(entry["confidence"]) is float for entry in ranking)


def test_an_empty_message_is_left_to_the_fallback(
    storage: ModelStorage, context: ExecutionContext, taught: TrainingData
) -> None:
    message = Message({TEXT: ""})

    trained(LinearIntentClassifier, storage, context, taught).process([message])

    assert message.get(INTENT) == {"name": None, "confidence": 0.0}


@pytest.mark.parametrize(
    "text, right", [("有人仿冒我的商标", "trademark"), ("有人仿冒我的专利产品", "patent")]
)
def test_the_right_is_learned_from_the_metadata_of_the_examples(
    storage: ModelStorage, context: ExecutionContext, taught: TrainingData, text: str, right: str
) -> None:
    message = heard(text, entities=[{"entity": "law_citation", "value": "商标法57条"}])

    trained(RightClassifier, storage, context, taught).process([message])

    [guess] = likely_rights(message)
    assert (guess["value"], guess["start"], guess["end"]) == (right, 0, len(text))
    assert 0.4 <= guess["confidence_entity"] <= 1
    assert message.get(ENTITIES)[0]["entity"] == "law_citation"


def test_examples_without_a_right_teach_none(taught: TrainingData) -> None:
    classifier = RightClassifier({}, None, None)
    labels: dict[str, str | None] = {
        e.get(TEXT): classifier.label(e) for e in taught.intent_examples
    }

    assert labels["您好"] is None
    assert labels["收到法院传票不知道怎么办"] == "unknown"
    assert labels["隔壁厂仿冒我的专利产品"] == "patent"


def test_a_hesitant_guess_and_an_open_one_are_not_told(
    storage: ModelStorage, context: ExecutionContext, taught: TrainingData
) -> None:
    hesitant, opened = heard("有人仿冒我的商标"), heard("收到法院传票不知道怎么办")

    trained(RightClassifier, storage, context, taught, threshold=0.999).process([hesitant])
    trained(RightClassifier, storage, context, taught, threshold=0.0).process([opened])

    assert likely_rights(hesitant) == likely_rights(opened) == []


@pytest.mark.parametrize(
    ("text", "asks"),
    [("卖这个算侵权吗", "answer"), ("传票来了怎么办", "road"), ("有人仿冒我的商标", "no")],
)
def test_what_a_sentence_asks_for_is_learned_and_always_told_beside_other_guesses(
    storage: ModelStorage, context: ExecutionContext, taught: TrainingData, text: str, asks: str
) -> None:
    message = heard(text, entities=[{"entity": "law_citation", "value": "商标法57条"}])

    trained(AskClassifier, storage, context, taught).process([message])

    [guess] = guesses(message, "likely_ask")
    assert (guess["value"], guess["start"], guess["end"]) == (asks, 0, len(text))
    assert type(guess["confidence_entity"]) is float and 0 < guess["confidence_entity"] <= 1
    assert message.get(ENTITIES)[0]["entity"] == "law_citation"


def test_what_teaches_nothing_asked_for_is_left_out(taught: TrainingData) -> None:
    classifier = AskClassifier({}, None, None)
    labels = {e.get(TEXT): classifier.label(e) for e in taught.intent_examples}

    assert labels["您好"] is None and labels["隔壁厂仿冒我的专利产品"] is None
    assert labels["有人仿冒我的专利产品在卖"] == "no"  # asks nothing: that is taught too


def test_an_empty_message_asks_for_nothing(
    storage: ModelStorage, context: ExecutionContext, taught: TrainingData
) -> None:
    message = Message({TEXT: ""})

    trained(AskClassifier, storage, context, taught).process([message])

    assert guesses(message, "likely_ask") == []


@pytest.mark.parametrize("kind", [LinearIntentClassifier, RightClassifier, AskClassifier])
def test_what_was_learned_survives_storing_and_loading(
    kind: Any, storage: ModelStorage, context: ExecutionContext, taught: TrainingData
) -> None:
    classifier = trained(kind, storage, context, taught)
    loaded = kind.load(kind.get_default_config(), storage, Resource(kind.__name__), context)
    message = heard("法院传票说我侵犯专利")

    assert loaded.ranking(message) == classifier.ranking(message)


def test_a_stored_model_holds_figures_and_no_code(
    storage: ModelStorage, context: ExecutionContext, taught: TrainingData
) -> None:
    classifier = trained(LinearIntentClassifier, storage, context, taught)

    with storage.read_from(Resource(LinearIntentClassifier.__name__)) as folder:
        [file] = folder.iterdir()
        with np.load(file, allow_pickle=False) as kept:
            assert sorted(kept["classes"]) == sorted(classifier._model.classes)


@pytest.mark.parametrize("labels", [["a", "b"], ["a", "b", "c"]])
def test_the_chances_are_those_of_the_library_that_learnt_them(labels: list[str]) -> None:
    texts = [f"{word}{n % 7}号摊位  卖的货" for n in range(60) for word in ("我家", "他们", "隔壁")]
    vectors = np.random.default_rng(1).normal(size=(len(texts), 5)).astype(np.float32)
    named = [labels[n % len(labels)] for n in range(len(texts))]
    model = learn(texts, vectors, named, 10.0)

    counter = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=2)
    mean = vectors.mean(axis=0)
    away = vectors - mean
    features = hstack(
        [
            counter.fit_transform(texts),
            csr_matrix(away / np.linalg.norm(away, axis=1, keepdims=True)),
        ]
    ).tocsr()
    regression = LogisticRegression(
        C=10.0,
        solver="liblinear",
        class_weight="balanced",
        random_state=1,
        dual=True,
        tol=1e-2,
        max_iter=1000,
    ).fit(features, named)
    ours = np.stack([model.predict_proba(*one) for one in zip(texts, vectors)])

    assert model.classes == regression.classes_.tolist()
    np.testing.assert_allclose(ours, regression.predict_proba(features), atol=2e-4)


def test_training_twice_on_the_same_examples_gives_the_same_model(
    storage: ModelStorage, context: ExecutionContext, taught: TrainingData
) -> None:
    message = heard("有人仿冒我的专利")
    first, second = (
        trained(LinearIntentClassifier, storage, context, taught).ranking(message) for _ in range(2)
    )

    assert first == second


def test_the_vector_of_a_sentence_is_of_length_one_and_nearer_to_a_like_sentence() -> None:
    component = SentenceVectors()
    messages = [
        Message({TEXT: t}) for t in ("我的商标被别人仿冒", "有人冒用我们的牌子", "今天天气怎么样")
    ]

    component.process([*messages, Message({})])

    mark, brand, weather = (message.get(SENTENCE_VECTOR) for message in messages)
    assert mark.shape == (384,) and np.linalg.norm(mark) == pytest.approx(1, abs=1e-3)
    assert mark @ brand > mark @ weather
