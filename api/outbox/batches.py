"""Leases of lanes, and what becomes of the items in them: each step one unit of work.

Contacts are locked before items, so that nobody waits in a circle. What lost its lease meanwhile,
because it ran out or its conversation was deleted, is left as it is.
"""

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import metrics
from api.clock import Clock
from api.contacts import grants
from api.contacts.models import Contact
from api.contacts.service import CHANGED, address_of
from api.database import Database
from api.events import service as events
from api.outbox import service
from api.outbox.courier import Courier, Retry
from api.outbox.models import OutboxItem
from api.outbox.packing import Parcel
from api.outbox.states import State

MOST_ITEMS = 20  # of a lane in one lease
LEASE = timedelta(seconds=30)
BACK_OFF_S = (2, 10, 30, 120, 600, 1800, 3600)
JITTER = 0.2
KEY_DIGITS = 28  # a channel's own ids may be as short as 32 characters
MOST_TRIES = 8
# What is due or leased until later than this was written by a clock that jumped.
LONGEST_DUE = timedelta(seconds=BACK_OFF_S[-1] * (1 + JITTER))
LONGEST_LEASE = timedelta(minutes=5)
UNFINISHED = (State.PENDING, State.LEASED)


@dataclass
class Batch:
    """Items of one lane that are leased until a moment, with whom they go to.

    `granted` is what the contact was granted when he was last read.
    """

    items: list[OutboxItem]
    contact: Contact
    leased_until: datetime
    granted: list[dict[str, Any]] | None

    def key_of(self, parcel: Parcel) -> str:
        """What every attempt at a message has in common, and no other message has: 28 hexadecimal
        digits. The moment belongs to it: a database that was made anew counts from 1 again.
        """
        first = next(item for item in self.items if item.id == parcel.begins)
        what = (first.id, first.made_at.timestamp(), parcel.ends, len(parcel.rest))
        return sha256(repr(what).encode()).hexdigest()[:KEY_DIGITS]

    def forget(self, items: Collection[OutboxItem]) -> None:
        """These are dealt with."""
        self.items = [item for item in self.items if item not in items]


@dataclass(frozen=True)
class Batches:
    """Leases lanes, and writes down what became of them."""

    database: Database
    clock: Clock

    async def due_lanes(
        self, channels: Collection[str], but: Collection[str], most: int
    ) -> Sequence[str]:
        """Lanes whose first item is due, those that wait longest first."""
        at = self.clock.now()
        unfinished = select(func.min(OutboxItem.id)).where(OutboxItem.state.in_(UNFINISHED))
        due = (
            select(OutboxItem.lane)
            .where(
                OutboxItem.id.in_(unfinished.group_by(OutboxItem.lane)),
                OutboxItem.channel.in_(channels),
                OutboxItem.lane.not_in(but),
                _is_due_by(at),
            )
            .order_by(OutboxItem.due_at)
            .limit(most)
        )
        async with self.database.reading() as session:
            return (await session.scalars(due)).all()

    async def lease(self, lane: str) -> Batch | None:
        """Take what is due of a lane; None where another process has it, or nothing is."""
        at = self.clock.now()
        in_order = (
            select(OutboxItem)
            .where(OutboxItem.lane == lane, OutboxItem.state.in_(UNFINISHED))
            .order_by(OutboxItem.id)
            .limit(MOST_ITEMS)
            .with_for_update()
        )
        async with self.database.session() as session:
            items = _first_due((await session.scalars(in_order)).all(), at)
            if not items:
                return None
            for item in items:
                item.state, item.leased_until = State.LEASED, at + LEASE
            contact = await _contact_of(session, items[0])
        return Batch(items, contact, at + LEASE, contact.grants)

    async def sent(self, batch: Batch, parcel: Parcel) -> None:
        """A message went out: the items that it ends are sent, and the lease of the others begins
        anew.
        """
        at = self.clock.now()
        until = max(at + LEASE, batch.leased_until + timedelta(microseconds=1))
        async with self.database.session() as session:
            await _keep_grants(session, batch, at, messages=1)
            ours = await still_ours(session, batch, batch.items)
            for item in ours:
                if item.id in parcel.ends:
                    _finish(item, State.SENT, None)
                    item.sent_at, item.via = at, _way(item)
                    metrics.outbox_sent(item.channel)
                    await _tell(session, item, at)
                else:
                    item.leased_until = until
                    if item.id == parcel.begins:
                        item.payload = {**(item.payload or {}), "texts": list(parcel.rest)}
        batch.items = [item for item in ours if item.state == State.LEASED]
        batch.leased_until = until

    async def held(self, batch: Batch, problem: str, courier: Courier) -> None:
        """Keep what is left until the contact is heard of; where he was heard of meanwhile it is
        due at once.
        """
        at = self.clock.now()
        async with self.database.session() as session:
            heard_of = await _keep_grants(session, batch, at, messages=0)
            may_be_sent = (
                heard_of
                and batch.contact.subscribed
                and courier.allowance(batch.contact, at).left != 0
            )
            for item in await still_ours(session, batch, batch.items):
                _finish(item, State.PENDING if may_be_sent else State.HELD, problem)
                item.due_at = at
                await _tell(session, item, at)
        batch.items = []

    async def dead(self, batch: Batch, parcel: Parcel, problem: str) -> None:
        """Give up what a message holds; the rest of the batch is due."""
        at, lost = self.clock.now(), {*parcel.ends, parcel.begins}
        async with self.database.session() as session:
            await _keep_grants(session, batch, at, messages=0)
            for item in await still_ours(session, batch, batch.items):
                if item.id in lost:
                    _finish(item, State.DEAD, problem)
                    await _tell(session, item, at)
                else:
                    _finish(item, State.PENDING, None)
        batch.items = []

    async def failed(self, batch: Batch, items: Collection[OutboxItem], failure: Retry) -> None:
        """Try these again later; the first of them, at which it failed, not for ever."""
        at = self.clock.now()
        async with self.database.session() as session:
            await _keep_grants(session, batch, at, messages=0)
            ours = await still_ours(session, batch, items)
            for item in ours:
                _finish(item, State.PENDING, failure.problem)
            if ours:
                first = ours[0]
                first.attempts += 1
                due_at = at + _back_off(first.attempts, failure)
                if first.attempts >= MOST_TRIES:
                    first.state, due_at = State.DEAD, at
                for item in ours:
                    item.due_at = due_at
                await _tell(session, first, at)
        batch.forget(items)

    async def dropped(self, batch: Batch, item: OutboxItem) -> None:
        """There is nothing to say in it."""
        async with self.database.session() as session:
            for mine in await still_ours(session, batch, [item]):
                _finish(mine, State.DROPPED, None)
        batch.forget([item])


