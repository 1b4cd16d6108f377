"""Pushing to people in WeChat: customer-service messages (客服消息), as many as are granted.

Source: developers.weixin.qq.com, 发送客服消息 (the table of actions, messages and times).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from api.channels.incoming import Kind
from api.channels.wechat import rendering
from api.channels.wechat.accounts import CHANNEL
from api.channels.wechat.client import WeChatClient
from api.channels.wechat.errors import Follows, Problem, Refused
from api.contacts import grants
from api.contacts.models import Contact
from api.contacts.service import peer_of
from api.outbox.courier import Allowance, Dead, Held, Outcome, Retry, Sent


class Grant(NamedTuple):
    """What something that a visitor does allows: so many messages for so long.

    Each kind is renewed by itself: a click does not begin the 48 hours anew.
    """

    kind: str
    left: int
    lasts: timedelta


BY_MESSAGE = Grant("message", 5, timedelta(hours=48))
BY_EVENT = Grant("event", 3, timedelta(minutes=1))
_GRANTS: Mapping[Kind, Grant] = {
    **dict.fromkeys(
        (Kind.TEXT, Kind.VOICE, Kind.IMAGE, Kind.LOCATION, Kind.UNSUPPORTED), BY_MESSAGE
    ),
    **dict.fromkeys((Kind.SUBSCRIBE, Kind.SCAN, Kind.MENU), BY_EVENT),
}
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
# A contact who writes can be answered in his own call, also where the account may not push at all.
_HELD = (Follows.WINDOW, Follows.QUOTA, Follows.FORBIDDEN)


class WeChatCourier:
    """Sends texts to people in WeChat; `clients` by the names of their accounts."""

    channel = CHANNEL

    def __init__(self, clients: Mapping[str, WeChatClient]) -> None:
        self._clients = clients

    def on_inbound(self, contact: Contact, kind: str, at: datetime) -> None:
        """Grant what WeChat grants for something that came in."""
        if grant := _GRANTS.get(Kind(kind)):
            grants.renew(contact, grant.kind, grant.left, grant.lasts, at)

    def allowance(self, contact: Contact, at: datetime) -> Allowance:
        """What may be pushed; nothing to whom we never heard of."""
        return grants.allowance(contact, at) if contact.grants is not None else Allowance(0, None)

    def fitted(self, texts: Sequence[str]) -> list[str]:
        """The same words in as few messages as WeChat takes."""
        return rendering.fitted(texts)

    async def send(self, contact: Contact, texts: Sequence[str], at: datetime) -> Outcome:
        """Send texts in order, until WeChat takes no more."""
        client = self._clients.get(contact.account)
        if client is None:
            return Dead(NO_ACCOUNT)
        for count, text in enumerate(texts):
            if not self.allowance(contact, at).left:
                return Held(NO_GRANT, count)
            try:
                await client.send_text(peer_of(contact), text)
            except Refused as refused:
                return _outcome(refused.problem, contact, count)
            grants.take(contact, at)
        return Sent(len(texts))


def _outcome(problem: Problem, contact: Contact, sent: int) -> Outcome:
    code = str(problem.code)
    if problem.follows in (Follows.WINDOW, Follows.QUOTA):
        grants.exhausted(contact)
    if problem.follows in _HELD:
        return Held(code, sent)
    again_s = _AGAIN_S.get(problem.follows)
    return Dead(code, sent) if again_s is None else Retry(code, again_s, sent)
