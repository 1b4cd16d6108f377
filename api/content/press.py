"""Makes and proves releases in the background; nothing of it touches what is in use."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.clock import Clock
from api.content import proof, releases
from api.content.errors import ReleaseNotReady, ReleaseOutdated, RevisionUnknown, WrongState
from api.content.journeys import held, script
from api.content.journeys.script import Journey
from api.content.models import Revision, Stage, State
from api.content.proof import Case, Proved
from api.content.releases import Plan
from api.content.workshop import Place, Unusable, Workshop
from api.database import Database, DatabaseUnavailable
from api.events.service import Event
from api.lanes.locks import one_by_one
from api.suggestions.schemas import Composer
from knowledge.editing.entries import EntryError
from knowledge.reviewed import ContentError
from knowledge.search.encoder.embedding import EmbedderMissing
from knowledge.search.vectors.store import StoreTrouble

log = logging.getLogger(__name__)

PROOF = "content.proof"
TELL_EVERY = 10  # cases between two words on how far it is
DISK = "没有做成：磁盘写不进去，可能已满。请清理磁盘后再试，正在使用的内容没有变。"
BROKEN = "没有做成，原因在服务的日志里；正在使用的内容没有变。"
# What keeps a release from being made, and says so in Chinese.
REFUSED = (EntryError, ContentError, Unusable, StoreTrouble, EmbedderMissing)

Tell = Callable[[Event], Awaitable[None]]
Composers = Callable[[Proved, Proved, date], Awaitable[tuple[Composer, Composer]]]


class Press:
    """Makes releases one after the other. `knowing` gives the knowledge that is in use here,
    `composers` what thinks messages through by each of two knowledges on a day.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        workshop: Workshop,
        knowing: Callable[[], Proved],
        tell: Tell,
        composers: Composers,
        cases: Callable[[], Sequence[Case]] = proof.cases,
        journeys: Callable[[], Sequence[Journey]] = script.journeys,
    ) -> None:
        self._composers, self._journeys = composers, journeys
        self._database, self._clock, self._workshop = database, clock, workshop
        self._knowing, self._tell, self._cases = knowing, tell, cases
        self._one_by_one = asyncio.Lock()
        self._working: set[asyncio.Task[None]] = set()

    async def prove(self, revision_ids: Sequence[int], staff: Staff) -> int:
        """Begin to make and prove a release that brings these revisions; returns its id.

        Raises RevisionUnknown, WrongState.
        """
        at = self._clock.now()
        async with self._database.reading() as session:
            day = await _day_of(session, revision_ids, at.date())
            made = await releases.plan(session, day, revision_ids)
        hash_ = await self._hash(made)
        async with self._database.session() as session:
            release_id = await releases.begin(session, made, hash_, revision_ids, staff, at=at)
        self._begin(self._prove(release_id, made))
        return release_id

    async def check_proof(self, release_id: int) -> None:
        """Raises ReleaseUnknown, and ReleaseOutdated where a release was proved over other shipped
        content than there is: with another checkout.
        """
        async with self._database.reading() as session:
            hash_, changes = await releases.made_of(session, release_id)
        if (await asyncio.to_thread(self._workshop.place, changes)).hash != hash_:
            raise ReleaseOutdated

    async def roll_back(self, release_id: int, staff: Staff) -> int:
        """Take the release in use back; returns the id of the one that is in use then.

        What it needs is made before anything changes. Raises ReleaseUnknown, NothingToRollBack, and
        ReleaseNotReady where it cannot be made.
        """
        at = self._clock.now()
        async with self._database.reading() as session:
            back = await releases.rolled_back(session, release_id, at.date())
        hash_ = await self._hash(back.plan)
        try:
            await asyncio.to_thread(self._workshop.make, back.plan.changes)
        except (*REFUSED, OSError) as refused:
            raise ReleaseNotReady(in_chinese(refused)) from refused
        async with self._database.session() as session:
            made = await releases.begin(session, back.plan, hash_, (), staff, at=at)
            await releases.take_back(session, back, made, staff, at=at)
        return made

    async def renew(self) -> None:
        """Where other content holds today than is in use, make a release of it and put it in use.

        What failed is not tried again until something changes.
        """
        at = self._clock.now()
        async with self._database.session() as session:
            await releases.fail_what_was_cut_off(session, at=at)
            current = await releases.in_use(session)
            made = await releases.plan(session, at.date())
        if made.as_rows() == (current.changes if current else []):
            return
        hash_ = await self._hash(made)
        async with self._database.session() as session:
            await one_by_one(session, "content.renew")
            if await releases.is_under_way(session, made.day, hash_):
                return
            release_id = await releases.begin(session, made, hash_, (), None, at=at)
        if await self._made(release_id, made) is not None:
            async with self._database.session() as session:
                await releases.move(session, release_id, Stage.READY)
                await releases.activate(session, release_id, None, at=at)

    async def close(self) -> None:
        """Stop what is under way; the database tells later that it was cut off."""
        for task in self._working:
            task.cancel()
        await asyncio.gather(*self._working, return_exceptions=True)

    async def done(self) -> None:
        """Wait for everything that is under way."""
        await asyncio.gather(*self._working)

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)

    async def _hash(self, made: Plan) -> str:
        return (await asyncio.to_thread(self._workshop.place, made.changes)).hash

    async def _prove(self, release_id: int, made: Plan) -> None:
        async with self._one_by_one:
            candidate = await self._made(release_id, made)
            if candidate is None:
                return
            try:
                report = await self._compared(release_id, candidate, made)
                async with self._database.session() as session:
                    await releases.move(session, release_id, Stage.READY, report=report)
            except Exception as error:
                log.exception("release %s cannot be proved", release_id)
                await self._fail(release_id, error)
                return
            await self._say(release_id, Stage.READY)

    async def _made(self, release_id: int, made: Plan) -> Proved | None:
        """The content that was made and can be loaded; None where it was refused."""
        try:
            place: Place = await asyncio.to_thread(self._workshop.make, made.changes)
            async with self._database.session() as session:
                await releases.move(session, release_id, Stage.PROVING)
            await self._say(release_id, Stage.PROVING)
            return await asyncio.to_thread(self._workshop.load, place)
        except Exception as error:
            log.exception("release %s cannot be made; what is in use stays", release_id)
            await self._fail(release_id, error)
            return None

    async def _compared(self, release_id: int, candidate: Proved, made: Plan) -> dict[str, Any]:
        loop, scored = asyncio.get_running_loop(), self._cases()

        def progress(done: int, total: int) -> None:
            if done % TELL_EVERY == 0:
                said = self._say(release_id, Stage.PROVING, done=done, total=total)
                asyncio.run_coroutine_threadsafe(said, loop)

        before = self._knowing()
        report = await asyncio.to_thread(
            proof.compare, before, candidate, made.changes, made.day, scored, progress
        )
        known = await asyncio.to_thread(self._journeys)
        picked = await asyncio.to_thread(script.touched, known, made.changes)
        sides = await self._composers(before, candidate, made.day)
        return report | {"journeys": await held.compare(picked, len(known), *sides, progress)}

    async def _fail(self, release_id: int, error: Exception) -> None:
        try:
            async with self._database.session() as session:
                told = {"problem": in_chinese(error)}
                await releases.move(session, release_id, Stage.FAILED, **told)
            await self._say(release_id, Stage.FAILED)
        except (DatabaseUnavailable, SQLAlchemyError):
            log.exception("release %s: that it failed cannot be noted", release_id)

    async def _say(self, release_id: int, stage: Stage, **told: int) -> None:
        await self._tell(
            Event(None, PROOF, data={"release_id": release_id, "state": stage, **told})
        )


async def _press_of(request: Request) -> Press:
    press: Press = request.app.state.press
    return press


AppPress = Annotated[Press, Depends(_press_of)]


async def _day_of(session: AsyncSession, revision_ids: Sequence[int], today: date) -> date:
    """The first day on which all of these revisions hold, today at the earliest."""
    days = [today]
    for revision_id in revision_ids:
        row = await session.get(Revision, revision_id)
        if row is None:
            raise RevisionUnknown
        if row.state != State.IN_REVIEW:
            raise WrongState("请先把草稿提交审核，再预演。")
        days += [row.effective_from] if row.effective_from else []
    return max(days)


def in_chinese(error: Exception) -> str:
    """Why content cannot be made, as it is told at the desk."""
    if isinstance(error, REFUSED):
        return str(error)
    return DISK if isinstance(error, OSError) else BROKEN
