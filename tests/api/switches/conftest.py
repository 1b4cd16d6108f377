"""A desk that turns switches, and a visitor whom the bot's own rules answer, with the dialogue
engine there or away.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI

from actions import Services, all_actions
from api.accounts.access import Staff
from api.desk import duty
from api.dialogue.engine import Dialogue
from api.edge import webhook
from api.fallback.dialogue import FallbackDialogue
from api.fallback.understanding import Understanding
from knowledge.answers.responses import Responses
from tests.api.fallback.test_interleavings import (
    KNOWLEDGE,
    Engine,
    PlayedRasa,
    Spoken,
    understand,
)
from tests.api.staff import OPERATOR, SUPERVISOR, are_employed, signs_in


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database is enough; what hangs on it is tested on both in test_service.py."""
    return sqlite_url


@dataclass
class Desk:
    """Whoever is signed in at the desk."""

    app: FastAPI
    client: httpx.AsyncClient

    def is_(self, staff: Staff) -> None:
        signs_in(self.app, staff)

    async def asks(self, method: str, path: str = "", **more: Any) -> httpx.Response:
        return await self.client.request(method, f"/api/desk/switches{path}", **more)

    async def sets(self, topic: str, mode: str, **more: Any) -> dict[str, Any]:
        """A supervisor turns a switch."""
        self.is_(SUPERVISOR)
        made = await self.asks("POST", json={"topic": topic, "mode": mode, **more})
        assert made.status_code == 201, made.text
        switch: dict[str, Any] = made.json()
        return switch

    async def tells(self, text: str, first_day: str, last_day: str) -> dict[str, Any]:
        """A supervisor puts up a banner."""
        self.is_(SUPERVISOR)
        body = {"text": text, "first_day": first_day, "last_day": last_day}
        made = await self.asks("POST", "/banners", json=body)
        assert made.status_code == 201, made.text
        line: dict[str, Any] = made.json()
        return line

    async def sees(self) -> dict[str, Any]:
        self.is_(SUPERVISOR)
        shown: dict[str, Any] = (await self.asks("GET")).json()
        return shown

    async def is_staffed(self, state: str = "online") -> None:
        """An operator takes conversations, or not."""
        self.is_(OPERATOR)
        response = await self.client.put("/api/desk/presence", json={"state": state})
        assert response.status_code == 200, response.text


@pytest.fixture
async def desk(app: FastAPI, client: httpx.AsyncClient) -> AsyncIterator[Desk]:
    await are_employed(app)
    yield Desk(app, client)
    app.dependency_overrides.clear()


@pytest.fixture(params=[Engine.PRESENT, Engine.ABSENT], ids=["engine", "fallback"])
def played(request: pytest.FixtureRequest, app: FastAPI) -> PlayedRasa:
    """The bot's own rules over the reviewed content, once by the engine and once without it."""
    state = app.state
    on_duty = partial(duty.of, state.voice().hours, state.clock)
    services = Services(state.clock, state.database, KNOWLEDGE, understand, duty=on_duty)
    run = webhook.Runner(webhook.executor_of(all_actions(services)), Responses.load())
    rules = FallbackDialogue(cast(Understanding, understand), run)
    played = PlayedRasa(rules, request.param)
    state.receiver = replace(
        state.receiver,
        dialogue=Dialogue("http://rasa", 8, played),
        voice=lambda: Spoken(rules, KNOWLEDGE.guard),
    )
    return played
