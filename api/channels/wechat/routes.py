"""What WeChat calls: once to see that we are there, then for everything that people do."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse, Response
from starlette.background import BackgroundTask

from api.channels.incoming import Incoming
from api.channels.tencent.callbacks import router_of
from api.channels.tencent.crypto import MessageCipher, NotOurs
from api.channels.tencent.signing import is_signed, is_timely
from api.channels.tencent.texts import fitted
from api.channels.tencent.xml import Unreadable, fields_of
from api.channels.wechat.accounts import CHANNEL, Account, Mode
from api.channels.wechat.payloads import Received, received
from api.channels.wechat.rendering import SUCCESS, sealed_reply, text_reply
from api.clock import AppClock
from api.contacts.inbound import State
from api.database import DatabaseUnavailable
from api.errors import HelplineError

log = logging.getLogger(__name__)

# WeChat waits five seconds. An answer that is ready in four goes in its call; the fifth is for the
# decision, and for the way there and back.
IN_THE_CALL_S = 4.0
SEALED = "aes"  # what encrypt_type says of a sealed message

Query = Mapping[str, str]


class NotSigned(HelplineError):
    code = "wechat_not_signed"
    status = HTTPStatus.FORBIDDEN
    title = "签名不对"
    detail = (
        "这个请求不是微信发来的，或签名已过期。请核对账号文件里的 token 与公众号后台的"
        "「令牌(Token)」是否一致，以及本机的时钟。"
    )


class NotReadable(HelplineError):
    code = "wechat_not_readable"
    status = HTTPStatus.BAD_REQUEST
    title = "消息读不懂"
    detail = (
        "这条消息解不开或读不懂。请核对账号文件里的 mode、aes_key、app_id 与公众号后台的"
        "「消息加解密方式」等是否一致。"
    )


class NotReady(HelplineError):
    code = "wechat_not_ready"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "正在启动"
    detail = "热线正在启动，还收不了消息，请稍后再发。"


class Stored(Protocol):
    """Something that came in and is kept. While `state` is ACCEPTED its answer is waited for; else
    `reply` is the answer, None for no more than that it was received.
    """

    @property
    def inbound_id(self) -> int: ...

    @property
    def state(self) -> str: ...

    @property
    def reply(self) -> str | None: ...


class Intake(Protocol):
    """Who takes in what comes over any channel."""

    async def accept(self, incoming: Incoming, at: datetime, until: float) -> Stored:
        """Store it, and begin the work on it; acknowledged where the answer cannot be ready by
        `until` (of the event loop's time). Raises DatabaseUnavailable.
        """
        ...

    async def passive(
        self, inbound_id: int, until: float, fits: Callable[[Sequence[str]], list[str]]
    ) -> str | None:
        """The answer where it is ready by `until` (of the event loop's time). Raises
        DatabaseUnavailable.
        """
        ...

    async def confirm(self, inbound_id: int) -> None:
        """The response with the answer was written."""
        ...


@dataclass(frozen=True)
class Call:
    """A message that is WeChat's own; `is_sealed` says how it wants its answer."""

    received: Received
    is_sealed: bool


class Callback:
    """One account's side of WeChat's calls."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._cipher = MessageCipher(account.aes_key, account.app_id) if account.aes_key else None

    def echo(self, query: Query, now: datetime) -> str:
        """What WeChat wants to hear before it takes the address. Raises NotSigned."""
        self._check(query, now)
        return query.get("echostr", "")

    def read(self, query: Query, body: bytes, now: datetime) -> Call:
        """The message of a call. Raises NotSigned, NotReadable."""
        self._check(query, now)
        is_sealed = query.get("encrypt_type") == SEALED
        try:
            fields = fields_of(self._opened(query, body) if is_sealed else self._plain(body))
            return Call(received(fields, self._account.name), is_sealed)
        except (NotOurs, Unreadable) as wrong:
            # Signed, and yet not readable: the settings of both sides differ.
            log.warning("a call for the account %s: %r", self._account.name, wrong)
            raise NotReadable from None

    def rendered(self, call: Call, reply: str, now: datetime) -> str:
        """The answer to a call, sealed where the call was."""
        seconds = int(now.timestamp())
        message = text_reply(call.received.peer, call.received.ours, reply, seconds)
        if not call.is_sealed or self._cipher is None:
            return message
        nonce = str(secrets.randbelow(10**10))
        return sealed_reply(self._cipher, self._account.token, message, str(seconds), nonce)

    def _check(self, query: Query, now: datetime) -> None:
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        signed = is_signed(query.get("signature", ""), self._account.token, timestamp, nonce)
        if not signed or not is_timely(timestamp, now):
            log.info("a call for the account %s is not signed", self._account.name)
            raise NotSigned

    def _opened(self, query: Query, body: bytes) -> bytes:
        """What is under the seal; what lies open beside it is not signed, and not read."""
        if self._cipher is None:
            raise NotOurs
        sealed = fields_of(body).get("Encrypt", "")
        parts = (query.get("timestamp", ""), query.get("nonce", ""), sealed)
        if not is_signed(query.get("msg_signature", ""), self._account.token, *parts):
            raise NotSigned
        return self._cipher.opened(sealed)

    def _plain(self, body: bytes) -> bytes:
        """An open message, where the account takes such."""
        if self._account.mode is Mode.SAFE:
            raise Unreadable("not sealed")
        return body


def routes(accounts: Mapping[str, Account]) -> APIRouter:
    """The callbacks of all accounts. The intake is `app.state.intake`, as soon as there is one."""
    callbacks = {name: Callback(account) for name, account in accounts.items()}
    router, callback_of = router_of(
        CHANNEL,
        callbacks,
        "没有这个公众号，请核对账号文件里的 name 和公众号后台填写的服务器地址。",
    )
    Called = Annotated[Callback, Depends(callback_of)]

    @router.post("/{name}")
    async def receive(callback: Called, request: Request, clock: AppClock) -> Response:
        came_at = asyncio.get_running_loop().time()
        # The real moment, also where the date stands still: WeChat's clock does not.
        call = callback.read(request.query_params, await request.body(), clock.moment())
        if call.received.incoming is None:
            return PlainTextResponse(SUCCESS)
        intake: Intake | None = getattr(request.app.state, "intake", None)
        if intake is None:
            raise NotReady
        until = came_at + IN_THE_CALL_S
        stored = await intake.accept(call.received.incoming, clock.now(), until)
        reply = await _reply(intake, stored, until)
        if reply is None:
            return PlainTextResponse(SUCCESS)
        # Whoever has hung up has not heard the answer, whatever is written.
        leaves = not await request.is_disconnected()
        return Response(
            callback.rendered(call, reply, clock.moment()),
            media_type="text/xml",
            background=BackgroundTask(intake.confirm, stored.inbound_id) if leaves else None,
        )

    return router


async def _reply(intake: Intake, stored: Stored, until: float) -> str | None:
    if stored.state != State.ACCEPTED:
        return stored.reply
    try:
        return await intake.passive(stored.inbound_id, until, fitted)
    except DatabaseUnavailable:
        return None  # it is stored, so that it is answered later
