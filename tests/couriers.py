"""A courier that notes what it was given, for tests of whatever sends."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from api.contacts import grants
from api.contacts.grants import Allowance
from api.contacts.models import Contact
from api.contacts.service import peer_of
from api.outbox.courier import Held, Outcome, Sent

LASTS = timedelta(hours=48)


async def nothing() -> None:
    """Nothing happens."""


@dataclass
class FakeCourier:
    """Takes texts of at most `longest` characters, and as many as were granted.

    `outcomes` are what it answers next, before it takes everything. `before` happens while it
    sends, `after` once it took everything; `fits` puts texts together in another way.
    """

    channel: str = "wechat"
    longest: int = 100
    sent: list[tuple[str, str]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    before: Callable[[], Awaitable[None]] = nothing
    after: Callable[[], object] = lambda: None
    fits: Callable[[Sequence[str]], list[str]] | None = None
    keys: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    @property
    def texts(self) -> list[str]:
        return [text for _, text in self.sent]

    def on_inbound(
        self, contact: Contact, kind: str, at: datetime, code: str | None = None
    ) -> None:
        grants.renew(contact, "message", 5, LASTS, at)

    def allowance(self, contact: Contact, at: datetime) -> Allowance:
        return grants.allowance(contact, at)

    def fitted(self, texts: Sequence[str]) -> list[str]:
        if self.fits:
            return self.fits(texts)
        together = "\n".join(texts)
        return [
            together[first : first + self.longest]
            for first in range(0, len(together), self.longest)
        ]

    async def send(self, contact: Contact, texts: Sequence[str], key: str, at: datetime) -> Outcome:
        self.keys.append(key)
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        await self.before()
        self.at_once -= 1
        if self.outcomes:
            return self.outcomes.pop(0)
        for number, text in enumerate(texts):
            if contact.grants is not None and not grants.take(contact, at):
                return Held("45047", sent=number)
            self.sent.append((peer_of(contact), text))
        self.after()
        return Sent(len(texts))
