"""Streams of events among requests: they stay open for minutes and keep nobody out."""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import Message, Send

STREAM = "text/event-stream"


def until_it_streams(send: Send, left: Callable[[], None]) -> Send:
    """A `send` that calls `left` when the answer turns out to be a stream of events.

    From then on it counts no longer among the requests that are being served: the hub has limits
    of its own (api/events/hub.py).
    """

    async def watched(message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = Headers(raw=message.get("headers", [])).get("content-type", "")
            if kind.startswith(STREAM):
                left()
        await send(message)

    return watched
