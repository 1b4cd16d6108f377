"""Puts another model in use without a lost turn: an engine more starts, is warmed, takes the place
of another. Where there are several, the rest follow one by one.

Until the pointer `chosen.json` is written nothing has changed, whatever fails. From then on the new
model is in use, also after a restart; the database follows, and so do the other processes on the
same data folder. Where the supervisor puts a model out of use that does not start, everything here
follows the pointer as it does after a start.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import httpx
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.clock import Clock
from api.database import Database, DatabaseUnavailable
from api.dialogue import chosen
from api.dialogue.chosen import SHIPPED, Model, Withdrawn
from api.dialogue.engine import Dialogue, Engine
from api.dialogue.memory import free_memory_mb
from api.events.service import Event
from api.training import schemas, service
from api.training.engines import EngineFailed, Engines
from api.training.errors import (
    ModelOutdated,
    NoSecondEngine,
    NothingBefore,
    NotUsable,
    SwitchUnderWay,
)
from api.training.models import USABLE

log = logging.getLogger(__name__)

SWITCH = "training.switch"
# What is understood in every tone: enough that everything is loaded that a sentence needs.
WARMING = (
    *("您好", "有人冒用我的商标怎么办", "淘宝店抄我的外观设计", "我收到法院传票了", "不清楚"),
    *("在南昌市", "转人工", "专利费要交多少", "谢谢", "商标法第五十七条写了什么"),
)
LOOK_AGAIN_S = 3.0  # for what the supervisor or another process wrote
LEAST_FREE_MB = 700  # memory that an engine takes, with some to spare
NO_MEMORY = (
    "内存只剩 {free} MB，多一个对话引擎要 {least} MB，没有启动它。"
    "现用的模型没有变，请在空闲时再试。"
)
COLD = "新模型读不懂试的话，没有换上；现用的模型没有变。请重新训练一次。"
UNWRITTEN = "没有换上：磁盘写不进去，可能已满。请清理磁盘后再试，现用的模型没有变。"
BROKEN = "没有换上，原因在服务的日志里；现用的模型没有变。"

# Prepares everything that speaks by a model, and gives what puts it in use in one step.
Prepare = Callable[[Model], Awaitable[Callable[[], None]]]
Tell = Callable[[Event], Awaitable[None]]


class Switching:
    """`prepare` takes the model that the service itself understands by."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        var: Path,
        engines: Engines,
        dialogue: Dialogue,
        prepare: Prepare,
        tell: Tell,
    ) -> None:
        self._database, self._clock, self._var = database, clock, var
        self.engines, self._dialogue = engines, dialogue
        self._prepare, self._tell = prepare, tell
        self._work: asyncio.Task[None] | None = None
        self._speaks_by: str | None = None  # the model that this process understands by
        self._changing = asyncio.Lock()  # held by what switches, or follows what was switched
        self._look = asyncio.Event()
        self.newest: schemas.Switching | None = None

    async def activate(self, run_id: int, staff: Staff) -> None:
        """Begin to put the model of a run in use.

        Raises RunUnknown, NotUsable, ModelOutdated, NoSecondEngine, SwitchUnderWay.
        """
        async with self._database.reading() as session:
            run = await service.one(session, run_id)
        if run.state not in USABLE or run.model is None:
            raise NotUsable
        await self._begin(run.model, staff, "model.activate", back=None)

    async def roll_back(self, staff: Staff) -> None:
        """Begin to put the model in use that was before.

        Raises NothingBefore, ModelOutdated, NoSecondEngine, SwitchUnderWay.
        """
        name = await asyncio.to_thread(self.before)
        if name is None:
            raise NothingBefore
        await self._begin(name, staff, "model.roll_back", back=name)

    def hear(self, event: Event) -> None:
        """Look at once where a model was put in use."""
        if event.kind == SWITCH and event.data.get("step") in ("rolling", "switched"):
            self._look.set()

    async def watch(self) -> None:
        """Follow the pointer after a start, and whenever another process or the supervisor writes
        it, until cancelled.
        """
        followed: tuple[str, tuple[Withdrawn, ...]] | None = None
        while True:
            pointer = await asyncio.to_thread(chosen.pointed_to, self._var)
            try:
                if pointer != followed and await self.settle():
                    followed = pointer
            except Exception:  # whatever it is, it is tried again
                log.exception("the model in use cannot be followed")
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_AGAIN_S):
                    await self._look.wait()
            self._look.clear()

    async def settle(self) -> bool:
        """What is noted follows what is in use, turns go to its engines, as many as there are to
        be, the service understands by it, and those engines end that a switch left behind. False
        where that has to be tried again.
        """
        model = await asyncio.to_thread(chosen.chosen, self._var)
        self._speaks_by = self._speaks_by or model.name  # the service starts with what is chosen
        async with self._changing:
            model = await asyncio.to_thread(chosen.chosen, self._var)
            serves = await self._serves_by(model)
            if (await asyncio.to_thread(chosen.chosen, self._var)).name != model.name:
                return False
            understands = await self._understands_by(model)
            return await self._noted(model) and understands and serves

    async def _serves_by(self, model: Model) -> bool:
        """Let turns go to engines with the model; False where none starts."""
        if self.engines.are_looked_after:
            try:
                await self._fill(model)
            except (OSError, EngineFailed) as error:
                log.warning("model %s has no engine, or too few: %s", model.name, error)
                return False
        return True

    async def _understands_by(self, model: Model) -> bool:
        """Let the service understand by the model; False while it still loads what it has."""
        if self._speaks_by != model.name:
            try:
                (await self._prepare(model))()
            except LookupError:
                return False
            self._speaks_by = model.name
        return True

    async def _noted(self, model: Model) -> bool:
        withdrawn = await asyncio.to_thread(chosen.withdrawn, self._var)
        try:
            async with self._database.session() as session:
                if (await service.active(session) or SHIPPED) != model.name:
                    await self._note(session, model.name, None, "")
                for gone in withdrawn:
                    if await service.note_withdrawn(session, gone, at=self._clock.moment()):
                        log.warning("model %s was put out of use: %s", gone.model, gone.why)
        except (DatabaseUnavailable, SQLAlchemyError):
            return False
        return True

    async def done(self) -> None:
        """Wait until a switch that is under way is over, its old engine included."""
        if self._work:
            await asyncio.gather(self._work, return_exceptions=True)

    async def close(self) -> None:
        """Stop a switch that is under way: before its end it has changed nothing."""
        if self._work:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    def before(self) -> str | None:
        """The model to go back to; where that is gone, the checkout's."""
        current = chosen.chosen(self._var)
        name = chosen.before(self._var)
        if name and name != current.name and chosen.found(self._var, name):
            return name
        return SHIPPED if current.name != SHIPPED else None

    async def _begin(self, name: str, staff: Staff, what: str, back: str | None) -> None:
        if not self.engines.are_looked_after:
            raise NoSecondEngine
        model = await asyncio.to_thread(chosen.found, self._var, name)
        if model is None:
            raise ModelOutdated
        if self._work and not self._work.done():
            raise SwitchUnderWay
        self._work = asyncio.create_task(self._in_turn(model, staff, what, back))

    async def _in_turn(self, model: Model, staff: Staff, what: str, back: str | None) -> None:
        """Switch, once everything here has followed the switch before."""
        async with self._changing:
            await self._switch(model, staff, what, back)

    async def _switch(self, model: Model, staff: Staff, what: str, back: str | None) -> None:
        current = await asyncio.to_thread(chosen.chosen, self._var)
        if model.name == current.name:
            return
        wanted = await asyncio.to_thread(self.engines.wanted)
        try:
            await self._say(model, "starting")
            engine = await self._started(model)
            await self._say(model, "warming")
            await self._warm(engine)
            use = await self._prepare(model)
            await self._choose(model, back)
        except BaseException as error:
            await self._withdraw(model, wanted, error)
            if not isinstance(error, Exception):
                raise
            return
        use()  # from here to the end of the next line nothing else runs
        old, *others = self._dialogue.engines
        self._dialogue.serve_by([engine, *others])
        self._speaks_by = model.name
        await self._follow(model, old, staff, what)

    async def _choose(self, model: Model, back: str | None) -> None:
        """Write the pointer. Raises OSError; then nothing has changed."""
        current = await asyncio.to_thread(chosen.chosen, self._var)
        before = None if back else current.name
        await asyncio.to_thread(chosen.choose, self._var, model.name, before)

    async def _follow(self, model: Model, old: Engine, staff: Staff, what: str) -> None:
        """The model is in use: note it, end the old engine after its last turn, and let the others
        follow.
        """
        try:
            async with self._database.session() as session:
                await self._note(session, model.name, staff, what)
        except (DatabaseUnavailable, SQLAlchemyError):
            log.exception("model %s is in use, which cannot be noted", model.name)
        others = self._dialogue.engines[1:]
        await self._say(model, "rolling" if others else "switched")
        await self._end(old)
        for other in others:
            await self._replace(other, model)
        if others:
            await self._say(model, "switched")

    async def _replace(self, old: Engine, model: Model) -> None:
        """Let an engine with the model take the place of another, which ends."""
        try:
            new = await self._started(model)
        except (EngineFailed, OSError):
            log.exception("engine %d makes room for the one that follows it", old.number)
            await self._restart(old, model)
            return
        with suppress(EngineFailed):  # others answer by this model: what is late loads by itself
            await self._warm(new)
        self._serve([new if one is old else one for one in self._dialogue.engines])
        await self._end(old)

    async def _restart(self, old: Engine, model: Model) -> None:
        """The same where there is no room for one more: the others serve alone meanwhile. The
        supervisor tries on where it takes long, and the engine is asked once it is there.
        """
        self._serve([one for one in self._dialogue.engines if one is not old])
        await old.close()
        with suppress(EngineFailed, OSError):
            await self.engines.start(model.name, old.number)
        if told := (await asyncio.to_thread(self.engines.running)).get(old.number):
            new = self._dialogue.engine_at(told.url, told.number)
            self._serve([*self._dialogue.engines, new])

    async def _fill(self, model: Model) -> None:
        """Serve by engines with this model alone, as many as there are to be.

        Raises EngineFailed, OSError.
        """
        running = await asyncio.to_thread(self.engines.running)
        serving = {engine.url: engine for engine in self._dialogue.engines}
        mine = [
            serving.get(one.url) or self._dialogue.engine_at(one.url, one.number)
            for one in running.values()
            if one.model == model.name
        ] or [await self._started(model)]
        old = self._serve(mine)
        await asyncio.gather(*(one.close() for one in old))
        wanted = {one.number: model.name for one in mine}
        await asyncio.to_thread(self.engines.want, wanted)
        for _ in range(len(mine), self.engines.count):
            self._serve([*self._dialogue.engines, await self._started(model)])

    def _serve(self, engines: Sequence[Engine]) -> list[Engine]:
        return self._dialogue.serve_by(engines)

    async def _end(self, old: Engine) -> None:
        """End an engine that serves no more after its last turn."""
        await old.close()
        wanted = await asyncio.to_thread(self.engines.wanted)
        wanted.pop(old.number, None)
        try:
            await asyncio.to_thread(self.engines.want, wanted)
        except OSError:
            log.exception("the old dialogue engine goes on beside those in use")

    async def _started(self, model: Model) -> Engine:
        """One more engine, with this model; raises EngineFailed and OSError, and leaves none."""
        free = await asyncio.to_thread(free_memory_mb)
        if free is not None and free < LEAST_FREE_MB:
            raise EngineFailed(NO_MEMORY.format(free=free, least=LEAST_FREE_MB))
        wanted = await asyncio.to_thread(self.engines.wanted)
        try:
            told = await self.engines.start(model.name)
        except (EngineFailed, OSError):
            with suppress(OSError):
                await asyncio.to_thread(self.engines.want, wanted)
            raise
        return self._dialogue.engine_at(told.url, told.number)

    async def _warm(self, engine: Engine) -> None:
        """Let the engine read some sentences, so that no visitor waits for what is loaded late."""
        try:
            read = [await engine.understands(text) for text in WARMING]
        except httpx.HTTPError as error:
            await engine.close()
            raise EngineFailed(COLD) from error
        if not all(read):
            await engine.close()
            raise EngineFailed(COLD)

    async def _withdraw(
        self, model: Model, wanted: Mapping[int, str], error: BaseException
    ) -> None:
        """Nothing has changed: let those engines run alone that ran before, and say why."""
        log.error("model %s is not put in use", model.name, exc_info=error)
        with suppress(OSError):
            await asyncio.to_thread(self.engines.want, wanted)
        await self._say(model, "failed", _in_chinese(error))

    async def _note(self, session: AsyncSession, name: str, staff: Staff | None, what: str) -> None:
        await service.put_in_use(session, name, staff, what, at=self._clock.moment())

    async def _say(self, model: Model, step: str, problem: str | None = None) -> None:
        told = {"model": model.name, "step": step, "problem": problem}
        self.newest = schemas.Switching.model_validate(told)
        await self._tell(Event(None, SWITCH, data=told))


def _in_chinese(error: BaseException) -> str:
    if isinstance(error, EngineFailed):
        return str(error)
    return UNWRITTEN if isinstance(error, OSError) else BROKEN
