"""How often an address or a conversation may do something: one limiter for every door.

The library `limits` counts; where, says the setting HELPLINE_LIMITS: in this process, in Redis, or
in the service's PostgreSQL, which several copies of the service share. A window begins with the
first request in it, and being refused does not prolong it.
"""

import ipaddress
import logging
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http import HTTPStatus
from math import ceil
from typing import Annotated

from fastapi import Depends, Request
from limits import RateLimitItem, parse
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string
from starlette.datastructures import Headers

from api import metrics
from api.database import Database, DatabaseUnavailable
from api.edge.counts import DatabaseStorage
from api.errors import HelplineError
from api.settings import IN_DATABASE, IN_MEMORY, OFF, Settings

log = logging.getLogger(__name__)

# What is counted; the rate of each is the setting HELPLINE_LIMIT_… of its name.
OPENING = "opening"
MESSAGES = "messages"
CONVERSATION = "conversation"
READING = "reading"
CODES = "codes"
CODES_ASKER = "codes_asker"
CODES_NUMBER = "codes_number"
CODES_ALL = "codes_all"
MOVE = "move"
MOVE_ALL = "move_all"
SIGN_IN = "sign_in"
KINDS = (
    *(OPENING, MESSAGES, CONVERSATION, READING),
    *(CODES, CODES_ASKER, CODES_NUMBER, CODES_ALL),
    *(MOVE, MOVE_ALL),
    SIGN_IN,
)
USUAL_RATES = {kind: str(Settings.model_fields[f"limit_{kind}"].default) for kind in KINDS}

# Conversations whose visitor's address is known, the latest ones: an attack must not fill the
# memory.
MOST_ASKERS = 10_000
REDIS_S = 1.0  # for a Redis that does not answer; a message is counted twice

_SAID = {
    OPENING: "这个网络刚才新开的对话比较多，请在{after}再打开；已经开着的对话不受影响。",
    MESSAGES: "这个网络刚才发来的消息比较多，请在{after}再发；前面说过的都已记下，不用重说。",
    CONVERSATION: "您发得有点快，请在{after}再发；前面说过的都已记下，不用重说。",
    READING: "查看得太频繁，请在{after}再试。",
    SIGN_IN: "这个网络刚才登录的次数太多，请在{after}再试。",
}


class TooManyRequests(HelplineError):
    code = "too_many_requests"
    status = HTTPStatus.TOO_MANY_REQUESTS
    title = "请稍候再来"
    detail = "请求太密，请稍候再试。"


class TooManyTries(HelplineError):
    code = "too_many_tries"
    status = HTTPStatus.TOO_MANY_REQUESTS
    title = "试得太多"
    detail = "查询口令输错太多次，请稍后再试；口令在登记工单时给出。"


class CountsUnavailable(HelplineError):
    code = "counts_unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "暂时查不了"
    detail = "工单进度暂时查不了，请过几分钟再试。"


class TooManyMoves(HelplineError):
    code = "too_many_moves"
    status = HTTPStatus.TOO_MANY_REQUESTS
    title = "试得太多"
    detail = "接续码试得太多，请稍后再试。"


class MovesUnavailable(HelplineError):
    code = "moves_unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "暂时接不上"
    detail = "接续码暂时核对不了，请过几分钟再试。"


