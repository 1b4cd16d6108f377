"""An operator at the desk: the real rules behind the suggestions, a played understanding."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from actions import Services, all_actions
from actions.suggesting.compose import TurnComposer
from actions.suggesting.rehearsal import Rehearsals
from api.accounts.access import Staff
from api.conversations.models import Conversation
from api.edge import webhook
from api.fallback.dialogue import FallbackDialogue
from api.fallback.understanding import Understanding
from api.suggestions.suggester import Suggester
from knowledge.answers.responses import Responses
from knowledge.search.cards import Found
from tests.api.speaking import speaks_with
from tests.api.staff import OPERATOR, are_employed, signs_in
from tests.api.visitor import Visitor
from tests.content import knowledge_base

INTENTS = {
    "有人在卖仿我们牌子的货": "infringed",
    "在赣州章贡区": "inform",
    "牌子注册过": "inform",
    "我想追究他的刑事责任": "ask_whether",
    "帮我登记工单": "open_ticket",
    "13800001111": "provide_contact",
    "转人工": "human_handoff",
    "撤单": "ticket_withdraw",
}


@dataclass
class PlayedSearch:
    """Finds the written answers that a test names."""

    found: list[Found] = field(default_factory=list)

    def answers(self, query: str, limit: int = 5, matter: str = "") -> list[Found]:
        return self.found

    def search(self, query: str, on: object, limit: int) -> list[Any]:
        return []


async def understand(text: str) -> dict[str, Any]:
    intent = {"name": INTENTS.get(text, "nlu_fallback"), "confidence": 0.9}
    return {"text": text, "intent": intent, "intent_ranking": [intent], "entities": []}


@pytest.fixture
def search() -> PlayedSearch:
    return PlayedSearch()


@pytest.fixture
async def suggester(app: FastAPI, search: PlayedSearch) -> Suggester:
    """The application's own, with the bot's actions over the reviewed content."""
    knowledge, responses = knowledge_base(cast(Any, search)), Responses.load()
    state = app.state
    rehearsals = Rehearsals(state.database)
    services = Services(state.clock, state.database, knowledge, understand, turns=rehearsals)
    run = webhook.Runner(webhook.executor_of(all_actions(services)), responses)
    rules = FallbackDialogue(cast(Understanding, understand), run)
    composer = TurnComposer(services, rehearsals, rules, run.replies)
    speaks_with(app, knowledge=knowledge, composer=composer)
    suggester: Suggester = state.suggester
    return suggester


@dataclass
class Desk:
    """An operator at the console of a conversation that he has claimed."""

    app: FastAPI
    client: httpx.AsyncClient
    visitor: Visitor

    def signs_in(self, staff: Staff) -> None:
        signs_in(self.app, staff)

    async def claims(self) -> None:
        path = f"/api/desk/conversations/{self.visitor.id}/claim"
        response = await self.client.post(path, json={})
        assert response.status_code == 200, response.text

    async def hears(self, text: str) -> None:
        """The visitor says something to the operator, who has claimed the conversation."""
        await self.claims()
        await self.visitor.says(text)
        await asyncio.gather(*self.app.state.receiver._listening)

    async def sends(self, suggestion: dict[str, Any], text: str | None = None) -> None:
        """A suggestion is sent as it is, or as this text."""
        body = {
            "text": text or suggestion["text"],
            "client_message_id": str(uuid4()),
            "suggestion_id": suggestion["id"],
            "citations": suggestion["citations"],
        }
        path = f"/api/desk/conversations/{self.visitor.id}/messages"
        response = await self.client.post(path, json=body)
        assert response.status_code == 200, response.text

    async def sees(self, **query: Any) -> Any:
        """The suggestions for the newest message."""
        response = await self.client.get(
            f"/api/desk/conversations/{self.visitor.id}/suggestions", params=query
        )
        assert response.status_code == 200, response.text
        return response.json()

    async def conversation(self) -> Conversation:
        async with self.app.state.database.reading() as session:
            found: Conversation = await session.get_one(Conversation, self.visitor.id)
            return found


@pytest.fixture
async def desk(
    app: FastAPI, client: httpx.AsyncClient, visitor: Visitor, suggester: Suggester
) -> AsyncIterator[Desk]:
    desk = Desk(app, client, visitor)
    await are_employed(app)
    desk.signs_in(OPERATOR)
    yield desk
    app.dependency_overrides.clear()
