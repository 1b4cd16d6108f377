"""An outbox with a fake courier, and a contact who has just written."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Clock
from api.contacts import service as contacts
from api.contacts.models import Contact
from api.database import Database
from api.outbox import service
from api.outbox.models import OutboxItem
from api.outbox.worker import Outbox
from tests.conftest import TODAY
from tests.couriers import FakeCourier


class MovableClock(Clock):
    """Stands still, and goes where the test sends it."""

    def __init__(self) -> None:
        super().__init__(TODAY)
        self.at = super().now()

    def now(self) -> datetime:
        return self.at

    def goes(self, **on: float) -> None:
        self.at += timedelta(**on)


@dataclass
class Renderer:
    """Renders the reference itself, unless it is told to say something else, or to fail."""

    words: dict[str, list[str]] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)

    async def bubbles(self, session: AsyncSession, item: OutboxItem) -> list[str]:
        if item.ref in self.failing:
            raise ValueError(item.ref)
        return self.words.get(item.ref, [item.ref])


@dataclass
class News:
    """The news of any conversation; they are told once."""

    untold: list[str] = field(default_factory=list)

    async def __call__(
        self, session: AsyncSession, conversation_id: str, *, at: datetime
    ) -> list[str]:
        told, self.untold = self.untold, []
        return told


@dataclass
class Desk:
    """An outbox with all that hangs on it."""

    database: Database
    clock: MovableClock
    courier: FakeCourier
    renderer: Renderer
    news: News

    def worker(self) -> Outbox:
        """One more process that sends."""
        couriers = {self.courier.channel: self.courier}
        return Outbox(self.database, self.clock, couriers, self.renderer, self.news)

    async def contact(self, peer: str = "o1") -> Contact:
        async with self.database.session() as session:
            found = await contacts.find_or_make(session, "wechat", "jx", peer, at=self.clock.now())
            self.courier.on_inbound(found, "text", self.clock.now())
            return found

    async def puts(self, contact: Contact, *refs: str, **more: Any) -> list[int]:
        """Put messages for a contact, each in a unit of work of its own; their ids."""
        ids = []
        for ref in refs:
            async with self.database.session() as session:
                item = await service.put(
                    session,
                    **{
                        "lane": service.lane_of(contact.id),
                        "channel": contact.channel,
                        "contact_id": contact.id,
                        "conversation_id": None,
                        "kind": service.MESSAGE,
                        "ref": ref,
                        "at": self.clock.now(),
                        **more,
                    },
                )
                ids.append(item.id)
        return ids

    async def items(self) -> Sequence[OutboxItem]:
        async with self.database.reading() as session:
            return (await session.scalars(select(OutboxItem).order_by(OutboxItem.id))).all()

    async def states(self) -> list[str]:
        return [item.state for item in await self.items()]


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def desk(database: Database, clock: MovableClock) -> Desk:
    return Desk(database, clock, FakeCourier(), Renderer(), News())


@pytest.fixture
async def contact(desk: Desk) -> Contact:
    return await desk.contact()
