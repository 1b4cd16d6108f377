"""What an item of the outbox says, on channels that show text alone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.channels.bubbles import Told, of_message, of_turn
from api.channels.choices import Offer
from api.channels.direction import tells_way
from api.clock import Clock
from api.contacts.models import Contact
from api.conversations import service as conversations
from api.conversations.models import Message, Turn
from api.moving.links import Links
from api.outbox import service as outbox
from api.outbox.models import OutboxItem
from api.outbox.states import State
from api.referrals import service as referrals

LOOKED_BACK = 5  # items of a lane: what has no words shows nothing


class Renderer:
    """Makes the texts of an item anew each time: a link in them lasts from when it is sent."""

    def __init__(self, links: Links, clock: Clock) -> None:
        self._links, self._clock = links, clock

    async def bubbles(self, session: AsyncSession, item: OutboxItem) -> list[str]:
        """The texts of an item in order; none where what it speaks of is gone."""
        return list((await self.told(session, item)).texts)

    async def told(self, session: AsyncSession, item: OutboxItem) -> Told:
        """The same with the options that a number chooses among. Of what was sent in part only the
        rest is told.
        """
        if item.kind == outbox.OWN:
            return _own(item.payload or {})
        told = await self._whole(session, item)
        rest = (item.payload or {}).get("texts")
        return told if rest is None else replace(told, texts=tuple(rest))

    async def _whole(self, session: AsyncSession, item: OutboxItem) -> Told:
        if item.kind == outbox.TURN:
            turn = await session.get(Turn, item.ref)
            return await self._turn(session, turn) if turn and turn.answer else Told()
        if item.kind == outbox.MESSAGE:
            message = await session.get(Message, item.ref)
            if message is not None:
                return of_message(conversations.shown(message).model_dump(mode="json"))
        return Told()

    async def _turn(self, session: AsyncSession, turn: Turn) -> Told:
        assert turn.answer is not None
        before = await self._told_before(session, turn) if turn.answer["referral"] else None
        link = self._links.url(turn.conversation_id, at=self._clock.now())
        return of_turn(turn.answer, before, link)

    async def _told_before(self, session: AsyncSession, turn: Turn) -> Mapping[str, Any] | None:
        """The last referral before a turn that told a way to go."""
        earlier = []
        for turn_id, body in (await referrals.of_every_turn(session, turn.conversation_id)).items():
            if turn_id == turn.id:
                break
            earlier.append(body)
        return next((body for body in reversed(earlier) if tells_way(body)), None)

    async def shown_last(self, session: AsyncSession, contact: Contact) -> Told:
        """What the contact was shown last; nothing where that is of another conversation, or where
        he was shown no more than its beginning.
        """
        lane = outbox.lane_of(contact.id)
        begun = exists().where(
            OutboxItem.lane == lane,
            OutboxItem.kind.in_((outbox.TURN, outbox.MESSAGE)),
            OutboxItem.state.in_((State.PENDING, State.LEASED, State.HELD)),
            OutboxItem.payload.is_not(None),
        )
        if await session.scalar(select(begun)):
            return Told()
        sent = (
            select(OutboxItem)
            .where(OutboxItem.lane == lane, OutboxItem.state == State.SENT)
            .order_by(OutboxItem.sent_at.desc(), OutboxItem.id.desc())
            .limit(LOOKED_BACK)
        )
        for item in await session.scalars(sent):
            if item.conversation_id not in (None, contact.conversation_id):
                return Told()
            told = await self.told(session, item)
            if told.texts:
                return told
        return Told()


def own(told: Told) -> dict[str, Any]:
    """The payload of an item of the channel's own."""
    offered = [{"title": one.title, "payload": one.payload} for one in told.offered]
    return {"texts": list(told.texts), "offered": offered, "awaits_words": told.awaits_words}


def _own(payload: Mapping[str, Any]) -> Told:
    offered = (Offer(one["title"], one["payload"]) for one in payload.get("offered", ()))
    return Told(
        tuple(payload.get("texts", ())), tuple(offered), bool(payload.get("awaits_words", False))
    )
