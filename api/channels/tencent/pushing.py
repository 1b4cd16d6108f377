"""Pushing to people, as many messages as the platform grants."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Generic, NamedTuple, TypeVar

from api.channels.incoming import Kind
from api.channels.tencent import texts as rendering
from api.channels.tencent.calls import Client
from api.channels.tencent.errors import Follows, Problem, Refused
from api.contacts import grants
from api.contacts.models import Contact
from api.outbox.courier import Allowance, Dead, Held, Outcome, Retry, Sent

TheClient = TypeVar("TheClient", bound=Client)


class Grant(NamedTuple):
    """What something that a visitor does allows: so many messages for so long.

    Each kind is renewed by itself: a click does not begin the 48 hours anew.
    """

    kind: str
    left: int
    lasts: timedelta


# The same on both platforms.
BY_MESSAGE = Grant("message", 5, timedelta(hours=48))
MESSAGES = (Kind.TEXT, Kind.VOICE, Kind.IMAGE, Kind.LOCATION, Kind.UNSUPPORTED)

NO_GRANT = "no_grant"  # by our own count
NO_ACCOUNT = "no_account"  # it is in the settings no more

# Seconds until the next try; what passes by itself is tried sooner than what somebody has to do.
_AGAIN_S: Mapping[Follows, float] = {
    Follows.LATER: 5,
    Follows.SLOWER: 60,
    Follows.RENEW: 30,
    Follows.SETTINGS: 600,
    Follows.TOMORROW: 3600,
}
# A contact who writes may be answered all the same: in his own call, or because it is granted anew.
_HELD = (Follows.WINDOW, Follows.QUOTA, Follows.FORBIDDEN)


class PushingCourier(ABC, Generic[TheClient]):
    """Sends texts to people; `clients` by the names of their accounts."""

    channel: str
    granted: ClassVar[Mapping[Kind, Grant]]

    def __init__(self, clients: Mapping[str, TheClient]) -> None:
        self._clients = clients

    def on_inbound(
        self, contact: Contact, kind: str, at: datetime, code: str | None = None
    ) -> None:
        """Grant what the platform grants for something that came in."""
        if grant := self.granted.get(Kind(kind)):
            grants.renew(contact, grant.kind, grant.left, grant.lasts, at, code)

    def allowance(self, contact: Contact, at: datetime) -> Allowance:
        """What may be pushed; nothing to whom we never heard of."""
        return grants.allowance(contact, at) if contact.grants is not None else Allowance(0, None)

    def fitted(self, texts: Sequence[str]) -> list[str]:
        """The same words in as few messages as the platform takes."""
        return rendering.fitted(texts)

    async def send(self, contact: Contact, texts: Sequence[str], key: str, at: datetime) -> Outcome:
        """Send texts in order, until the platform takes no more."""
        client = self._clients.get(contact.account)
        if client is None:
            return Dead(NO_ACCOUNT)
        for count, text in enumerate(texts):
            if not self.allowance(contact, at).left:
                return Held(NO_GRANT, count)
            try:
                await self._push(client, contact, text, f"{key}-{count}", at)
            except Refused as refused:
                if refused.problem.follows is not Follows.TAKEN:
                    return _outcome(refused.problem, contact, count)
            grants.take(contact, at)
        return Sent(len(texts))

    @abstractmethod
    async def _push(
        self, client: TheClient, contact: Contact, text: str, key: str, at: datetime
    ) -> None:
        """Send one text; `key` is the same at every attempt. Raises Refused."""


def _outcome(problem: Problem, contact: Contact, sent: int) -> Outcome:
    code = str(problem.code)
    if problem.follows in (Follows.WINDOW, Follows.QUOTA):
        grants.exhausted(contact)
    if problem.follows in _HELD:
        return Held(code, sent)
    again_s = _AGAIN_S.get(problem.follows)
    return Dead(code, sent) if again_s is None else Retry(code, again_s, sent)
