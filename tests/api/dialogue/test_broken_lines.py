"""What is heard where the line to an engine stands still, breaks, or brings an answer twice."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from api.app import create_app
from api.dialogue.engine import Dialogue
from api.settings import Settings
from tests.api.visitor import Visitor
from tests.conftest import ONE_DATABASE
from tests.fakes import FakeKnowledge, FakeRasa, SaysAlways
from tests.faults import Fault, Line, line_to

OWN_ANSWER = "我自己答：市监局。"  # of the service without its engine


@pytest.fixture
async def line(rasa: FakeRasa) -> AsyncIterator[Line]:
    """A line to the engine, which listens on a port."""

    async def webhook(request: Request) -> JSONResponse:
        return JSONResponse(await rasa.answer(await request.json()))

    door = Starlette(routes=[Route("/webhooks/rest/webhook", webhook, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(door, port=0, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    port = server.servers[0].sockets[0].getsockname()[1]
    with line_to(lambda: asyncio.open_connection("127.0.0.1", port)) as line:
        yield line
    server.should_exit = True
    await serving


@pytest.fixture
async def app(settings: Settings, line: Line) -> AsyncIterator[FastAPI]:
    """The service, whose one engine is at the end of the line."""
    dialogue = Dialogue(f"http://127.0.0.1:{line.port}", 8)
    app = create_app(settings, dialogue, FakeKnowledge(), actions=[SaysAlways(OWN_ANSWER)])
    async with app.router.lifespan_context(app):
        yield app


def answers(turn: dict[str, Any]) -> list[str]:
    return [message["text"] for message in turn["messages"]]


@ONE_DATABASE
async def test_an_answer_that_comes_twice_is_never_taken_for_that_of_the_next_turn(
    visitor: Visitor, line: Line
) -> None:
    line.fault = fault = Fault((b"POST /webhooks/rest/webhook",), "twice")
    assert answers(await visitor.says("第一句")) == ["听到了：第一句"]
    assert fault.happened.is_set()
    assert answers(await visitor.says("第二句")) == ["听到了：第二句"]


@ONE_DATABASE
@pytest.mark.parametrize("passes", [0, 40, 160], ids=["none of", "the head of", "half of"])
async def test_a_turn_that_the_engine_breaks_off_is_answered_without_it_once(
    visitor: Visitor, line: Line, rasa: FakeRasa, passes: int
) -> None:
    line.fault = Fault((b"POST /webhooks/rest/webhook",), "unheard", passes)
    first = await visitor.says("第一句")
    assert answers(first) == [OWN_ANSWER]
    assert answers(await visitor.says("第二句")) == ["听到了：第二句"]
    assert [text for _, text in await visitor.heard()][::2] == ["第一句", "第二句"]


@ONE_DATABASE
async def test_an_engine_that_hangs_is_answered_for_and_what_it_says_later_is_not_heard(
    visitor: Visitor, line: Line, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialogue = app.state.dialogue
    line.hold()
    monkeypatch.setattr(dialogue, "_timeout_s", 0.05)
    assert answers(await visitor.says("第一句")) == [OWN_ANSWER]
    monkeypatch.undo()
    line.flow()
    assert answers(await visitor.says("第二句")) == ["听到了：第二句"]
    assert await visitor.heard() == [
        ("visitor", "第一句"),
        ("bot", OWN_ANSWER),
        ("visitor", "第二句"),
        ("bot", "听到了：第二句"),
    ]
