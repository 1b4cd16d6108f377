"""Access tokens: what every call to a platform carries. One is kept for each account.

Source: developers.weixin.qq.com, 获取稳定版接口调用凭据 (stable_token);
developer.work.weixin.qq.com, 获取access_token (gettoken), which cannot be forced.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from api.channels.tencent.errors import Problem, Refused

EARLY_S = 240  # before its end; five minutes before it the old one and the next both count
FORCED_APART_S = 30  # WeChat changes nothing when it is forced sooner ...
FORCED_A_DAY = 20  # ... or more often
DAY_S = 24 * 3600
REFUSED_S = 5  # while these last, nobody asks again for what was just refused

Ask = Callable[[bool], Awaitable[tuple[str, float]]]


class Tokens:
    """The access token of one account. Many may want it at once: one asks, all get the same.

    `ask(forced)` gets a token with the seconds that it lasts, and raises Refused. `now` tells
    seconds that only go forward. `stale` is what is wrong where no other token is to be had.
    """

    def __init__(self, ask: Ask, now: Callable[[], float], stale: Problem) -> None:
        self._ask, self._now, self._stale = ask, now, stale
        self._one_asks = asyncio.Lock()
        self._token, self._until = "", 0.0
        self._refused: Refused | None = None
        self._refused_until = 0.0
        self._forced: deque[float] = deque(maxlen=FORCED_A_DAY)

    async def get(self) -> str:
        """A token that counts as far as is known. Raises Refused."""
        async with self._one_asks:
            if not self._token or self._now() >= self._until:
                await self._fetch(forced=False)
            return self._token

    async def renewed(self, stale: str) -> str:
        """Another token than `stale`, which was refused. Raises Refused."""
        async with self._one_asks:
            if self._token != stale:
                return self._token  # somebody was here before
            await self._fetch(forced=False)  # another process may have changed it
            if self._token == stale:
                self._force()
                await self._fetch(forced=True)
            return self._token

    def _force(self) -> None:
        """Count that a token is forced; raises Refused where the platform would not change it."""
        at = self._now()
        is_soon = bool(self._forced) and at - self._forced[-1] < FORCED_APART_S
        is_full = len(self._forced) == FORCED_A_DAY and at - self._forced[0] < DAY_S
        if is_soon or is_full:
            raise Refused(self._stale)
        self._forced.append(at)

    async def _fetch(self, forced: bool) -> None:
        if self._refused and self._now() < self._refused_until:
            raise Refused(self._refused.problem, self._refused.ip)
        try:
            self._token, lasts_s = await self._ask(forced)
        except Refused as refused:
            self._refused, self._refused_until = refused, self._now() + REFUSED_S
            raise
        self._refused, self._until = None, self._now() + max(lasts_s - EARLY_S, 0)
