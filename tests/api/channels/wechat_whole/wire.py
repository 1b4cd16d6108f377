"""HTTP between two applications of one process, as a server does it."""

import asyncio
from dataclasses import dataclass, field

import httpx
from starlette.types import ASGIApp, Message


@dataclass
class _Exchange:
    """One request on its way, and what has come back of its response."""

    request: httpx.Request
    body: bytes
    response: "asyncio.Future[httpx.Response]"
    over: asyncio.Event = field(default_factory=asyncio.Event)
    status: int = 0
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    parts: list[bytes] = field(default_factory=list)
    was_read: bool = False

    async def receive(self) -> Message:
        if not self.was_read:
            self.was_read = True
            return {"type": "http.request", "body": self.body, "more_body": False}
        await self.over.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", []))
            return
        self.parts.append(message.get("body", b""))
        if message.get("more_body") or self.response.done():
            return
        content = b"".join(self.parts)
        promised = dict(self.headers).get(b"content-length", b"0")
        if int(promised) > len(content):
            self.breaks_off("the answer broke off")
        else:
            self.response.set_result(
                httpx.Response(
                    self.status, headers=self.headers, content=content, request=self.request
                )
            )

    def breaks_off(self, why: str) -> None:
        if not self.response.done():
            self.response.set_exception(httpx.ReadError(why, request=self.request))


@dataclass
class Wire(httpx.AsyncBaseTransport):
    """Leads to an application; to nobody while `app` is None.

    Whoever hangs up is told to the application, which goes on; its response is ready before what it
    does afterwards.
    """

    app: ASGIApp | None = None
    _serving: dict["asyncio.Task[None]", _Exchange] = field(default_factory=dict)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.app is None:
            raise httpx.ConnectError("nobody listens", request=request)
        response = asyncio.get_running_loop().create_future()
        exchange = _Exchange(request, await request.aread(), response)
        task = asyncio.create_task(self._serve(self.app, exchange))
        self._serving[task] = exchange
        task.add_done_callback(lambda done: self._serving.pop(done, None))
        try:
            return await response
        finally:
            exchange.over.set()

    async def _serve(self, app: ASGIApp, exchange: _Exchange) -> None:
        url = exchange.request.url
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": exchange.request.method,
            "scheme": url.scheme,
            "path": url.path,
            "raw_path": url.raw_path.partition(b"?")[0],
            "query_string": url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in exchange.request.headers.raw],
            "server": (url.host, url.port),
            "client": ("127.0.0.1", 123),
        }
        try:
            await app(scope, exchange.receive, exchange.send)
        except Exception as error:  # noqa: BLE001 - a server ends the connection, whatever it was
            exchange.breaks_off(str(error))

    def cut(self) -> None:
        """The process at the other end is gone, in the middle of whatever it did."""
        self.app = None
        for task, exchange in list(self._serving.items()):
            exchange.breaks_off("the connection was reset")
            task.cancel()
