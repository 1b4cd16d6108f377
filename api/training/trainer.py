"""Carries trainings out in the background, one at a time; nothing of it touches what is in use."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from api.accounts.access import Staff
from api.clock import Clock
from api.database import Database, DatabaseUnavailable
from api.dialogue import chosen
from api.events.service import Event
from api.labels.service import LabelledSentence
from api.training import sentences, service
from api.training.against import Against, in_use
from api.training.models import State
from api.training.service import PROGRESS
from api.training.studio import BROKEN, DISK_FULL, Studio, StudioFailed

log = logging.getLogger(__name__)

BEAT_S = 5.0
LOOK_AGAIN_S = 30.0
COMPARISONS = 2  # at most, where what is in use changes meanwhile
OUTDATED = (
    "训练或对比的时候，系统自带的模型更新了，训练出来的与它配不上。现用的模型没有变，请再训练一次。"
)
STOPPED = "训练做到一半，服务停了。什么都没有改变，现用的模型照常，请再训练一次。"

Tell = Callable[[Event], Awaitable[None]]


@dataclass(frozen=True)
class Ground:
    """The content that both models are compared on, and its index."""

    content: Path
    index: Path


class Trainer:
    """Begins trainings and cancels them. `ground` tells what is in use here at the moment."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        studio: Studio,
        tell: Tell,
        ground: Callable[[], Ground],
    ) -> None:
        self._database, self._clock, self._studio = database, clock, studio
        self._tell, self._ground = tell, ground
        self._working: dict[int, asyncio.Task[None]] = {}
        self._progress = 0

    async def begin(self, staff: Staff) -> int:
        """Begin a training with what is agreed on now; returns its id. Raises TrainingUnderWay."""
        at = self._clock.moment()
        chosen_now = await self.sentences()
        async with self._database.session() as session:
            await service.fail_what_was_cut_off(session, at=at)
            run_id = await service.begin(
                session, staff, len(chosen_now.taught), chosen_now.left_out, at=at
            )
        task = asyncio.create_task(self._carry_out(run_id, chosen_now.taught))
        self._working[run_id] = task
        task.add_done_callback(lambda _: self._working.pop(run_id, None))
        return run_id

    async def sentences(self) -> sentences.Chosen:
        """What a training would learn from."""
        async with self._database.reading() as session:
            agreed = await self._studio.agreed(session)
        return await asyncio.to_thread(sentences.choose, agreed)

    async def cancel(self, run_id: int, staff: Staff) -> None:
        """End a training, in whichever process it is. Raises RunUnknown, NotUnderWay."""
        async with self._database.session() as session:
            await service.cancel(session, run_id, staff, at=self._clock.moment())
        if task := self._working.get(run_id):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def watch(self) -> None:
        """Tell what died in the middle, and tidy up, until cancelled."""
        while True:
            try:
                async with self._database.session() as session:
                    await service.fail_what_was_cut_off(session, at=self._clock.moment())
                await self._tidy()
            except (DatabaseUnavailable, SQLAlchemyError, OSError):
                log.exception("trainings that were cut off cannot be looked for")
            await asyncio.sleep(LOOK_AGAIN_S)

    async def close(self) -> None:
        """Stop what is under way, and note it."""
        stopped = list(self._working)
        for task in list(self._working.values()):
            task.cancel()
        await asyncio.gather(*self._working.values(), return_exceptions=True)
        for run_id in stopped:
            await self._end(run_id, State.FAILED, problem=STOPPED)

    async def done(self) -> None:
        """Wait for everything that is under way."""
        await asyncio.gather(*self._working.values(), return_exceptions=True)

    async def _carry_out(self, run_id: int, taught: Sequence[LabelledSentence]) -> None:
        beating = asyncio.create_task(self._beat(run_id, asyncio.current_task()))
        name = self._studio.name(run_id, taught)
        try:
            await self._move(run_id, State.TRAINING)
            await self._studio.train(name, taught, self._note(run_id, State.TRAINING))
            await self._move(run_id, State.COMPARING)
            report = await self._compare(run_id, name)
            state = State.REFUSED if report["refused"] else State.READY
            await self._end(run_id, state, report=report, model=name, progress=100)
        except Exception as error:
            log.exception("training %s failed; the model in use stays", run_id)
            await self._end(run_id, State.FAILED, problem=_in_chinese(error))
        finally:
            beating.cancel()

    async def in_use(self) -> Against:
        """What a model would be compared with now."""
        return await asyncio.to_thread(in_use, self._studio.var, self._ground().content)

    async def _compare(self, run_id: int, name: str) -> dict[str, Any]:
        """The report, which says what it is against. Where something else came in use meanwhile it
        is made anew, once.
        """
        note = self._note(run_id, State.COMPARING)
        for _ in range(COMPARISONS):
            against, ground = await self.in_use(), self._ground()
            before = await asyncio.to_thread(chosen.chosen, self._studio.var)
            report = await self._studio.compare(name, before, ground.content, ground.index, note)
            if await asyncio.to_thread(chosen.found, self._studio.var, name) is None:
                raise StudioFailed(OUTDATED)
            if await self.in_use() == against:
                break
        return report | {"against": asdict(against)}

    def _note(self, run_id: int, state: State) -> Callable[[int], None]:
        """Takes percents of a stage, and tells them."""
        self._progress = 0

        def note(percent: int) -> None:
            if percent > self._progress:
                self._progress = percent
                told = {"run_id": run_id, "state": state, "progress": percent}
                telling.add(asyncio.ensure_future(self._tell(Event(None, PROGRESS, data=told))))

        telling: set[asyncio.Future[None]] = set()
        return note

    async def _beat(self, run_id: int, work: asyncio.Task[None] | None) -> None:
        """Show that the run goes on; stop its work where somebody cancelled it elsewhere."""
        while True:
            await asyncio.sleep(BEAT_S)
            with suppress(DatabaseUnavailable, SQLAlchemyError):
                async with self._database.session() as session:
                    moment, progress = self._clock.moment(), self._progress
                    alive = await service.beat(session, run_id, progress, at=moment)
                if not alive and work:
                    work.cancel()

    async def _move(self, run_id: int, state: State) -> None:
        async with self._database.session() as session:
            await service.move(session, run_id, state, at=self._clock.moment(), progress=0)

    async def _end(self, run_id: int, state: State, **told: Any) -> None:
        try:
            async with self._database.session() as session:
                await service.move(session, run_id, state, at=self._clock.moment(), **told)
        except (DatabaseUnavailable, SQLAlchemyError):
            log.exception("training %s: that it ended cannot be noted", run_id)

    async def _tidy(self) -> None:
        async with self._database.reading() as session:
            newest = await service.newest(session)  # first: a run that begins now is beyond it
            under_way = await service.under_way(session)
            noted = await service.models(session)  # before the files: none is made in between
        kept = await asyncio.to_thread(self._studio.tidy, newest, under_way)
        if gone := noted - set(kept):
            async with self._database.session() as session:
                await service.forget_models(session, gone)


def _in_chinese(error: Exception) -> str:
    if isinstance(error, StudioFailed):
        return str(error)
    return DISK_FULL if isinstance(error, OSError) else BROKEN
