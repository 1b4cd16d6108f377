"""Immutable builds of the search index, and the pointer to the one in use.

    <out>/<hash of what is in it>/
        manifest.json passages.jsonl vectors.faiss mean.npy keywords/ questions.jsonl
        questions.faiss, and known.npz known-questions.npz for the next build; of the written
        answers what `cards.py` says
    <out>/current
        the hash of the build in use, replaced in one step

A build is never changed: the same content gives the same hash and is not built twice. Vectors and
keywords are mapped from its files, so that all processes of a machine share one copy; a build that
is removed meanwhile stays readable for those who have it open.

    python -m knowledge.search.index build [--out DIR] [--force]
    python -m knowledge.search.index ship-vectors
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import ValidationError

from knowledge.answers.answers import Answer, Answers
from knowledge.chinese import normalise
from knowledge.law.statutes import Statutes
from knowledge.law.store import folder as imported_folder
from knowledge.law.succession import Succession
from knowledge.reviewed import CONTENT, ROOT, ContentError, Strict, link_or_copy
from knowledge.routing.rulebook import load_vocabulary
from knowledge.search import cards, guidance, passages
from knowledge.search.cards import Cards
from knowledge.search.encoder import embedding
from knowledge.search.encoder.embedding import Embedder, Floats
from knowledge.search.faq import Question, load_questions, wordings_of
from knowledge.search.keywords import Keywords
from knowledge.search.passages import Passage
from knowledge.search.vectors.cache import SHIPPED_PASSAGES, SHIPPED_QUESTIONS, VectorStore
from knowledge.search.vectors.choice import FAISS, store_of
from knowledge.search.vectors.faiss_index import FaissIndex, FaissStore
from knowledge.search.vectors.store import Store, StoreTrouble, VectorIndex

OUT = ROOT / "var" / "index"

NO_INDEX = "还没有检索索引，请运行 ./helpline index 建立"
_FORMAT = 9  # counted up whenever the layout of a build changes
_KEPT_BUILDS = 2
VECTORS = "vectors.faiss"
QUESTIONS = "questions.faiss"
Progress = Callable[[int, int], None]


class IndexMissing(Exception):
    """No build has been made yet."""


class IndexDamaged(Exception):
    """A build is not what its manifest says."""


class IndexMismatch(Exception):
    """The build was made with another encoder, or laid out in another way, than this program's."""


class Manifest(Strict):
    """What a build is; `files` maps each of its files to the sha256 of its content."""

    hash: str
    format: int
    embedder: str
    question_side: str
    dimension: int
    counts: dict[str, int]
    built_at: datetime
    files: dict[str, str]


@dataclass(frozen=True)
class Index:
    """A build in use. Row i of `nearest` (mean-centred vectors of unit length) and of `keywords` is
    `passages[i]`.

    Row i of `nearest_questions` (centred in the same way) is `questions[i]`.
    """

    manifest: Manifest
    passages: tuple[Passage, ...]
    nearest: VectorIndex
    mean: Floats
    keywords: Keywords
    questions: tuple[Question, ...]
    nearest_questions: VectorIndex
    cards: Cards


def build(
    out: Path,
    content: Sequence[Passage],
    embedder: Embedder,
    *,
    questions: Sequence[Question] = (),
    answers: Sequence[Answer] = (),
    store: Store | None = None,
    beside: Path | None = None,
    force: bool = False,
    progress: Progress = lambda done, total: None,
) -> Manifest:
    """Make the build for `content` and its known questions unless it exists, put it in use and drop
    older ones.

    The store is FAISS unless another is given; where it cannot be reached, StoreTrouble is raised
    and the build in use stays in use. Only texts whose vector is neither shipped nor in the build
    in use are encoded; `progress` hears of these. `beside` is another folder of builds, which stays
    as it is and whose build in use counts as known too: the store keeps what belongs to it.
    """
    store = store or FaissStore()
    questions = [*questions, *wordings_of(answers)]
    name = _hash(content, questions, answers, embedder)
    target = out / name
    if beside and not force:
        _take_over(beside / name, target)
    if force or not _is_whole(target):
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix="building-") as scratch:
            fresh = Path(scratch) / name
            fresh.mkdir()
            passages_known = _known([out, beside], "known.npz", embedder.name, SHIPPED_PASSAGES)
            cards.write(fresh, answers, embedder, passages_known, progress)
            vectors, mean = _write_passages(fresh, content, embedder, passages_known, progress)
            texts = [*(one.embedded_text for one in content), *map(cards.text_of, answers)]
            passages_known.only(texts).save(fresh / "known.npz")
            known = _known(
                [out, beside], "known-questions.npz", embedder.question_name, SHIPPED_QUESTIONS
            )
            _write_questions(fresh, questions, mean, embedder, known, progress)
            _write_manifest(fresh, name, content, embedder, vectors.shape[1])
            shutil.rmtree(target, ignore_errors=True)
            fresh.rename(target)
    store.put(name, target / VECTORS, anew=force)
    _publish(out, name)
    _prune(out, name)
    if beside is None:
        store.prune(name, _KEPT_BUILDS)
    return _manifest(target)


