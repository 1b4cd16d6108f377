"""Sentences of one meaning come together, the same way each time."""

import numpy as np

from api.asked.grouping import LIKE, grouped
from knowledge.search.encoder.embedding import Floats


def unit(*rows: list[float]) -> Floats:
    vectors = np.array(rows, np.float32)
    made: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return made


def around(middle: int, count: int, seed: int, spread: float = 0.05) -> Floats:
    """Vectors near one axis of 64."""
    noise = np.random.default_rng(seed).normal(0, spread, (count, 64)).astype(np.float32)
    noise[:, middle] += 1
    made: Floats = noise / np.linalg.norm(noise, axis=1, keepdims=True)
    return made


def test_every_sentence_is_in_one_group_the_largest_first() -> None:
    vectors = np.concatenate([around(0, 5, 1), around(1, 9, 2), around(2, 1, 3)])
    found = grouped(vectors)
    assert [len(one.rows) for one in found] == [9, 5, 1]
    assert sorted(row for one in found for row in one.rows) == list(range(15))


def test_the_first_of_a_group_is_the_one_nearest_to_its_middle() -> None:
    vectors = unit([1, 0, 0], [1, 0.5, 0], [1, 0.9, 0])
    [found] = grouped(vectors, like=0.7)
    assert found.rows[0] == 1
    assert list(found.distances) == sorted(found.distances)


def test_no_chain_leads_from_one_matter_to_another() -> None:
    angles = np.arange(0, 1.6, 0.4)  # each is near to the next, the first not to the last
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert len(grouped(vectors, like=0.9)) > 1


def test_the_same_sentences_give_the_same_groups() -> None:
    vectors = np.concatenate([around(axis % 20, 6, axis, spread=0.12) for axis in range(60)])
    assert grouped(vectors) == grouped(vectors.copy())


def test_a_sentence_that_hundreds_repeat_is_one_group() -> None:
    vectors = np.concatenate([np.repeat(around(0, 1, 1), 300, axis=0), around(5, 3, 2)])
    assert [len(one.rows) for one in grouped(vectors)] == [300, 3]


def test_none_and_one_are_no_trouble() -> None:
    assert grouped(np.zeros((0, 8), np.float32)) == []
    assert [len(one.rows) for one in grouped(unit([1.0, 2.0]))] == [1]
    assert 0 < LIKE < 1
