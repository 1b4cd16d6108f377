"""Builds are immutable, encode only new text, are refused when damaged, and are replaced in one
step.
"""

import errno
import json
import resource
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from knowledge.law.succession import Succession
from knowledge.search import cards, guidance, index, passages
from knowledge.search.encoder import embedding
from knowledge.search.faq import Question, load_questions, wordings_of
from knowledge.search.index import IndexDamaged, IndexMismatch, IndexMissing
from knowledge.search.passages import Passage
from knowledge.search.vectors.cache import SHIPPED_PASSAGES, SHIPPED_QUESTIONS, VectorStore
from knowledge.search.vectors.faiss_index import FaissIndex
from tests.content import ANSWERS, STATUTES
from tests.knowledge.search.fake_embedder import FakeEmbedder

TEXTS = [
    "销售侵犯注册商标专用权的商品",
    "未经专利权人许可实施其专利",
    "通过信息网络向公众传播其作品",
    "披露商业秘密",
]


def content(*texts: str) -> list[Passage]:
    return [
        Passage(
            id=f"样法(2020)第{number}条",
            kind="statute",
            document=f"样法(2020)第{number}条",
            title=f"样法第{number}条",
            text=text,
            law="样法",
            article=f"第{number}条",
            chapter="",
            version_date=date(2020, 1, 1),
            in_force_from=date(2020, 1, 1),
            in_force_to=None,
        )
        for number, text in enumerate(texts, 1)
    ]


def test_a_build_can_be_opened_and_holds_what_was_put_in(tmp_path: Path) -> None:
    manifest = index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    opened = index.open_current(tmp_path, FakeEmbedder())
    assert opened.manifest == manifest
    assert manifest.counts == {"statute": len(TEXTS)}
    assert opened.passages == tuple(content(*TEXTS))
    assert sorted(opened.nearest.search(opened.mean / np.linalg.norm(opened.mean), 9)[1]) == list(
        range(len(TEXTS))
    )
    assert opened.mean.shape == (64,)


def test_the_same_content_is_not_built_twice(tmp_path: Path) -> None:
    first = index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    idle = FakeEmbedder()
    assert index.build(tmp_path, content(*TEXTS), idle) == first
    assert idle.encoded == []


def test_force_builds_again(tmp_path: Path) -> None:
    first = index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    again = index.build(tmp_path, content(*TEXTS), FakeEmbedder(), force=True)
    assert again.hash == first.hash
    assert again.built_at > first.built_at


def test_only_new_text_is_encoded(tmp_path: Path) -> None:
    index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    embedder = FakeEmbedder()
    index.build(tmp_path, content(*TEXTS, "擅自使用他人有一定影响的名称"), embedder)
    assert len(embedder.encoded) == 1
    assert "有一定影响" in embedder.encoded[0]


def test_progress_is_told_while_text_is_encoded(tmp_path: Path) -> None:
    heard: list[tuple[int, int]] = []
    index.build(
        tmp_path,
        content(*TEXTS),
        FakeEmbedder(),
        progress=lambda done, total: heard.append((done, total)),
    )
    assert heard == [(len(TEXTS), len(TEXTS))]


def test_without_a_build_the_operator_is_told_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"\./helpline index"):
        index.open_current(tmp_path, FakeEmbedder())


@pytest.mark.parametrize(
    "file", ["vectors.faiss", "mean.npy", "passages.jsonl", "keywords/words.marisa"]
)
def test_a_damaged_build_is_refused_and_named(file: str, tmp_path: Path) -> None:
    manifest = index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    damaged = tmp_path / manifest.hash / file
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    with pytest.raises(IndexDamaged, match=file):
        index.open_current(tmp_path, FakeEmbedder())


def test_a_build_without_its_manifest_is_refused(tmp_path: Path) -> None:
    manifest = index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    (tmp_path / manifest.hash / "manifest.json").unlink()
    with pytest.raises(IndexDamaged, match="清单"):
        index.open_current(tmp_path, FakeEmbedder())


def test_a_damaged_build_is_mended_by_building(tmp_path: Path) -> None:
    manifest = index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    (tmp_path / manifest.hash / "mean.npy").unlink()
    index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    assert index.open_current(tmp_path, FakeEmbedder()).manifest.hash == manifest.hash


def test_a_build_of_another_encoder_is_refused(tmp_path: Path) -> None:
    index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    with pytest.raises(IndexMismatch, match="other"):
        index.open_current(tmp_path, FakeEmbedder("other"))


def test_an_index_of_another_question_side_is_refused(tmp_path: Path) -> None:
    index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    tuned_since = FakeEmbedder()
    tuned_since.question_name = "fake-tuned"
    with pytest.raises(IndexMismatch, match="fake-tuned"):
        index.open_current(tmp_path, tuned_since)


def test_an_index_of_another_layout_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as before:
        before.setattr(index, "_FORMAT", 1)
        index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    with pytest.raises(IndexMismatch, match=r"\./helpline index"):
        index.open_current(tmp_path, FakeEmbedder())
    assert "./helpline index" in (index.trouble_of(tmp_path) or "")


