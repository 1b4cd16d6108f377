"""What contacts send, stored before anything is done about it; the caller commits."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.contacts.models import Inbound
from api.database import insert_once

LONGEST_LEASE = timedelta(minutes=5)  # one that ends later was given by a clock that jumped
AT_ONCE = 50  # rows in one look

# So long after something came in, the channel's own request may still carry the answer.
CARRIED = timedelta(seconds=4.5)

_OF_TURN = select(Inbound).where(Inbound.turn_id == bindparam("turn"))  # made once: every turn asks


class State(StrEnum):
    """How far it is answered; the value is what the database keeps."""

    ACCEPTED = "accepted"  # stored, worked on
    REPLIED = "replied"  # the channel's own request carries `reply`
    ACKNOWLEDGED = "acknowledged"  # that request carries nothing: the outbox sends
    CONFIRMED = "confirmed"  # the response with `reply` was written
    FAILED = "failed"


def key_of(channel: str, account: str, key: str) -> str:
    """What a repeat of one thing has in common: SHA-256 in hexadecimal."""
    return sha256(f"{channel}:{account}:{key}".encode()).hexdigest()


async def store(
    session: AsyncSession,
    contact_id: int,
    key_sha256: str,
    kind: str,
    body: dict[str, Any],
    *,
    at: datetime,
) -> tuple[Inbound, bool]:
    """The row of it, and whether it is new: a repeat finds the row of the first."""
    found = await _of_key(session, key_sha256)
    if found is not None:
        return found, False
    new = {
        "contact_id": contact_id,
        "key_sha256": key_sha256,
        "kind": kind,
        "body": body,
        "state": State.ACCEPTED,
        "received_at": at,
    }
    is_new = await insert_once(session, Inbound, new)
    found = await _of_key(session, key_sha256)
    assert found is not None
    return found, is_new


async def locked(session: AsyncSession, inbound_id: int) -> Inbound:
    """The row as it stands now, kept so until the unit of work ends."""
    return await session.get_one(Inbound, inbound_id, with_for_update=True)


async def of_turn(session: AsyncSession, turn_id: str) -> Inbound | None:
    """What a turn answers; None where its visitor spoke on a page."""
    found: Inbound | None = await session.scalar(_OF_TURN, {"turn": turn_id})
    return found


async def take_up(
    session: AsyncSession, inbound_id: int, lasts: timedelta, *, at: datetime
) -> Inbound | None:
    """Take the work on it for a while; None where somebody has it, or it is done."""
    row = await locked(session, inbound_id)
    if row.done_at is not None or not _is_over(row.leased_until, at):
        return None
    row.leased_until, row.attempts = at + lasts, row.attempts + 1
    return row


async def keep(
    session: AsyncSession, inbound_ids: Sequence[int], lasts: timedelta, *, at: datetime
) -> None:
    """Go on having the work on them."""
    still = update(Inbound).where(Inbound.id.in_(inbound_ids), Inbound.done_at.is_(None))
    await session.execute(still.values(leased_until=at + lasts))


async def has_to_wait(session: AsyncSession, row: Inbound, *, at: datetime) -> bool:
    """Whether somebody still works on what its contact sent before it."""
    before = exists().where(
        Inbound.contact_id == row.contact_id,
        Inbound.id < row.id,
        Inbound.done_at.is_(None),
        Inbound.leased_until.between(at, at + LONGEST_LEASE),
    )
    return bool(await session.scalar(select(before)))


async def left_undone(session: AsyncSession, older: timedelta, *, at: datetime) -> Sequence[int]:
    """The ids of what is not done, is older than so long, and is worked on by nobody."""
    nobody_has_it = or_(
        Inbound.leased_until.is_(None),
        Inbound.leased_until < at,
        Inbound.leased_until > at + LONGEST_LEASE,
    )
    open_ones = Inbound.state.in_((State.ACCEPTED, State.ACKNOWLEDGED))
    return await _ids(
        session,
        and_(open_ones, Inbound.done_at.is_(None), Inbound.received_at < at - older),
        nobody_has_it,
    )


async def unconfirmed(session: AsyncSession, older: timedelta, *, at: datetime) -> Sequence[int]:
    """The ids of what got a reply so long ago, whose response nobody saw leave."""
    return await _ids(session, Inbound.state == State.REPLIED, Inbound.decided_at < at - older)


async def _ids(session: AsyncSession, *which: ColumnElement[bool]) -> Sequence[int]:
    found = select(Inbound.id).where(*which).order_by(Inbound.id).limit(AT_ONCE)
    return (await session.scalars(found)).all()


async def _of_key(session: AsyncSession, key_sha256: str) -> Inbound | None:
    found: Inbound | None = await session.scalar(
        select(Inbound).where(Inbound.key_sha256 == key_sha256)
    )
    return found


def _is_over(until: datetime | None, at: datetime) -> bool:
    return until is None or until < at or until > at + LONGEST_LEASE


def due_of_answer(row: Inbound, at: datetime) -> datetime:
    """When the answer may be pushed: later while the channel's own request may carry it. A clock
    that was put back must not make it wait for long.
    """
    if row.state != State.ACCEPTED:
        return at
    return min(max(at, row.received_at + CARRIED), at + CARRIED)
