"""The written answers in the index: the closest comes first, with its wordings and without, and a
build holds them whole.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge.answers.answers import Answer
from knowledge.search import index
from knowledge.search.index import IndexDamaged
from knowledge.search.searcher import Searcher
from tests.content import ANSWERS, STATUTES, knowledge_base
from tests.knowledge.search.fake_embedder import FakeEmbedder
from tests.knowledge.search.test_index import TEXTS, content

SOME = tuple(ANSWERS)[::40]


def searcher(folder: Path, answers: Sequence[Answer]) -> Searcher:
    embedder = FakeEmbedder()
    index.build(folder, content(*TEXTS), embedder, answers=answers)
    return Searcher(index.open_current(folder, embedder), embedder, STATUTES)


def test_a_wording_of_its_own_finds_an_answer_before_all_others(tmp_path: Path) -> None:
    found = searcher(tmp_path, SOME)

    first = {wording: found.answers(wording)[0].id for one in SOME for wording in one.asks}

    own = {wording: one.id for one in SOME for wording in one.asks}
    missed = [wording for wording in own if first[wording] != own[wording]]
    assert len(missed) <= len(own) / 8, missed


def test_what_comes_closest_stands_first_and_no_more_than_wished(tmp_path: Path) -> None:
    found = searcher(tmp_path, SOME).answers(SOME[0].asks[0], limit=3)

    assert len(found) == 3
    signs = [one.signs for one in found]
    assert signs == sorted(signs, reverse=True)


def test_without_words_or_answers_nothing_is_found(tmp_path: Path) -> None:
    assert searcher(tmp_path / "some", SOME).answers("？？") == []
    assert searcher(tmp_path / "none", ()).answers("商标能用几年") == []


def test_another_text_of_an_answer_makes_another_build(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    first = index.build(tmp_path, content(*TEXTS), embedder, answers=SOME)
    again = index.build(tmp_path, content(*TEXTS), embedder, answers=SOME)
    told = replace(SOME[0], says="另外一句话。")
    other = index.build(tmp_path, content(*TEXTS), embedder, answers=(told, *SOME[1:]))

    assert first.hash == again.hash != other.hash


def test_far_more_speaks_for_an_answer_that_is_meant_than_for_one_beside_the_point(
    tmp_path: Path,
) -> None:
    found = searcher(tmp_path, SOME)

    same, other = found.answers(SOME[0].asks[0]), found.answers("明天天气怎么样")

    assert same[0].id == SOME[0].id
    assert same[0].signs > other[0].signs + 2


def test_an_answer_is_found_by_what_it_says_where_no_wording_is_like_the_question(
    tmp_path: Path,
) -> None:
    told = replace(SOME[0], says="渡口的摆渡船逢大雾停开。", why="船工看不见对岸。", unless="")
    found = searcher(tmp_path, (told, *SOME[1:]))

    assert found.answers("大雾天渡口的摆渡船停开")[0].id == told.id


def test_a_question_is_found_by_the_words_of_another_wording(tmp_path: Path) -> None:
    told = replace(SOME[0], asks=("大雾天摆渡的船开不开", *SOME[0].asks[1:]))
    found = searcher(tmp_path, (told, *SOME[1:]))

    assert found.answers("大雾天摆渡的船还开不开")[0].id == told.id


def test_a_message_is_encoded_once_for_its_answer_and_for_the_law(tmp_path: Path) -> None:
    asked: list[str] = []

    class Counting(FakeEmbedder):
        def encode_queries(self, texts: list[str]) -> np.ndarray:
            asked.extend(texts)
            return super().encode_queries(texts)

    embedder = Counting()
    index.build(tmp_path, content(*TEXTS), embedder, answers=SOME)
    found = Searcher(index.open_current(tmp_path, embedder), embedder, STATUTES)
    asked.clear()

    found.answers("披露商业秘密算不算侵权")
    found.search("披露商业秘密算不算侵权", date(2026, 11, 28))
    assert asked == ["披露商业秘密算不算侵权"]


def test_the_wordings_are_known_questions_of_the_build(tmp_path: Path) -> None:
    index.build(tmp_path, content(*TEXTS), FakeEmbedder(), answers=SOME)
    opened = index.open_current(tmp_path, FakeEmbedder())

    assert {(one.text, one.answer) for one in opened.questions} == {
        (wording, one.id) for one in SOME for wording in one.asks
    }


def test_an_answer_that_was_encoded_before_is_not_encoded_again(tmp_path: Path) -> None:
    index.build(tmp_path, content(*TEXTS), FakeEmbedder(), answers=SOME)
    embedder = FakeEmbedder()
    told = replace(SOME[0], says="另外一句话。")
    index.build(tmp_path, content(*TEXTS), embedder, answers=(told, *SOME[1:]))

    assert embedder.encoded == [f"{told.says}{told.why}{told.unless}"]


@pytest.mark.parametrize(
    "file", ["cards.jsonl", "cards.npy", "cards-mean.npy", "cards-keywords/words.npy"]
)
def test_a_build_whose_answers_are_damaged_is_refused(tmp_path: Path, file: str) -> None:
    manifest = index.build(tmp_path, content(*TEXTS), FakeEmbedder(), answers=SOME)
    damaged = tmp_path / manifest.hash / file
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")

    with pytest.raises(IndexDamaged, match=file):
        index.open_current(tmp_path, FakeEmbedder())


def test_without_the_search_or_the_encoder_no_answer_is_guessed(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    index.build(tmp_path, content(*TEXTS), embedder, answers=SOME)
    blind = Searcher(index.open_current(tmp_path, embedder), None, STATUTES)

    assert blind.answers(SOME[0].asks[0]) == []
    assert knowledge_base().find_answers(SOME[0].asks[0]) == []
