"""Sentences become vectors without anything that only set-up needs; those of training examples are
kept from training to training, and what is kept is what would be computed.
"""

from pathlib import Path
from typing import List

import numpy as np
import pytest
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.sentence_vectors import CACHE, SENTENCE_VECTOR, SentenceVectors


class Counting(SentenceVectors):
    """Counts what is encoded; the vector of a text is its length."""

    def __init__(self) -> None:
        self.encoded: List[str] = []

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

    assert (sorted(first.encoded), vectors) == (["专利证", "商标"], [2.0, 3.0])
    assert (second.encoded, again) == (["传票来了"], [3.0, 2.0, 4.0])


def test_a_damaged_file_is_written_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "vectors.npz"
    kept.write_bytes(b"half a file")
    monkeypatch.setenv(CACHE, str(kept))

    assert trained("商标")[0].encoded == ["商标"]
    assert trained("商标")[0].encoded == []


def test_without_a_file_everything_is_encoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CACHE, raising=False)

    assert trained("商标", "商标")[0].encoded == ["商标"]
