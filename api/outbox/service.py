"""What is to be sent, one unit of work at a time; the caller commits.

Whoever commits something that is due wakes the worker of his process.
"""

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Engine, event, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from api.contacts.service import CHANGED
from api.database import insert_once
from api.events import service as events
from api.outbox.models import OutboxItem
from api.outbox.states import State
from api.protection.columns import keys_of

MAIL = "mail"
TURN, MESSAGE, NEWS, OWN = "turn", "message", "news", "own"
UNSENT = (State.PENDING, State.HELD)
BY_REPLY, BY_PUSH = "reply", "push"
_PUT = "outbox_put"


@dataclass(frozen=True)
class _Worker:
    channels: Container[str]
    woken: Callable[[], None]


_WORKERS: WeakKeyDictionary[Engine, _Worker] = WeakKeyDictionary()


def lane_of(contact_id: int) -> str:
    """The lane of everything that goes to a contact."""
    return f"contact:{contact_id}"


def mail_lane(session: AsyncSession, address: str) -> str:
    """The lane of everything that goes to an e-mail address, which it does not tell."""
    return f"mail:{keys_of(session.get_bind().dialect).hashed(address.casefold())}"


async def put(
    session: AsyncSession,
    *,
    lane: str,
    channel: str,
    contact_id: int | None,
    conversation_id: str | None,
    kind: str,
    ref: str,
    at: datetime,
    inbound_id: int | None = None,
    due_at: datetime | None = None,
    payload: dict[str, Any] | None = None,
) -> OutboxItem:
    """Let something be sent, not before `due_at`; the same put again is the same item."""
    same = (OutboxItem.lane == lane, OutboxItem.kind == kind, OutboxItem.ref == ref)
    found: OutboxItem | None = await session.scalar(select(OutboxItem).where(*same))
    if found is not None:
        return found
    await insert_once(
        session,
        OutboxItem,
        {
            "lane": lane,
            "channel": channel,
            "contact_id": contact_id,
            "conversation_id": conversation_id,
            "kind": kind,
            "ref": ref,
            "inbound_id": inbound_id,
            "payload": payload,
            "state": State.PENDING,
            "due_at": due_at or at,
            "made_at": at,
        },
    )
    _wake(session)
    return (await session.scalars(select(OutboxItem).where(*same))).one()


async def unsent(session: AsyncSession, lane: str) -> Sequence[OutboxItem]:
    """What waits in a lane, held or not, in order and locked, so that a reply can carry it; nothing
    while the worker sends there, whose message is to arrive first.
    """
    unfinished = (*UNSENT, State.LEASED)
    waiting = select(OutboxItem).where(OutboxItem.lane == lane, OutboxItem.state.in_(unfinished))
    in_order = waiting.order_by(OutboxItem.id).with_for_update()
    fresh = {"populate_existing": True}
    found = (await session.scalars(in_order, execution_options=fresh)).all()
    return [] if any(item.state == State.LEASED for item in found) else found


def carried(items: Sequence[OutboxItem], inbound_id: int, *, at: datetime) -> None:
    """The answer to the channel's own request carries these items, which `unsent` locked."""
    for item in items:
        item.state, item.via, item.sent_at = State.SENT, BY_REPLY, at
        item.inbound_id, item.problem = inbound_id, None


async def not_carried(session: AsyncSession, inbound_id: int, *, at: datetime) -> None:
    """The answer that was to carry them never left: they are to be sent after all."""
    lost = (
        OutboxItem.inbound_id == inbound_id,
        OutboxItem.via == BY_REPLY,
        OutboxItem.state == State.SENT,
    )
    await _become_pending(session, *lost, at=at)


async def release(session: AsyncSession, inbound_id: int, *, at: datetime) -> None:
    """No reply carries what answers this any more: it is due."""
    mine = (OutboxItem.inbound_id == inbound_id, OutboxItem.state == State.PENDING)
    await session.execute(update(OutboxItem).where(*mine).values(due_at=at))
    _wake(session)


async def wake(
    session: AsyncSession, contact_id: int, *, at: datetime, due_at: datetime | None = None
) -> None:
    """The contact was heard of: what was held for him is to be sent, not before `due_at`."""
    held = (OutboxItem.lane == lane_of(contact_id), OutboxItem.state == State.HELD)
    await _become_pending(session, *held, at=due_at or at)


async def retry(session: AsyncSession, item: OutboxItem, *, at: datetime) -> None:
    """Try again what was given up or is held, as if it were the first time."""
    item.state, item.attempts, item.due_at, item.problem = State.PENDING, 0, at, None
    await _tell(session, item, at)
    _wake(session)


async def drop(session: AsyncSession, item: OutboxItem, *, at: datetime) -> None:
    """Nobody needs it any more; its words go."""
    item.state, item.payload = State.DROPPED, None
    await _tell(session, item, at)


async def drop_news(session: AsyncSession, conversation_id: str) -> None:
    """The visitor was told everything in the conversation: what only waits to tell it goes."""
    untold = (
        OutboxItem.conversation_id == conversation_id,
        OutboxItem.kind == NEWS,
        OutboxItem.state.in_(UNSENT),
        OutboxItem.payload.is_(None),
    )
    await session.execute(update(OutboxItem).where(*untold).values(state=State.DROPPED))


async def drop_all(session: AsyncSession, conversation_id: str) -> None:
    """Nothing of a conversation is sent any more, and no words of it stay."""
    its_own = update(OutboxItem).where(OutboxItem.conversation_id == conversation_id)
    unfinished = OutboxItem.state != State.SENT
    await session.execute(its_own.where(unfinished).values(state=State.DROPPED))
    await session.execute(its_own.values(payload=None))


async def of_contact(session: AsyncSession, contact_id: int) -> dict[str, int]:
    """How many items of a contact stand in each state that is no good end."""
    mine = select(OutboxItem.state).where(
        OutboxItem.lane == lane_of(contact_id), OutboxItem.state.in_((State.HELD, State.DEAD))
    )
    states = (await session.scalars(mine)).all()
    return {state: states.count(state) for state in (State.HELD, State.DEAD)}


async def _become_pending(session: AsyncSession, *which: ColumnElement[bool], at: datetime) -> None:
    values = {"state": State.PENDING, "due_at": at, "attempts": 0, "via": None, "sent_at": None}
    await session.execute(update(OutboxItem).where(*which).values(**values))
    _wake(session)


async def _tell(session: AsyncSession, item: OutboxItem, at: datetime) -> None:
    await session.flush()
    await events.publish(
        session, CHANGED, conversation_id=item.conversation_id, data={"state": item.state}, at=at
    )


def serves(engine: Engine, channels: Container[str], woken: Callable[[], None]) -> None:
    """A worker of this process sends what is committed through the engine for these channels."""
    _WORKERS[engine] = _Worker(channels, woken)


def carries(session: AsyncSession, channel: str) -> bool:
    """Whether the worker of this process sends over a channel."""
    worker = _WORKERS.get(_engine_of(session.sync_session))
    return worker is not None and channel in worker.channels


def _wake(session: AsyncSession) -> None:
    session.info[_PUT] = True


def _engine_of(session: Session) -> Engine:
    bind = session.get_bind()
    return bind if isinstance(bind, Engine) else bind.engine


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    if not session.info.pop(_PUT, None):
        return
    worker = _WORKERS.get(_engine_of(session))
    if worker:
        worker.woken()


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session) -> None:
    session.info.pop(_PUT, None)
