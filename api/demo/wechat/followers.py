"""What the platform knows of a user of an account: his chat, and how much may still be sent."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from api.demo.wechat.accounts import Account
from api.demo.wechat.codes import Refused

# How many messages the account may send, and for how many seconds. Source:
# https://developers.weixin.qq.com/doc/subscription/api/customer/message/api_sendcustommessage.html
BY_MESSAGE = (5, 48 * 3600.0)
BY_EVENT = (3, 60.0)
TYPING_S = 15.0
FAILED = "该公众号提供的服务出现故障，请稍后再试"


class Side(StrEnum):
    """Who speaks in a chat."""

    ACCOUNT = "account"
    USER = "user"
    SYSTEM = "system"  # grey, in the middle


@dataclass(frozen=True)
class Shown:
    """One thing in a chat, as its user sees it. `at` are seconds since 1970."""

    number: int
    side: Side
    kind: Literal["text", "voice", "image", "location", "video"]
    text: str
    at: float
    media_id: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "number": self.number,
            "side": self.side,
            "kind": self.kind,
            "text": self.text,
            "at": self.at,
            "media_id": self.media_id,
        }


@dataclass
class Grant:
    """Messages that the account may still send, until a moment."""

    left: int
    until: float


@dataclass
class Follower:
    """A person's chat with an account. `now` are seconds since 1970."""

    account: Account
    person: str
    now: Callable[[], float]
    subscribed: bool = False
    shown: list[Shown] = field(default_factory=list)
    grants: dict[str, Grant] = field(default_factory=dict)
    typing_until: float = 0.0
    version: int = 0
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def openid(self) -> str:
        return self.account.openid(self.person)

    @property
    def typing(self) -> bool:
        """Whether 「对方正在输入…」 stands above the chat."""
        return self.typing_until > self.now()

    def show(
        self,
        side: Side,
        text: str,
        kind: Literal["text", "voice", "image", "location", "video"] = "text",
        media_id: str | None = None,
    ) -> None:
        """Put something into the chat."""
        self.shown.append(Shown(len(self.shown) + 1, side, kind, text, self.now(), media_id))
        if side is Side.ACCOUNT:
            self.typing_until = 0.0
        self.touch()

    def touch(self) -> None:
        """Who looks at the chat sees it anew."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def changed(self, since: int) -> None:
        """Wait until the chat is another than version `since`."""
        while self.version == since:
            await self._changed.wait()

    def grant(self, by: str, how: tuple[int, float]) -> None:
        """The user did something: so many messages for so long, in place of those before."""
        left, lasts = how
        self.grants[by] = Grant(left, self.now() + lasts)

    def spend(self) -> None:
        """Take one message from what is granted. Raises Refused."""
        if not self.subscribed:
            raise Refused(45015)
        good = [one for one in self.grants.values() if one.until > self.now()]
        if not good:
            raise Refused(45015)
        some = min((one for one in good if one.left), key=lambda one: one.until, default=None)
        if some is None:
            raise Refused(45047)
        some.left -= 1
