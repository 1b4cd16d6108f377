"""A stand-in for the helpline, and a telephone without a network."""

import asyncio
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from api.demo.wechat.accounts import Account
from api.demo.wechat.app import app_of
from api.demo.wechat.fake import FakeWeChat
from api.demo.wechat.followers import Follower

BEGAN = 1_795_000_000.0  # when every test begins
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
PLAIN = Account(name="jx", title="江西维权", app_id="wx1", app_secret="s1", token="t1")
SAFE = Account(
    name="gz", title="赣州", app_id="wx2", app_secret="s2", token="t2", aes_key=KEY, mode="safe"
)


class Helpline(httpx.AsyncBaseTransport):
    """Answers each callback after `takes_s` with `answer`; `asked` are the requests it got."""

    def __init__(self) -> None:
        self.asked: list[httpx.Request] = []
        self.takes_s: list[float] = []  # one for each request, 0 for all others
        self.answer: bytes = b"success"
        self.status = 200

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        if self.takes_s:
            await asyncio.sleep(self.takes_s.pop(0))
        if request.method == "GET":
            return httpx.Response(200, text=request.url.params["echostr"])
        return httpx.Response(self.status, content=self.answer)

    def fields(self, number: int = -1) -> dict[str, str]:
        """What one callback said, where it was plain."""
        root = ET.fromstring(self.asked[number].content.decode())
        return {one.tag: one.text or "" for one in root}


class Trial:
    """A fake with a stand-in behind it, a caller of its interfaces, and a clock."""

    def __init__(self, helpline: Helpline, fake: FakeWeChat, calls: httpx.AsyncClient) -> None:
        self.helpline, self.fake, self.calls = helpline, fake, calls
        self.token = ""

    async def sign_in(self, account: Account = PLAIN, **more: Any) -> dict[str, Any]:
        """Ask for a token, which later calls carry."""
        wanted = {"grant_type": "client_credential", "appid": account.app_id}
        answer = await self.calls.post(
            "/cgi-bin/stable_token", json={**wanted, "secret": account.app_secret, **more}
        )
        told: dict[str, Any] = answer.json()
        self.token = told.get("access_token", self.token)
        return told

    async def call(self, path: str, body: Any) -> int:
        """The error code of a call."""
        answer = await self.calls.post(
            f"/cgi-bin/{path}", params={"access_token": self.token}, json=body
        )
        code: int = answer.json()["errcode"]
        return code

    async def send(self, chat: Follower, text: str = "您好") -> int:
        body = {"touser": chat.openid, "msgtype": "text", "text": {"content": text}}
        return await self.call("message/custom/send", body)

    async def follower(self, person: str = "甲", account: Account = PLAIN) -> Follower:
        """Somebody who followed long ago."""
        chat = self.fake.chat(account.name, person)
        self.fake.follow(chat)
        await self.fake.settled()
        await asyncio.sleep(3600)
        return chat


@asynccontextmanager
async def trial() -> AsyncIterator[Trial]:
    """A trial in virtual time."""
    helpline = Helpline()
    loop = asyncio.get_running_loop()
    fake = FakeWeChat(
        [PLAIN, SAFE],
        "http://helpline",
        here="http://wechat",
        now=lambda: BEGAN + loop.time(),
        transport=helpline,
    )
    transport = httpx.ASGITransport(app_of(fake))
    async with httpx.AsyncClient(transport=transport, base_url="http://wechat") as calls:
        yield Trial(helpline, fake, calls)
    await fake.close()


def reply(chat: Follower, text: str, **changed: str) -> bytes:
    """A passive reply as an account writes it."""
    fields = {
        "ToUserName": chat.openid,
        "FromUserName": chat.account.original_id,
        "CreateTime": "1795000000",
        "MsgType": "text",
        "Content": text,
        **changed,
    }
    inner = "".join(f"<{tag}><![CDATA[{words}]]></{tag}>" for tag, words in fields.items())
    return f"<xml>{inner}</xml>".encode()


def sides(chat: Follower) -> list[tuple[str, str]]:
    """Who said what in a chat."""
    return [(one.side.value, one.text) for one in chat.shown]
