"""A person at a telephone, and the channel between us, as the tests play them."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from api.channels.incoming import Incoming, Kind, Media, MediaGone, MediaUnavailable
from api.channels.intake import Intake
from api.channels.renderer import Renderer
from api.clock import Clock
from api.contacts import service as contacts
from api.contacts.models import Contact, Inbound
from api.conversations import service as conversations
from api.database import Database
from api.outbox.courier import Allowance, Outcome, Sent
from api.outbox.worker import Outbox

PAST = 0.0  # of the event loop's time: nothing is waited for
AWAITED = math.inf  # the request waits for its answer, however long that takes
FULL = 2000  # bytes of a message


class SetClock(Clock):
    """Stands still until it is moved."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        return self.at

    def moment(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def fitted(texts: Sequence[str]) -> list[str]:
    """Texts together in as few messages of FULL bytes as keep their order."""
    messages: list[str] = []
    for text in texts:
        together = f"{messages[-1]}\n\n{text}" if messages else text
        if messages and len(together.encode()) <= FULL:
            messages[-1] = together
        else:
            messages.append(text)
    return messages


class Courier:
    """Takes everything, and notes what each person was sent."""

    channel = "wechat"

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.heard: list[str] = []

    def on_inbound(
        self, contact: Contact, kind: str, at: datetime, code: str | None = None
    ) -> None:
        self.heard.append(kind)

    def allowance(self, contact: Contact, at: datetime) -> Allowance:
        return Allowance(None, None)

    def fitted(self, texts: Sequence[str]) -> list[str]:
        return fitted(texts)

    async def send(self, contact: Contact, texts: Sequence[str], key: str, at: datetime) -> Outcome:
        self.sent += [(contacts.peer_of(contact), text) for text in texts]
        return Sent(len(texts))


class Album:
    """Keeps pictures as a channel does."""

    def __init__(self) -> None:
        self.pictures: dict[str, bytes] = {}
        self.is_away = False
        self.fetched: list[str] = []

    async def fetch(self, account: str, media_id: str) -> Media:
        self.fetched.append(media_id)
        if self.is_away:
            raise MediaUnavailable
        if media_id not in self.pictures:
            raise MediaGone
        return Media(self.pictures[media_id], "image/jpeg")


@dataclass
class House:
    """The service, as far as a channel sees it."""

    intake: Intake
    renderer: Renderer
    database: Database
    clock: SetClock
    courier: Courier
    album: Album
    another: Callable[..., Intake]  # another process of the service

    async def deliver(self) -> None:
        """Send what is due."""
        couriers = {"wechat": self.courier}
        news = conversations.news_for_contact
        await Outbox(self.database, self.clock, couriers, self.renderer, news).once()

    async def contact(self, peer: str = "openid-1") -> Contact:
        async with self.database.session() as session:
            found = await contacts.find(session, "wechat", "main", peer)
            assert found is not None
            return found

    async def inbound(self) -> Sequence[Inbound]:
        async with self.database.reading() as session:
            return (await session.scalars(select(Inbound).order_by(Inbound.id))).all()


@dataclass
class Person:
    """Sees what comes back with his own message, and what is pushed to him."""

    house: House
    peer: str = "openid-1"
    count: int = 0
    replies: list[str] = field(default_factory=list)

    def writes(self, text: str | None = None, kind: Kind = Kind.TEXT, **more: object) -> Incoming:
        self.count += 1
        key = f"{self.peer}-{self.count}"
        at = self.house.clock.now()
        return Incoming("wechat", "main", self.peer, key, kind, at, text, **more)  # type: ignore[arg-type]

    async def sends(
        self, text: str | None = None, kind: Kind = Kind.TEXT, **more: object
    ) -> str | None:
        """Send something and wait for all that comes of it; the reply to it."""
        incoming = self.writes(text, kind, **more)
        self.house.clock.move(1)
        accepted = await self.house.intake.accept(incoming, self.house.clock.now(), AWAITED)
        await self.house.intake.idle()
        reply = accepted.reply
        if accepted.state == "accepted":
            reply = await self.house.intake.passive(accepted.inbound_id, PAST, fitted)
        await self.house.intake.confirm(accepted.inbound_id)
        if reply:
            self.replies.append(reply)
        self.house.clock.move(10)
        await self.house.deliver()
        return reply

    @property
    def pushed(self) -> list[str]:
        return [text for peer, text in self.house.courier.sent if peer == self.peer]

    @property
    def shown(self) -> list[str]:
        """Everything that he sees, the replies first."""
        return [*self.replies, *self.pushed]
