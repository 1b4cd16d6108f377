"""The door: who is inside finishes, who comes later is told when to come again."""

import asyncio
import logging
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.logs import ContextFilter
from tests.api.conftest import SECRET
from tests.api.problems import problem
from tests.api.visitor import Visitor
from tests.conftest import ONE_DATABASE
from tests.fakes import FakeRasa


class Held:
    """Rasa, holding its answer back until it is let go."""

    def __init__(self, rasa: FakeRasa) -> None:
        self.rasa, self.reached, self.let_go = rasa, asyncio.Event(), asyncio.Event()
        rasa.answer = self.answer

    async def answer(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        self.reached.set()
        await self.let_go.wait()
        return await self.rasa.echo(message)


async def test_a_turn_that_has_begun_ends_with_the_engine_before_the_service_ends(
    app: FastAPI, visitor: Visitor, rasa: FakeRasa, client: httpx.AsyncClient
) -> None:
    held = Held(rasa)
    turn = asyncio.create_task(visitor.says("有人卖我的假货"))
    await held.reached.wait()

    ending = asyncio.create_task(app.state.door.close(60))
    await asyncio.sleep(0)
    assert not ending.done()
    # The engine still gets its actions carried out.
    call = {"next_action": "action_unknown", "tracker": {}}
    assert (await client.post(f"/webhook?token={SECRET}", json=call)).status_code == 404
    late = await visitor.posts(text="还有一句")
    held.let_go.set()

    assert (await turn)["messages"][0]["text"] == "听到了：有人卖我的假货"
    await ending
    assert "再发一次" in problem(late, 503, "ending")
    assert int(late.headers["Retry-After"]) > 0
    assert (await client.get("/healthz")).status_code == 200


async def test_nobody_inside_is_waited_for_no_longer_than_it_was_said(
    app: FastAPI, visitor: Visitor, rasa: FakeRasa
) -> None:
    held = Held(rasa)
    turn = asyncio.create_task(visitor.says("有人卖我的假货"))
    await held.reached.wait()

    await app.state.door.close(0)

    assert not turn.done()
    held.let_go.set()
    await turn


def with_proxy(app: ASGIApp, peer: str) -> httpx.AsyncClient:
    """A client whose requests come over `peer`, where 10.0.0.1 is the proxy that is trusted."""

    async def trusting(scope: Scope, receive: Receive, send: Send) -> None:
        await ProxyHeadersMiddleware(app, ["10.0.0.1"])(scope, receive, send)  # type: ignore[arg-type]

    transport = httpx.ASGITransport(trusting, client=(peer, 4711))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://helpline")


@ONE_DATABASE
@pytest.mark.parametrize(("peer", "kept"), [("10.0.0.1", True), ("203.0.113.9", False)])
async def test_only_a_trusted_proxy_names_a_request(app: FastAPI, peer: str, kept: bool) -> None:
    headers = {"X-Request-Id": "edge-4711-abc", "X-Forwarded-For": "198.51.100.7"}
    async with with_proxy(app, peer) as client:
        answer = await client.get("/healthz", headers=headers)

    assert (answer.headers["X-Request-Id"] == "edge-4711-abc") == kept


async def test_lines_of_a_turn_carry_its_request_and_its_turn(
    visitor: Visitor, rasa: FakeRasa, client: httpx.AsyncClient
) -> None:
    seen: list[logging.LogRecord] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record)

    handler = Keep()
    handler.addFilter(ContextFilter())
    log = logging.getLogger("api.conversations.receive")
    log.addHandler(handler)
    rasa.down = True
    answer = await visitor.posts(text="有人卖我的假货")
    log.removeHandler(handler)

    [record] = [one for one in seen if "without the dialogue engine" in one.getMessage()]
    assert record.request == answer.headers["X-Request-Id"]
    assert record.turn in record.getMessage()
