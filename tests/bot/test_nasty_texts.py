"""Whatever is sent, every component of the pipeline comes back with a result."""

import numpy as np
import pytest
from rasa.nlu.tokenizers.jieba_tokenizer import JiebaTokenizer
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.citations import CitationReader
from bot.classifier import learn
from bot.normaliser import Normaliser
from bot.reading.bounds import LONGEST, bounded
from bot.reading.fold import normalise
from bot.reading.linear import LinearModel
from bot.sentence_vectors import SENTENCE_VECTOR, SentenceVectors
from tests.nasty import NASTY

TAUGHT = ["商标被抢注了", "商标被人冒用", "专利被侵权了", "专利证书丢了"]
LABELS = ["squatted", "infringed", "infringed", "registration_exam"]


@pytest.fixture(scope="module")
def vectors() -> SentenceVectors:
    return SentenceVectors()


@pytest.fixture(scope="module")
def model(vectors: SentenceVectors) -> LinearModel:
    return learn(TAUGHT, vectors.vectors(TAUGHT), LABELS, 10.0)


def test_the_pipeline_takes_whatever_comes(vectors: SentenceVectors, model: LinearModel) -> None:
    tokenizer = JiebaTokenizer(JiebaTokenizer.get_default_config(), None, None)
    pipeline = (Normaliser(), tokenizer, vectors, CitationReader())
    for name, nasty in NASTY.items():
        message = Message({TEXT: nasty})
        for component in pipeline:
            [message] = component.process([message])

        text = message.get(TEXT)
        assert len(text) <= 2 * LONGEST, name
        assert len(message.get(ENTITIES, [])) <= len(text), name
        if text:
            ranking = model.ranking(text, message.get(SENTENCE_VECTOR))
            assert np.sum([chance for _, chance in ranking]) == pytest.approx(1), name


def test_what_was_read_before_does_not_grow_when_it_is_read_again() -> None:
    for name, nasty in NASTY.items():
        assert len(normalise(normalise(nasty))) <= len(normalise(nasty)), name


def test_the_encoder_alone_takes_whatever_comes(vectors: SentenceVectors) -> None:
    for name, nasty in NASTY.items():
        [vector] = vectors.vectors([nasty])
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-4), name


def test_an_ordinary_message_is_read_to_its_end() -> None:
    message = "我在赣州开店，商標被人冒用了（Ａ市）。\n" * 90

    assert bounded(message) == message
