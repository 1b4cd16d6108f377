"""What a channel has to do to send: the interface, and how it can end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from api.contacts.grants import Allowance as Allowance
from api.contacts.models import Contact


@dataclass(frozen=True)
class Sent:
    """The channel took the first `count` texts, and the rest is still to be sent."""

    count: int


@dataclass(frozen=True)
class Held:
    """The channel takes nothing until the contact is heard of again; `problem` says why."""

    problem: str
    sent: int = 0  # texts that it took before


@dataclass(frozen=True)
class Retry:
    """The channel failed for a while; try again after so many seconds."""

    problem: str
    after_s: float
    sent: int = 0


@dataclass(frozen=True)
class Dead:
    """The channel will never take it."""

    problem: str
    sent: int = 0


Outcome = Sent | Held | Retry | Dead


class Courier(Protocol):
    """Sends texts over one channel. It counts the contact's grants itself: the caller commits."""

    channel: str

    def on_inbound(
        self, contact: Contact, kind: str, at: datetime, code: str | None = None
    ) -> None:
        """Grant what the channel grants for something that came in; `kind` is one of
        api.channels.incoming.Kind, `code` its answer_code.
        """
        ...

    def allowance(self, contact: Contact, at: datetime) -> Allowance:
        """What may be pushed to a contact at a moment."""
        ...

    def fitted(self, texts: Sequence[str]) -> list[str]:
        """The same words in as few messages as the channel's limits allow, in order. Each is filled
        before the next is begun: what comes behind changes no message but the last.
        """
        ...

    async def send(self, contact: Contact, texts: Sequence[str], key: str, at: datetime) -> Outcome:
        """Send texts that fit, in order; never raises for what the channel answers.

        `key` (28 hexadecimal digits) is the same at every attempt at the same texts, and no others
        have it: a channel that takes ids of ours sees by it what it took before.
        """
        ...
