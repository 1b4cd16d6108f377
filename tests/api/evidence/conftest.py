"""A visitor who has a ticket."""

from typing import Any

import pytest
from fastapi import FastAPI

from api.tickets import service as tickets
from tests.api.visitor import Visitor
from tests.fakes import FakeRasa


@pytest.fixture
async def ticket(visitor: Visitor, rasa: FakeRasa, app: FastAPI) -> dict[str, Any]:
    """The ticket, with its code, that a turn opened."""

    async def open_ticket(message: dict[str, Any]) -> list[dict[str, Any]]:
        turn, at = message["metadata"]["turn"], app.state.clock.now()
        async with app.state.database.session() as session:
            await tickets.open(session, visitor.id, turn, {}, "normal", "", at=at)
        return [{"text": "已登记。"}]

    rasa.answer = open_ticket
    turn = await visitor.says("登记工单")
    rasa.answer = rasa.echo
    told: dict[str, Any] = turn["ticket"]
    return told
