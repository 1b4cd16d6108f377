"""Makes the groups anew in the background, behind everything that serves people."""

import asyncio
import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from typing import Protocol, TypeVar, TypeVarTuple

import faiss
import numpy as np
from sqlalchemy.exc import SQLAlchemyError

from api.asked import reasons, rows
from api.asked.grouping import Grouped, grouped
from api.clock import Clock
from api.database import Database, DatabaseUnavailable
from knowledge.search.encoder.embedding import Floats

log = logging.getLogger(__name__)

Made = TypeVar("Made")
Given = TypeVarTuple("Given")

LOOK_AGAIN_S = 600.0
FIRST_AFTER_S = 90.0  # a service that starts serves people first
AT_ONCE = 32  # sentences that are encoded between two looks at the database
ROWS_AT_ONCE = 500
NICE = 15  # of 19: the thread that computes takes what others leave


class Meaning(Protocol):
    """What gives sentences a place by their meaning: knowledge.search.searcher.Searcher."""

    @property
    def space(self) -> str | None: ...
    def meaning(self, question: str) -> Floats: ...
    def compared(self, meanings: Floats) -> Floats: ...
    def nearest_answers(self, meaning: Floats, limit: int) -> list[tuple[str, float]]: ...


class Gathering:
    """`meaning` gives the search that is in use, None while there is none."""

    def __init__(
        self, database: Database, clock: Clock, meaning: Callable[[], Meaning | None]
    ) -> None:
        self._database, self._clock, self._meaning = database, clock, meaning
        self._asked_for = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "asked", initializer=_behind_the_others)

    def soon(self) -> None:
        """Make the groups anew at once."""
        self._asked_for.set()

    async def near(self, sentence: str, limit: int) -> list[tuple[str, float]]:
        """(Id, cosine) of the own answers that are nearest to a sentence; none without a search."""
        meaning = self._meaning()
        if meaning is None or meaning.space is None or not sentence:
            return []
        return await asyncio.to_thread(_near, meaning, sentence, limit)

    async def run(self) -> None:
        """Make them anew every ten minutes, until cancelled."""
        wait = FIRST_AFTER_S
        try:
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self._asked_for.wait()
                at_once = self._asked_for.is_set()
                self._asked_for.clear()
                wait = LOOK_AGAIN_S
                try:
                    await self.gather(at_once=at_once)
                except (DatabaseUnavailable, SQLAlchemyError):
                    log.exception("what people ask cannot be gathered and is tried again")
        finally:
            self._thread.shutdown(wait=False, cancel_futures=True)

    async def gather(self, *, at_once: bool = True) -> bool:
        """Make the groups anew unless another copy of the service does; whether it was done here.

        `at_once`: somebody asked for it, so that it does not wait for the next ten minutes.
        """
        meaning, at = self._meaning(), self._clock.now()
        if meaning is None or meaning.space is None:
            return False
        async with self._database.session() as session:
            build = await rows.begin(session, _slot(at, at_once), at=at)
        if build is None:
            return False
        await self._note_turns(at)
        await self._give_meaning(meaning, meaning.space)
        turns, groups = await self._group(meaning, meaning.space)
        async with self._database.session() as session:
            await rows.end(session, build, turns, groups, at=self._clock.now())
        return True

    async def _note_turns(self, at: datetime) -> None:
        async with self._database.reading() as session:
            since = await rows.last_begun(session) or at - reasons.KEPT
            material = await reasons.read(session, since, at=at)
            held = await rows.held(session)
        found = await self._apart(reasons.found, material)
        looked_at = {turn.id for _, turn in material.turns}
        changed = rows.changes(found, held, looked_at)
        for some in changed.in_parts(ROWS_AT_ONCE):
            async with self._database.session() as session:
                await rows.write(session, some)

    async def _give_meaning(self, meaning: Meaning, space: str) -> None:
        """Compute what is not known yet; what was computed is kept when this is cut off."""
        while True:
            async with self._database.reading() as session:
                texts = await rows.without_meaning(session, space, AT_ONCE)
            if not texts:
                return
            vectors = await self._apart(_encoded, meaning, texts)
            async with self._database.session() as session:
                await rows.keep_meaning(session, space, vectors)

    async def _group(self, meaning: Meaning, space: str) -> tuple[int, int]:
        """How many turns stand in how many groups now."""
        ids: list[str] = []
        before: dict[str, int | None] = {}
        parts: list[Floats] = []
        after = ""
        while True:
            async with self._database.reading() as session:
                page = await rows.meanings(session, space, after, ROWS_AT_ONCE)
            if not page:
                break
            ids += [turn_id for turn_id, _, _ in page]
            before |= {turn_id: group for turn_id, group, _ in page}
            parts.append(np.array([vector for _, _, vector in page], np.float32))
            after = ids[-1]
        if not ids:
            async with self._database.session() as session:
                await rows.drop_empty(session)
            return 0, 0
        made, near = await self._apart(_grouped, meaning, np.concatenate(parts))
        await self._write_groups(ids, before, made, near)
        return len(ids), len(made)

    async def _write_groups(
        self,
        ids: Sequence[str],
        before: Mapping[str, int | None],
        made: Sequence[Grouped],
        near: Sequence[tuple[str, float] | None],
    ) -> None:
        members = [[ids[row] for row in group.rows] for group in made]
        kept = rows.kept_ids(members, before)
        async with self._database.session() as session:
            named = await rows.name(session, kept, near)
        places = [
            (turn_id, group_id, distance)
            for group_id, group, turns in zip(named, made, members, strict=True)
            for turn_id, distance in zip(turns, group.distances, strict=True)
        ]
        for start in range(0, len(places), ROWS_AT_ONCE):
            async with self._database.session() as session:
                await rows.place(session, places[start : start + ROWS_AT_ONCE])
        async with self._database.session() as session:
            await rows.drop_empty(session)

    async def _apart(self, work: Callable[[*Given], Made], *given: *Given) -> Made:
        """Work in the thread that stands behind all others."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)


def _behind_the_others() -> None:
    """Let this thread, and what it starts, take only what others leave of the processor."""
    faiss.omp_set_num_threads(1)
    with suppress(OSError, AttributeError):  # another system than Linux has no such thing
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


def _slot(at: datetime, at_once: bool) -> str:
    """Names the ten minutes, or where somebody asks for it the minute, in which one copy works."""
    return f"{at:%Y-%m-%dT%H:%M}" if at_once else f"{at:%Y-%m-%dT%H:}{at.minute // 10}x"


def _encoded(meaning: Meaning, texts: Mapping[str, str]) -> dict[str, Floats]:
    return {turn_id: meaning.meaning(text) for turn_id, text in texts.items()}


def _near(meaning: Meaning, sentence: str, limit: int) -> list[tuple[str, float]]:
    return meaning.nearest_answers(meaning.meaning(sentence), limit)


def _grouped(
    meaning: Meaning, meanings: Floats
) -> tuple[list[Grouped], list[tuple[str, float] | None]]:
    """The groups, and the own answer that is nearest to the most central sentence of each."""
    made = grouped(meaning.compared(meanings))
    near = [meaning.nearest_answers(meanings[group.rows[0]], 1) for group in made]
    return made, [one[0] if one else None for one in near]
