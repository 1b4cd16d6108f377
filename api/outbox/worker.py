"""Sends what is due: at least once, in the order of each lane, by one process at a time.

A lane is leased for a while: whoever holds the lease sends, one message after the other, and writes
down each before the next. The one place where a message can go out twice is between the channel's
OK and that note: a process that dies there leaves a lease that runs out.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Clock
from api.database import Database, DatabaseUnavailable
from api.outbox import packing, service
from api.outbox.batches import Batch, Batches, still_ours
from api.outbox.courier import Courier, Dead, Held, Outcome, Retry, Sent
from api.outbox.models import OutboxItem
from api.outbox.packing import Parcel, Written

log = logging.getLogger(__name__)

LOOKS_EVERY_S = 2.0
AT_ONCE = 8  # lanes that are sent to at the same time
LONGEST_SEND_S = 10.0  # for one message; less than a lease by far
LAST_SENDS_S = 5.0  # to end what is under way when the service stops

# Why something is held or tried again, beside the channels' own codes.
UNSUBSCRIBED, NOTHING_LEFT = "unsubscribed", "nothing_left"
NOT_RENDERED, NO_ANSWER, COURIER_FAILED = "not_rendered", "no_answer", "courier_failed"


class Renderer(Protocol):
    """Makes texts of what the outbox names."""

    async def bubbles(self, session: AsyncSession, item: OutboxItem) -> list[str]:
        """The texts of a turn or a message, in order; none where it is gone."""
        ...


class TellNews(Protocol):
    """Says the news of a conversation in it."""

    async def __call__(
        self, session: AsyncSession, conversation_id: str, *, at: datetime
    ) -> list[str]:
        """The texts, to be sent; the caller commits."""
        ...


@dataclass
class Outbox:
    """The worker. News are told as late as possible, so that a visitor who looks meanwhile is told
    by his page.
    """

    database: Database
    clock: Clock
    couriers: Mapping[str, Courier]
    renderer: Renderer
    tell_news: TellNews
    _woken: asyncio.Event = field(default_factory=asyncio.Event, init=False, repr=False)
    _under_way: dict[str, asyncio.Task[bool]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        self._batches = Batches(self.database, self.clock)

    async def walk(self) -> None:
        """Send until cancelled; what is under way then gets a moment to end."""
        service.serves(self.database.engine, self.couriers, self._woken.set)
        try:
            while True:
                self._woken.clear()
                await self._begin_due()
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOKS_EVERY_S):
                        await self._woken.wait()
        finally:
            service.serves(self.database.engine, (), lambda: None)
            if self._under_way:
                await asyncio.wait([*self._under_way.values()], timeout=LAST_SENDS_S)

    async def once(self) -> None:
        """Send all that is due now, what is under way included."""
        anything_came_of_it = True
        while anything_came_of_it:
            await self._begin_due()
            anything_came_of_it = any(await asyncio.gather(*self._under_way.values()))

    async def _begin_due(self) -> None:
        """Begin to send to lanes that are due, as far as there is room."""
        room = AT_ONCE - len(self._under_way)
        if not room:
            return
        try:
            lanes = await self._batches.due_lanes(self.couriers, self._under_way, room)
        except DatabaseUnavailable:  # which the database tells of itself, once
            return
        except SQLAlchemyError:
            log.exception("the outbox was not looked through, and is again")
            return
        for lane in lanes:
            if lane not in self._under_way:  # begun while we looked
                self._begin(lane)

    def _begin(self, lane: str) -> None:
        def ended(task: asyncio.Task[bool]) -> None:
            del self._under_way[lane]
            if not task.cancelled() and task.result():
                self._woken.set()

        task = self._under_way[lane] = asyncio.create_task(self._guarded(lane))
        task.add_done_callback(ended)

    async def _guarded(self, lane: str) -> bool:
        """Whether anything came of sending to a lane. No lane's trouble reaches another; its lease
        runs out, and it is tried again.
        """
        try:
            return await self._deliver(lane)
        except DatabaseUnavailable:
            return False
        except Exception:
            log.exception("sending to %s failed and is tried again", lane)
            return False

    async def _deliver(self, lane: str) -> bool:
        batch = await self._batches.lease(lane)
        if batch is None:
            return False
        courier = self.couriers[batch.contact.channel]
        problem = self._in_the_way(batch, courier)
        if problem is None:
            await self._send_all(batch, courier)
            problem = NOTHING_LEFT
        if batch.items:
            await self._batches.held(batch, problem, courier)
        return True

    def _in_the_way(self, batch: Batch, courier: Courier) -> str | None:
        """Why nothing may be sent to the contact now; None where something may."""
        if not batch.contact.subscribed:
            return UNSUBSCRIBED
        left = courier.allowance(batch.contact, self.clock.now()).left
        return NOTHING_LEFT if left == 0 else None

    async def _send_all(self, batch: Batch, courier: Courier) -> None:
        """Send as much as the channel grants; what stays in the batch then is more than that."""
        parcels = packing.packed(await self._written(batch), courier.fitted)
        left = courier.allowance(batch.contact, self.clock.now()).left
        for parcel in packing.within(parcels, left, courier.fitted):
            outcome = await self._send(batch, courier, parcel)
            await self._note(batch, courier, parcel, outcome)
            if not batch.items:
                return

    async def _written(self, batch: Batch) -> list[Written]:
        """The texts of every item. What has none is dropped; what cannot be written is tried again,
        with all behind it.
        """
        written: list[Written] = []
        for item in list(batch.items):
            try:
                texts = await self._texts(batch, item)
            except DatabaseUnavailable:
                raise
            except Exception:
                log.exception("item %s of the outbox cannot be written", item.id)
                behind = batch.items[len(written) :]
                await self._batches.failed(batch, behind, Retry(NOT_RENDERED, 0))
                break
            if texts:
                written.append(Written(item.id, tuple(texts)))
            else:
                await self._batches.dropped(batch, item)
        return written

    async def _texts(self, batch: Batch, item: OutboxItem) -> list[str]:
        if "texts" in (item.payload or {}):
            return list((item.payload or {})["texts"])
        if item.kind == service.NEWS:
            return await self._news(batch, item)
        async with self.database.reading() as session:
            return await self.renderer.bubbles(session, item)

    async def _news(self, batch: Batch, item: OutboxItem) -> list[str]:
        """Tell the news in the conversation, and keep the words with the item in the same unit of
        work: told once, they are sent at least once.
        """
        async with self.database.session() as session:
            texts = await self.tell_news(session, item.conversation_id or "", at=self.clock.now())
            for mine in await still_ours(session, batch, [item]):
                mine.payload = {"texts": texts}
        return texts

    async def _send(self, batch: Batch, courier: Courier, parcel: Parcel) -> Outcome:
        try:
            async with asyncio.timeout(LONGEST_SEND_S):
                return await courier.send(
                    batch.contact, [parcel.text], batch.key_of(parcel), self.clock.now()
                )
        except TimeoutError:
            return Retry(NO_ANSWER, 0)
        except Exception:
            log.exception("the courier of %s failed", courier.channel)
            return Retry(COURIER_FAILED, 0)

    async def _note(self, batch: Batch, courier: Courier, parcel: Parcel, outcome: Outcome) -> None:
        """Write down what became of a message."""
        if _went_out(outcome):
            await self._batches.sent(batch, parcel)
        elif isinstance(outcome, Held):
            await self._batches.held(batch, outcome.problem, courier)
        elif isinstance(outcome, Dead):
            await self._batches.dead(batch, parcel, outcome.problem)
        else:
            failure = outcome if isinstance(outcome, Retry) else Retry(NO_ANSWER, 0)
            await self._batches.failed(batch, batch.items, failure)


def _went_out(outcome: Outcome) -> bool:
    """Whether the channel took the one text that it was given, whatever it says besides."""
    return (outcome.count if isinstance(outcome, Sent) else outcome.sent) > 0