class Limiter:
    """Counts, and refuses what is too much.

    `rates` are in the library's notation (`120 per 10 minutes`), 0 switches one off; `exempt` are
    networks whose visits are not counted. `proxied` says that a proxy on this machine is believed
    when it tells from where a visit comes. Wrong look-up codes are counted for everybody.
    """

    def __init__(
        self,
        storage: Storage | None = None,
        rates: Mapping[str, str] = USUAL_RATES,
        exempt: Sequence[str] = (),
        proxied: bool = False,
    ) -> None:
        self._windows = FixedWindowRateLimiter(storage or MemoryStorage())
        self._shared = storage if isinstance(storage, DatabaseStorage) else None
        self._rates = {kind: parse(rate) for kind, rate in rates.items() if rate != OFF}
        self._exempt = [ipaddress.ip_network(network) for network in exempt]
        self._proxied = proxied
        self._askers: OrderedDict[str, str] = OrderedDict()
        self._told_of_proxy = False

    async def visit(self, kind: str, who: str) -> None:
        """Count one more visit; raises TooManyRequests. A storage that is away lets pass."""
        rate = self._rates.get(kind)
        if rate is None:
            return
        try:
            allowed = await self._windows.hit(rate, kind, who)
        except StorageError as error:
            log.warning("visits are not counted, the storage does not answer: %r", error)
            return
        if not allowed:
            metrics.rate_limited(kind)
            after = await self._seconds_left(rate, kind, who)
            sentence = _SAID[kind].format(after=in_words(after))
            raise TooManyRequests(sentence, {"Retry-After": str(after)})

    async def try_code(self, number: str, asker: str) -> None:
        """Count one more try of a look-up code; raises TooManyTries, CountsUnavailable.

        Of one asker on one number every try is counted beforehand, so that tries at the same
        moment count as well; `right_code` takes them back.
        """
        with _counted_or_refused():
            for kind, who in _wrong_counts(number, asker):
                rate = self._rates.get(kind)
                if rate and not await self._windows.test(rate, kind, *who):
                    await self._refuse_code(rate, kind, who)
            rate, of_number = self._rates.get(CODES), (number, asker)
            if rate and not await self._windows.hit(rate, CODES, *of_number):
                await self._refuse_code(rate, CODES, of_number)

    async def wrong_code(self, number: str, asker: str) -> None:
        """Count a wrong code against its asker, its number, and all askers together."""
        with _counted_or_refused():
            for kind, who in _wrong_counts(number, asker):
                if rate := self._rates.get(kind):
                    await self._windows.hit(rate, kind, *who)

    async def right_code(self, number: str, asker: str) -> None:
        """Forget the tries of this asker on this number."""
        if rate := self._rates.get(CODES):
            with _counted_or_refused():
                await self._windows.clear(rate, CODES, number, asker)

    async def try_move(self, asker: str) -> None:
        """Count one more try of a code that moves a conversation, right or wrong, before it is
        looked up; raises TooManyMoves, MovesUnavailable.

        `asker` is an address, or who is written to over another channel. Call it outside of any
        session: the counts may lie in the same database.
        """
        try:
            for kind, who in ((MOVE, (asker,)), (MOVE_ALL, ())):
                rate = self._rates.get(kind)
                if rate and not await self._windows.hit(rate, kind, *who):
                    await self._refuse_move(rate, kind, who)
        except StorageError as error:
            raise MovesUnavailable from error

    def address_of(self, request: Request) -> str | None:
        """The network that a request is counted for; None where it is exempt.

        A provider gives a household 2^64 addresses of IPv6: such a network counts as one.
        """
        address = _address(request.client.host if request.client else "")
        if address is None:
            return request.client.host if request.client else ""
        if address.is_loopback and not self._begins_here(request.headers):
            self._tell_of_proxy()
        elif any(address in network for network in self._exempt):
            return None
        return str(
            ipaddress.ip_network((address, 64), strict=False) if address.version == 6 else address
        )

    def _begins_here(self, headers: Headers) -> bool:
        """Whether what came over the loopback began on this machine: no proxy handed it on, or one
        that is believed says so.
        """
        if "forwarded" in headers:
            return False
        hops = [hop for line in headers.getlist("x-forwarded-for") for hop in line.split(",")]
        addresses = [_address(hop.strip()) for hop in hops]
        return not hops or (self._proxied and all(one and one.is_loopback for one in addresses))

    async def heard(self, conversation_id: str, address: str | None) -> None:
        """Remember from where a conversation is led: its look-ups count for that address."""
        if self._shared:
            with suppress(DatabaseUnavailable):
                return await self._shared.heard(conversation_id, address)
        self._askers.pop(conversation_id, None)
        if address is not None:
            self._askers[conversation_id] = address
        if len(self._askers) > MOST_ASKERS:
            self._askers.popitem(last=False)

    async def asker_of(self, conversation_id: str) -> str:
        """Whom a look-up in the chat counts for: the address where known, else the
        conversation. Raises CountsUnavailable.
        """
        known = self._askers.get(conversation_id)
        if self._shared:
            try:
                known = await self._shared.asker_of(conversation_id)
            except DatabaseUnavailable as error:
                raise CountsUnavailable from error
        return known or conversation_id

    async def _refuse_code(self, rate: RateLimitItem, kind: str, who: Sequence[str]) -> None:
        metrics.rate_limited(kind)
        after = await self._seconds_left(rate, kind, *who)
        raise TooManyTries(
            f"查询口令输错太多次，请在{in_words(after)}再试；口令在登记工单时给出。",
            {"Retry-After": str(after)},
        )

    async def _refuse_move(self, rate: RateLimitItem, kind: str, who: Sequence[str]) -> None:
        metrics.rate_limited(kind)
        after = await self._seconds_left(rate, kind, *who)
        raise TooManyMoves(
            f"接续码试得太多，请在{in_words(after)}再试。", {"Retry-After": str(after)}
        )

    async def _seconds_left(self, rate: RateLimitItem, *who: str) -> int:
        window = await self._windows.get_window_stats(rate, *who)
        return max(1, ceil(window.reset_time - time.time()))

    def _tell_of_proxy(self) -> None:
        if not self._told_of_proxy:
            self._told_of_proxy = True
            log.warning(
                "本机有代理转来请求，但 HELPLINE_TRUSTED_PROXIES 没有写它："
                "所有来访者会算作同一个地址"
            )


