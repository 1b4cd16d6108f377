"""The door of the API: shut while the knowledge loads and while the service is about to end."""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from api.edge.middleware import ACTION_CALLS
from api.edge.streams import until_it_streams
from api.errors import HelplineError, problem

API = "/api/"


class Loading(HelplineError):
    code = "loading"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "正在启动"
    detail = "热线正在启动，正在装载法律资料，半分钟左右就好，请稍等再试。"


class Ending(HelplineError):
    code = "ending"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "正在重启"
    detail = "热线正在重启，您的话还没有收下，请过一分钟再发一次。"


class Door:
    """Whether the API lets requests in, and how many it serves at the moment."""

    def __init__(self) -> None:
        self._ending = False
        self._open = asyncio.Event()
        self._inside = 0
        self._at_the_end: list[Callable[[], None]] = []
        self._empty = asyncio.Event()
        self._empty.set()

    @property
    def loaded(self) -> bool:
        """Whether everything that the API needs is there."""
        return self._open.is_set()

    def open(self) -> None:
        """Let requests in."""
        self._open.set()

    async def opened(self) -> None:
        """Wait until requests are let in."""
        await self._open.wait()

    async def close(self, patience_s: float) -> None:
        """Let no more in, and wait so long for those inside; the engine's calls still pass."""
        self._ending = True
        for end in self._at_the_end:
            end()
        try:
            async with asyncio.timeout(patience_s):
                await self._empty.wait()
        except TimeoutError:
            return

    def refusal(self, path: str) -> HelplineError | None:
        """Why a request may not come in; None when it may."""
        if not self.loaded and path.startswith((API, ACTION_CALLS)):
            return Loading(headers={"Retry-After": "5"})
        if self._ending and path.startswith(API):
            return Ending(headers={"Retry-After": "60"})
        return None

    def when_closing(self, end: Callable[[], None]) -> None:
        """Let `end` be called as soon as nobody is let in any more."""
        self._at_the_end.append(end)

    async def serve(self, request: Callable[[Callable[[], None]], Awaitable[None]]) -> None:
        """Serve one request, which counts as inside until it ends, or calls what it is handed."""
        self._inside += 1
        self._empty.clear()
        inside = True

        def leave() -> None:
            nonlocal inside
            self._inside -= inside
            inside = False
            if not self._inside:
                self._empty.set()

        try:
            await request(leave)
        finally:
            leave()


class DoorKeeper:
    """Sends away what the door of the application refuses; it stands inside SecurityHeaders."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        door: Door = scope["app"].state.door
        if refusal := door.refusal(scope["path"]):
            return await problem(refusal)(scope, receive, send)
        if scope["path"].startswith(API):
            return await door.serve(
                lambda leave: self.app(scope, receive, until_it_streams(send, leave))
            )
        await self.app(scope, receive, send)
