"""Calls to WeChat, for one account."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx

from api.channels.wechat.accounts import Account
from api.channels.wechat.errors import AWAY_PROBLEM, Follows, Refused, refused
from api.channels.wechat.tokens import Tokens

ANSWERS_WITHIN_S = 8.0
LARGEST_MEDIA = 10 * 1024 * 1024  # bytes of a picture, as WeChat bounds them
TOO_LARGE = 40009  # WeChat's own code for it
WRONG_KIND = 40004  # the same
NOBODY = "nobody"  # no openid: what is sent to it reaches nobody
NO_SUCH_PERSON = 40003
NO_MENU = 46003

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Download:
    """A picture or the like, as it was sent; `media_type` is what WeChat says that it is."""

    content: bytes
    media_type: str


class WeChatClient:
    """One account's calls. Each raises Refused where WeChat does not do it.

    `transport` stands in for the network, `now` for seconds that only go forward. No error and no
    log line holds an address: the access token stands in it.
    """

    def __init__(
        self,
        account: Account,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.account = account
        self.told_at: datetime | None = None  # WeChat's own time when it last answered
        self._http = httpx.AsyncClient(
            base_url=account.api, transport=transport, timeout=ANSWERS_WITHIN_S
        )
        self._tokens = Tokens(self._ask_for_token, now)

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def token(self) -> str:
        """The access token."""
        return await self._tokens.get()

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

    async def download(self, media_id: str) -> Download:
        """What a visitor sent, within the three days that WeChat keeps it."""
        answer = await self._with_token("GET", "/cgi-bin/media/get", query={"media_id": media_id})
        if len(answer.content) > LARGEST_MEDIA:
            raise refused(TOO_LARGE)
        if _says_something(answer):  # where a film lies, and no picture
            raise refused(WRONG_KIND)
        return Download(answer.content, answer.headers.get("content-type", "").partition(";")[0])

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
        found: Answer | None = _object(answer).get("menu")
        return found

    async def _ask_for_token(self, forced: bool) -> tuple[str, float]:
        body = {
            "grant_type": "client_credential",
            "appid": self.account.app_id,
            "secret": self.account.app_secret,
            "force_refresh": forced,
        }
        answer = _object(await self._call("POST", "/cgi-bin/stable_token", body))
        try:
            return str(answer["access_token"]), float(answer["expires_in"])
        except (KeyError, TypeError, ValueError):
            raise Refused(AWAY_PROBLEM) from None

    async def _with_token(
        self, method: str, path: str, body: Answer | None = None, query: Mapping[str, str] = {}
    ) -> httpx.Response:
        """A call with the token; where WeChat refuses that, once more with another."""
        token = await self._tokens.get()
        try:
            return await self._call(method, path, body, {**query, "access_token": token})
        except Refused as answer:
            if answer.problem.follows is not Follows.RENEW:
                raise
        token = await self._tokens.renewed(token)
        return await self._call(method, path, body, {**query, "access_token": token})

    async def _call(
        self, method: str, path: str, body: Answer | None = None, query: Mapping[str, str] = {}
    ) -> httpx.Response:
        # Characters as they are: WeChat shows \u… as it stands.
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"} if content else {}
        try:
            answer = await self._http.request(
                method, path, params=query, content=content, headers=headers
            )
        except httpx.HTTPError:
            raise Refused(AWAY_PROBLEM) from None  # its words name the address
        self.told_at = _date_of(answer)
        if answer.status_code != HTTPStatus.OK:
            raise Refused(AWAY_PROBLEM)
        _raise_what_it_says(answer)
        return answer


def _date_of(answer: httpx.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None


def _raise_what_it_says(answer: httpx.Response) -> None:
    """Raise Refused for an error code in an answer; media may come as any type, errors as JSON."""
    if not _says_something(answer):
        return
    told = _object(answer)
    try:
        code = int(told.get("errcode", 0))
    except (TypeError, ValueError):
        raise Refused(AWAY_PROBLEM) from None
    if code:
        raise refused(code, str(told.get("errmsg", "")))


def _says_something(answer: httpx.Response) -> bool:
    return answer.content.lstrip()[:1] == b"{"


def _object(answer: httpx.Response) -> Answer:
    """The JSON object of an answer. Raises Refused where it is none."""
    try:
        told = answer.json()
    except ValueError:
        raise Refused(AWAY_PROBLEM) from None
    if not isinstance(told, dict):
        raise Refused(AWAY_PROBLEM)
    return told


def clients_of(
    accounts: Mapping[str, Account], transport: httpx.AsyncBaseTransport | None = None
) -> Mapping[str, WeChatClient]:
    """A client for each account, by its name."""
    return {name: WeChatClient(account, transport) for name, account in accounts.items()}