def limiter_of(settings: Settings, database: Database) -> Limiter:
    """The limiter that the settings describe; raises ValueError with a Chinese sentence."""
    rates = {kind: getattr(settings, f"limit_{kind}") for kind in KINDS}
    storage, proxied = _storage_of(settings, database), _believes_a_proxy_here(settings)
    return Limiter(storage, rates, settings.limits_exempt, proxied)


def in_words(seconds: int) -> str:
    """When to come back, as a visitor is told: 30 秒后, 约 3 分钟后."""
    return f" {seconds} 秒后" if seconds < 60 else f"约 {ceil(seconds / 60)} 分钟后"


@contextmanager
def _counted_or_refused() -> Iterator[None]:
    """Codes are not looked up while nobody can count the tries."""
    try:
        yield
    except StorageError as error:
        raise CountsUnavailable from error


def _wrong_counts(number: str, asker: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ((CODES_ASKER, (asker,)), (CODES_NUMBER, (number,)), (CODES_ALL, ()))


def _storage_of(settings: Settings, database: Database) -> Storage:
    if settings.limits == IN_MEMORY:
        return MemoryStorage()
    if settings.limits == IN_DATABASE:
        return DatabaseStorage(database)
    try:
        storage = storage_from_string(
            f"async+{settings.limits}",
            implementation="redispy",
            wrap_exceptions=True,
            socket_timeout=REDIS_S,
            socket_connect_timeout=REDIS_S,
        )
    except ConfigurationError as error:
        raise ValueError(f"HELPLINE_LIMITS 用不了：{error}") from error
    assert isinstance(storage, Storage)
    return storage


def _believes_a_proxy_here(settings: Settings) -> bool:
    proxies = [one.strip() for one in settings.trusted_proxies.split(",") if one.strip()]
    return any(ipaddress.ip_network(one).is_loopback for one in proxies)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    # An IPv4 visitor of a socket that listens on both.
    return getattr(address, "ipv4_mapped", None) or address


async def _limiter_of(request: Request) -> Limiter:
    limiter: Limiter = request.app.state.limiter
    return limiter


AppLimiter = Annotated[Limiter, Depends(_limiter_of)]


async def _address_of(request: Request, limiter: AppLimiter) -> str | None:
    return limiter.address_of(request)


# The network that a request is counted for; None where it is exempt.
Address = Annotated[str | None, Depends(_address_of)]


async def count_opening(limiter: AppLimiter, address: Address) -> None:
    """A conversation is opened; raises TooManyRequests."""
    if address is not None:
        await limiter.visit(OPENING, address)


async def count_reading(limiter: AppLimiter, address: Address) -> None:
    """Something is read or searched; raises TooManyRequests."""
    if address is not None:
        await limiter.visit(READING, address)


async def count_sign_in(limiter: AppLimiter, address: Address) -> None:
    """Somebody tries to sign in at the desk; raises TooManyRequests."""
    if address is not None:
        await limiter.visit(SIGN_IN, address)


async def count_message(limiter: Limiter, address: str | None, conversation_id: str) -> None:
    """A message comes in; raises TooManyRequests."""
    await limiter.heard(conversation_id, address)
    if address is not None:
        await limiter.visit(MESSAGES, address)
        await limiter.visit(CONVERSATION, conversation_id)
