"""Streams of events stay open for minutes, keep nobody out, and end when the service does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest
from fastapi import FastAPI
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.middleware import Middleware

from api.edge.admission import Crowd
from api.edge.door import Door
from api.events.hub import Hub
from api.events.wakes import Alone
from tests.api.events.listening import listening
from tests.api.problems import problem
from tests.api.visitor import Visitor


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


async def test_the_door_closes_without_waiting_for_streams() -> None:
    door, ended = Door(), asyncio.Event()
    door.open()
    door.when_closing(ended.set)

    async def streams(leave: Callable[[], None]) -> None:
        leave()
        await ended.wait()

    open_stream: Awaitable[None] = asyncio.create_task(door.serve(streams))
    await asyncio.sleep(0)
    await asyncio.wait_for(door.close(patience_s=30), 5)
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


@pytest.mark.parametrize("last", ["x", "-1", "９", "9" * 20, "1;DROP"])
async def test_a_forged_id_does_no_harm(app: FastAPI, visitor: Visitor, last: str) -> None:
    path = f"/api/conversations/{visitor.id}/events"
    header = {"Last-Event-ID": last.encode("utf-8").decode("latin-1")}
    async with listening(app, path, visitor.headers | header) as stream:
        assert (stream.status, (await stream.next()).kind) == (200, "ready")
