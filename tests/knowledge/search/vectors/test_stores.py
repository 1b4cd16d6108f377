"""Whichever store keeps the vectors, the same passages are near; none is ever left half filled or
without a word.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import numpy as np
import psycopg
import pytest

from knowledge.search import index
from knowledge.search.scoring import Calibration
from knowledge.search.searcher import Searcher
from knowledge.search.vectors.choice import store_of
from knowledge.search.vectors.faiss_index import FaissIndex, FaissStore, over
from knowledge.search.vectors.pgvector import (
    BuildMissing,
    ExtensionMissing,
    PgStore,
    StoreUnreachable,
)
from knowledge.search.vectors.store import Store, StoreTrouble, VectorIndex, WrongDimension
from tests.content import STATUTES
from tests.knowledge.search.fake_embedder import FakeEmbedder
from tests.knowledge.search.test_index import TEXTS, content

TODAY = date(2026, 11, 22)


@pytest.fixture
def bare_url(migrated_postgresql: str) -> Iterator[str]:
    """An empty database without the extension."""
    with psycopg.connect(migrated_postgresql, autocommit=True) as server:
        server.execute("CREATE DATABASE vectors")
    yield urlunsplit(urlsplit(migrated_postgresql)._replace(path="/vectors"))
    drop_database(migrated_postgresql)


@pytest.fixture
def vectors_url(bare_url: str) -> str:
    """An empty database that takes vectors."""
    execute(bare_url, "CREATE EXTENSION vector")
    return bare_url


@pytest.fixture(params=["faiss", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    return (
        FaissStore()
        if request.param == "faiss"
        else PgStore(request.getfixturevalue("vectors_url"))
    )


def execute(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def drop_database(server: str) -> None:
    execute(server, "DROP DATABASE IF EXISTS vectors WITH (FORCE)")


def builds(url: str) -> set[object]:
    tables = execute(url, "SELECT tablename FROM pg_tables WHERE schemaname = 'helpline_search'")
    noted: set[object] = {
        f"build_{name}" for (name,) in execute(url, "SELECT name FROM helpline_search.builds")
    }
    assert {name for (name,) in tables} == noted | {"builds"}
    return noted


def unit(rows: int, dimension: int = 8) -> np.ndarray:
    vectors = np.random.default_rng(7).normal(size=(rows, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def written(folder: Path, vectors: np.ndarray) -> Path:
    FaissIndex.of(vectors).write(folder / "vectors.faiss")
    return folder / "vectors.faiss"


def test_the_nearest_come_first_with_their_inner_products(store: Store, tmp_path: Path) -> None:
    vectors = unit(50)
    scores, rows = store.open("a", written(tmp_path, vectors)).search(vectors[3], 10)
    exact = vectors @ vectors[3]
    assert rows.tolist() == np.argsort(-exact)[:10].tolist()
    assert scores == pytest.approx(exact[rows], abs=1e-5)


def test_all_can_be_asked_for(store: Store, tmp_path: Path) -> None:
    vectors = unit(50)
    _, rows = store.open("a", written(tmp_path, vectors)).search(vectors[0], 50)
    assert sorted(rows) == list(range(50))


def test_vectors_of_a_mapped_file_are_found_as_in_an_index_of_their_own(tmp_path: Path) -> None:
    vectors = np.random.default_rng(7).normal(size=(60, 8)).astype(np.float32)
    np.save(tmp_path / "rows.npy", vectors)
    held, mapped = FaissIndex.of(vectors), over(index.mapped(tmp_path / "rows.npy"))

    for vector in vectors[:5]:
        for there, here in zip(held.search(vector, 9), mapped.search(vector, 9), strict=True):
            np.testing.assert_array_equal(there, here)


def test_above_a_size_a_graph_in_memory_finds_the_nearest() -> None:
    assert_finds_its_neighbours(FaissIndex.of(unit(300), graph_above=100))


def test_above_a_size_a_graph_in_the_database_finds_the_nearest(
    vectors_url: str, tmp_path: Path
) -> None:
    assert_finds_its_neighbours(
        PgStore(vectors_url, graph_above=100).open("a", written(tmp_path, unit(300)))
    )
    assert "USING hnsw" in str(
        execute(vectors_url, "SELECT indexdef FROM pg_indexes WHERE tablename = 'build_a'")
    )


def assert_finds_its_neighbours(opened: VectorIndex) -> None:
    scores, rows = opened.search(unit(300)[5], 10)
    assert rows[0] == 5
    assert scores.tolist() == sorted(scores, reverse=True)
    assert len(set(rows) & set(np.argsort(-(unit(300) @ unit(300)[5]))[:10])) >= 9


def test_a_question_of_another_length_is_refused(store: Store, tmp_path: Path) -> None:
    opened = store.open("a", written(tmp_path, unit(5)))
    with pytest.raises(WrongDimension, match="4 维"):
        opened.search(unit(1, 4)[0], 2)


def test_a_search_finds_the_same_in_every_store(store: Store, tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    index.build(tmp_path, content(*TEXTS), embedder, store=store)
    found = [
        Searcher(
            index.open_current(tmp_path, embedder, kept),
            embedder,
            STATUTES,
            calibration=Calibration(threshold=0),
        ).search(TEXTS[0], TODAY)
        for kept in (None, store)
    ]
    assert found[0] and [replace(hit, score=0, why=()) for hit in found[0]] == [
        replace(hit, score=0, why=()) for hit in found[1]
    ]
    assert [hit.score for hit in found[0]] == pytest.approx(
        [hit.score for hit in found[1]], abs=1e-3
    )


def test_a_build_can_be_made_again_and_opened(store: Store, tmp_path: Path) -> None:
    for force in (False, False, True):
        made = index.build(tmp_path, content(*TEXTS), FakeEmbedder(), store=store, force=force)
    opened = index.open_current(tmp_path, FakeEmbedder(), store)
    assert opened.manifest == made
    assert len(opened.nearest.search(np.eye(64, dtype=np.float32)[0], 10)[1]) == len(TEXTS)


def test_the_same_build_is_loaded_once(vectors_url: str, tmp_path: Path) -> None:
    store, file = PgStore(vectors_url), written(tmp_path, unit(5))
    loaded: Callable[[], list[tuple[object, ...]]] = lambda: execute(  # noqa: E731
        vectors_url, "SELECT loaded_at FROM helpline_search.builds"
    )
    store.put("a", file)
    first = loaded()
    store.put("a", file)
    store.open("a", file)
    assert loaded() == first
    store.put("a", file, anew=True)
    assert loaded() > first


def test_a_build_that_is_missing_is_loaded_when_it_is_opened(
    vectors_url: str, tmp_path: Path
) -> None:
    index.build(tmp_path, content(*TEXTS), FakeEmbedder())
    opened = index.open_current(tmp_path, FakeEmbedder(), PgStore(vectors_url))
    assert builds(vectors_url) == {f"build_{opened.manifest.hash}"}


def test_only_the_last_two_builds_are_kept_in_the_database(
    vectors_url: str, tmp_path: Path
) -> None:
    store = PgStore(vectors_url)
    made = [
        index.build(tmp_path, content(*TEXTS[:count]), FakeEmbedder(), store=store).hash
        for count in (2, 3, 4)
    ]
    assert builds(vectors_url) == {f"build_{name}" for name in made[1:]}


def test_a_load_that_breaks_off_leaves_nothing_and_the_build_in_use_alone(
    vectors_url: str, tmp_path: Path
) -> None:
    store = PgStore(vectors_url)
    first = index.build(tmp_path, content(*TEXTS[:2]), FakeEmbedder(), store=store)
    execute(
        vectors_url,
        "ALTER TABLE helpline_search.builds ADD CONSTRAINT full_disk CHECK (loaded_at IS "
        "NULL) NOT VALID",
    )
    with pytest.raises(StoreTrouble, match="full_disk"):
        index.build(tmp_path, content(*TEXTS), FakeEmbedder(), store=store)
    assert builds(vectors_url) == {f"build_{first.hash}"}
    assert index.open_current(tmp_path, FakeEmbedder(), store).manifest == first


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    store = store_of("postgresql://helpline:geheim@127.0.0.1:9/laws")
    with pytest.raises(
        StoreUnreachable, match=r"127\.0\.0\.1:9/laws.*HELPLINE_VECTOR_STORE"
    ) as trouble:
        store.open("a", tmp_path / "vectors.faiss")
    assert "geheim" not in str(trouble.value)


def test_without_the_extension_the_operator_is_told_what_to_run(
    bare_url: str, tmp_path: Path
) -> None:
    with pytest.raises(ExtensionMissing, match="CREATE EXTENSION vector"):
        PgStore(bare_url).put("a", tmp_path / "vectors.faiss")


@pytest.mark.parametrize("setting", ["", "FAISS", "mysql://host/name", "postgresql://[host/name"])
def test_a_setting_that_names_no_store_is_refused(setting: str) -> None:
    with pytest.raises(StoreTrouble, match="HELPLINE_VECTOR_STORE"):
        store_of(setting)


def test_a_build_that_was_dropped_while_in_use_is_told(vectors_url: str, tmp_path: Path) -> None:
    opened = PgStore(vectors_url).open("a", written(tmp_path, unit(5)))
    execute(vectors_url, "DROP SCHEMA helpline_search CASCADE")
    with pytest.raises(BuildMissing, match=r"\./helpline index"):
        opened.search(unit(1)[0], 2)


def test_a_connection_that_was_cut_is_made_again(vectors_url: str, tmp_path: Path) -> None:
    opened = PgStore(vectors_url).open("a", written(tmp_path, unit(5)))
    opened.search(unit(1)[0], 2)
    execute(
        vectors_url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
    )
    assert len(opened.search(unit(1)[0], 2)[1]) == 2


def test_when_the_database_is_gone_keywords_still_find_articles(
    migrated_postgresql: str, vectors_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    # only among many is a word telling
    others = [f"与此无关的第{number}条" for number in range(50)]
    index.build(tmp_path, content(*TEXTS, *others), FakeEmbedder())
    opened = index.open_current(tmp_path, FakeEmbedder(), PgStore(vectors_url))
    drop_database(migrated_postgresql)
    with pytest.raises(StoreUnreachable):
        opened.nearest.search(np.eye(64, dtype=np.float32)[0], 2)
    hits = Searcher(opened, FakeEmbedder(), STATUTES).search(TEXTS[0], TODAY)
    assert hits and not any("语义" in reason for hit in hits for reason in hit.why)
    assert "只按字词检索" in caplog.text
