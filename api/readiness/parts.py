"""The parts that the helpline needs, each with a check that really uses it.

A check gives what is wrong in Chinese, with what to do about it, or None; a Note where nothing is
wrong and something should be known. It raises TimeoutError when no answer came in time, which may
only mean that others are served first.
"""

import asyncio
import functools
import shutil
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from pathlib import Path

from api.answers.service import Knowledge
from api.clock import Clock
from api.dialogue import chosen
from api.dialogue.engine import Dialogue, Look

Check = Callable[[], Awaitable[str | None]]


class Note(str):
    """What is to be known of a part that does its work."""


SENTENCE = "有人冒用我的商标怎么办"  # parsed and searched for: an everyday question
MODEL = "models/helpline.tar.gz"
SEAL = "models/helpline.sha256"  # written when training ends; see command/soundness.py

LOADING = "正在装载法律资料，约需半分钟"
NOT_LOADED = "等服务装载完才能检查"
AWAY = (
    "对话引擎没有应答，来访者只能得到初步指引；它会自动重启。"
    "几分钟后仍然如此：看日志 {log}，再重新运行 ./helpline up"
)
ALL_WELL = "{engines} 个对话引擎都正常"
FEWER = (
    "{engines} 个对话引擎里有 {well} 个能用，来访者照常得到答复，忙的时候会慢一些。{others}；"
    "会自动重启，几分钟后仍然如此：看 {log} 里的日志，再重新运行 ./helpline up"
)
FOUND = {"no_model": "没有装上能用的模型", "away": "没有应答", "slow": "答得太慢"}
NO_MODEL = (
    "对话引擎没有装上能用的模型，来访者只能得到初步指引。"
    "请停下热线，运行 ./helpline train，再运行 ./helpline up"
)
CHANGED_MODEL = (
    "模型文件 {file} 与训练时的指纹不符，可能被截断。"
    "请停下热线，运行 ./helpline train，再运行 ./helpline up"
)
MISSING_MODEL = "模型文件 {file} 不在了。请停下热线，运行 ./helpline train，再运行 ./helpline up"
WITHDRAWN = "正常，用的是{left}。{why}，见工作台的「训练」"
FINDS_NOTHING = "检索查不到任何资料。请停下热线，运行 ./helpline index，再运行 ./helpline up"
DISK_FULL = "{folder} 所在的磁盘只剩 {free} MB，少于 {least} MB。请清理或扩大这个磁盘"


def dialogue_check(dialogue: Dialogue, var: Path) -> Check:
    """Rasa parses a sentence with its model; of several engines one is enough."""

    async def check() -> str | None:
        looks = await dialogue.look(SENTENCE)
        if "reads" in looks.values():
            return _told_of(looks, var)
        if "slow" in looks.values():
            raise TimeoutError
        return NO_MODEL if "no_model" in looks.values() else AWAY.format(log=var / "log/rasa.log")

    return check


def _told_of(looks: Mapping[int, Look], var: Path) -> Note | None:
    """What there is to tell of engines of which at least one reads."""
    if len(looks) == 1:
        return None
    others = [f"第 {number} 个{FOUND[look]}" for number, look in looks.items() if look != "reads"]
    if not others:
        return Note(ALL_WELL.format(engines=len(looks)))
    well = len(looks) - len(others)
    told = FEWER.format(engines=len(looks), well=well, others="，".join(others), log=var / "log")
    return Note(told)


def model_check(var: Path) -> Check:
    """The model's file is the one that was trained; an engine elsewhere has no file here. A model
    of the desk that was put out of use by itself is told until somebody chooses another.
    """

    async def check() -> str | None:
        model, seal = var / MODEL, var / SEAL
        if not seal.is_file():
            return None
        if not model.is_file():
            return MISSING_MODEL.format(file=model)
        sealed = seal.read_text(encoding="utf-8").split()[:1]
        found = await asyncio.to_thread(_fingerprint, model)
        if sealed != [found]:
            return CHANGED_MODEL.format(file=model)
        return await asyncio.to_thread(_withdrawn, var)

    return check


def index_check(knowledge: Knowledge, clock: Clock) -> Check:
    """The index is whole, and a question finds something."""

    async def check() -> str | None:
        if trouble := knowledge.trouble():
            return trouble
        found = await asyncio.to_thread(knowledge.search, SENTENCE, clock.today(), 1)
        return None if found else FINDS_NOTHING

    return check


def disk_check(var: Path, least_mb: int) -> Check:
    """The disk under `var` has room for what comes."""

    async def check() -> str | None:
        free = shutil.disk_usage(var if var.exists() else var.parent).free // 2**20
        if free >= least_mb:
            return None
        return DISK_FULL.format(folder=var, free=free, least=least_mb)

    return check


def noted(check: Check) -> Check:
    """What a check finds, as something to be known: nobody goes without for it."""

    async def noting() -> str | None:
        trouble = await check()
        return trouble and Note(trouble)

    return noting


def constant_check(detail: str | None) -> Check:
    """A part of which only this can be said."""

    async def check() -> str | None:
        return detail

    return check


def _withdrawn(var: Path) -> Note | None:
    gone = chosen.withdrawn(var)
    if not gone:
        return None
    left = chosen.called(chosen.chosen(var).name)
    return Note(WITHDRAWN.format(left=left, why=gone[-1].why))


def _fingerprint(file: Path) -> str:
    """SHA-256 in hexadecimal; read again only when the file changed."""
    stat = file.stat()
    return _digest(file, stat.st_size, stat.st_mtime_ns)


@functools.lru_cache(maxsize=4)
def _digest(file: Path, size: int, changed: int) -> str:
    return sha256(file.read_bytes()).hexdigest()
