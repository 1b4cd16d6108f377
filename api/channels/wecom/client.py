"""Calls to 企业微信, for one customer-service account."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from api.channels.tencent.calls import Client, loop_time
from api.channels.tencent.errors import Refused
from api.channels.wecom.accounts import Account
from api.channels.wecom.errors import CODES

AT_ONCE = 1000  # messages in one page, as many as there can be

Message = Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """Messages in their order; `cursor` is where the next page begins."""

    messages: Sequence[Message]
    cursor: str
    has_more: bool


class WecomClient(Client):
    """A customer-service account's calls."""

    codes = CODES

    def __init__(
        self,
        account: Account,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = loop_time,
    ) -> None:
        super().__init__(account.api, transport, now)
        self.account = account

    async def page(self, cursor: str, token: str | None) -> Page:
        """What came since `cursor`, of the last three days (kf/sync_msg).

        `token` is what the callback brought; without one 企业微信 lets us ask less often.
        """
        wanted = {"open_kfid": self.account.open_kfid, "limit": AT_ONCE}
        if cursor:
            wanted["cursor"] = cursor
        if token:
            wanted["token"] = token
        told = self._object(await self._with_token("POST", "/cgi-bin/kf/sync_msg", wanted))
        messages, following = told.get("msg_list", []), told.get("next_cursor", "")
        if not isinstance(messages, list) or not isinstance(following, str):
            raise Refused(self.codes.away)
        found = [one for one in messages if isinstance(one, dict)]
        return Page(found, following, told.get("has_more") == 1)

    async def send_text(self, peer: str, text: str, msgid: str) -> None:
        """Send a text of at most 2,048 bytes (kf/send_msg). `msgid` has at most 32 letters, digits,
        _ and -; the same is taken once.
        """
        body = {
            "touser": peer,
            "open_kfid": self.account.open_kfid,
            "msgid": msgid,
            "msgtype": "text",
            "text": {"content": text},
        }
        await self._with_token("POST", "/cgi-bin/kf/send_msg", body)

    async def send_on_event(self, code: str, text: str, msgid: str) -> None:
        """Answer an event with the code that it brought (kf/send_msg_on_event): once, and where
        somebody came in within 20 s.
        """
        body = {"code": code, "msgid": msgid, "msgtype": "text", "text": {"content": text}}
        await self._with_token("POST", "/cgi-bin/kf/send_msg_on_event", body)

    async def _ask_for_token(self, forced: bool) -> tuple[str, float]:
        """The token that there is, or another where that counts no more: nothing can be forced."""
        who = {"corpid": self.account.corp_id, "corpsecret": self.account.secret}
        return self._token_in(await self._call("GET", "/cgi-bin/gettoken", query=who))
