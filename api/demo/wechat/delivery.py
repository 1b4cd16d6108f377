"""How the platform brings a message to an account: five seconds for an answer, then again.

Source: https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Passive_user_reply_message.html
How soon the platform comes again after an answer that is an error is not published; here it takes
the rest of the five seconds.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import httpx

from api.demo.wechat.faults import CALLBACK, Faults
from api.demo.wechat.followers import FAILED, Follower, Side
from api.demo.wechat.letters import Fields, Strange, letter, reply_in

PATIENCE_S = 5.0
RETRIES = 3


class End(StrEnum):
    """How one request to the account ended."""

    REPLY = "reply"  # with a text that the user sees
    SILENT = "silent"  # taken, and nothing is shown
    STRANGE = "strange"  # with something that WeChat does not understand
    LATE = "late"
    FAILED = "failed"  # refused, broken, or another status than 200


@dataclass(frozen=True)
class Attempt:
    """One request: `key` is the message's, `began` seconds since 1970, `took_s` how long it was."""

    key: str
    number: int
    began: float
    took_s: float
    end: End


class _NoAnswer(Exception):
    """The account did not take the message: the platform comes again."""


@dataclass
class Delivery:
    """Brings messages to the accounts at `helpline`; `attempts` tells what became of them."""

    helpline: str
    client: httpx.AsyncClient
    faults: Faults
    now: Callable[[], float]
    retries: int = RETRIES
    attempts: list[Attempt] = field(default_factory=list)

    def address(self, follower: Follower) -> str:
        return f"{self.helpline}/channels/wechat/{follower.account.name}"

    async def deliver(self, follower: Follower, key: str, fields: Fields) -> None:
        """Bring one message, again and again where it has to be, and show what comes of it."""
        for number in range(1 + self.retries):
            began = asyncio.get_running_loop().time()
            end = await self._attempt(follower, key, number, fields)
            if end in (End.REPLY, End.SILENT):
                return
            if end is End.STRANGE:
                break
            if number < self.retries:
                passed = asyncio.get_running_loop().time() - began
                await asyncio.sleep(max(0.0, PATIENCE_S - passed))
        if follower.subscribed:
            follower.show(Side.SYSTEM, FAILED)

    async def _attempt(self, follower: Follower, key: str, number: int, fields: Fields) -> End:
        at, began = self.now(), asyncio.get_running_loop().time()
        try:
            async with asyncio.timeout(PATIENCE_S):
                end = await self._exchange(follower, fields)
        except TimeoutError:
            end = End.LATE
        except (_NoAnswer, httpx.HTTPError):
            end = End.FAILED
        except Strange:
            end = End.STRANGE
        took_s = asyncio.get_running_loop().time() - began
        self.attempts.append(Attempt(key, number, at, took_s, end))
        return end

    async def _exchange(self, follower: Follower, fields: Fields) -> End:
        """Post and read. Raises _NoAnswer, httpx.HTTPError, Strange."""
        fault = await self.faults.meet(CALLBACK)
        if fault is not None and fault.does != "drop":
            raise _NoAnswer
        posted = letter(follower.account, follower.openid, fields, self.now())
        answer = await self.client.post(
            self.address(follower),
            params=posted.query,
            content=posted.body,
            headers={"Content-Type": "text/xml"},
        )
        if fault is not None or answer.status_code != httpx.codes.OK:
            raise _NoAnswer
        text = reply_in(answer.content, follower.account, follower.openid)
        if text is None:
            return End.SILENT
        follower.show(Side.ACCOUNT, text)
        return End.REPLY
