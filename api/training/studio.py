"""Trains models in `var/training/` and compares them with the one in use, each by a process.

    var/training/chosen.json     which model is in use (`api/dialogue/chosen.py`)
    var/training/<name>/         a model: model.tar.gz, and model.json once it is whole
    var/training/<name>/work/    what its making needs; gone when that ends

A name is the run's number and a hash of what it learnt from.
"""

import asyncio
import json
import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.dialogue import chosen
from api.dialogue.chosen import Model
from api.dialogue.memory import free_memory_mb
from api.labels import service as labels
from api.labels.service import LabelledSentence
from api.settings import ROOT
from api.training import process, sentences
from api.training.process import ProcessFailed

RASA = ROOT / "bot" / ".venv" / "bin" / "rasa"
ROOM_MB = 500  # on the disk: two copies of a model, and what its making needs
MEMORY_MB = 1800  # that a training takes at most: 1.6 GB were measured
KEPT = 3  # models besides those in use
TRAINED = re.compile(r"Finished training component '(\w+)'")
COMPONENTS = 4  # that learn: three classifiers and the rules
DONE = re.compile(r"^progress (\d+) (\d+)$")
NO_ROOM = "磁盘只剩 {free} MB，训练要 {least} MB。请清理磁盘后再训练，现用的模型没有变。"
DISK_FULL = "没有训练成：磁盘写不进去，可能已满。请清理磁盘后再试，现用的模型没有变。"
NO_MEMORY = "内存只剩 {free} MB，训练要 {least} MB，没有开始。现用的模型没有变，请在空闲时再训练。"
NO_RASA = "这台机器上没有对话引擎的环境，不能训练。请在运行 ./helpline up 的机器上训练。"
KILLED = "训练的进程被系统强行结束，可能内存不足。现用的模型没有变，请在空闲时再试。"
BROKEN = "没有训练成，原因在服务的日志里；现用的模型没有变。"
_FULL = re.compile(r"no space left|Errno 28", re.IGNORECASE)

Progress = Callable[[int], None]


class StudioFailed(Exception):
    """What went wrong, in Chinese with what to do; what is in use has not changed."""