async def still_ours(
    session: AsyncSession, batch: Batch, items: Iterable[OutboxItem]
) -> Sequence[OutboxItem]:
    """Those of the items whose lease is the batch's, locked, in order."""
    ours = (
        select(OutboxItem)
        .where(
            OutboxItem.id.in_([item.id for item in items]),
            OutboxItem.state == State.LEASED,
            OutboxItem.leased_until == batch.leased_until,
        )
        .order_by(OutboxItem.id)
        .with_for_update()
    )
    return (await session.scalars(ours)).all()


def _is_due_by(at: datetime) -> ColumnElement[bool]:
    due, until = OutboxItem.due_at, OutboxItem.leased_until
    return or_(
        and_(OutboxItem.state == State.PENDING, or_(due <= at, due > at + LONGEST_DUE)),
        and_(OutboxItem.state == State.LEASED, or_(until < at, until > at + LONGEST_LEASE)),
    )


def _first_due(waiting: Sequence[OutboxItem], at: datetime) -> list[OutboxItem]:
    """What is due before anything that is not; nothing while somebody sends in this lane."""
    if any(item.state == State.LEASED and not _is_due(item, at) for item in waiting):
        return []
    first_to_wait = next((n for n, item in enumerate(waiting) if not _is_due(item, at)), None)
    return _tried_together(waiting[:first_to_wait])


def _tried_together(due: Sequence[OutboxItem]) -> list[OutboxItem]:
    """What was tried before goes by itself: the same items make the same messages, which a channel
    may know. Their moments are the same to the microsecond.
    """
    if due and due[0].state == State.LEASED:
        return [item for item in due if item.leased_until == due[0].leased_until]
    if due and due[0].attempts:
        return [item for item in due if item.due_at == due[0].due_at]
    return list(due)


def _is_due(item: OutboxItem, at: datetime) -> bool:
    if item.state == State.PENDING:
        return item.due_at <= at or item.due_at > at + LONGEST_DUE
    until = item.leased_until
    return until is None or until < at or until > at + LONGEST_LEASE


async def _contact_of(session: AsyncSession, item: OutboxItem) -> Contact:
    """Whom it goes to. Who is only written e-mail has no row of his own."""
    if item.contact_id is not None:
        return await session.get_one(Contact, item.contact_id)
    to = (item.payload or {})["to"]
    return Contact(
        channel=item.channel, account="", contact=address_of(item.channel, "", to), subscribed=True
    )


async def _keep_grants(session: AsyncSession, batch: Batch, at: datetime, *, messages: int) -> bool:
    """Write down what the courier counted; whether the contact was granted more meanwhile, of which
    the messages that went out are taken.
    """
    counted = batch.contact
    if counted.id is None:
        return False
    batch.contact = fresh = await session.get_one(
        Contact, counted.id, with_for_update={"key_share": True}
    )
    heard_of = fresh.grants != batch.granted
    if heard_of:
        for _ in range(messages):
            grants.take(fresh, at)
    else:
        fresh.grants = counted.grants
    batch.granted = fresh.grants
    return heard_of


def _finish(item: OutboxItem, state: State, problem: str | None) -> None:
    item.state, item.leased_until, item.problem = state, None, problem


def _way(item: OutboxItem) -> str:
    return service.MAIL if item.kind == service.MAIL else service.BY_PUSH


def _back_off(attempts: int, failure: Retry) -> timedelta:
    """How long to wait: our own steps, or what the channel asks for where that is longer."""
    step = BACK_OFF_S[min(attempts, len(BACK_OFF_S)) - 1]
    seconds = min(max(step, failure.after_s), BACK_OFF_S[-1])
    return timedelta(seconds=seconds * random.uniform(1 - JITTER, 1 + JITTER))


async def _tell(session: AsyncSession, item: OutboxItem, at: datetime) -> None:
    await session.flush()
    await events.publish(
        session, CHANGED, conversation_id=item.conversation_id, data={"state": item.state}, at=at
    )
