"""Two processes of the service on one PostgreSQL database, as far as one test can hold them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from api.app import create_app
from api.dialogue.engine import Dialogue
from api.settings import Settings
from tests.api.visitor import Visitor
from tests.fakes import FakeKnowledge, FakeRasa


class Engine(FakeRasa):
    """An engine of one copy: it answers once it is let, and tells what it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = self.when_let
        self.reached, self.let = asyncio.Event(), asyncio.Event()
        self.let.set()

    async def when_let(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        self.reached.set()
        await self.let.wait()
        return await self.echo(message)


class Copy:
    """One process: its application, its engine, and a way in."""

    def __init__(self, app: FastAPI, engine: Engine, client: httpx.AsyncClient) -> None:
        self.app, self.engine, self.client = app, engine, client

    def visitor(self, visitor: Visitor) -> Visitor:
        """The same visitor, whose messages come in here."""
        return Visitor(self.client, visitor.id, visitor.token, visitor.greeting)


@asynccontextmanager
async def two_copies(
    settings: Settings, first: Settings | None = None
) -> AsyncIterator[tuple[Copy, Copy]]:
    """Both serve until the block ends; `first` are other settings of the first one."""
    async with AsyncExitStack() as stack:
        copies = []
        for its in (first or settings, settings):
            engine = Engine()
            app = create_app(its, Dialogue("http://rasa", 8, engine), FakeKnowledge(), [])
            await stack.enter_async_context(app.router.lifespan_context(app))
            way_in = httpx.ASGITransport(app, client=("192.0.2.7", 50_000))
            client = httpx.AsyncClient(transport=way_in, base_url="http://helpline")
            copies.append(Copy(app, engine, await stack.enter_async_context(client)))
        yield copies[0], copies[1]