class Studio:
    """`rasa` is Rasa's program; `embedder` names the encoder, as the settings do."""

    def __init__(self, var: Path, embedder: str, rasa: Path = RASA) -> None:
        self.var, self._embedder, self._rasa = var, embedder, rasa

    async def agreed(self, session: AsyncSession) -> Sequence[LabelledSentence]:
        """The desk's sentences that two readers agree on."""
        return await labels.agreed(session)

    def name(self, run_id: int, taught: Sequence[LabelledSentence]) -> str:
        """What the model of a run is called."""
        digest = sha256(chosen.base_of(self.var).encode())
        for one in taught:
            digest.update(f"\0{one.intent}\0{one.right}\0{one.text}".encode())
        return f"{run_id}-{digest.hexdigest()[:12]}"

    async def train(
        self, name: str, taught: Sequence[LabelledSentence], progress: Progress
    ) -> None:
        """Train a model; `progress` hears percents. Raises StudioFailed, OSError."""
        self._check_room()
        folder = chosen.folder_of(self.var, name)
        work = folder / "work"
        base = chosen.base_of(self.var)  # another one may come while this is trained
        try:
            await asyncio.to_thread(sentences.write, work / "data", taught)
            for made in ("tmp", "out"):
                (work / made).mkdir()
            await self._run_rasa(work, progress)
            (work / "out" / "model.tar.gz").replace(folder / "model.tar.gz")
            await asyncio.to_thread(chosen.seal, self.var, name, base)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        finally:
            shutil.rmtree(work, ignore_errors=True)

    async def compare(
        self, name: str, before: Model, content: Path, index: Path, progress: Progress
    ) -> dict[str, Any]:
        """The report on a trained model beside the one in use, both on the same content.

        Raises StudioFailed, OSError.
        """
        folder = chosen.folder_of(self.var, name)
        out = folder / "report.json"
        words: list[str | Path] = [
            "-m",
            "evaluation.training",
            "--var",
            self.var,
            "--embedder",
            self._embedder,
        ]
        words += ["--before", before.archive, "--after", folder / "model.tar.gz"]
        words += ["--content", content, "--index", index, "--out", out]

        def hear(line: str) -> None:
            if found := DONE.match(line):
                progress(100 * int(found[1]) // max(1, int(found[2])))

        try:
            await process.run([sys.executable, *words], ROOT, _environment(), hear)
            report: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        except ProcessFailed as failed:
            raise StudioFailed(_in_chinese(failed)) from failed
        finally:
            out.unlink(missing_ok=True)
        return report

    def tidy(self, newest: int, under_way: int | None) -> list[str]:
        """Delete what nobody can use any more, of the runs up to the newest but for the one under
        way; returns the models that there still are.
        """
        in_use = {chosen.chosen(self.var).name, chosen.before(self.var)}
        over = [one for one in self._folders() if _number(one) <= newest]
        folders = [one for one in over if one.name not in in_use and _number(one) != under_way]
        whole = [one for one in folders if (one / "model.json").is_file()]
        kept = sorted(whole, key=_number, reverse=True)[:KEPT]
        for folder in folders:
            if folder not in kept:
                shutil.rmtree(folder, ignore_errors=True)
        return [one.name for one in self._folders()]

    def _folders(self) -> list[Path]:
        room = self.var / "training"
        found = room.iterdir() if room.is_dir() else ()
        return [one for one in found if one.is_dir() and chosen.NAME.fullmatch(one.name)]

    def _check_room(self) -> None:
        if not self._rasa.exists():
            raise StudioFailed(NO_RASA)
        memory = free_memory_mb()
        if memory is not None and memory < MEMORY_MB:
            raise StudioFailed(NO_MEMORY.format(free=memory, least=MEMORY_MB))
        free = shutil.disk_usage(self.var).free // 2**20
        if free < ROOM_MB:
            raise StudioFailed(NO_ROOM.format(free=free, least=ROOM_MB))

    async def _run_rasa(self, work: Path, progress: Progress) -> None:
        done: set[str] = set()

        def hear(line: str) -> None:
            if found := TRAINED.search(line):
                done.add(found[1])
                progress(min(99, 100 * len(done) // COMPONENTS))

        # The repository's data were validated when the checkout's own model was trained.
        argv: list[str | Path] = [self._rasa, "train", "--force", "--skip-validation"]
        argv += ["--data", "data", work / "data", "--out", work / "out"]
        argv += ["--fixed-model-name", "model"]
        try:
            await process.run(argv, ROOT, self._rasa_environment(work), hear)
        except ProcessFailed as failed:
            raise StudioFailed(_in_chinese(failed)) from failed

    def _rasa_environment(self, work: Path) -> Mapping[str, str]:
        return {
            **_environment(),
            "HELPLINE_ENCODER": str(self.var / "models" / "encoder"),
            "HELPLINE_VECTOR_CACHE": str(work / "vectors.npz"),
            "PYTHONWARNINGS": "ignore",
            "RASA_CACHE_DIRECTORY": str(work / "cache"),
            "RASA_MAX_CACHE_SIZE": "0",
            "RASA_TELEMETRY_ENABLED": "false",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "TMPDIR": str(work / "tmp"),
        }


def _environment() -> dict[str, str]:
    """Ours without secrets and without the database: neither process has any use for them."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HELPLINE_")}
    return {**ours, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}


def _number(folder: Path) -> int:
    return int(folder.name.partition("-")[0])


def _in_chinese(failed: ProcessFailed) -> str:
    if _FULL.search(failed.tail):
        return DISK_FULL
    return KILLED if failed.code == -9 else BROKEN
