"""Gives every request an id that its log lines and its answer carry."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import logs

HEADER = "X-Request-Id"


class RequestId:
    """Names the request, by the id of a trusted proxy where there is one.

    It stands outside of everything else, so that every line of the request carries the id.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        handed_on = Headers(scope=scope).get(HEADER) if came_through_a_proxy(scope) else None
        name = logs.begin_request(handed_on)

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        await self.app(scope, receive, send_with_id)


def came_through_a_proxy(scope: Scope) -> bool:
    """Whether a trusted proxy handed the request on.

    uvicorn believes X-Forwarded-For from trusted addresses only, and writes its first address into
    the scope with the port 0, which no connection has.
    """
    client = scope.get("client")
    return client is not None and client[1] == 0 and "x-forwarded-for" in Headers(scope=scope)
