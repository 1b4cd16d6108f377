"""Runs the dialogue engines that the service wants: those in use, and one that is to follow one of
them.

They agree by two files below `var/engines`, in which an engine has a number. The service writes
`wanted.json`, {"engines": {number: model}}; what runs is told in `running.json`, {"engines":
[{"number", "model", "url", "state", "problem"}]}, where a state is starting, ready or failed. Files
survive either side's end, so each finds what it left.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from api.dialogue import chosen
from command.system import end_groups, tail_of, write_json

HOPELESS = 2  # crashes after which an engine that is to follow is given up
MODEL_GONE = "模型文件不在了，或与训练时的不符"


class Running(Protocol):
    """A process that is looked after: command.supervise.Child."""

    process: Any
    crashes: int
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
    """`first` run `model`, numbered from 1 on; `make` gives an engine for another model's archive
    and a number, not yet started.

    Where the service restarts meanwhile, it finds by `running.json` which engines have its model.
    """

    def __init__(
        self,
        var: Path,
        first: Sequence[Running],
        model: str,
        make: Callable[[Path, int], Running],
    ) -> None:
        self._var, self._make = var, make
        self._folder = var / "engines"
        self._running = {number: _Engine(model, one) for number, one in enumerate(first, start=1)}
        self._proven = {model}  # models whose engines are tried for good, whatever happens
        self._failed: dict[int, tuple[str, str]] = {}  # number → its model, and why
        self._ending: dict[int, threading.Thread] = {}
        self._wanted: dict[int, str] | None = None
        self._seen: tuple[int, int] | None = None
        self._told: list[dict[str, Any]] = []
        (self._folder / "wanted.json").unlink(missing_ok=True)

    def tick(self, children: list[Any]) -> None:
        """Start and end engines as it is wanted; `children` are all processes looked after."""
        self._read()
        if self._wanted is not None:
            self._end(self._wanted, children)
            self._start(self._wanted, children)
        self._give_up(children)
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
        taken = self._running.keys() | self._failed.keys() | self._ending.keys()
        for number in [number for number in wanted if number not in taken]:
            name = wanted[number]
            model = chosen.found(self._var, name)
            if model is None:
                self._failed[number] = (name, MODEL_GONE)
                continue
            child = self._make(model.archive, number)
            self._running[number] = _Engine(name, child)
            children.append(child)

    def _give_up(self, children: list[Any]) -> None:
        """An engine that is to follow and cannot start is ended; those of a model that was ready
        once are tried for good.
        """
        self._proven |= {one.model for one in self._running.values() if one.child.ready}
        for number, one in list(self._running.items()):
            if one.model not in self._proven and one.child.crashes >= HOPELESS:
                self._failed[number] = (one.model, tail_of(one.child.log, 5))
                self._stop(number, children)

    def _stop(self, number: int, children: list[Any]) -> None:
        child = self._running.pop(number).child
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
