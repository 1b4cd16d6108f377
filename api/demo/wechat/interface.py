"""The platform's interfaces that an account calls, under /cgi-bin."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, UploadFile
from fastapi.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from api.demo.wechat.codes import Refused, told
from api.demo.wechat.fake import FakeWeChat
from api.demo.wechat.faults import Faults
from api.demo.wechat.followers import TYPING_S, Follower, Side
from api.demo.wechat.letters import LONGEST_TEXT
from api.demo.wechat.menus import checked

TYPING_AFTER_S = 30.0  # since the user's last word
Answer = dict[str, Any] | Response


class Cut(Response):
    """An answer that breaks off: it promises a byte that never comes, so that the connection ends
    without one.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def routes(fake: FakeWeChat) -> APIRouter:
    """All interfaces over one fake."""
    router = APIRouter(prefix="/cgi-bin")
    _tokens(router, fake)
    _messages(router, fake)
    _media(router, fake)
    _menus(router, fake)
    return router


def _tokens(router: APIRouter, fake: FakeWeChat) -> None:
    @router.post("/stable_token")
    async def stable_token(request: Request) -> Response:
        async def work() -> Answer:
            wanted = await json_of(request)
            _must_have(wanted, {"appid": 41002, "secret": 41004})
            if wanted.get("grant_type") != "client_credential":
                raise Refused(40002)
            account = fake.account_by_app(wanted["appid"])
            if wanted["secret"] != account.app_secret:
                raise Refused(40125)
            token, lasts = fake.tokens.give(account.name, bool(wanted.get("force_refresh")))
            return {"access_token": token, "expires_in": lasts}

        return await answered(fake.faults, "stable_token", work)


def _messages(router: APIRouter, fake: FakeWeChat) -> None:
    @router.post("/message/custom/send")
    async def send(request: Request) -> Response:
        async def work() -> Answer:
            follower, wanted = await _addressed(fake, request)
            kind = wanted.get("msgtype")
            if kind == "text":
                text = _text(wanted)
                follower.spend()
                follower.show(Side.ACCOUNT, text)
            elif kind == "image":
                media_id = _part(wanted, "image").get("media_id", "")
                fake.medium(media_id)
                follower.spend()
                follower.show(Side.ACCOUNT, "", "image", media_id)
            else:
                raise Refused(40008)
            return told(0)

        return await answered(fake.faults, "send", work)

    @router.post("/message/custom/typing")
    async def typing(request: Request) -> Response:
        async def work() -> Answer:
            follower, wanted = await _addressed(fake, request)
            if wanted.get("command") not in ("Typing", "CancelTyping"):
                raise Refused(45072)
            begins = wanted["command"] == "Typing"
            if begins and _silent_s(follower) > TYPING_AFTER_S:
                raise Refused(45080)
            if begins and follower.typing:
                raise Refused(45081)
            follower.typing_until = fake.now() + TYPING_S if begins else 0.0
            follower.touch()
            return told(0)

        return await answered(fake.faults, "typing", work)


def _media(router: APIRouter, fake: FakeWeChat) -> None:
    @router.get("/media/get")
    async def get(request: Request) -> Response:
        async def work() -> Answer:
            _owner(fake, request)
            if not (media_id := request.query_params.get("media_id", "")):
                raise Refused(41006)
            medium = fake.medium(media_id)
            named = {"Content-disposition": f'attachment; filename="{media_id}"'}
            return Response(medium.content, media_type=medium.media_type, headers=named)

        return await answered(fake.faults, "get", work)

    @router.post("/media/upload")
    async def upload(request: Request, media: UploadFile) -> Response:
        async def work() -> Answer:
            _owner(fake, request)
            media_type = media.content_type or "application/octet-stream"
            media_id = fake.keep(await media.read(), media_type)
            kind = request.query_params.get("type", "image")
            return {"type": kind, "media_id": media_id, "created_at": int(fake.now())}

        return await answered(fake.faults, "upload", work)


