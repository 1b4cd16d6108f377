"""The index that is measured at a size is like the real one, and recall is counted fairly."""

from pathlib import Path

import numpy as np
import pytest

from evaluation.retrieval import scale
from knowledge.search.vectors.faiss_index import FaissIndex


def unit(rows: int) -> np.ndarray:
    vectors = np.random.default_rng(3).normal(size=(rows, 16)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_more_vectors_begin_with_the_real_ones_and_are_of_unit_length() -> None:
    vectors = np.concatenate(list(scale.spread(unit(50), 400)))
    assert vectors.shape == (400, 16)
    assert (vectors[:50] == unit(50)).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert len(np.unique(vectors, axis=0)) == 400


def test_a_vector_as_near_as_the_last_wanted_counts_as_found_and_a_farther_one_does_not() -> None:
    vectors = np.array([[1, 0], [0.8, 0.6], [0.8, 0.6], [0, 1]], np.float32)
    question = np.array([1, 0], np.float32)
    best = scale.exact(vectors, question[None], 4)[0]
    assert best == pytest.approx([1, 0.8, 0.8, 0])
    assert scale.recalled(vectors, question, np.array([0, 2, 1]), best, 2) == 1
    assert scale.recalled(vectors, question, np.array([0, 3, 1]), best, 2) == 0.5


def test_the_exact_index_finds_all(tmp_path: Path) -> None:
    vectors, questions = unit(300), unit(340)[300:]
    np.save(tmp_path / "vectors.npy", vectors)
    np.save(tmp_path / "questions.npy", questions)
    np.save(tmp_path / "exact.npy", scale.exact(vectors, questions, 100))
    built = scale.Figures("Flat", len(vectors))
    figures = scale._asked(tmp_path, built, FaissIndex.of(vectors), lambda: 0.0)
    assert (figures.recall, figures.recall_all) == (1, 1)
