"""Without the dialogue engine a message is understood by the same figures."""

import io
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from api.fallback.understanding import ModelUnreadable, Understanding, models_in
from bot.reading.linear import LinearModel

NO_VECTOR = np.zeros(2, np.float32)


def model(classes: list[str], words: dict[str, list[float]], base: list[float]) -> LinearModel:
    """A model in which each word speaks for the classes with these weights."""
    weights = np.array([*words.values(), *[[0.0] * len(classes)] * 2], np.float32)
    return LinearModel(
        classes,
        list(words),
        np.ones(len(words), np.float32),
        weights,
        np.array(base, np.float32),
        np.ones(2, np.float32),
    )


INTENTS = model(["infringed", "greet"], {"仿": [6, -6], "好": [-6, 6]}, [0, 0])
RIGHTS = model(["trademark", "unknown"], {"牌": [6, -6]}, [-1, 1])
ASKS = model(["answer", "no"], {"吗": [6, -6]}, [-1, 1])
SETTINGS = {
    "FallbackClassifier": {"threshold": 0.25, "ambiguity_threshold": 0.02},
    "RightClassifier": {"threshold": 0.5},
}


@pytest.fixture
def understanding() -> Understanding:
    models = {
        "LinearIntentClassifier": INTENTS,
        "RightClassifier": RIGHTS,
        "AskClassifier": ASKS,
    }
    return Understanding(lambda _: NO_VECTOR, models, SETTINGS)


def guesses(parse: dict[str, Any]) -> dict[str, str]:
    return {one["entity"]: one["value"] for one in parse["entities"]}


def test_a_model_says_the_same_where_its_weights_lie_in_a_file(tmp_path: Path) -> None:
    mapped = INTENTS.mapped(tmp_path)

    assert mapped is not INTENTS
    assert mapped.ranking("好仿", NO_VECTOR) == INTENTS.ranking("好仿", NO_VECTOR)
    assert not list(tmp_path.iterdir()), "it leaves nothing behind"


def test_a_model_stays_in_memory_where_no_file_can_be_written(tmp_path: Path) -> None:
    assert INTENTS.mapped(tmp_path / "missing") is INTENTS


def test_intent_right_and_what_is_asked_are_told_as_rasa_tells_them(
    understanding: Understanding,
) -> None:
    parse = understanding.parse("有人仿我的牌子，商镖吗")

    assert parse["text"] == "有人仿我的牌子，商标吗"
    assert parse["intent"]["name"] == "infringed" and parse["intent"]["confidence"] > 0.9
    assert [one["name"] for one in parse["intent_ranking"]] == ["infringed", "greet"]
    assert guesses(parse) == {"likely_right": "trademark", "likely_ask": "answer"}


def test_a_right_that_is_not_likely_is_not_told(understanding: Understanding) -> None:
    assert guesses(understanding.parse("仿我的")) == {"likely_ask": "no"}


def test_two_intents_that_stand_level_are_a_fallback_with_the_ranking_kept(
    understanding: Understanding,
) -> None:
    parse = understanding.parse("仿好")

    assert parse["intent"]["name"] == "nlu_fallback"
    assert {one["name"] for one in parse["intent_ranking"]} == {"infringed", "greet"}


@pytest.mark.parametrize("text", ["", "  ", "\u3000"])
def test_nothing_readable_is_a_fallback_without_a_ranking(
    understanding: Understanding, text: str
) -> None:
    parse = understanding.parse(text)

    assert (parse["intent"]["name"], parse["intent_ranking"]) == ("nlu_fallback", [])


def test_a_button_says_its_intent_and_carries_its_values(understanding: Understanding) -> None:
    parse = understanding.parse('/inform{"right": "trademark"}')

    assert parse["intent"] == {"name": "inform", "confidence": 1.0}
    assert guesses(parse) == {"right": "trademark"}
    assert understanding.parse("/human_handoff")["entities"] == []


def test_without_a_model_only_plain_words_are_read(tmp_path: Path) -> None:
    parse = Understanding.load(tmp_path).parse("有人仿我的牌子")

    assert parse["text"] == "有人仿我的牌子"
    assert (parse["intent"]["name"], parse["intent_ranking"]) == ("nlu_fallback", [])


def test_a_model_that_is_cut_off_is_told_from_one_that_is_whole(tmp_path: Path) -> None:
    file, packed = tmp_path / "model.npz", io.BytesIO()
    INTENTS.save(file)
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.add(file, "components/train_bot.classifier.LinearIntentClassifier3/model.npz")
    (tmp_path / "whole.tar.gz").write_bytes(packed.getvalue())
    (tmp_path / "cut.tar.gz").write_bytes(packed.getvalue()[: len(packed.getvalue()) // 2])

    assert models_in(tmp_path / "whole.tar.gz")["LinearIntentClassifier"].classes == [
        "infringed",
        "greet",
    ]
    for name in ("cut.tar.gz", "missing.tar.gz"):
        with pytest.raises(ModelUnreadable):
            models_in(tmp_path / name)
