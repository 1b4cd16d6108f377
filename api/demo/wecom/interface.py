"""The platform's interfaces that a customer-service account calls, as an ASGI application.

Source: https://developer.work.weixin.qq.com/document/path/94699 (接收消息和事件),
and the pages beside it.
"""

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response

from api.demo.wechat.codes import Refused, told
from api.demo.wechat.interface import Answer, answered, json_of
from api.demo.wechat.letters import LONGEST_TEXT
from api.demo.wecom.fake import FakeWecom

REVOKED, STALE = 40001, 40014  # what the Official Account's interface says, and this one


def app_of(fake: FakeWecom) -> FastAPI:
    """All interfaces of one fake."""
    app = FastAPI(title="模拟企业微信", docs_url=None, redoc_url=None)
    _tokens(app, fake)
    _messages(app, fake)
    _media(app, fake)
    return app


def _tokens(app: FastAPI, fake: FakeWecom) -> None:
    @app.get("/cgi-bin/gettoken")
    async def gettoken(corpid: str = "", corpsecret: str = "") -> Response:
        async def work() -> Answer:
            ours = [one for one in fake.accounts.values() if one.corp_id == corpid]
            if not ours:
                raise Refused(40013, "invalid corpid")
            if corpsecret not in {one.secret for one in ours}:
                raise Refused(40001, "invalid credential")
            token, lasts = fake.tokens.give(corpid)
            return {**told(0), "access_token": token, "expires_in": lasts}

        return await answered(fake.faults, "gettoken", work)


def _messages(app: FastAPI, fake: FakeWecom) -> None:
    @app.post("/cgi-bin/kf/sync_msg")
    async def sync_msg(request: Request) -> Response:
        async def work() -> Answer:
            return fake.page(await _wanted(fake, request))

        return await answered(fake.faults, "sync_msg", work)

    @app.post("/cgi-bin/kf/send_msg")
    async def send_msg(request: Request) -> Response:
        async def work() -> Answer:
            wanted = await _wanted(fake, request)
            fake.send(wanted, _text(wanted))
            return {**told(0), "msgid": wanted.get("msgid")}

        return await answered(fake.faults, "send_msg", work)

    @app.post("/cgi-bin/kf/send_msg_on_event")
    async def send_msg_on_event(request: Request) -> Response:
        async def work() -> Answer:
            wanted = await _wanted(fake, request)
            fake.welcome(wanted, _text(wanted))
            return {**told(0), "msgid": wanted.get("msgid")}

        return await answered(fake.faults, "send_msg_on_event", work)


def _media(app: FastAPI, fake: FakeWecom) -> None:
    @app.get("/cgi-bin/media/get")
    async def get(request: Request, media_id: str = "") -> Response:
        async def work() -> Answer:
            _owner(fake, request)
            if media_id not in fake.media:
                raise Refused(40007, "invalid media_id")
            return Response(fake.media[media_id], media_type="image/jpeg")

        return await answered(fake.faults, "get", work)


def _owner(fake: FakeWecom, request: Request) -> str:
    """The company that calls. Raises Refused."""
    try:
        return fake.tokens.owner(request.query_params.get("access_token"))
    except Refused as refused:
        raise Refused(STALE if refused.code == REVOKED else refused.code) from None


async def _wanted(fake: FakeWecom, request: Request) -> dict[str, Any]:
    """What a company's call asks for. Raises Refused."""
    _owner(fake, request)
    return await json_of(request)


def _text(wanted: dict[str, Any]) -> str:
    """The text to send. Raises Refused."""
    part = wanted.get("text")
    text = part.get("content") if isinstance(part, dict) else None
    if wanted.get("msgtype") != "text" or not isinstance(text, str) or not text:
        raise Refused(40058, "invalid Request Parameter")
    if len(text.encode()) > LONGEST_TEXT:
        raise Refused(45002, "content size out of limit")
    return text
