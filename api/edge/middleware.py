"""What every request and every answer passes on its way in and out. Listed from the outside in by
`api.app`.
"""

import asyncio
import ipaddress
import logging
import re
from http import HTTPMethod, HTTPStatus

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import BodyTooLarge, BodyTooSlow, HelplineError, NotJson, problem, unexpected

log = logging.getLogger(__name__)

WITH_BODY = (HTTPMethod.POST, HTTPMethod.PUT, HTTPMethod.PATCH)
LARGEST_BODY = 64 * 1024
# An action call carries the whole tracker of a conversation.
LARGEST_ACTION_CALL = 16 * 1024 * 1024
ACTION_CALLS = "/webhook"
# What channels call: their servers send what they like, and the route reads it.
CHANNEL_CALLS = "/channels/"
# A picture of 5 MB in Base64, with its name.
LARGEST_PICTURE_CALL = 7 * 1024 * 1024
PICTURE_CALLS = re.compile("/api/(?:conversations|desk/tickets)/[^/]+/files")
MOST_PICTURES = 8  # that are taken at the same time: each fills tens of MB of memory
# A file of law of 20 MB in Base64; the map between two versions of a code, edited by hand.
LARGEST_LAW_CALL = 28 * 1024 * 1024
LAW_CALLS = re.compile("/api/desk/content/laws/imports(?:/[0-9]+)?")
MOST_LAWS = 2
BODY_S = 20.0  # seconds for a whole body
PICTURE_S = 60.0  # the same for a picture from a telephone, and for a law
COME_BACK_S = "10"  # what a 503 says that knows no better

# Below this an answer fits into one packet as it is.
SMALLEST_COMPRESSED = 1024
# A Word file is a zip archive already, and pictures are pressed.
COMPRESSED_ALREADY = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    *("image/jpeg", "image/png", "image/webp"),
)

# What is raised where the client goes away while it is sent something.
OF_LEAVING = (ClientDisconnect, anyio.BrokenResourceError)

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src "
    "'self' data:; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
# The desk shows pictures that it has fetched with a session.
DESK_POLICY = PAGE_POLICY.replace("img-src 'self' data:", "img-src 'self' data: blob:")
DESK = "/desk"
# Swagger UI sets style attributes on what it draws.
REFERENCE_POLICY = PAGE_POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
REFERENCE = "/docs"
# The page asks for nothing of this; what it shows must not either.
PERMISSIONS = ", ".join(
    f"{what}=()"
    for what in (
        *("accelerometer", "autoplay", "bluetooth", "camera", "display-capture", "geolocation"),
        *("gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb"),
        *("browsing-topics", "screen-wake-lock", "xr-spatial-tracking"),
    )
)


def _policy_of(path: str) -> str:
    if path == DESK:
        return DESK_POLICY
    return REFERENCE_POLICY if path.startswith(REFERENCE) else PAGE_POLICY


class SecurityHeaders:
    """Adds to every answer what keeps a browser from doing more with it than was meant."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        policy = _policy_of(scope["path"])

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = policy
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Permissions-Policy"] = PERMISSIONS
                if message["status"] == HTTPStatus.SERVICE_UNAVAILABLE:
                    headers.setdefault("Retry-After", COME_BACK_S)
                if scope["path"].startswith("/api/"):
                    headers["Cache-Control"] = "no-store"
            await send(message)

        await self.app(scope, receive, send_with_headers)


class HeadAsGet:
    """Answers HEAD wherever GET is answered, with the same status and headers and no body.

    Monitors and link checkers ask so. It stands outside Compression, because HEAD tells what GET
    would send.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != HTTPMethod.HEAD:
            return await self.app(scope, receive, send)

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": HTTPMethod.GET.value}, receive, send_without_body)


class Compression(GZipMiddleware):
    """Compresses what goes to browsers, scripts and texts above all.

    It stands inside CORS, so that both may add to Vary, and outside ErrorBoundary. A pieced answer
    stays one: each piece is compressed as it comes. An event stream is left as it is.
    """

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app, SMALLEST_COMPRESSED, exclude_content_types=COMPRESSED_ALREADY)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Rasa's calls stay on this machine: compressing them would only cost time.
        if scope["type"] != "http" or scope["path"] == ACTION_CALLS:
            return await self.app(scope, receive, send)
        await super().__call__(scope, receive, send)


