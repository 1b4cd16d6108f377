"""The fake as a whole: accounts, their users, and what users do."""

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from api.demo.wechat.accounts import Account
from api.demo.wechat.codes import Refused
from api.demo.wechat.delivery import Delivery
from api.demo.wechat.faults import Faults
from api.demo.wechat.followers import BY_EVENT, BY_MESSAGE, Follower, Shown, Side
from api.demo.wechat.letters import Fields, signed
from api.demo.wechat.tokens import Tokens

MEDIA_S = 3 * 86_400.0
IDS_A_SECOND = 10_000_000  # so that the ids of a fake that was started again are others


class NotPossible(Exception):
    """What the user wants cannot be done in WeChat; the text says so in Chinese."""


@dataclass(frozen=True)
class Medium:
    """An uploaded file, kept until a moment."""

    content: bytes
    media_type: str
    until: float


class FakeWeChat:
    """A platform of its own.

    `helpline` is the address of the service whose callbacks are called, `here` the address under
    which pictures are found. `now` are seconds since 1970; waiting is the event loop's. `transport`
    is another way to the helpline than the network.
    """

    def __init__(
        self,
        accounts: Sequence[Account],
        helpline: str,
        *,
        here: str = "http://127.0.0.1:8020",
        now: Callable[[], float] = time.time,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.accounts = {one.name: one for one in accounts}
        self.here, self.now = here, now
        self.tokens, self.faults = Tokens(now), Faults()
        # The platform has its own five seconds; nothing else cuts a request short.
        client = httpx.AsyncClient(
            transport=transport,
            timeout=None,
            trust_env=False,
            limits=httpx.Limits(max_connections=None),
        )
        self.delivery = Delivery(helpline.rstrip("/"), client, self.faults, now)
        self.menus: dict[str, dict[str, Any]] = {}
        self.media: dict[str, Medium] = {}
        self._followers: dict[str, Follower] = {}
        self._numbers = itertools.count(int(now() * IDS_A_SECOND))
        self._under_way: set[asyncio.Task[None]] = set()

    # --- looking ----------------------------------------------------------------------------------

    def chat(self, account: str, person: str) -> Follower:
        """A person's chat with an account. Raises NotPossible where there is no such account."""
        if account not in self.accounts:
            raise NotPossible(f"没有「{account}」这个公众号。")
        one = Follower(self.accounts[account], person, self.now)
        return self._followers.setdefault(one.openid, one)

    def follower(self, openid: str) -> Follower:
        """The same by the id that the account knows. Raises Refused."""
        if openid not in self._followers:
            raise Refused(40003)
        return self._followers[openid]

    def shown(self, openid: str) -> list[Shown]:
        """What a user sees in his chat, in order."""
        return list(self.follower(openid).shown)

    def account_by_app(self, app_id: str) -> Account:
        """Raises Refused."""
        found = next((one for one in self.accounts.values() if one.app_id == app_id), None)
        if found is None:
            raise Refused(40013)
        return found

    def refresh(self, account: str) -> None:
        """Every telephone that shows a chat with the account looks anew."""
        for one in self._followers.values():
            if one.account.name == account:
                one.touch()

    async def settled(self) -> None:
        """Wait until every message has reached its account, or been given up."""
        while self._under_way:
            await asyncio.gather(*self._under_way)

    async def close(self) -> None:
        """Give up what is under way."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self.delivery.client.aclose()

    async def verify(self, account: str) -> bool:
        """Ask the account's address whether it is the account's, as when it is entered."""
        follower = self.chat(account, "")
        echo = str(secrets.randbelow(10**18))
        query = signed(follower.account, str(int(self.now())), str(secrets.randbelow(10**10)))
        try:
            async with asyncio.timeout(5):
                answer = await self.delivery.client.get(
                    self.delivery.address(follower), params={**query, "echostr": echo}
                )
        except (TimeoutError, httpx.HTTPError):
            return False
        return answer.status_code == httpx.codes.OK and answer.text == echo

    # --- what a user does -------------------------------------------------------------------------

    def follow(self, chat: Follower, code: str | None = None) -> None:
        """Follow the account, `code` being what its QR code held; nothing where he does already."""
        if chat.subscribed:
            return
        chat.subscribed = True
        chat.grant("event", BY_EVENT)
        chat.touch()
        scanned = {"EventKey": f"qrscene_{code}", "Ticket": "TICKET"} if code else {"EventKey": ""}
        self._event(chat, "subscribe", scanned)

    def unfollow(self, chat: Follower) -> None:
        """Follow it no more: nothing can be sent to him."""
        if not chat.subscribed:
            return
        chat.subscribed = False
        chat.touch()
        self._event(chat, "unsubscribe", {"EventKey": ""})

    def scan(self, chat: Follower, code: str) -> None:
        """Scan a QR code of the account; who does not follow it is asked to, and does."""
        if not chat.subscribed:
            return self.follow(chat, code)
        chat.grant("event", BY_EVENT)
        self._event(chat, "SCAN", {"EventKey": code, "Ticket": "TICKET"})

    def press(self, chat: Follower, entry: Mapping[str, Any]) -> None:
        """Choose an entry of the menu; a `view` opens a page, and the account only hears of it."""
        self._must_follow(chat)
        if entry.get("type") == "view":
            return self._event(chat, "VIEW", {"EventKey": entry["url"]})
        chat.grant("event", BY_EVENT)
        self._event(chat, "CLICK", {"EventKey": entry["key"]})

    def text(self, chat: Follower, words: str) -> None:
        """Send words."""
        self._must_follow(chat)
        chat.show(Side.USER, words)
        self._message(chat, {"MsgType": "text", "Content": words})

    def voice(self, chat: Follower, recognised: str | None) -> None:
        """Speak; `recognised` is what the platform makes of it, None where that is switched off."""
        self._must_follow(chat)
        media_id = self.keep(b"#!AMR\n", "audio/amr")
        seconds = min(60, 1 + len(recognised or "") // 4)
        chat.show(Side.USER, f"{seconds}″", "voice", media_id)
        heard = {} if recognised is None else {"Recognition": recognised}
        self._message(chat, {"MsgType": "voice", "MediaId": media_id, "Format": "amr", **heard})

    def image(self, chat: Follower, content: bytes, media_type: str) -> None:
        """Send a picture."""
        self._must_follow(chat)
        media_id = self.keep(content, media_type)
        chat.show(Side.USER, "", "image", media_id)
        address = f"{self.here}/fake/media/{media_id}"
        self._message(chat, {"MsgType": "image", "PicUrl": address, "MediaId": media_id})

    def video(self, chat: Follower) -> None:
        """Send a video: a kind that many accounts do not take."""
        self._must_follow(chat)
        media_id = self.keep(b"", "video/mp4")
        chat.show(Side.USER, "", "video", media_id)
        self._message(chat, {"MsgType": "video", "MediaId": media_id, "ThumbMediaId": media_id})

    def location(self, chat: Follower, latitude: float, longitude: float, label: str) -> None:
        """Send a place: degrees, and its address as the map writes it."""
        self._must_follow(chat)
        chat.show(Side.USER, label, "location")
        place: Fields = {"Location_X": latitude, "Location_Y": longitude, "Scale": 16}
        self._message(chat, {"MsgType": "location", **place, "Label": label})

    # --- below ------------------------------------------------------------------------------------

    def keep(self, content: bytes, media_type: str) -> str:
        """Keep a file for three days; returns its media id."""
        media_id = secrets.token_urlsafe(48)
        self.media[media_id] = Medium(content, media_type, self.now() + MEDIA_S)
        return media_id

    def medium(self, media_id: str) -> Medium:
        """Raises Refused where there is none, or none any more."""
        found = self.media.get(media_id)
        if found is None or found.until <= self.now():
            raise Refused(40007)
        return found

    def _must_follow(self, chat: Follower) -> None:
        if not chat.subscribed:
            raise NotPossible("还没有关注这个公众号，不能发消息。")

    def _message(self, chat: Follower, fields: Fields) -> None:
        number = next(self._numbers)
        chat.grant("message", BY_MESSAGE)
        self._post(chat, str(number), {**fields, "MsgId": number})

    def _event(self, chat: Follower, event: str, fields: Fields) -> None:
        """An event has no id: who sent it, and in which second, tells it apart."""
        key = f"{chat.openid}:{int(self.now())}:{event}"
        self._post(chat, key, {"MsgType": "event", "Event": event, **fields})

    def _post(self, chat: Follower, key: str, fields: Fields) -> None:
        head: Fields = {
            "ToUserName": chat.account.original_id,
            "FromUserName": chat.openid,
            "CreateTime": int(self.now()),
        }
        bringing = self.delivery.deliver(chat, key, {**head, **fields})
        task = asyncio.get_running_loop().create_task(bringing)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
