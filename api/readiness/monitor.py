"""Looks at the parts, remembers the last look for a few seconds, and tells once what fails."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping

from pydantic import BaseModel

from api import metrics
from api.logs import Outage
from api.readiness.parts import Check, Note

log = logging.getLogger(__name__)

KEPT_S = 5.0  # how long a look is answered again: monitors cannot load the system
KEPT_AWAY_S = 1.0  # the same where something is missing, so that its return is seen soon
START_S = 120.0  # so long a part that never worked yet is taken to start, which is not logged
LONGEST_CHECK_S = 10.0
BUSY_FOR_S = 60.0  # so long a part that worked may be slow before it counts as away
WATCH_S = 30.0  # between looks that nobody asked for

WELL = "正常"
BUSY = "正忙，答复会慢一些"
BROKEN = "检查本身出了错，原因在服务的日志里"
SILENT = "一分钟没有应答。请运行 ./helpline status 看其他部分，再看日志文件夹"


class Part(BaseModel):
    """`detail` says in Chinese what is wrong and what to do, or that all is well."""

    ok: bool
    detail: str


class Readiness(BaseModel):
    ready: bool
    parts: dict[str, Part]


class Monitor:
    """Keeps watch over the parts of a helpline.

    `outages` are those of parts that others report as well. Until it is `settled` nothing is
    logged: what still starts has not failed. `now` is a monotonic clock in seconds.
    """

    def __init__(
        self,
        checks: Mapping[str, Check],
        outages: Mapping[str, Outage] | None = None,
        settled: bool = True,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._checks = dict(checks)
        self._outages = {name: Outage(name) for name in checks} | dict(outages or {})
        self._settled, self._began = settled, now()
        self._now = now
        self._well_at: dict[str, float] = {}
        self._last: tuple[float, Readiness] | None = None
        self._looking = asyncio.Lock()

    def settle(self, **checks: Check) -> None:
        """Everything has started: check these parts for good, and log what fails."""
        self._checks.update(checks)
        self._settled, self._last = True, None

    async def look(self) -> Readiness:
        """What was found a few seconds ago, or else now; many who ask at once share one look."""
        async with self._looking:
            if self._last and self._now() - self._last[0] < self._kept():
                return self._last[1]
            found = await asyncio.gather(*map(self._part, self._checks))
            parts = dict(zip(self._checks, found, strict=True))
            readiness = Readiness(ready=all(part.ok for part in found), parts=parts)
            self._last = self._now(), readiness
            metrics.parts_ready({name: part.ok for name, part in parts.items()})
            return readiness

    async def watch(self) -> None:
        """Look again and again, so that the log and the metrics know without being asked."""
        while True:
            await asyncio.sleep(WATCH_S)
            await self.look()

    def _kept(self) -> float:
        return KEPT_S if self._last and self._last[1].ready else KEPT_AWAY_S

    def _starts(self, name: str) -> bool:
        return name not in self._well_at and self._now() - self._began < START_S

    async def _part(self, name: str) -> Part:
        trouble = await self._trouble(name)
        if trouble is None or isinstance(trouble, Note):
            self._well_at[name] = self._now()
            self._outages[name].ends()
            return Part(ok=True, detail=trouble or WELL)
        if trouble is BUSY:
            return Part(ok=True, detail=BUSY)
        if self._settled and not self._starts(name):
            self._outages[name].begins(trouble)
        return Part(ok=False, detail=trouble)

    async def _trouble(self, name: str) -> str | None:
        try:
            async with asyncio.timeout(LONGEST_CHECK_S):
                return await self._checks[name]()
        except TimeoutError:
            well_at = self._well_at.get(name)
            worked_lately = well_at is not None and self._now() - well_at <= BUSY_FOR_S
            return BUSY if worked_lately else SILENT
        except Exception:  # whatever it is, the other parts are told all the same
            log.exception("the check of %s failed", name)
            return BROKEN