class ErrorBoundary:
    """Turns an error nobody foresaw into a sentence with an id.

    It stands inside SecurityHeaders and CORS, so that this answer, too, carries their headers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched_send)
        except Exception as error:  # noqa: BLE001 - the outermost edge; everything foreseen was rendered further in
            if _tells_of_leaving(error):
                log.debug("the client left before the answer to %s was told", scope["path"])
                return
            answer = unexpected(error)
            if not started:
                await answer(scope, receive, send)


def _tells_of_leaving(error: Exception) -> bool:
    """Whether an error says nothing but that nobody reads the answer any more. A stream of events
    tells so by a group: one error of the connection, others of the pipes that were cut.
    """
    if isinstance(error, ExceptionGroup):
        return error.split(OF_LEAVING)[1] is None
    return isinstance(error, OF_LEAVING)


class PicturesBusy(HelplineError):
    code = "pictures_busy"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "正在收别的图片"
    detail = "正在收别的图片，这张还没有收下，请过几秒再发一次。"


class LawsBusy(HelplineError):
    code = "laws_busy"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "正在收别的文件"
    detail = "正在收同事上传的文件，这份还没有收下，请过半分钟再试。"


class BodyGuard:
    """Lets in JSON of a bounded size only, in bounded time: the whole body is read here, before
    anything interprets it. `body_s` are the seconds for any body but a picture. What channels call
    is bounded alike, and need not be JSON.
    """

    def __init__(self, app: ASGIApp, body_s: float = BODY_S) -> None:
        self.app, self.body_s = app, body_s
        self._taken = dict.fromkeys((PICTURE_CALLS, LAW_CALLS), 0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in WITH_BODY:
            return await self.app(scope, receive, send)
        if not scope["path"].startswith(CHANNEL_CALLS) and not _is_json(Headers(scope=scope)):
            return await problem(NotJson())(scope, receive, send)
        large = next((one for one in self._taken if one.fullmatch(scope["path"])), None)
        if large is None:
            return await self._hand_on(scope, receive, send, self.body_s)
        # Refused and not made to wait: who waits takes the room of those who only talk.
        if self._taken[large] >= (MOST_PICTURES if large is PICTURE_CALLS else MOST_LAWS):
            busy = PicturesBusy if large is PICTURE_CALLS else LawsBusy
            return await problem(busy(headers={"Retry-After": "3"}))(scope, receive, send)
        self._taken[large] += 1
        try:
            await self._hand_on(scope, receive, send, PICTURE_S)
        finally:
            self._taken[large] -= 1

    async def _hand_on(self, scope: Scope, receive: Receive, send: Send, body_s: float) -> None:
        try:
            async with asyncio.timeout(body_s):
                body = await _whole_body(scope, receive)
        except TimeoutError:
            return await problem(BodyTooSlow())(scope, receive, send)
        except HelplineError as refused:
            return await problem(refused)(scope, receive, send)
        if body is None:
            return None  # the client went away

        read = False

        async def replay() -> Message:
            nonlocal read
            if read:
                return await receive()
            read = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.app(scope, replay, send)


def _is_json(headers: Headers) -> bool:
    return headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


async def _whole_body(scope: Scope, receive: Receive) -> bytes | None:
    """The body; None when the client went away. Raises BodyTooLarge."""
    limit, too_large = _bound(scope)
    body = bytearray()
    while (message := await receive())["type"] == "http.request":
        body += message.get("body", b"")
        if len(body) > limit:
            raise too_large
        if not message.get("more_body"):
            return bytes(body)
    return None


def _bound(scope: Scope) -> tuple[int, BodyTooLarge]:
    """How long a body may be, in bytes, and what is said of a longer one."""
    if PICTURE_CALLS.fullmatch(scope["path"]):
        said = "一张图片不能超过 5 MB，请压缩或截取要紧的部分再发。"
        return LARGEST_PICTURE_CALL, BodyTooLarge(said)
    if LAW_CALLS.fullmatch(scope["path"]):
        said = "文件超过 20 MB，一部法律没有这么大，多半是扫描件。请换用官方网站的 docx 或网页。"
        return LARGEST_LAW_CALL, BodyTooLarge(said)
    if scope["path"] == ACTION_CALLS and from_this_machine(scope):
        return LARGEST_ACTION_CALL, BodyTooLarge()
    return LARGEST_BODY, BodyTooLarge()


def from_this_machine(scope: Scope) -> bool:
    """Whether the request was made on this machine, and not handed on by a proxy that runs here."""
    client, server, headers = scope.get("client"), scope.get("server"), Headers(scope=scope)
    if client is None or "x-forwarded-for" in headers or "forwarded" in headers:
        return False
    if server is not None and client[0] == server[0]:
        return True  # the service listens on one address of this machine, and was called from there
    try:
        return ipaddress.ip_address(client[0]).is_loopback
    except ValueError:
        return False
