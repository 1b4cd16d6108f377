"""The rounds of the desk: who is still there, who waits in vain, whose visitor waits for a word.

Every process makes them. Each conversation is looked at again under its lock, so that two processes
tell a visitor nothing twice.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Clock
from api.conversations import handoffs
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.conversations.states import State
from api.database import Database, DatabaseUnavailable
from api.desk import duty
from api.desk.models import DeskPresence
from api.events.hub import Hub
from api.settings import Settings

log = logging.getLogger(__name__)

ROUND_S = 20.0
AT_ONCE = 50  # conversations of a kind in one round

Act = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class Rounds:
    """`abandon`: without a sign of a visitor; `absent`: without a sign of an operator."""

    database: Database
    clock: Clock
    hub: Hub
    abandon: timedelta
    absent: timedelta

    @classmethod
    def of(cls, settings: Settings, database: Database, clock: Clock, hub: Hub) -> "Rounds":
        return cls(
            database,
            clock,
            hub,
            timedelta(minutes=settings.abandon_minutes),
            timedelta(minutes=settings.absent_minutes),
        )

    async def walk(self) -> None:
        """Make a round every so often, until cancelled."""
        while True:
            try:
                await self.once()
            except (DatabaseUnavailable, SQLAlchemyError):
                log.exception("a round of the desk failed and is made again")
            await asyncio.sleep(ROUND_S)

    async def once(self) -> None:
        """One round."""
        at = self.clock.now()
        await self._note_who_is_there(at)
        await self._each(self._abandoned(at), handoffs.abandon, at)
        await self._each(self._left_alone(at), handoffs.leave, at)
        async with self.database.reading() as session:
            staffed = await duty.is_anybody_there(session, self.absent, self.clock)
        if not staffed:
            await self._each(self._in_vain(at), handoffs.expire, at)

    async def _note_who_is_there(self, at: datetime) -> None:
        staff = {int(name) for name in self.hub.present("staff")}
        visitors = self.hub.present("visitor")
        async with self.database.session() as session:
            if staff:
                await duty.keep(session, staff, self.clock)
            if visitors:
                await conversations.see_visitors(session, visitors, at=at)
            await duty.miss(session, self.clock)

    async def _each(self, which: ColumnElement[bool], act: Act, at: datetime) -> None:
        """Do something to every conversation of a kind, each in a unit of work of its own."""
        async with self.database.reading() as session:
            ids = await session.scalars(select(Conversation.id).where(which).limit(AT_ONCE))
            found = ids.all()
        for conversation_id in found:
            async with self.database.session() as session:
                conversation = await _still(session, conversation_id, which)
                if conversation is not None:
                    await act(session, conversation, at=at)

    def _abandoned(self, at: datetime) -> ColumnElement[bool]:
        """Who can be written to need not look at a page while he waits."""
        return and_(
            Conversation.state == State.WAITING,
            ~Conversation.speaks_by_contact,
            Conversation.visitor_seen_at < at - self.abandon,
        )

    def _left_alone(self, at: datetime) -> ColumnElement[bool]:
        """A visitor had the last word, and his operator is gone."""
        has_the_last_word = exists().where(
            Message.conversation_id == Conversation.id,
            Message.position == Conversation.last_position,
            Message.role == "visitor",
        )
        there = exists().where(
            DeskPresence.staff_id == Conversation.assignee_id,
            duty.seen_within(self.absent, self.clock),
        )
        given_long_ago = or_(
            Conversation.claimed_at < at - self.absent, Conversation.claimed_at > at + self.absent
        )
        return and_(Conversation.state == State.OPERATOR, has_the_last_word, ~there, given_long_ago)

    def _in_vain(self, at: datetime) -> ColumnElement[bool]:
        """Nobody is at the desk, and it waits for long."""
        return and_(
            Conversation.state == State.WAITING, Conversation.waiting_since < at - self.absent
        )


async def _still(
    session: AsyncSession, conversation_id: str, which: ColumnElement[bool]
) -> Conversation | None:
    """The conversation, locked, where it is still of that kind."""
    found: Conversation | None = await session.scalar(
        select(Conversation).where(Conversation.id == conversation_id, which).with_for_update()
    )
    return found
