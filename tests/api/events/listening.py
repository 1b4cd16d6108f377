"""Listens to a stream of events, as a browser does: the application is called over ASGI, because
httpx would wait for the end of it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI

PATIENCE_S = 30  # generous: the machine may be busy


@dataclass(frozen=True)
class Heard:
    kind: str
    id: int | None
    data: dict[str, Any]


@dataclass
class Stream:
    """`status` and `headers` are those of the answer."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    chunks: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    _rest: str = ""
    _waiting: list[Heard] = field(default_factory=list)

    async def next(self) -> Heard:
        """The next event, comments left out."""
        while not self._waiting:
            chunk = await asyncio.wait_for(self.chunks.get(), PATIENCE_S)
            assert chunk is not None, "the stream has ended"
            *whole, self._rest = (self._rest + chunk.decode()).split("\n\n")
            self._waiting += [heard for part in whole if (heard := _read(part))]
        return self._waiting.pop(0)

    async def until(self, kind: str) -> Heard:
        """The next event of a kind; those before it are left out."""
        while (heard := await self.next()).kind != kind:
            pass
        return heard

    async def ends(self) -> None:
        while await asyncio.wait_for(self.chunks.get(), PATIENCE_S) is not None:
            pass


def _read(part: str) -> Heard | None:
    lines = dict(line.split(": ", 1) for line in part.split("\n") if not line.startswith(":"))
    if "event" not in lines:
        return None
    event_id = lines.get("id")
    return Heard(lines["event"], int(event_id) if event_id else None, json.loads(lines["data"]))


@asynccontextmanager
async def listening(
    app: FastAPI, path: str, headers: Mapping[str, str], method: str = "GET"
) -> AsyncIterator[Stream]:
    """A stream that is open while the block runs."""
    stream, left = Stream(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Mapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            stream.status = message["status"]
            stream.headers = {
                name.decode().lower(): value.decode() for name, value in message["headers"]
            }
            stream.begun.set()
        else:
            stream.chunks.put_nowait(message["body"])
            if not message.get("more_body"):
                stream.chunks.put_nowait(None)

    raw = {"host": "helpline", "accept-encoding": "gzip", **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in raw.items()],
        "client": ("127.0.0.1", 1234),
        "server": ("helpline", 80),
        "state": {},
    }
    serving = asyncio.create_task(app(scope, receive, send))
    await asyncio.wait_for(stream.begun.wait(), PATIENCE_S)
    try:
        yield stream
    finally:
        left.set()
        await asyncio.wait_for(serving, PATIENCE_S)
