"""Runs the dialogue engines that the service wants: those in use, and one that is to follow one of
them.

They agree by two files below `var/engines`, in which an engine has a number. The service writes
`wanted.json`, {"engines": {number: model}}; what runs is told in `running.json`, {"engines":
[{"number", "model", "url", "state", "problem"}]}, where a state is starting, ready or failed. Files
survive either side's end, so each finds what it left.

A model of the desk that is in use and whose engines all fail to start again and again is put out
of use (`chosen.withdraw`), and the one that was before takes its place. `starts.json`, {model:
number}, keeps how often it failed in a row, so that the count outlives `./helpline up`.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
MODEL_GONE = "模型文件不在了，或与训练时的不符"


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


@dataclass
class _Engine:
    """A process with the model that it runs."""

    model: str
    child: Running


class Engines:
    """`first` run `model`, numbered from 1 on; `make` gives an engine for another model and a
    number, not yet started.

    Where the service restarts meanwhile, it finds by `running.json` which engines have its model.
    """

    def __init__(
        self,
        var: Path,
        first: Sequence[Running],
        model: str,
        make: Callable[[Model, int], Running],
    ) -> None:
        self._var, self._make = var, make
        self._folder = var / "engines"
        self._running = {number: _Engine(model, one) for number, one in enumerate(first, start=1)}
        self._proven = {model}  # models that are not given up as one that is to follow
        self._was_ready: set[str] = set()
        self._failed: dict[int, tuple[str, str]] = {}  # number → its model, and why
        self._ending: dict[int, threading.Thread] = {}
        self._wanted: dict[int, str] | None = None
        self._seen: tuple[int, int] | None = None
        self._told: list[dict[str, Any]] = []
        (self._folder / "wanted.json").unlink(missing_ok=True)
        self._counted = self._failed_before()
        for one in first:
            one.failed_starts = self._counted.get(model, 0)

    def tick(self, children: list[Any]) -> None:
        """Start and end engines as it is wanted; `children` are all processes looked after."""
        self._read()
        if self._wanted is not None:
            self._end(self._wanted, children)
            self._start(self._wanted, children)
        self._give_up(children)
        self._go_back(children)
        self._count()
        self._tell()

    def _read(self) -> None:
        """Read what is wanted, where that has changed; what cannot be read changes nothing."""
        file = self._folder / "wanted.json"
        try:
            stat = file.stat()
            seen = (stat.st_mtime_ns, stat.st_ino)
            if seen == self._seen:
                return
            named = json.loads(file.read_text(encoding="utf-8"))["engines"].items()
            wanted = {int(number): model for number, model in named if isinstance(model, str)}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return
        self._seen, self._wanted = seen, wanted
        kept = wanted.items()
        self._failed = {n: told for n, told in self._failed.items() if (n, told[0]) in kept}

    def _end(self, wanted: Mapping[int, str], children: list[Any]) -> None:
        """End what nobody wants; one engine always goes on."""
        unwanted = [n for n, one in self._running.items() if wanted.get(n) != one.model]
        if len(unwanted) < len(self._running):
            for number in unwanted:
                self._stop(number, children)

    def _start(self, wanted: Mapping[int, str], children: list[Any]) -> None:
        """Start what is missing; where an engine is still ending, its number waits for its end."""
        self._ending = {n: thread for n, thread in self._ending.items() if thread.is_alive()}
        taken = self._taken()
        for number in [number for number in wanted if number not in taken]:
            name = wanted[number]
            model = chosen.found(self._var, name)
            if model is None:
                self._failed[number] = (name, MODEL_GONE)
                continue
            self._run(model, number, children)

    def _taken(self) -> set[int]:
        return {*self._running, *self._failed, *self._ending}

    def _run(self, model: Model, number: int, children: list[Any]) -> None:
        child = self._make(model, number)
        self._running[number] = _Engine(model.name, child)
        children.append(child)

    def _give_up(self, children: list[Any]) -> None:
        """An engine that is to follow and cannot start is ended."""
        self._was_ready |= {one.model for one in self._running.values() if one.child.ready}
        self._proven |= self._was_ready
        for number, one in list(self._running.items()):
            if one.model not in self._proven and one.child.crashes >= HOPELESS:
                self._failed[number] = (one.model, tail_of(one.child.log, 5))
                self._stop(number, children)

    def _go_back(self, children: list[Any]) -> None:
        """A model of the desk that is in use and does not start goes out of it; the checkout's is
        tried for good.
        """
        for name, failed in self._failed_starts().items():
            most = FAILED_RESTARTS if name in self._was_ready else FAILED_STARTS
            # Where the pointer could not be written, the next failure tries again.
            failed_anew = failed > self._counted.get(name, 0)
            in_use = name in self._proven and name != chosen.SHIPPED
            if in_use and failed >= most and failed_anew:
                self._withdraw(name, failed, children)

    def _failed_starts(self) -> dict[str, int]:
        """How often models failed to start in a row; one of which any engine starts has not."""
        failed: dict[str, int] = {}
        for one in self._running.values():
            times = one.child.failed_starts
            failed[one.model] = min(times, failed.get(one.model, times))
        return failed

    def _withdraw(self, name: str, times: int, children: list[Any]) -> None:
        numbers = [number for number, one in self._running.items() if one.model == name]
        last = self._running[numbers[-1]].child
        told = {"model": chosen.called(name), "times": times}
        why = WITHDRAWN.format(**told, cause=last.cause)
        try:
            chosen.withdraw(self._var, Withdrawn(name, why, now_text()))
        except OSError as error:
            say(NOT_WRITTEN.format(error=error.strerror))
            return
        left = chosen.chosen(self._var)
        say(WENT_BACK.format(why=why, left=chosen.called(left.name), log=last.log))
        for number in numbers:
            self._stop(number, children)
            self._failed[number] = (name, why)
        if left.name not in {one.model for one in self._running.values()}:
            free = (n for n in itertools.count(1) if n not in self._taken())
            for number in [next(free) for _ in numbers]:
                self._run(left, number, children)
        self._proven.add(left.name)
        self._wanted = {number: one.model for number, one in self._running.items()}

    def _failed_before(self) -> dict[str, int]:
        """How often models failed to start in a row when the last `./helpline up` ended."""
        with contextlib.suppress(OSError, ValueError, AttributeError):
            told = json.loads((self._folder / "starts.json").read_text(encoding="utf-8"))
            return {name: int(many) for name, many in told.items()}
        return {}

    def _count(self) -> None:
        counted = self._failed_starts()
        if counted != self._counted:
            with contextlib.suppress(OSError):  # it is kept here as well
                write_json(self._folder / "starts.json", counted)
            self._counted = counted

    def _stop(self, number: int, children: list[Any]) -> None:
        ended = self._running.pop(number)
        if ended.model not in {one.model for one in self._running.values()}:
            self._proven.discard(ended.model)
            self._was_ready.discard(ended.model)
        child = ended.child
        children.remove(child)
        if child.process:  # it may take its time: the others are looked after meanwhile
            ending = threading.Thread(target=end_groups, args=([child.process], child.grace))
            self._ending[number] = ending
            ending.start()

    def _tell(self) -> None:
        told = [
            {
                "number": number,
                "model": one.model,
                "url": one.child.health.rstrip("/"),
                "state": "ready" if one.child.ready else "starting",
                "problem": "",
            }
            for number, one in self._running.items()
        ]
        told += [
            {"number": number, "model": model, "url": "", "state": "failed", "problem": why}
            for number, (model, why) in self._failed.items()
        ]
        if told != self._told:
            write_json(self._folder / "running.json", {"engines": told})
            self._told = told
