"""What staff and monitors see of the outbox."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api import metrics
from api.contacts.models import Contact
from api.outbox import schemas, service
from api.outbox.courier import Courier
from api.outbox.models import OutboxItem
from api.outbox.states import State

PAGE = 50
# The state that is asked for → those that it means: what is being sent is not there yet.
MEANT: Mapping[schemas.Shown, tuple[State, ...]] = {
    "pending": (State.PENDING, State.LEASED),
    "held": (State.HELD,),
    "dead": (State.DEAD,),
}


async def page(
    session: AsyncSession, state: schemas.Shown, before: int | None
) -> schemas.WaitingItems:
    """The newest items of a state, or those before one."""
    newest = (
        select(OutboxItem, Contact.account)
        .outerjoin(Contact, Contact.id == OutboxItem.contact_id)
        .where(OutboxItem.state.in_(MEANT[state]))
        .order_by(OutboxItem.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        newest = newest.where(OutboxItem.id < before)
    found = [_item(item, account) for item, account in await session.execute(newest)]
    here = found[:PAGE]
    more = here[-1].id if len(found) > PAGE else None
    return schemas.WaitingItems(items=here, counts=await counts(session), before=more)


async def counts(session: AsyncSession) -> dict[schemas.Shown, int]:
    """How many items there are of each state that is no good end."""
    by_state = select(OutboxItem.state, func.count()).group_by(OutboxItem.state)
    unfinished = by_state.where(OutboxItem.state.not_in((State.SENT, State.DROPPED)))
    number = {state: count for state, count in await session.execute(unfinished)}
    return {shown: sum(number.get(state, 0) for state in states) for shown, states in MEANT.items()}


async def measure(session: AsyncSession, *, at: datetime) -> None:
    """Tell the metrics how the outbox stands."""
    oldest = await session.scalar(
        select(func.min(OutboxItem.made_at)).where(OutboxItem.state.in_(MEANT["pending"]))
    )
    age = max(0.0, (at - oldest).total_seconds()) if oldest else 0.0
    metrics.outbox({str(state): number for state, number in (await counts(session)).items()}, age)


async def reached(
    session: AsyncSession,
    contact_id: int | None,
    couriers: Mapping[str, Courier],
    *,
    by_contact: bool,
    at: datetime,
) -> schemas.Reached | None:
    """How a visitor is reached over another channel; None where he only looks at a page."""
    contact = await session.get(Contact, contact_id) if contact_id is not None else None
    if contact is None:
        return None
    waiting = await service.of_contact(session, contact.id)
    return schemas.Reached(
        channel=contact.channel,
        account=contact.account,
        subscribed=contact.subscribed,
        heard_at=contact.last_inbound_at,
        by_contact=by_contact,
        allowance=_allowance(contact, couriers, at),
        held=waiting[State.HELD],
        dead=waiting[State.DEAD],
    )


def _allowance(
    contact: Contact, couriers: Mapping[str, Courier], at: datetime
) -> schemas.Allowance | None:
    courier = couriers.get(contact.channel)
    if courier is None:
        return None
    granted = courier.allowance(contact, at)
    return schemas.Allowance(left=granted.left, until=granted.until)


def _item(item: OutboxItem, account: str | None) -> schemas.WaitingItem:
    names = [name for name in schemas.WaitingItem.model_fields if name != "account"]
    return schemas.WaitingItem.model_validate(
        {"account": account} | {name: getattr(item, name) for name in names}
    )
