"""What the service and the supervisor of `./helpline up` tell each other about dialogue engines.

`command/engines/pair.py` is the other side, and says what the two files hold.
"""

import asyncio
import itertools
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.dialogue.chosen import write_whole

PATIENCE_S = 180.0  # for an engine to start and load its model
LOOK_AGAIN_S = 0.5
SLOW = (
    "新的对话引擎 {seconds:.0f} 秒还没有启动好，已停下它；现用的模型没有变。"
    "可能内存不足，请在空闲时再试。"
)
FAILED = "新的对话引擎没有启动成功，现用的模型没有变。{problem}"


class EngineFailed(Exception):
    """An engine did not start; the text says so in Chinese."""


@dataclass(frozen=True)
class Running:
    """An engine as the supervisor tells of it: `state` is starting, ready or failed."""

    number: int
    model: str
    url: str
    state: str
    problem: str


class Engines:
    """The engines of this machine, of which there are to be `count`; without a `folder` nobody
    looks after them.
    """

    def __init__(self, folder: Path | None, patience_s: float = PATIENCE_S, count: int = 1) -> None:
        self._folder, self._patience_s, self.count = folder, patience_s, count
        self._wanted: dict[int, str] | None = None

    @property
    def are_looked_after(self) -> bool:
        """Whether another engine can be started here."""
        return self._folder is not None and (self._folder / "running.json").is_file()

    def running(self) -> dict[int, Running]:
        """The engines that were started and not given up, by their numbers."""
        return {number: one for number, one in self._told().items() if one.state != "failed"}

    def wanted(self) -> dict[int, str]:
        """The models of the engines that are to run, by the engines' numbers."""
        if self._wanted is None:
            self._wanted = {number: one.model for number, one in self.running().items()}
        return dict(self._wanted)

    def want(self, models: Mapping[int, str]) -> None:
        """Let engines of these numbers run with these models, and no others; raises OSError."""
        assert self._folder, "only where somebody looks after them"
        told = {str(number): model for number, model in models.items()}
        write_whole(self._folder / "wanted.json", {"engines": told})
        self._wanted = dict(models)

    async def start(self, model: str, number: int | None = None) -> Running:
        """An engine with this model, started beside the others; with a `number` in the place of
        the one that has it.

        Raises EngineFailed, OSError.
        """
        wanted = await asyncio.to_thread(self.wanted)
        number = number or next(n for n in itertools.count(1) if n not in wanted)
        await asyncio.to_thread(self.want, {**wanted, number: model})
        until = time.monotonic() + self._patience_s
        while time.monotonic() < until:
            told = (await asyncio.to_thread(self._told)).get(number)
            if told and told.model == model and told.state == "ready":
                return told
            if told and told.model == model and told.state == "failed":
                raise EngineFailed(FAILED.format(problem=told.problem))
            await asyncio.sleep(LOOK_AGAIN_S)
        raise EngineFailed(SLOW.format(seconds=self._patience_s))

    def _told(self) -> dict[int, Running]:
        if self._folder is None:
            return {}
        with suppress(OSError, ValueError, KeyError, TypeError):
            told: dict[str, Any] = json.loads(
                (self._folder / "running.json").read_text(encoding="utf-8")
            )
            return {one["number"]: Running(**one) for one in told["engines"]}
        return {}
