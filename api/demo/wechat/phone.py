"""The telephone: its page, what its user does there, and the levers of whoever tries things out."""

import base64
import binascii
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, Field

from api.demo.wechat.codes import Refused
from api.demo.wechat.fake import FakeWeChat, NotPossible
from api.demo.wechat.faults import Fault
from api.demo.wechat.followers import Follower
from api.demo.wechat.menus import entry_at

PAGE = Path(__file__).parent / "page"
POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
MOST_WORDS = 2048  # characters that the telephone takes at once; a default of ours
PICTURES = ("image/jpeg", "image/png", "image/gif")


class Deed(BaseModel):
    """Something that the user does on his telephone."""

    does: Literal[
        "follow", "unfollow", "text", "voice", "image", "video", "location", "menu", "scan"
    ]
    text: str | None = Field(default=None, max_length=MOST_WORDS)
    content: str | None = None  # of a picture, in Base64
    media_type: str = "image/jpeg"
    latitude: float = 0.0
    longitude: float = 0.0
    path: tuple[int, ...] = ()  # of an entry of the menu


def routes(fake: FakeWeChat) -> APIRouter:
    """The page and everything below /fake."""
    router = APIRouter(include_in_schema=False)
    _page(router)
    _chats(router, fake)
    _levers(router, fake)
    return router


def _page(router: APIRouter) -> None:
    kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    parts = {one.name: one for one in PAGE.iterdir() if one.suffix in kinds}

    @router.get("/")
    async def page() -> Response:
        policy = {"Content-Security-Policy": POLICY}
        return Response((PAGE / "index.html").read_bytes(), headers=policy, media_type="text/html")

    @router.get("/page/{name}")
    async def part(name: str) -> Response:
        if name not in parts:
            raise HTTPException(404)
        return Response(parts[name].read_bytes(), media_type=kinds[parts[name].suffix])


def _chats(router: APIRouter, fake: FakeWeChat) -> None:
    @router.get("/fake/accounts")
    async def accounts() -> list[dict[str, str]]:
        return [{"name": one.name, "title": one.title} for one in fake.accounts.values()]

    @router.get("/fake/chats/{account}/{person}")
    async def chat(account: str, person: str) -> dict[str, Any]:
        return _seen(fake, _chat(fake, account, person))

    @router.get("/fake/chats/{account}/{person}/events", response_class=EventSourceResponse)
    async def events(account: str, person: str) -> AsyncIterator[ServerSentEvent]:
        follower = _chat(fake, account, person)
        while True:
            version = follower.version
            yield ServerSentEvent(data=_seen(fake, follower))
            await follower.changed(version)

    @router.post("/fake/chats/{account}/{person}", status_code=204)
    async def do(account: str, person: str, deed: Deed) -> None:
        try:
            _do(fake, _chat(fake, account, person), deed)
        except NotPossible as refused:
            raise HTTPException(409, str(refused)) from refused

    @router.get("/fake/media/{media_id}")
    async def media(media_id: str) -> Response:
        try:
            found = fake.medium(media_id)
        except Refused as refused:
            raise HTTPException(404) from refused
        return Response(found.content, media_type=found.media_type)


def _levers(router: APIRouter, fake: FakeWeChat) -> None:
    @router.post("/fake/faults", status_code=204)
    async def plan(fault: Fault) -> None:
        fake.faults.plan(fault)

    @router.delete("/fake/faults", status_code=204)
    async def clear() -> None:
        fake.faults.clear()

    @router.post("/fake/tokens/revoke", status_code=204)
    async def revoke() -> None:
        fake.tokens.revoke()

    @router.post("/fake/accounts/{account}/verify")
    async def verify(account: str) -> dict[str, bool]:
        return {"ok": await fake.verify(_chat(fake, account, "").account.name)}


def _chat(fake: FakeWeChat, account: str, person: str) -> Follower:
    try:
        return fake.chat(account, person)
    except NotPossible as refused:
        raise HTTPException(404, str(refused)) from refused


def _seen(fake: FakeWeChat, follower: Follower) -> dict[str, Any]:
    """All that the telephone shows of a chat."""
    return {
        "title": follower.account.title,
        "subscribed": follower.subscribed,
        "typing": follower.typing,
        "typing_s": max(0.0, follower.typing_until - fake.now()),
        "menu": fake.menus.get(follower.account.name),
        "shown": [one.as_dict() for one in follower.shown],
    }


def _do(fake: FakeWeChat, chat: Follower, deed: Deed) -> None:
    """Raises NotPossible."""
    match deed.does:
        case "follow":
            fake.follow(chat, deed.text)
        case "unfollow":
            fake.unfollow(chat)
        case "scan":
            fake.scan(chat, deed.text or "")
        case "menu":
            _press(fake, chat, deed.path)
        case _:
            _send(fake, chat, deed)


def _send(fake: FakeWeChat, chat: Follower, deed: Deed) -> None:
    """Raises NotPossible."""
    match deed.does:
        case "text" if deed.text and deed.text.strip():
            fake.text(chat, deed.text)
        case "voice":
            fake.voice(chat, deed.text)
        case "image":
            fake.image(chat, *_picture(deed))
        case "video":
            fake.video(chat)
        case "location" if deed.text:
            fake.location(chat, deed.latitude, deed.longitude, deed.text)
        case _:
            raise NotPossible("不能发送空白消息。")


def _picture(deed: Deed) -> tuple[bytes, str]:
    """Raises NotPossible."""
    try:
        content = base64.b64decode(deed.content or "", validate=True)
    except binascii.Error:
        content = b""
    if not content or deed.media_type not in PICTURES:
        raise NotPossible("只能发送 JPG、PNG、GIF 图片。")
    return content, deed.media_type


def _press(fake: FakeWeChat, chat: Follower, path: tuple[int, ...]) -> None:
    """Raises NotPossible."""
    try:
        entry = entry_at(fake.menus[chat.account.name], path)
        fake.press(chat, entry)
    except LookupError as error:
        raise NotPossible("菜单已经更新，请重新打开。") from error
