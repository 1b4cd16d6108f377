"""Runs the dialogue engines that the service wants: the one in use, and one that is to follow it.

They agree by two files below `var/engines`. The service writes `wanted.json`, {"models": [name]};
what runs is told in `running.json`, {"engines": [{"model", "url", "state", "problem"}]}, where a
state is starting, ready or failed. Files survive either side's end, so each finds what it left.

A model of the desk that is in use and whose engine fails to start again and again is put out of use
(`chosen.withdraw`), and the one that was before takes its place. `starts.json`, {model: number},
keeps how often it failed in a row, so that the count outlives `./helpline up`.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Sequence, Set
from pathlib import Path
from typing import Any, Protocol

from api.dialogue import chosen
from api.dialogue.chosen import Model, Withdrawn
from command.system import end_groups, now_text, say, tail_of, write_json

HOPELESS = 2  # crashes after which an engine that is to follow is given up
# Starts that fail in a row, after which a model in use goes out of it: where it was not ready since
# `./helpline up` began, and where it was. The second takes four minutes and ten loads of the model:
# a machine that was out of memory for a moment has it again by then.
FAILED_STARTS, FAILED_RESTARTS = 3, 10
WITHDRAWN = "{model}连续 {times} 次没有启动成功（最后一次：{cause}），已停用"
WENT_BACK = "{why}，换回{left}。日志：{log}。请在工作台的「训练」里看，必要时重新训练。"
NOT_WRITTEN = "换不回以前的对话模型：{error}。请清理磁盘；会继续重试。"


class Running(Protocol):
    """A process that is looked after: command.supervise.Child."""

    process: Any
    crashes: int
    failed_starts: int
    cause: str
    grace: float
    health: str
    log: Path

    @property
    def ready(self) -> bool: ...


class Engines:
    """`first` runs `model`; `make` gives an engine for another model, not yet started, whose log is
    none of those in use.

    Where the service restarts meanwhile, it finds by `running.json` which engine has its model.
    """

    def __init__(
        self, var: Path, first: Running, model: str, make: Callable[[Model, Set[Path]], Running]
    ) -> None:
        self._var, self._make = var, make
        self._folder = var / "engines"
        self._running: dict[str, Running] = {model: first}
        self._proven = {model}  # those that are not given up as one that is to follow
        self._was_ready: set[str] = set()
        self._failed: dict[str, str] = {}
        self._seen: tuple[int, int] | None = None
        self._told: list[dict[str, str]] = []
        (self._folder / "wanted.json").unlink(missing_ok=True)
        self._counted = self._failed_before()
        first.failed_starts = self._counted.get(model, 0)

    def tick(self, children: list[Any]) -> None:
        """Start and end engines as it is wanted; `children` are all processes looked after."""
        wanted = self._wanted()
        if wanted is not None:
            self._start(wanted, children)
            self._end(wanted, children)
        self._give_up(children)
        self._go_back(children)
        self._count()
        self._tell()

    def _wanted(self) -> list[str] | None:
        """The models that are wanted; None where nothing changed, or it cannot be read."""
        file = self._folder / "wanted.json"
        try:
            stat = file.stat()
            seen = (stat.st_mtime_ns, stat.st_ino)
            if seen == self._seen:
                return None
            names = json.loads(file.read_text(encoding="utf-8"))["models"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        self._seen = seen
        return [name for name in names if isinstance(name, str)]

    def _start(self, wanted: Sequence[str], children: list[Any]) -> None:
        self._failed = {name: why for name, why in self._failed.items() if name in wanted}
        for name in wanted:
            if name in self._running or name in self._failed:
                continue
            model = chosen.found(self._var, name)
            if model is None:
                self._failed[name] = "模型文件不在了，或与训练时的不符"
                continue
            self._run(model, children)

    def _run(self, model: Model, children: list[Any]) -> None:
        logs = {engine.log for engine in self._running.values()}
        self._running[model.name] = self._make(model, logs)
        children.append(self._running[model.name])

    def _end(self, wanted: Sequence[str], children: list[Any]) -> None:
        """End what nobody wants; one engine always goes on."""
        kept = [name for name in self._running if name in wanted]
        for name in [name for name in self._running if kept and name not in wanted]:
            self._stop(name, children)

    def _give_up(self, children: list[Any]) -> None:
        """An engine that is to follow and cannot start is ended."""
        self._was_ready |= {name for name, engine in self._running.items() if engine.ready}
        self._proven |= self._was_ready & self._running.keys()
        for name, engine in list(self._running.items()):
            if name not in self._proven and engine.crashes >= HOPELESS:
                self._failed[name] = tail_of(engine.log, 5)
                self._stop(name, children)

    def _go_back(self, children: list[Any]) -> None:
        """A model of the desk that is in use and does not start goes out of it; the checkout's is
        tried for good.
        """
        for name in self._proven - {chosen.SHIPPED}:
            engine = self._running[name]
            most = FAILED_RESTARTS if name in self._was_ready else FAILED_STARTS
            # Where the pointer could not be written, the next failure tries again.
            failed_anew = engine.failed_starts > self._counted.get(name, 0)
            if engine.failed_starts >= most and failed_anew:
                self._withdraw(name, engine, children)

    def _withdraw(self, name: str, engine: Running, children: list[Any]) -> None:
        told = {"model": chosen.called(name), "times": engine.failed_starts}
        why = WITHDRAWN.format(**told, cause=engine.cause)
        try:
            chosen.withdraw(self._var, Withdrawn(name, why, now_text()))
        except OSError as error:
            say(NOT_WRITTEN.format(error=error.strerror))
            return
        left = chosen.chosen(self._var)
        say(WENT_BACK.format(why=why, left=chosen.called(left.name), log=engine.log))
        self._stop(name, children)
        self._failed[name] = why
        if left.name not in self._running:
            self._run(left, children)
        self._proven.add(left.name)

    def _failed_before(self) -> dict[str, int]:
        """How often models failed to start in a row when the last `./helpline up` ended."""
        with contextlib.suppress(OSError, ValueError, AttributeError):
            told = json.loads((self._folder / "starts.json").read_text(encoding="utf-8"))
            return {name: int(many) for name, many in told.items()}
        return {}

    def _count(self) -> None:
        counted = {name: one.failed_starts for name, one in self._running.items()}
        if counted != self._counted:
            with contextlib.suppress(OSError):  # it is kept here as well
                write_json(self._folder / "starts.json", counted)
            self._counted = counted

    def _stop(self, name: str, children: list[Any]) -> None:
        engine = self._running.pop(name)
        self._proven.discard(name)
        self._was_ready.discard(name)
        children.remove(engine)
        if engine.process:  # it may take its time: the others are looked after meanwhile
            ending = threading.Thread(target=end_groups, args=([engine.process], engine.grace))
            ending.start()

    def _tell(self) -> None:
        told = [
            {
                "model": name,
                "url": engine.health.rstrip("/"),
                "state": "ready" if engine.ready else "starting",
                "problem": "",
            }
            for name, engine in self._running.items()
        ]
        told += [
            {"model": name, "url": "", "state": "failed", "problem": why}
            for name, why in self._failed.items()
        ]
        if told != self._told:
            write_json(self._folder / "running.json", {"engines": told})
            self._told = told
