"""Taking in what visitors send over a channel: stored first, answered once.

A channel calls `accept`, and where its own request can carry the answer `passive`; after the
response was written `confirm`. A repeat of the request walks the same way and is answered the same.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from api.channels import choices, replying
from api.channels.incoming import Incoming, Kind
from api.channels.pace import Pace
from api.channels.renderer import Renderer
from api.channels.replying import Fits
from api.channels.working import PASSES, Doors, Work
from api.contacts import inbound
from api.contacts import service as contacts
from api.contacts.models import Contact, Inbound
from api.database import DatabaseUnavailable
from api.outbox import service as outbox
from api.outbox.courier import Courier
from api.protection.numbers import without_refused
from api.visitor_text import clean

log = logging.getLogger(__name__)

PATIENCE_S = 4.5  # for a database that does not answer; then the channel sends it again
DECIDING_S = 0.5  # between what the answer is waited for and what the channel waits for
CONFIRMING_S = 20  # so long a reply that left may stay unconfirmed before it is taken for lost
LEASE = timedelta(seconds=20)
UNDONE_AFTER = timedelta(seconds=20)
UNCONFIRMED_AFTER = timedelta(seconds=25)  # WeChat's last repeat is answered by then
MOST_ATTEMPTS = 6
SWEEP_EVERY_S = 5
AGAIN_S = (0.5, 1, 2, 4)  # pauses before what passes by itself is tried again
LOOK_AGAIN_S = 0.2
LONGEST_CHOICE = 20  # characters; a longer text chooses nothing by a number

Result = TypeVar("Result")


@dataclass(frozen=True)
class Accepted:
    """Something that is stored. As long as `state` is ACCEPTED its answer is to be waited for; else
    the request is answered with `reply`, None for no more than that it was received.
    """

    inbound_id: int
    state: str
    reply: str | None


class Intake:
    """Takes in, has the work done, and decides by which way the answer goes.

    `several`: other processes take in as well, perhaps from the same contact.
    """

    def __init__(
        self,
        doors: Doors,
        renderer: Renderer,
        couriers: Mapping[str, Courier],
        again_s: Sequence[float] = AGAIN_S,
        patience_s: float = PATIENCE_S,
        deciding_s: float = DECIDING_S,
        several: bool = False,
    ) -> None:
        self._doors, self._renderer, self._couriers = doors, renderer, couriers
        self._work, self._again_s, self._pace = Work(doors), again_s, Pace()
        self._patience_s, self._deciding_s, self._several = patience_s, deciding_s, several
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._left: set[asyncio.Task[Any]] = set()
        # One for each contact who is worked for.
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def accept(
        self, incoming: Incoming, at: datetime, until: float | None = None
    ) -> Accepted:
        """Store what came in, and begin the work on it; a repeat finds the first.

        `until` (the event loop's time): how long the channel's request can wait for the answer,
        None where it carries none. Where the answer cannot be in time it is ACKNOWLEDGED at once,
        and the outbox sends it. Raises DatabaseUnavailable where it could not be stored in time:
        nothing is received that is not stored.
        """

        async def stored() -> Accepted:
            async with self._doors.database.session() as session:
                row, is_new = await self._stored(session, incoming, at, until)
                accepted, is_done = Accepted(row.id, row.state, row.reply), row.done_at is not None
            if is_new and not is_done:
                self._begin(row.id, row.contact_id)
            return accepted

        with self._pace.taking_in():
            return await self._in_time(stored, _now() + self._patience_s)

    async def passive(self, inbound_id: int, until: float, fits: Fits) -> str | None:
        """The answer, where it is ready by `until` (the event loop's time); None where the request
        is answered with no more than that it was received, and the outbox sends the answer.

        Decided once: a repeat, also in another process, gets the same. Raises DatabaseUnavailable
        where the decision could not be stored in time.
        """
        await self._wait_for(inbound_id, until)
        last_moment = max(until, _now()) + self._deciding_s

        async def decided() -> str | None:
            async with self._doors.database.session() as session:
                at = self._doors.clock.now()
                # Who waited too long for the database carries nothing: nobody waits for it.
                still = fits if _now() < last_moment else None
                return await replying.decide(session, self._renderer, inbound_id, still, at=at)

        with self._pace.taking_in():
            return await self._in_time(decided, last_moment)

    async def confirm(self, inbound_id: int) -> None:
        """The response with the reply was written; called after it left."""

        async def confirmed() -> None:
            async with self._doors.database.session() as session:
                await replying.confirm(session, inbound_id)

        with suppress(DatabaseUnavailable):
            await self._in_time(confirmed, _now() + CONFIRMING_S)

    async def run(self) -> None:
        """Sweep until it is cancelled."""
        while True:
            await asyncio.sleep(SWEEP_EVERY_S)
            try:
                await self.sweep()
            except DatabaseUnavailable:
                continue  # it is told by who watches the database
            except Exception:
                log.exception("what channels took in could not be swept")

    async def sweep(self) -> None:
        """Take up what was left undone, and let go of replies that never left."""
        at = self._doors.clock.now()
        if self._pace:  # whoever waits for his turn here is nobody else's to take up
            async with self._doors.database.session() as session:
                await inbound.keep(session, list(self._tasks), LEASE, at=at)
        async with self._doors.database.reading() as session:
            undone = await inbound.left_undone(session, UNDONE_AFTER, at=at)
            unconfirmed = await inbound.unconfirmed(session, UNCONFIRMED_AFTER, at=at)
        for inbound_id in unconfirmed:
            async with self._doors.database.session() as session:
                await replying.take_back(session, self._renderer, inbound_id, at=at)
        for inbound_id in undone:
            await self._take_up(inbound_id, at)

    async def close(self) -> None:
        """Wait for nothing any more: what is not done is taken up after the next start."""
        tasks = [*self._tasks.values(), *self._left]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def idle(self) -> None:
        """Wait until no work is under way."""
        while self._tasks:
            await asyncio.wait(set(self._tasks.values()))
            await asyncio.sleep(0)

    async def _stored(
        self, session: AsyncSession, incoming: Incoming, at: datetime, until: float | None
    ) -> tuple[Inbound, bool]:
        contact = await contacts.find_or_make(
            session, incoming.channel, incoming.account, incoming.peer, at=at
        )
        key = inbound.key_of(incoming.channel, incoming.account, incoming.key)
        body = await self._body(session, contact, incoming)
        row, is_new = await inbound.store(session, contact.id, key, incoming.kind, body, at=at)
        if is_new:
            if not self._can_be_answered(until):
                row.state, row.decided_at = inbound.State.ACKNOWLEDGED, at
            await self._heard_of(session, contact, row, incoming, at)
        return row, is_new

    def _can_be_answered(self, until: float | None) -> bool:
        waits_s = max(self._pace.seconds_to_begin, self._doors.seconds_to_answer())
        return until is not None and _now() + waits_s <= until

    async def _heard_of(
        self,
        session: AsyncSession,
        contact: Contact,
        row: Inbound,
        incoming: Incoming,
        at: datetime,
    ) -> None:
        """What a sign of life changes."""
        contact.subscribed = incoming.kind != Kind.UNSUBSCRIBE
        if not contact.subscribed:
            row.state, row.done_at = inbound.State.ACKNOWLEDGED, at
            return
        contact.last_inbound_at = at
        row.leased_until, row.attempts = at + LEASE, 1
        courier = self._couriers[contact.channel]
        courier.on_inbound(contact, incoming.kind, at, incoming.answer_code)
        await outbox.wake(session, contact.id, at=at, due_at=inbound.due_of_answer(row, at))

    async def _body(
        self, session: AsyncSession, contact: Contact, incoming: Incoming
    ) -> dict[str, Any]:
        """What is kept of it until it is done. A number chooses among what was shown last when it
        came in: what is sent meanwhile does not count.
        """
        text = without_refused(clean(incoming.text or ""))
        chosen = await self._chosen(session, contact, text) if _speaks(incoming) else None
        whole = {"text": text, "media_id": incoming.media_id, "choice": chosen}
        return {name: value for name, value in whole.items() if value}

    async def _chosen(
        self, session: AsyncSession, contact: Contact, text: str
    ) -> dict[str, Any] | None:
        if not 0 < len(text) <= LONGEST_CHOICE:
            return None
        last = await self._renderer.shown_last(session, contact)
        if not (last.offered or last.awaits_words) and choices.is_number_alone(text):
            return {"alone": True}
        chosen = choices.choice(text, last.offered, awaits_words=last.awaits_words)
        if isinstance(chosen, choices.Offer):
            return {"payload": chosen.payload}
        if chosen is None:
            return None
        offered = [{"title": one.title, "payload": one.payload} for one in last.offered]
        return {"several": chosen.several, "offered": offered}

    def _begin(self, inbound_id: int, contact_id: int) -> None:
        if inbound_id not in self._tasks:
            task = asyncio.create_task(self._do(inbound_id, contact_id))
            self._tasks[inbound_id] = task
            task.add_done_callback(lambda _: self._tasks.pop(inbound_id, None))

    async def _do(self, inbound_id: int, contact_id: int) -> None:
        """Do the work; what one contact sends is worked on in its order."""
        try:
            async with self._turns.setdefault(contact_id, asyncio.Lock()):
                while self._several and await self._has_to_wait(inbound_id):
                    await asyncio.sleep(LOOK_AGAIN_S)
                await self._again_and_again(inbound_id)
        except PASSES as trouble:
            log.warning("inbound %s is taken up again later: %s", inbound_id, trouble)
        except Exception:
            log.exception("inbound %s could not be worked on", inbound_id)

    async def _has_to_wait(self, inbound_id: int) -> bool:
        """Whether another process works on what the contact sent before."""
        async with self._doors.database.reading() as session:
            row = await session.get_one(Inbound, inbound_id)
            return await inbound.has_to_wait(session, row, at=self._doors.clock.now())

    async def _again_and_again(self, inbound_id: int) -> None:
        for pause in self._again_s:
            try:
                return await self._once(inbound_id)
            except PASSES:
                await asyncio.sleep(pause)
        await self._once(inbound_id)

    async def _once(self, inbound_id: int) -> None:
        async with self._pace.work():
            await self._work.do(inbound_id)

    async def _take_up(self, inbound_id: int, at: datetime) -> None:
        """Work on what somebody left, whose answer no request waits for any more."""
        if inbound_id in self._tasks:
            return
        async with self._doors.database.session() as session:
            row = await inbound.take_up(session, inbound_id, LEASE, at=at)
            if row is None:
                return
            if row.state == inbound.State.ACCEPTED:
                row.state, row.decided_at = inbound.State.ACKNOWLEDGED, at
            attempts, contact_id = row.attempts, row.contact_id
        if attempts > MOST_ATTEMPTS:
            log.error("inbound %s is given up after %s attempts", inbound_id, attempts - 1)
            await self._work.give_up(inbound_id)
        else:
            self._begin(inbound_id, contact_id)

    async def _wait_for(self, inbound_id: int, until: float) -> None:
        """Wait until the work is done, here or in another process; no longer than `until`."""
        task = self._tasks.get(inbound_id) or self._leave(self._watch(inbound_id, until))
        await asyncio.wait({task}, timeout=max(0, until - _now()))

    async def _watch(self, inbound_id: int, until: float) -> None:
        while _now() < until:
            with suppress(DatabaseUnavailable):
                async with self._doors.database.reading() as session:
                    row = await session.get_one(Inbound, inbound_id)
                if row.done_at is not None or row.state != inbound.State.ACCEPTED:
                    return
            await asyncio.sleep(LOOK_AGAIN_S)

    async def _in_time(self, attempt: Callable[[], Awaitable[Result]], until: float) -> Result:
        """Try until the database answers. An attempt that hangs goes on by itself: what it stores
        is found by the channel's repeat.
        """

        async def attempts() -> Result:
            while True:
                try:
                    return await attempt()
                except DatabaseUnavailable:
                    if _now() >= until:
                        raise
                    await asyncio.sleep(LOOK_AGAIN_S)

        task = self._leave(attempts())
        await asyncio.wait({task}, timeout=max(0.05, until - _now()))
        if not task.done():
            raise DatabaseUnavailable
        return task.result()

    def _leave(self, coroutine: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
        """Run something that goes on when nobody waits for it any more."""
        task = asyncio.create_task(coroutine)
        self._left.add(task)
        task.add_done_callback(self._left.discard)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return task


def _now() -> float:
    return asyncio.get_running_loop().time()


def _speaks(incoming: Incoming) -> bool:
    return incoming.kind in (Kind.TEXT, Kind.VOICE)
