"""Streams of events stay open for minutes, keep nobody out, and end when the service does."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field

import httpx
import pytest
from fastapi import FastAPI
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.middleware import Middleware

from api.edge.admission import Crowd
from api.edge.door import Door
from api.edge.middleware import ErrorBoundary
from api.events.hub import Hub
from api.events.wakes import Alone
from tests.api.events.listening import listening
from tests.api.problems import problem
from tests.api.visitor import Visitor
from tests.conftest import ONE_DATABASE


@pytest.fixture
def crowded() -> FastAPI:
    """An application that serves one request at a time, with a stream that never ends."""
    app = FastAPI(middleware=[Middleware(Crowd, most=1)])
    app.state.reached, app.state.opened = asyncio.Event(), asyncio.Event()

    @app.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(raw_data="{}", event="ready")
        await asyncio.Event().wait()

    @app.get("/slow")
    async def slow() -> dict[str, bool]:
        app.state.reached.set()
        await app.state.opened.wait()
        return {"done": True}

    return app


async def test_an_open_stream_takes_nobody_s_place(crowded: FastAPI) -> None:
    transport = httpx.ASGITransport(crowded)
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://helpline") as client,
        listening(crowded, "/events", {}) as first,
        listening(crowded, "/events", {}) as second,
    ):
        assert [(await one.next()).kind for one in (first, second)] == ["ready", "ready"]
        serving = asyncio.create_task(client.get("/slow"))
        await crowded.state.reached.wait()
        problem(await client.get("/slow"), 503, "too_crowded")  # others still count
        crowded.state.opened.set()
        assert (await serving).json() == {"done": True}


@dataclass
class Leaver:
    """A client that goes away while it is sent the third piece of an answer.

    By `spec_version` of ASGI the server tells so by an error (2.4), or by a message alone (2.3).
    """

    spec_version: str
    _pieces: int = 0
    _gone: asyncio.Event = field(default_factory=asyncio.Event)

    async def visits(self, app: FastAPI, path: str) -> None:
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": self.spec_version},
            **{"http_version": "1.1", "method": "GET", "scheme": "http", "headers": []},
            **{"path": path, "raw_path": path.encode(), "query_string": b""},
        }
        await asyncio.wait_for(app(scope, self._receive, self._send), 60)

    async def _receive(self) -> dict[str, object]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: MutableMapping[str, object]) -> None:
        self._pieces += message["type"] == "http.response.body"
        if self._pieces < 3:
            return
        for _ in range(20):  # meanwhile the next pieces pile up
            await asyncio.sleep(0)
        self._gone.set()
        if self.spec_version == "2.4":
            raise OSError
        await asyncio.Event().wait()


@pytest.fixture
def talkative() -> FastAPI:
    """An application with a stream that says a lot, and one that breaks off by a fault of ours."""
    app = FastAPI(middleware=[Middleware(ErrorBoundary)])

    @app.get("/events", response_class=EventSourceResponse)
    async def events() -> AsyncIterator[ServerSentEvent]:
        while True:
            yield ServerSentEvent(raw_data="{}", event="news")

    @app.get("/broken", response_class=EventSourceResponse)
    async def broken() -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(raw_data="{}", event="news")
        raise ZeroDivisionError

    return app


@pytest.mark.parametrize("spec_version", ["2.3", "2.4"])
async def test_who_leaves_in_the_middle_of_a_stream_leaves_no_trace_in_the_log(
    talkative: FastAPI, caplog: pytest.LogCaptureFixture, spec_version: str
) -> None:
    with caplog.at_level(logging.DEBUG, "api"):
        await Leaver(spec_version).visits(talkative, "/events")

    assert not [one for one in caplog.records if one.exc_info or one.levelno > logging.DEBUG]


async def test_a_stream_that_breaks_off_by_a_fault_of_ours_is_told_in_the_log(
    talkative: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    await Leaver("2.4").visits(talkative, "/broken")

    assert [one.levelno for one in caplog.records if one.exc_info] == [logging.ERROR]


async def test_the_door_closes_without_waiting_for_streams() -> None:
    door, ended = Door(), asyncio.Event()
    door.open()
    door.when_closing(ended.set)

    async def streams(leave: Callable[[], None]) -> None:
        leave()
        await ended.wait()

    open_stream: Awaitable[None] = asyncio.create_task(door.serve(streams))
    await asyncio.sleep(0)
    await asyncio.wait_for(door.close(patience_s=30), 60)
    await open_stream


async def test_the_service_ends_its_streams_when_it_closes(app: FastAPI, visitor: Visitor) -> None:
    path = f"/api/conversations/{visitor.id}/events"
    async with listening(app, path, visitor.headers) as stream:
        await stream.until("ready")
        await app.state.door.close(patience_s=30)
        await stream.ends()


async def test_who_asks_for_one_stream_too_many_of_all_is_told_to_come_back(
    app: FastAPI, visitor: Visitor
) -> None:
    app.state.hub = Hub(app.state.database, Alone(), most=0)
    path = f"/api/conversations/{visitor.id}/events"
    refused = await visitor.client.get(path, headers=visitor.headers)

    problem(refused, 503, "too_many_streams")
    assert refused.headers["retry-after"]


@ONE_DATABASE
@pytest.mark.parametrize("last", ["x", "-1", "９", "9" * 20, "1;DROP"])
async def test_a_forged_id_does_no_harm(app: FastAPI, visitor: Visitor, last: str) -> None:
    path = f"/api/conversations/{visitor.id}/events"
    header = {"Last-Event-ID": last.encode("utf-8").decode("latin-1")}
    async with listening(app, path, visitor.headers | header) as stream:
        assert (stream.status, (await stream.next()).kind) == (200, "ready")
