"""What the service and the supervisor of `./helpline up` tell each other about dialogue engines.

`command/engines/pair.py` is the other side, and says what the two files hold.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from contextlib import suppress
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


class Engines:
    """The engines of this machine; without a `folder` nobody looks after them."""

    def __init__(self, folder: Path | None, patience_s: float = PATIENCE_S) -> None:
        self._folder, self._patience_s = folder, patience_s

    @property
    def are_looked_after(self) -> bool:
        """Whether another engine can be started here."""
        return self._folder is not None and (self._folder / "running.json").is_file()

    async def start(self, model: str, beside: str) -> str:
        """The address of an engine with this model, started beside the other's.

        Raises EngineFailed, OSError.
        """
        await asyncio.to_thread(self.want, [beside, model])
        until = time.monotonic() + self._patience_s
        while time.monotonic() < until:
            told = await asyncio.to_thread(self._told, model)
            if told.get("state") == "ready":
                return str(told["url"])
            if told.get("state") == "failed":
                raise EngineFailed(FAILED.format(problem=told.get("problem", "")))
            await asyncio.sleep(LOOK_AGAIN_S)
        raise EngineFailed(SLOW.format(seconds=self._patience_s))

    def want(self, models: Sequence[str]) -> None:
        """Let engines with these models run, and no others; raises OSError."""
        assert self._folder, "only where somebody looks after them"
        write_whole(self._folder / "wanted.json", {"models": list(dict.fromkeys(models))})

    def url_of(self, model: str) -> str | None:
        """Where the engine with a model answers, once it was started."""
        return self._told(model).get("url") or None

    def _told(self, model: str) -> dict[str, Any]:
        if self._folder is None:
            return {}
        with suppress(OSError, ValueError, KeyError, TypeError):
            told = json.loads((self._folder / "running.json").read_text(encoding="utf-8"))
            return next((one for one in told["engines"] if one["model"] == model), {})
        return {}
