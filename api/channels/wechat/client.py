"""Calls to WeChat, for one account."""

from collections.abc import Callable, Mapping

import httpx

from api.channels.tencent.calls import Answer, Client, loop_time
from api.channels.tencent.errors import Refused
from api.channels.wechat.accounts import Account
from api.channels.wechat.errors import CODES

NOBODY = "nobody"  # no openid: what is sent to it reaches nobody
NO_SUCH_PERSON = 40003
NO_MENU = 46003


class WeChatClient(Client):
    """An Official Account's calls."""

    codes = CODES

    def __init__(
        self,
        account: Account,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = loop_time,
    ) -> None:
        super().__init__(account.api, transport, now)
        self.account = account

    async def send_text(self, openid: str, text: str) -> None:
        """Send a text of at most 2,048 bytes as a customer-service message (客服消息)."""
        body = {"touser": openid, "msgtype": "text", "text": {"content": text}}
        await self._with_token("POST", "/cgi-bin/message/custom/send", body)

    async def may_send(self) -> None:
        """Ask whether the account may send customer-service messages; nothing is sent to anybody.

        Raises Refused where it may not.
        """
        try:
            await self.send_text(NOBODY, "。")
        except Refused as answer:
            if answer.problem.code != NO_SUCH_PERSON:
                raise

    async def create_menu(self, menu: Answer) -> None:
        """Put a menu in the place of the one that is there."""
        await self._with_token("POST", "/cgi-bin/menu/create", menu)

    async def menu(self) -> Answer | None:
        """The menu that was made over this interface; None where there is none."""
        try:
            answer = await self._with_token("GET", "/cgi-bin/menu/get")
        except Refused as none:
            if none.problem.code == NO_MENU:
                return None
            raise
        found: Answer | None = self._object(answer).get("menu")
        return found

    async def _ask_for_token(self, forced: bool) -> tuple[str, float]:
        body = {
            "grant_type": "client_credential",
            "appid": self.account.app_id,
            "secret": self.account.app_secret,
            "force_refresh": forced,
        }
        return self._token_in(await self._call("POST", "/cgi-bin/stable_token", body))


def clients_of(
    accounts: Mapping[str, Account], transport: httpx.AsyncBaseTransport | None = None
) -> Mapping[str, WeChatClient]:
    """A client for each account, by its name."""
    return {name: WeChatClient(account, transport) for name, account in accounts.items()}
