"""A desk with two operators, and a visitor who waits for one."""

import pytest
from fastapi import FastAPI

from api.conversations import service as conversations
from tests.api.desk.operator import Operator, let_in_by_header
from tests.api.visitor import Visitor


@pytest.fixture
async def app(app: FastAPI) -> FastAPI:
    let_in_by_header(app)
    return app


@pytest.fixture
async def operator(client) -> Operator:  # type: ignore[no-untyped-def]
    return Operator(client, 1)


@pytest.fixture
async def colleague(client) -> Operator:  # type: ignore[no-untyped-def]
    return Operator(client, 2)


@pytest.fixture
async def supervisor(client) -> Operator:  # type: ignore[no-untyped-def]
    return Operator(client, 3)


async def waits(visitor: Visitor, app: FastAPI) -> Visitor:
    """Put the visitor in the queue, as the action does."""
    async with app.state.database.session() as session:
        at = app.state.clock.now()
        await conversations.hand_off(session, visitor.id, "转人工", at=at)
    return visitor


@pytest.fixture
async def waiting(visitor: Visitor, app: FastAPI) -> Visitor:
    await visitor.says("有人卖我的假货")
    return await waits(visitor, app)
