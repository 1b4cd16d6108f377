"""Whether the channel's own request carries the answer: decided once for everything that came in,
the caller commits.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.channels.bubbles import Told
from api.channels.renderer import Renderer, own
from api.contacts import inbound
from api.contacts.models import Contact, Inbound
from api.outbox import service as outbox
from api.outbox.models import OutboxItem
from api.outbox.states import State

Fits = Callable[[Sequence[str]], list[str]]  # the same words in as few messages as possible
BEHIND = timedelta(seconds=1.5)  # what the reply has no room for goes after it was seen


async def decide(
    session: AsyncSession, renderer: Renderer, inbound_id: int, fits: Fits | None, *, at: datetime
) -> str | None:
    """What the request is answered with, None for no more than that it was received; where the
    channel's requests carry nothing `fits` is None.

    Asked again, it is the same. What is unsent for the contact goes with the reply in its order, as
    far as one message holds it; the rest is due soon after.
    """
    row = await inbound.locked(session, inbound_id)
    if row.state != inbound.State.ACCEPTED:
        return row.reply
    row.decided_at = at
    carried: list[OutboxItem] = []
    if fits is not None:
        carried, told = await _carried(session, renderer, row, fits, at)
    if fits is None or not carried:
        row.state = inbound.State.ACKNOWLEDGED
        await outbox.release(session, row.id, at=at)
        return None
    reply, *rest = fits(told.texts)
    if rest:  # of the one item that is longer than a message
        longest = carried.pop()
        longest.payload = {**(longest.payload or {}), "texts": rest}
    outbox.carried(carried, row.id, at=at)
    await session.flush()
    await outbox.release(session, row.id, at=at + BEHIND)
    row.state, row.reply = inbound.State.REPLIED, reply
    return reply


async def confirm(session: AsyncSession, inbound_id: int) -> None:
    """The response with the reply was written."""
    row = await inbound.locked(session, inbound_id)
    if row.state == inbound.State.REPLIED:
        row.state = inbound.State.CONFIRMED


async def take_back(
    session: AsyncSession, renderer: Renderer, inbound_id: int, *, at: datetime
) -> None:
    """The reply never left: its words are to be sent after all."""
    row = await inbound.locked(session, inbound_id)
    if row.state != inbound.State.REPLIED:
        return
    if row.reply:  # else its conversation was deleted
        last = await _last_carried(session, renderer, row)
        lost = Told((row.reply,), last.offered, last.awaits_words)
        await _put(session, row, lost, at)
    row.state, row.reply = inbound.State.ACKNOWLEDGED, None


async def _carried(
    session: AsyncSession, renderer: Renderer, row: Inbound, fits: Fits, at: datetime
) -> tuple[list[OutboxItem], Told]:
    """The items that go with the reply, and all that they say. The first of them may say more than
    one message holds.
    """
    nothing: tuple[list[OutboxItem], Told] = ([], Told())
    if row.done_at is None or await _is_sending(session, row.contact_id, at):
        return nothing
    carried: list[OutboxItem] = []
    together = Told()
    for item in await outbox.unsent(session, outbox.lane_of(row.contact_id)):
        if item.kind == outbox.NEWS:  # told by the next turn, or by the outbox
            continue
        told = await renderer.told(session, item)
        both = Told((*together.texts, *told.texts), told.offered, told.awaits_words)
        if carried and len(fits(both.texts)) > 1:
            break
        carried.append(item)
        together = both if told.texts else together
        if len(fits(together.texts)) > 1:
            break
    return (carried, together) if together.texts else nothing


async def _is_sending(session: AsyncSession, contact_id: int, at: datetime) -> bool:
    """Whether something is on its way to the contact: a reply must not overtake it."""
    leased = exists().where(
        OutboxItem.lane == outbox.lane_of(contact_id),
        OutboxItem.state == State.LEASED,
        OutboxItem.leased_until > at,
    )
    return bool(await session.scalar(select(leased)))


async def _last_carried(session: AsyncSession, renderer: Renderer, row: Inbound) -> Told:
    """What the last of the items says that went with the reply."""
    last = await session.scalar(
        select(OutboxItem)
        .where(OutboxItem.inbound_id == row.id, OutboxItem.via == outbox.BY_REPLY)
        .order_by(OutboxItem.id.desc())
        .limit(1)
    )
    return await renderer.told(session, last) if last else Told()


async def _put(session: AsyncSession, row: Inbound, lost: Told, at: datetime) -> None:
    contact = await session.get_one(Contact, row.contact_id)
    await outbox.put(
        session,
        lane=outbox.lane_of(contact.id),
        channel=contact.channel,
        contact_id=contact.id,
        conversation_id=contact.conversation_id,
        kind=outbox.OWN,
        ref=f"lost:{row.id}",
        at=at,
        inbound_id=row.id,
        payload=own(lost),
    )