def test_a_new_question_makes_a_new_build_and_encodes_no_passage_again(tmp_path: Path) -> None:
    asked = [Question("有人卖假货怎么办", ("样法(2020)第1条",))]
    first = index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    embedder = FakeEmbedder()
    second = index.build(tmp_path, content(*TEXTS), embedder, questions=asked)
    assert (first.hash != second.hash, embedder.encoded) == (True, [])
    opened = index.open_current(tmp_path, embedder)
    assert list(opened.questions) == asked
    assert isinstance(opened.nearest_questions, FaissIndex)
    assert opened.nearest_questions.vectors().shape == (1, embedder.dimension)


def test_a_failed_build_leaves_the_one_in_use_alone(tmp_path: Path) -> None:
    class Failing(FakeEmbedder):
        def encode_passages(self, texts: list[str]) -> np.ndarray:
            raise MemoryError

    first = index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    with pytest.raises(MemoryError):
        index.build(tmp_path, content(*TEXTS, "新的一条"), Failing())
    assert index.open_current(tmp_path, FakeEmbedder()).manifest == first
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [first.hash]


def test_only_the_last_two_builds_are_kept(tmp_path: Path) -> None:
    built = [
        index.build(tmp_path, content(*TEXTS[:count]), FakeEmbedder()).hash for count in (2, 3, 4)
    ]
    assert {path.name for path in tmp_path.iterdir() if path.is_dir()} == set(built[1:])


def test_stored_vectors_are_close_to_the_encoders(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    store = VectorStore("fake", {})
    store.learn(TEXTS, embedder.encode_passages, lambda done, total: None)
    store.save(tmp_path / "known.npz")
    known = VectorStore.of("fake", tmp_path / "known.npz", tmp_path / "absent.npz")
    assert known.missing([*TEXTS, "没有见过"]) == ["没有见过"]
    assert np.abs(known.vectors(TEXTS) - embedder.encode_passages(TEXTS)).max() < 0.005
    assert VectorStore.of("other", tmp_path / "known.npz").missing(TEXTS) != []


def test_stored_vectors_do_not_depend_on_the_order_of_learning(tmp_path: Path) -> None:
    for name, texts in (("a.npz", TEXTS), ("b.npz", TEXTS[::-1])):
        store = VectorStore("fake", {})
        store.learn(texts, FakeEmbedder().encode_passages, lambda done, total: None)
        store.save(tmp_path / name)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_a_set_up_has_almost_nothing_to_encode() -> None:
    law = passages.all(STATUTES, guidance.load(STATUTES))
    texts = [*(passage.embedded_text for passage in law), *map(cards.text_of, ANSWERS)]
    known = load_questions(STATUTES, Succession.load(STATUTES))
    asked = [question.text for question in [*known, *wordings_of(ANSWERS)]]
    embedder = embedding.load()
    passages_missing = VectorStore.of(embedder.name, SHIPPED_PASSAGES).missing(texts)
    questions_missing = VectorStore.of(embedder.question_name, SHIPPED_QUESTIONS).missing(asked)
    what_to_do = "请运行 python -m knowledge.search.index ship-vectors，并提交它写的文件"
    assert len(passages_missing) <= len(texts) / 50, what_to_do
    assert len(questions_missing) <= len(asked) / 50, what_to_do


def test_the_manifest_can_be_read_by_people_and_programs(tmp_path: Path) -> None:
    manifest = index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    written = json.loads((tmp_path / manifest.hash / "manifest.json").read_text(encoding="utf-8"))
    assert written["embedder"] == "fake"
    assert set(written) == {
        "hash",
        "format",
        "embedder",
        "question_side",
        "dimension",
        "counts",
        "built_at",
        "files",
    }


def test_a_build_beside_another_takes_what_that_one_knows_and_leaves_it_as_it_is(
    tmp_path: Path,
) -> None:
    ours, other = tmp_path / "other", tmp_path / "ours"
    kept = index.build(ours, content(*TEXTS), FakeEmbedder())
    embedder = FakeEmbedder()

    same = index.build(other, content(*TEXTS), embedder, beside=ours)
    assert (same, embedder.encoded) == (kept, [])

    index.build(other, content(*TEXTS, "专利权终止"), embedder, beside=ours)
    assert len(embedder.encoded) == 1
    assert index.open_current(ours, FakeEmbedder()).manifest == kept


@pytest.mark.parametrize("most_bytes", [0, 600, 1500])  # of a file: sooner or later it is too much
def test_a_disk_that_is_full_leaves_the_build_in_use_and_nothing_half_made(
    tmp_path: Path, most_bytes: int
) -> None:
    index.build(tmp_path, content(*TEXTS[:2]), FakeEmbedder())
    before = sorted(path.name for path in tmp_path.iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        with pytest.raises(OSError):
            index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert len(index.open_current(tmp_path, FakeEmbedder()).passages) == 2


def test_vectors_that_find_no_room_are_told_as_a_full_disk(tmp_path: Path) -> None:
    full = tmp_path / "vectors.faiss"
    full.symlink_to("/dev/full")
    with pytest.raises(OSError) as told:
        FaissIndex.of(np.ones((100, 64), np.float32)).write(full)

    assert told.value.errno == errno.ENOSPC