def build_of(
    out: Path,
    folder: Path,
    statutes: Statutes,
    embedder: Embedder,
    *,
    store: Store | None = None,
    beside: Path | None = None,
    force: bool = False,
    progress: Progress = lambda done, total: None,
) -> Manifest:
    """`build` for a folder of content; raises ContentError, StoreTrouble."""
    answers = Answers.load(statutes, load_vocabulary(folder), folder / "answers")
    return build(
        out,
        passages.all(statutes, guidance.load(statutes, folder / "guidance")),
        embedder,
        questions=load_questions(statutes, Succession.load(statutes, folder), folder / "questions"),
        answers=list(answers),
        store=store,
        beside=beside,
        force=force,
        progress=progress,
    )


def open_current(out: Path, embedder: Embedder, store: Store | None = None) -> Index:
    """The build in use, its vectors in FAISS or in another store.

    Raises IndexMissing, IndexDamaged, IndexMismatch, StoreTrouble.
    """
    pointer = out / "current"
    if not pointer.exists():
        raise IndexMissing(NO_INDEX)
    folder = out / pointer.read_text(encoding="utf-8").strip()
    manifest = _legible(folder)
    made_with, in_use = (
        (manifest.embedder, manifest.question_side),
        (embedder.name, embedder.question_name),
    )
    if made_with != in_use:
        raise IndexMismatch(
            f"检索索引是用 {made_with[1]} 建立的，现在的向量模型是 {in_use[1]}，请运行 "
            "./helpline index 重新建立"
        )
    return Index(
        manifest=manifest,
        passages=tuple(map(Passage.from_dict, _read(folder / "passages.jsonl"))),
        nearest=(store or FaissStore()).open(manifest.hash, folder / VECTORS),
        mean=np.load(folder / "mean.npy", allow_pickle=False),
        keywords=Keywords.open(folder / "keywords"),
        questions=tuple(
            Question(one["text"], tuple(map(sys.intern, one["answers"])), sys.intern(one["answer"]))
            for one in _read(folder / "questions.jsonl")
        ),
        nearest_questions=FaissIndex.read(folder / QUESTIONS),
        cards=Cards.open(folder),
    )


def centred(vectors: Floats, mean: Floats) -> Floats:
    """Vectors as the index compares them: what all passages share taken away, of unit length."""
    moved = vectors - mean
    return moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), 1e-12)


def _hash(
    content: Sequence[Passage],
    questions: Sequence[Question],
    answers: Sequence[Answer],
    embedder: Embedder,
) -> str:
    head = f"{_FORMAT}\n{embedder.name}\n{embedder.question_name}\n"
    told = "".join(f"{one.id} {one.asks} {cards.text_of(one)}\n" for one in answers)
    text = f"{head}{_lines(content)}{_lines(questions)}{told}"
    return sha256(text.encode()).hexdigest()[:16]


def _lines(content: Sequence[Passage | Question]) -> str:
    return "".join(
        json.dumps(one.as_dict(), ensure_ascii=False, sort_keys=True) + "\n" for one in content
    )


def _read(lines: Path) -> Iterator[dict[str, Any]]:
    with lines.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _take_over(made: Path, target: Path) -> None:
    """Let a build that another folder holds whole stand here too; its files are linked."""
    if _is_whole(made) and not _is_whole(target):
        shutil.rmtree(target, ignore_errors=True)
        scratch = target.with_name(f"building-{target.name}-{os.getpid()}")
        shutil.copytree(made, scratch, copy_function=link_or_copy)
        scratch.rename(target)


def _known(folders: Sequence[Path | None], file: str, name: str, shipped: Path) -> VectorStore:
    """The vectors that the builds in use of these folders know, and those that are shipped."""
    in_use = [latest for out in folders if out and (latest := _in_use(out))]
    return VectorStore.of(name, *(one / file for one in in_use if _is_whole(one)), shipped)


def _in_use(out: Path) -> Path | None:
    pointer = out / "current"
    return out / pointer.read_text(encoding="utf-8").strip() if pointer.exists() else None


def _write_passages(
    folder: Path,
    content: Sequence[Passage],
    embedder: Embedder,
    known: VectorStore,
    progress: Progress,
) -> tuple[Floats, Floats]:
    texts = [passage.embedded_text for passage in content]
    known.learn(known.missing(texts), embedder.encode_passages, progress)
    raw = known.vectors(texts)
    mean = raw.mean(axis=0)
    vectors = centred(raw, mean)

    (folder / "passages.jsonl").write_text(_lines(content), encoding="utf-8")
    FaissIndex.of(vectors).write(folder / VECTORS)
    np.save(folder / "mean.npy", mean)
    Keywords.of([normalise.bigrams(text) for text in texts]).write(folder / "keywords")
    return vectors, mean


