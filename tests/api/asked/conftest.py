"""A helpline at which some questions went badly, and a meaning of words that is easy to follow."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import numpy as np
import pytest
from fastapi import FastAPI

from api.asked.gathering import Gathering
from api.conversations.models import Conversation, Message, Turn
from api.suggestions.schemas import Candidate, Composed
from knowledge.search.encoder.embedding import Floats
from tests.api.speaking import speaks_with
from tests.api.staff import OPERATOR, are_employed, signs_in

TOPICS = ("直播", "快递", "异议")


@dataclass
class PlayedMeaning:
    """Sentences mean the topic that they name, and a little of what else they say."""

    space: str | None = "played"
    asked: list[str] = field(default_factory=list)

    def meaning(self, question: str) -> Floats:
        self.asked.append(question)
        vector = np.zeros(16, np.float32)
        topic = next((n for n, word in enumerate(TOPICS) if word in question), len(TOPICS))
        vector[topic] = 1
        vector[8 + len(question) % 8] = 0.1
        made: Floats = vector / np.linalg.norm(vector)
        return made

    def compared(self, meanings: Floats) -> Floats:
        return meanings

    def nearest_answers(self, meaning: Floats, limit: int) -> list[tuple[str, float]]:
        return [("tm-opposition", round(float(meaning[2]), 3))][:limit]


@dataclass
class House:
    """Visitors who asked, and what the desk sees of it."""

    app: FastAPI
    client: httpx.AsyncClient
    gathering: Gathering
    meaning: PlayedMeaning

    async def asks(
        self,
        *said: tuple[str, str | None],
        weeks_ago: int = 0,
        conversation: str | None = None,
    ) -> str:
        """A visitor says these, each with what it led to; returns his conversation's id."""
        at = self.app.state.clock.now() - timedelta(weeks=weeks_ago, hours=3)
        id_ = conversation or str(uuid4())
        async with self.app.state.database.session() as session:
            session.add(_conversation(id_, at))
            await session.flush()
            for number, (words, outcome) in enumerate(said):
                turn, moment = str(uuid4()), at + timedelta(minutes=number)
                session.add(
                    Turn(
                        id=turn,
                        conversation_id=id_,
                        received_at=moment,
                        answered_at=moment,
                        outcome=outcome,
                        attempt=1,
                    )
                )
                await session.flush()
                session.add(_message(id_, turn, number, words, moment))
        return id_

    async def gathers(self) -> None:
        """The groups are made anew, some time later."""
        self.app.state.clock.moves(minutes=1)
        assert await self.gathering.gather()

    async def groups(self, **query: Any) -> Any:
        return await self.sees("/groups", **query)

    async def sees(self, path: str, **query: Any) -> Any:
        response = await self.client.get(f"/api/desk/asked{path}", params=query)
        assert response.status_code == 200, response.text
        return response.json()

    async def does(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"/api/desk/asked{path}", json=body)

    async def sentences(self, **query: Any) -> list[str]:
        return [one["sentence"] for one in (await self.groups(**query))["items"]]


class MovingClock:
    """The application's clock, which a test moves on."""

    def __init__(self, clock: Any) -> None:
        self._clock, self._by = clock, timedelta()

    def moves(self, **by: float) -> None:
        self._by += timedelta(**by)

    def now(self) -> datetime:
        now: datetime = self._clock.now() + self._by
        return now

    def today(self) -> Any:
        return self.now().date()


def _conversation(id_: str, at: datetime) -> Conversation:
    return Conversation(
        id=id_,
        token_sha256=id_.replace("-", ""),
        channel="web",
        state="bot",
        facts={},
        last_position=9,
        opened_at=at,
        last_at=at,
    )


def _message(conversation: str, turn: str, number: int, words: str, at: datetime) -> Message:
    return Message(
        id=str(uuid4()),
        conversation_id=conversation,
        turn_id=turn,
        position=number,
        role="visitor",
        text=words,
        buttons=[],
        citations=[],
        said_at=at,
    )


Says = Callable[..., Awaitable[Composed]]


async def composed(*_: Any) -> Composed:
    """What the bot makes of everything here."""
    said = Candidate("reply", (), 0.4, "问情况", "rule:nothing")
    seen = {"situation": "infringed", "right": "trademark", "venue": "ecommerce"}
    return Composed((said,), seen, {}, None, "infringed", 0.4, None)


@pytest.fixture
async def house(app: FastAPI, client: httpx.AsyncClient) -> House:
    app.state.clock = MovingClock(app.state.clock)
    speaks_with(app, composer=composed)
    meaning = PlayedMeaning()
    gathering = Gathering(app.state.database, app.state.clock, lambda: meaning)
    app.state.gathering = gathering
    await are_employed(app)
    signs_in(app, OPERATOR)
    return House(app, client, gathering, meaning)