def _menus(router: APIRouter, fake: FakeWeChat) -> None:
    @router.post("/menu/create")
    async def create(request: Request) -> Response:
        async def work() -> Answer:
            name = _owner(fake, request)
            fake.menus[name] = checked(await json_of(request))
            fake.refresh(name)
            return told(0)

        return await answered(fake.faults, "create", work)

    @router.get("/menu/get")
    async def get(request: Request) -> Response:
        async def work() -> Answer:
            name = _owner(fake, request)
            if name not in fake.menus:
                raise Refused(46003)
            return {"menu": fake.menus[name]}

        return await answered(fake.faults, "menu", work)

    @router.get("/menu/delete")
    async def delete(request: Request) -> Response:
        async def work() -> Answer:
            name = _owner(fake, request)
            fake.menus.pop(name, None)
            fake.refresh(name)
            return told(0)

        return await answered(fake.faults, "delete", work)

    @router.get("/get_current_selfmenu_info")
    async def current(request: Request) -> Response:
        async def work() -> Answer:
            menu = fake.menus.get(_owner(fake, request))
            shown = [_listed(one) for one in menu["button"]] if menu else []
            return {"is_menu_open": int(bool(menu)), "selfmenu_info": {"button": shown}}

        return await answered(fake.faults, "menu", work)


def _listed(button: dict[str, Any]) -> dict[str, Any]:
    """A button as the current menu tells it: what is below it stands in a list of its own."""
    below = button.get("sub_button")
    return {**button, "sub_button": {"list": below}} if below else button


async def answered(faults: Faults, place: str, work: Callable[[], Awaitable[Answer]]) -> Response:
    """Do the work, unless a fault is due; errors are told as the platform tells them."""
    fault = await faults.meet(place)
    does = fault.does if fault else None
    value = int(fault.value) if fault else 0
    if does == "close":
        return Cut()
    if does == "status":
        return Response(status_code=value or 500)
    try:
        if does == "errcode":
            raise Refused(value)
        answer = await work()
    except Refused as refused:
        answer = told(refused.code, refused.words)
    if does == "drop":
        return Cut()
    return answer if isinstance(answer, Response) else JSONResponse(answer)


async def json_of(request: Request) -> dict[str, Any]:
    """The body. Raises Refused where it is no object of JSON."""
    try:
        found = json.loads(await request.body())
    except ValueError as error:
        raise Refused(47001) from error
    if not isinstance(found, dict):
        raise Refused(47001)
    return found


def _owner(fake: FakeWeChat, request: Request) -> str:
    """The name of the account that calls. Raises Refused."""
    return fake.tokens.owner(request.query_params.get("access_token"))


async def _addressed(fake: FakeWeChat, request: Request) -> tuple[Follower, dict[str, Any]]:
    """To whom something is sent, and what. Raises Refused."""
    owner, wanted = _owner(fake, request), await json_of(request)
    follower = fake.follower(str(wanted.get("touser", "")))
    if follower.account.name != owner:
        raise Refused(40003)
    return follower, wanted


def _part(wanted: dict[str, Any], name: str) -> dict[str, Any]:
    part = wanted.get(name)
    if not isinstance(part, dict):
        raise Refused(47001)
    return part


def _text(wanted: dict[str, Any]) -> str:
    """The text to send. Raises Refused."""
    text = _part(wanted, "text").get("content")
    if not isinstance(text, str) or not text:
        raise Refused(44004)
    if len(text.encode()) > LONGEST_TEXT:
        raise Refused(45002)
    return text


def _must_have(wanted: dict[str, Any], needed: dict[str, int]) -> None:
    for name, code in needed.items():
        if not wanted.get(name):
            raise Refused(code)


def _silent_s(follower: Follower) -> float:
    """Seconds since the user's last word."""
    spoke = (one.at for one in reversed(follower.shown) if one.side is Side.USER)
    return follower.now() - next(spoke, 0.0)