def _write_questions(
    folder: Path,
    questions: Sequence[Question],
    mean: Floats,
    embedder: Embedder,
    known: VectorStore,
    progress: Progress,
) -> None:
    texts = [question.text for question in questions]
    known.learn(known.missing(texts), embedder.encode_queries, progress)
    vectors = centred(known.vectors(texts), mean) if texts else np.zeros((0, len(mean)), np.float32)
    (folder / "questions.jsonl").write_text(_lines(questions), encoding="utf-8")
    FaissIndex.of(vectors, in_bytes=True).write(folder / QUESTIONS)
    known.only(texts).save(folder / "known-questions.npz")


def _write_manifest(
    folder: Path, name: str, content: Sequence[Passage], embedder: Embedder, dimension: int
) -> None:
    kinds = [passage.kind for passage in content]
    manifest = Manifest(
        hash=name,
        format=_FORMAT,
        embedder=embedder.name,
        question_side=embedder.question_name,
        dimension=dimension,
        counts={kind: kinds.count(kind) for kind in sorted(set(kinds))},
        built_at=datetime.now(UTC),
        files=_digests(folder),
    )
    (folder / "manifest.json").write_text(manifest.model_dump_json(indent=2), encoding="utf-8")


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(
        path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"
    )
    return {path.relative_to(folder).as_posix(): _digest(path) for path in files}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _manifest(folder: Path) -> Manifest:
    try:
        return Manifest.model_validate_json((folder / "manifest.json").read_bytes())
    except (FileNotFoundError, ValidationError) as error:
        raise IndexDamaged(
            f"检索索引 {folder.name} 的清单缺失或读不懂，请运行 ./helpline index 重新建立"
        ) from error


def _checked(folder: Path) -> Manifest:
    manifest = _manifest(folder)
    found = _digests(folder)
    wrong = [name for name, digest in manifest.files.items() if found.get(name) != digest]
    if wrong:
        raise IndexDamaged(
            f"检索索引的文件 {wrong[0]} 与清单不符，请运行 ./helpline index 重新建立"
        )
    return manifest


def _legible(folder: Path) -> Manifest:
    manifest = _checked(folder)
    if manifest.format != _FORMAT:
        raise IndexMismatch("检索索引的格式与现在的程序不符，请运行 ./helpline index 重新建立")
    return manifest


def trouble_of(out: Path) -> str | None:
    """What is wrong with the files of the index in use, in Chinese; None when they are whole."""
    pointer = out / "current"
    if not pointer.exists():
        return NO_INDEX
    try:
        _legible(out / pointer.read_text(encoding="utf-8").strip())
    except (IndexDamaged, IndexMismatch) as trouble:
        return str(trouble)
    return None


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
    builds = [
        path for path in out.iterdir() if (path / "manifest.json").exists() and path.name != in_use
    ]
    builds.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for old in builds[_KEPT_BUILDS - 1 :]:
        shutil.rmtree(old)


def main(arguments: list[str] | None = None) -> int:
    """The command line; 0 when it worked, 1 with a message for the operator when it did not."""
    parser = argparse.ArgumentParser(
        prog="python -m knowledge.search.index", description="建立检索索引"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    building = commands.add_parser("build", help="建立索引并投入使用")
    building.add_argument("--out", type=Path, default=OUT, help="索引的文件夹")
    building.add_argument("--force", action="store_true", help="内容没有变也重新建立")
    commands.add_parser("ship-vectors", help="重新生成随代码发布的向量")
    options = parser.parse_args(arguments)
    try:
        # What is shipped knows no imported laws.
        statutes = Statutes.load(texts=imported_folder() if options.command == "build" else None)
        embedder = embedding.load(os.environ.get("HELPLINE_EMBEDDER", embedding.DEFAULT))
        if options.command == "build":
            manifest = build_of(
                options.out,
                CONTENT,
                statutes,
                embedder,
                store=store_of(os.environ.get("HELPLINE_VECTOR_STORE", FAISS)),
                force=options.force,
                progress=_show,
            )
            print(
                f"索引 {manifest.hash}：{manifest.counts}，{manifest.embedder} "
                f"{manifest.dimension} 维"
            )
        else:
            content = passages.all(statutes, guidance.load(statutes))
            answers = Answers.load(statutes, load_vocabulary())
            questions = load_questions(statutes, Succession.load(statutes))
            _ship(
                SHIPPED_PASSAGES,
                embedder.name,
                [
                    *(passage.embedded_text for passage in content),
                    *map(cards.text_of, answers),
                ],
                embedder.encode_passages,
            )
            _ship(
                SHIPPED_QUESTIONS,
                embedder.question_name,
                [question.text for question in [*questions, *wordings_of(answers)]],
                embedder.encode_queries,
            )
    except (ContentError, embedding.EmbedderMissing, StoreTrouble) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _ship(file: Path, name: str, texts: list[str], encode: Callable[[list[str]], Floats]) -> None:
    known = VectorStore.of(name, file)
    known.learn(known.missing(texts), encode, _show)
    known.only(texts).save(file)
    print(f"{file}：{len(set(texts))} 条向量，{file.stat().st_size / 1e6:.1f} MB")


def _show(done: int, total: int) -> None:
    print(f"编码新内容 {done}/{total}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
