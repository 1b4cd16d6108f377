"""Immutable builds of the search index, and the pointer to the one in use.

    <out>/<hash of what is in it>/   manifest.json passages.jsonl vectors.faiss mean.npy known.npz keywords/
    <out>/current                    the hash of the build in use, replaced in one step

A build is never changed: the same content gives the same hash and is not built twice.

    python -m knowledge.index build [--out DIR] [--force]
    python -m knowledge.index ship-vectors
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import bm25s
import faiss
import numpy as np
from pydantic import ValidationError

from knowledge import embedding, guidance, lexicon, passages
from knowledge.embedding import Embedder, Floats
from knowledge.passages import Passage
from knowledge.statutes import Statutes
from knowledge.vectorstore import VectorStore, shipped_file
from knowledge.yamlfile import ContentError, Strict

OUT = Path(__file__).parents[1] / "var" / "index"

_FORMAT = 1  # counted up whenever the layout of a build changes
_KEPT_BUILDS = 2
Progress = Callable[[int, int], None]


class IndexMissing(Exception):
    """No build has been made yet."""


class IndexDamaged(Exception):
    """A build is not what its manifest says."""


class IndexMismatch(Exception):
    """The build was made with another encoder than the one in use."""


class Manifest(Strict):
    """What a build is; `files` maps each of its files to the sha256 of its content."""

    hash: str
    format: int
    embedder: str
    dimension: int
    counts: dict[str, int]
    built_at: datetime
    files: dict[str, str]


@dataclass(frozen=True)
class Index:
    """A build in memory. Row i of `vectors` (mean-centred, unit length) and of `keywords` is `passages[i]`."""

    manifest: Manifest
    passages: tuple[Passage, ...]
    vectors: faiss.Index
    mean: Floats
    keywords: bm25s.BM25


def build(
    out: Path,
    content: Sequence[Passage],
    embedder: Embedder,
    *,
    force: bool = False,
    progress: Progress = lambda done, total: None,
) -> Manifest:
    """Make the build for `content` unless it exists, put it in use and drop older ones.

    Only texts whose vector is neither shipped nor in the build in use are encoded; `progress` hears of these.
    """
    name = _hash(content, embedder.name)
    target = out / name
    if force or not _is_whole(target):
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix="building-") as scratch:
            fresh = Path(scratch) / name
            _write(fresh, name, content, embedder, _known(out, embedder.name), progress)
            shutil.rmtree(target, ignore_errors=True)
            fresh.rename(target)
    _publish(out, name)
    _prune(out, name)
    return _manifest(target)


def open_current(out: Path, embedder_name: str) -> Index:
    """The build in use; raises IndexMissing, IndexDamaged, IndexMismatch."""
    pointer = out / "current"
    if not pointer.exists():
        raise IndexMissing("还没有检索索引，请运行 ./helpline index 建立")
    folder = out / pointer.read_text(encoding="utf-8").strip()
    manifest = _checked(folder)
    if manifest.embedder != embedder_name:
        raise IndexMismatch(
            f"检索索引是用 {manifest.embedder} 建立的，现在的向量模型是 {embedder_name}，请运行 ./helpline index 重新建立"
        )
    return Index(
        manifest=manifest,
        passages=tuple(
            Passage.from_dict(json.loads(line))
            for line in (folder / "passages.jsonl").read_text(encoding="utf-8").splitlines()
        ),
        vectors=faiss.read_index(str(folder / "vectors.faiss")),
        mean=np.load(folder / "mean.npy", allow_pickle=False),
        keywords=bm25s.BM25.load(str(folder / "keywords"), show_progress=False),
    )


def _hash(content: Sequence[Passage], embedder_name: str) -> str:
    return sha256(f"{_FORMAT}\n{embedder_name}\n{_lines(content)}".encode()).hexdigest()[:16]


def _lines(content: Sequence[Passage]) -> str:
    return "".join(json.dumps(passage.as_dict(), ensure_ascii=False, sort_keys=True) + "\n" for passage in content)


def _known(out: Path, embedder_name: str) -> VectorStore:
    pointer = out / "current"
    latest = out / pointer.read_text(encoding="utf-8").strip() if pointer.exists() else None
    files = [latest / "known.npz"] if latest is not None and _is_whole(latest) else []
    return VectorStore.of(embedder_name, *files, shipped_file(embedder_name))


def _write(
    folder: Path, name: str, content: Sequence[Passage], embedder: Embedder, known: VectorStore, progress: Progress
) -> None:
    folder.mkdir()
    texts = [passage.embedded_text for passage in content]
    if missing := known.missing(texts):
        known.learn(missing, embedder, progress)
    vectors, mean = _centred(known.vectors(texts))
    nearest = faiss.IndexFlatIP(vectors.shape[1])
    nearest.add(vectors)
    keywords = bm25s.BM25()
    keywords.index([lexicon.bigrams(text) for text in texts], show_progress=False)

    (folder / "passages.jsonl").write_text(_lines(content), encoding="utf-8")
    faiss.write_index(nearest, str(folder / "vectors.faiss"))
    np.save(folder / "mean.npy", mean)
    known.only(texts).save(folder / "known.npz")
    keywords.save(str(folder / "keywords"), show_progress=False)
    kinds = [passage.kind for passage in content]
    manifest = Manifest(
        hash=name,
        format=_FORMAT,
        embedder=embedder.name,
        dimension=vectors.shape[1],
        counts={kind: kinds.count(kind) for kind in sorted(set(kinds))},
        built_at=datetime.now(UTC),
        files=_digests(folder),
    )
    (folder / "manifest.json").write_text(manifest.model_dump_json(indent=2), encoding="utf-8")


def _centred(vectors: Floats) -> tuple[Floats, Floats]:
    mean = vectors.mean(axis=0)
    centred = vectors - mean
    return centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-12), mean


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def _manifest(folder: Path) -> Manifest:
    try:
        return Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    except (FileNotFoundError, ValidationError) as error:
        raise IndexDamaged(
            f"检索索引 {folder.name} 的清单缺失或读不懂，请运行 ./helpline index --force 重新建立"
        ) from error


def _checked(folder: Path) -> Manifest:
    manifest = _manifest(folder)
    found = _digests(folder)
    wrong = [name for name, digest in manifest.files.items() if found.get(name) != digest]
    if wrong:
        raise IndexDamaged(f"检索索引的文件 {wrong[0]} 与清单不符，请运行 ./helpline index --force 重新建立")
    return manifest


def _is_whole(folder: Path) -> bool:
    try:
        return bool(_checked(folder))
    except IndexDamaged:
        return False


def _publish(out: Path, name: str) -> None:
    pointer = out / "current.new"
    pointer.write_text(name + "\n", encoding="utf-8")
    os.replace(pointer, out / "current")


def _prune(out: Path, in_use: str) -> None:
    builds = [path for path in out.iterdir() if (path / "manifest.json").exists() and path.name != in_use]
    builds.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for old in builds[_KEPT_BUILDS - 1 :]:
        shutil.rmtree(old)


def main(arguments: list[str] | None = None) -> int:
    """The command line; 0 when it worked, 1 with a message for the operator when it did not."""
    parser = argparse.ArgumentParser(prog="python -m knowledge.index", description="建立检索索引")
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build", help="建立索引并投入使用")
    building.add_argument("--out", type=Path, default=OUT, help="索引的文件夹")
    building.add_argument("--force", action="store_true", help="内容没有变也重新建立")
    commands.add_parser("ship-vectors", help="重新生成随代码发布的向量")
    options = parser.parse_args(arguments)
    try:
        statutes = Statutes.load()
        content = passages.all(statutes, guidance.load(statutes))
        embedder = embedding.load(os.environ.get("HELPLINE_EMBEDDER", embedding.DEFAULT))
        if options.command == "build":
            manifest = build(options.out, content, embedder, force=options.force, progress=_show)
            print(f"索引 {manifest.hash}：{manifest.counts}，{manifest.embedder} {manifest.dimension} 维")
        else:
            _ship(content, embedder)
    except (ContentError, embedding.EmbedderMissing) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _ship(content: Sequence[Passage], embedder: Embedder) -> None:
    file = shipped_file(embedder.name)
    texts = [passage.embedded_text for passage in content]
    known = VectorStore.of(embedder.name, file)
    known.learn(known.missing(texts), embedder, _show)
    known.only(texts).save(file)
    print(f"{file}：{len(set(texts))} 条向量，{file.stat().st_size / 1e6:.1f} MB")


def _show(done: int, total: int) -> None:
    print(f"编码新内容 {done}/{total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
