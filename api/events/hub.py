"""The hub: one reader of the events in each process, and everybody who follows them there."""

import asyncio
import json
import logging
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy.exc import SQLAlchemyError

from api import metrics
from api.database import Database, DatabaseUnavailable
from api.errors import HelplineError
from api.events import service
from api.events.service import Event
from api.events.wakes import LOOK, Wakes

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 5.0
AT_ONCE = 500  # events in one look at the table
MOST_UNREAD = 1000  # events that wait for one follower; one who does not read is let go
MOST_EACH = 6  # streams of one person; the oldest gives way
LIFE_S = 300.0  # of a stream: who comes back shows again who he is
READY = "ready"  # the first thing on a stream: from here on nothing is missed
RESYNC = "resync"  # what was missed is no longer kept: everything has to be read afresh

Wants = Callable[[Event], Event | None]  # what a follower is told of an event; None: nothing
Key = tuple[str, str]  # who follows: staff or visitor, and his id


class TooManyStreams(HelplineError):
    code = "too_many_streams"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "现在人多"
    detail = "现在同时在线的人很多，新消息会晚一点到；请过一会儿刷新页面。"


class _Following:
    """One stream: what it is still to be told."""

    def __init__(self, wants: Wants) -> None:
        self._wants = wants
        self._unread: asyncio.Queue[Event | None] = asyncio.Queue(MOST_UNREAD)
        self.over = False

    def offer(self, event: Event) -> None:
        told = None if self.over else self._wants(event)
        if told is None:
            return
        try:
            self._unread.put_nowait(told)
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """No more is told; whoever follows comes back and resumes."""
        if not self.over:
            self.over = True
            if self._unread.full():
                self._unread.get_nowait()
            self._unread.put_nowait(None)

    async def told(self, until: float) -> AsyncIterator[Event]:
        """What is told until a moment of the monotonic clock, or until it ends."""
        while (left := until - time.monotonic()) > 0:
            try:
                async with asyncio.timeout(left):
                    event = await self._unread.get()
            except TimeoutError:
                return
            if event is None:
                return
            yield event


