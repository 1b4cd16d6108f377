"""Runs the dialogue engines that the service wants: the one in use, and one that is to follow it.

They agree by two files below `var/engines`. The service writes `wanted.json`, {"models": [name]};
what runs is told in `running.json`, {"engines": [{"model", "url", "state", "problem"}]}, where a
state is starting, ready or failed. Files survive either side's end, so each finds what it left.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence, Set
from pathlib import Path
from typing import Any, Protocol

from api.dialogue import chosen
from command.system import end_groups, tail_of, write_json

HOPELESS = 2  # crashes after which an engine that is to follow is given up


class Running(Protocol):
    """A process that is looked after: command.supervise.Child."""

    process: Any
    crashes: int
    grace: float
    health: str
    log: Path

    @property
    def ready(self) -> bool: ...


class Engines:
    """`first` runs `model`; `make` gives an engine for another model's archive, not yet started,
    whose log is none of those in use.

    Where the service restarts meanwhile, it finds by `running.json` which engine has its model.
    """

    def __init__(
        self, var: Path, first: Running, model: str, make: Callable[[Path, Set[Path]], Running]
    ) -> None:
        self._var, self._make = var, make
        self._folder = var / "engines"
        self._running: dict[str, Running] = {model: first}
        self._proven = {model}  # those that are tried for good, whatever happens
        self._failed: dict[str, str] = {}
        self._seen: tuple[int, int] | None = None
        self._told: list[dict[str, str]] = []
        (self._folder / "wanted.json").unlink(missing_ok=True)

    def tick(self, children: list[Any]) -> None:
        """Start and end engines as it is wanted; `children` are all processes looked after."""
        wanted = self._wanted()
        if wanted is not None:
            self._start(wanted, children)
            self._end(wanted, children)
        self._give_up(children)
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
            logs = {engine.log for engine in self._running.values()}
            self._running[name] = self._make(model.archive, logs)
            children.append(self._running[name])

    def _end(self, wanted: Sequence[str], children: list[Any]) -> None:
        """End what nobody wants; one engine always goes on."""
        kept = [name for name in self._running if name in wanted]
        for name in [name for name in self._running if kept and name not in wanted]:
            self._stop(name, children)

    def _give_up(self, children: list[Any]) -> None:
        """An engine that is to follow and cannot start is ended; one that was ready once is tried
        for good.
        """
        self._proven |= {name for name, engine in self._running.items() if engine.ready}
        for name, engine in list(self._running.items()):
            if name not in self._proven and engine.crashes >= HOPELESS:
                self._failed[name] = tail_of(engine.log, 5)
                self._stop(name, children)

    def _stop(self, name: str, children: list[Any]) -> None:
        engine = self._running.pop(name)
        self._proven.discard(name)
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
