"""What 企业微信 calls: once to see that we are there, then whenever something is to be fetched."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import PlainTextResponse, Response

from api.channels.tencent.crypto import MessageCipher, NotOurs
from api.channels.tencent.signing import is_signed, is_timely
from api.channels.tencent.xml import Unreadable, fields_of
from api.channels.wecom.accounts import CHANNEL, Account
from api.channels.wecom.fetching import Fetcher
from api.clock import AppClock
from api.errors import HelplineError, NotFound

log = logging.getLogger(__name__)

SUCCESS = "success"
SOMETHING_IS_THERE = "kf_msg_or_event"
IN_THE_CALL_S = 4.0  # of the five seconds that 企业微信 waits

Query = Mapping[str, str]


class NotSigned(HelplineError):
    code = "wecom_not_signed"
    status = HTTPStatus.FORBIDDEN
    title = "签名不对"
    detail = (
        "这个请求不是企业微信发来的，或签名已过期。请核对账号文件里的 token 与企业微信后台的 Token "
        "是否一致，以及本机的时钟。"
    )


class NotReadable(HelplineError):
    code = "wecom_not_readable"
    status = HTTPStatus.BAD_REQUEST
    title = "消息读不懂"
    detail = "这条消息解不开或读不懂。请核对账号文件里的 aes_key、corp_id 与企业微信后台是否一致。"


class NotFetched(HelplineError):
    code = "wecom_not_fetched"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "消息还没取到"
    detail = "热线还没能取到这些消息，企业微信会再通知一次，热线自己也会再取。"


@dataclass(frozen=True)
class Call:
    """Something is to be fetched for a customer-service account, with a token that counts for ten
    minutes. `open_kfid` is empty where the call names none.
    """

    open_kfid: str
    token: str


class Callback:
    """One account's side of the calls: all are signed and sealed."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self._cipher = MessageCipher(account.aes_key, account.corp_id)

    def echo(self, query: Query, now: datetime) -> str:
        """What 企业微信 wants to hear before it takes us. Raises NotSigned, NotReadable."""
        return self._opened(query, query.get("echostr", ""), now).decode(errors="replace")

    def read(self, query: Query, body: bytes, now: datetime) -> Call | None:
        """What a call asks for; None where it asks for nothing. Raises NotSigned, NotReadable."""
        try:
            sealed = fields_of(body).get("Encrypt", "")
            fields = fields_of(self._opened(query, sealed, now))
        except Unreadable:
            raise NotReadable from None
        if fields.get("Event") != SOMETHING_IS_THERE:
            return None
        return Call(fields.get("OpenKfId", ""), fields.get("Token", ""))

    def _opened(self, query: Query, sealed: str, now: datetime) -> bytes:
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        parts = (self.account.token, timestamp, nonce, sealed)
        if not is_signed(query.get("msg_signature", ""), *parts) or not is_timely(timestamp, now):
            log.info("a call for the account %s is not signed", self.account.name)
            raise NotSigned
        try:
            return self._cipher.opened(sealed)
        except NotOurs:
            # Signed, and yet not readable: the settings of both sides differ.
            log.warning("a call for the account %s cannot be opened", self.account.name)
            raise NotReadable from None


def routes(accounts: Mapping[str, Account], fetchers: Mapping[str, Fetcher]) -> APIRouter:
    """The callbacks of all accounts. A company's one callback speaks for all of its accounts;
    `fetchers`, by the names of their accounts, are there as soon as the service takes in.
    """
    callbacks = {name: Callback(account) for name, account in accounts.items()}
    router = APIRouter(prefix=f"/channels/{CHANNEL}", include_in_schema=False)

    async def callback_of(name: Annotated[str, Path(max_length=40)]) -> Callback:
        if name not in callbacks:
            raise NotFound("没有这个客服账号，请核对账号文件里的 name 和企业微信后台填写的 URL。")
        return callbacks[name]

    Called = Annotated[Callback, Depends(callback_of)]

    @router.get("/{name}")
    async def echo(callback: Called, request: Request, clock: AppClock) -> Response:
        return PlainTextResponse(callback.echo(request.query_params, clock.moment()))

    @router.post("/{name}")
    async def receive(callback: Called, request: Request, clock: AppClock) -> Response:
        call = callback.read(request.query_params, await request.body(), clock.moment())
        account = _meant(call, callback.account, accounts) if call else None
        if call is None or account is None:
            return PlainTextResponse(SUCCESS)
        fetcher = fetchers.get(account.name)
        if fetcher is None or not await _is_fetched(fetcher, call.token):
            raise NotFetched  # nothing is received that is not stored
        return PlainTextResponse(SUCCESS)

    return router


def _meant(call: Call, called: Account, accounts: Mapping[str, Account]) -> Account | None:
    """The account of the company for which something is there; None where it is none of ours."""
    if not call.open_kfid:
        return called
    ours = (one for one in accounts.values() if one.corp_id == called.corp_id)
    return next((one for one in ours if one.open_kfid == call.open_kfid), None)


async def _is_fetched(fetcher: Fetcher, token: str) -> bool:
    """Whether all that is there was stored in time; what takes longer goes on by itself."""
    task = fetcher.fetch(token)
    await asyncio.wait({task}, timeout=IN_THE_CALL_S)
    return task.done() and not task.cancelled() and task.exception() is None