class Hub:
    """Reads events as they are committed and tells everybody who follows.

    `most` is how many streams there may be.
    """

    def __init__(self, database: Database, wakes: Wakes, most: int = 2000) -> None:
        self._database, self._wakes, self._most = database, wakes, most
        self._name = secrets.token_hex(4)
        self._following: dict[Key, list[_Following]] = {}
        self._hears: list[Callable[[Event], None]] = []
        self._signals: dict[str, Callable[[str], None]] = {}
        self._last = 0
        self._ready, self._look = asyncio.Event(), asyncio.Event()
        self._own = False  # whether others are still to be told of what was committed here
        self._ended = False
        service.hears(database.engine, self._committed)

    @property
    def full(self) -> bool:
        """Whether there is no room for another stream."""
        return sum(map(len, self._following.values())) >= self._most

    def present(self, who: str) -> set[str]:
        """The ids of all who follow at present: `staff` or `visitor`."""
        return {name for kind, name in self._following if kind == who}

    def hear(self, told: Callable[[Event], None]) -> None:
        """Let `told` be called with every event, stored or not."""
        self._hears.append(told)

    def hear_signal(self, name: str, told: Callable[[str], None]) -> None:
        """Let `told` be called with what other processes say under a name."""
        self._signals[name] = told

    async def run(self) -> None:
        """Read until cancelled."""
        listening = asyncio.create_task(self._wakes.listen(self._heard))
        try:
            while True:
                await self._read_on()
                # Not asyncio.wait_for: cancelled as what it waits for comes, it goes on.
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_AGAIN_S):
                        await self._look.wait()
                self._look.clear()
        finally:
            listening.cancel()
            service.hears(self._database.engine, None)

    def end(self) -> None:
        """End every stream, and let nobody follow any more."""
        self._ended = True
        for one in [one for each in self._following.values() for one in each]:
            one.end()

    async def tell(self, event: Event) -> None:
        """Tell everybody of something that is not stored, in every process."""
        self._hand_out(event)
        words = {"from": self._name, "event": event.as_dict() | {"at": None}}
        await self._wakes.say(json.dumps(words, ensure_ascii=False))

    async def signal(self, name: str, what: str) -> None:
        """Say something to the other processes, of which nobody who follows is told."""
        words = {"from": self._name, "signal": name, "what": what}
        await self._wakes.say(json.dumps(words, ensure_ascii=False))

    async def follow(
        self, key: Key, wants: Wants, last: int | None = None, life_s: float = LIFE_S
    ) -> AsyncIterator[Event]:
        """What happens from now on, or behind the event with id `last`, for so many seconds.

        It begins with READY, and with RESYNC where what was missed is no longer kept. READY does
        not run ahead of what was missed: who loses the connection in between resumes where he was.
        """
        await self._ready.wait()
        until = time.monotonic() + life_s
        following, begun = self._enter(key, wants), self._last
        try:
            yield Event(begun if last is None else last, READY)
            seen = begun
            if last is not None and last < begun:
                async for event in self._missed(last, begun, wants):
                    yield event
            elif last is not None and last > begun:
                if await self._was_given(last):  # by a process that has read further
                    seen = last
                else:
                    yield Event(begun, RESYNC)
            async for event in following.told(until):
                if event.id is None or event.id > seen:
                    yield event
        finally:
            self._leave(key, following)

    def _enter(self, key: Key, wants: Wants) -> _Following:
        each = self._following.setdefault(key, [])
        following = _Following(wants)
        each.append(following)
        going_on = [one for one in each if not one.over]
        if len(going_on) > MOST_EACH:
            going_on[0].end()
        if self._ended:
            following.end()
        metrics.streams(sum(map(len, self._following.values())))
        return following

    def _leave(self, key: Key, following: _Following) -> None:
        self._following[key].remove(following)
        if not self._following[key]:
            del self._following[key]
        metrics.streams(sum(map(len, self._following.values())))

    async def _was_given(self, last: int) -> bool:
        """Whether an event has this id; not where an older database was put back."""
        async with self._database.reading() as session:
            return last <= await service.newest(session)

    async def _missed(self, last: int, until: int, wants: Wants) -> AsyncIterator[Event]:
        async with self._database.reading() as session:
            oldest = await service.oldest(session)
        if oldest is None or oldest > last + 1:
            yield Event(until, RESYNC)
            return
        while last < until:
            async with self._database.reading() as session:
                events = await service.after(session, last, AT_ONCE)
            for event in events:
                if event.id is not None and event.id <= until and (told := wants(event)):
                    yield told
            last = (events[-1].id or until) if events else until

    def _committed(self) -> None:
        self._own = True
        self._look.set()

    def _heard(self, words: str) -> None:
        """Something was said by another process, or by this one to all."""
        if words == LOOK:
            self._look.set()
            return
        said = _read(words)
        if not said or said.get("from") == self._name:
            return
        if "event" in said:
            self._hand_out(_told(said["event"]))
        elif told := self._signals.get(said["signal"]):
            told(said["what"])

    async def _read_on(self) -> None:
        """Read what is there to be read; a database that is away is asked again later."""
        own, self._own = self._own, False
        try:
            async with self._database.reading() as session:
                if not self._ready.is_set():
                    self._last = await service.newest(session)
                    self._ready.set()
            while await self._read_some():
                pass
        except (DatabaseUnavailable, SQLAlchemyError):
            log.warning("the events cannot be read at present")
        if own:
            await self._wakes.say(LOOK)

    async def _read_some(self) -> bool:
        async with self._database.reading() as session:
            events = await service.after(session, self._last, AT_ONCE)
        for event in events:
            self._last = event.id or self._last
            self._hand_out(event)
        return len(events) == AT_ONCE

    def _hand_out(self, event: Event) -> None:
        for told in self._hears:
            told(event)
        for one in [one for each in self._following.values() for one in each]:
            one.offer(event)


def _read(words: str) -> dict[str, Any] | None:
    try:
        said = json.loads(words)
        kind = said["event"]["kind"] if "event" in said else said["signal"] + said["what"]
        return said if isinstance(kind, str) else None
    except (ValueError, KeyError, TypeError):
        return None


def _told(said: dict[str, Any]) -> Event:
    own = {"kind", "conversation_id", "ticket_number", "staff_id", "at"}
    return Event(
        None,
        said["kind"],
        said.get("conversation_id"),
        said.get("ticket_number"),
        said.get("staff_id"),
        {name: value for name, value in said.items() if name not in own},
    )


async def _hub_of(request: Request) -> Hub:
    hub: Hub = request.app.state.hub
    return hub


AppHub = Annotated[Hub, Depends(_hub_of)]
