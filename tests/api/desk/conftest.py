"""A desk with two operators, and a visitor who waits for one."""

import pytest
from fastapi import FastAPI

from api.accounts.roles import Role
from api.conversations import service as conversations
from tests.api.desk import MovableClock, make_cheap
from tests.api.desk.operator import Operator
from tests.api.visitor import Visitor
from tests.conftest import TODAY


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database is enough; what hangs on locks is tested on both in test_races.py."""
    return sqlite_url


@pytest.fixture
def clock(app: FastAPI) -> MovableClock:
    """The clock by which people at the desk are there or gone."""
    app.state.clock = MovableClock(TODAY)
    return app.state.clock


@pytest.fixture
async def operator(app: FastAPI) -> Operator:
    make_cheap(app)
    return await Operator.comes(app, "李")


@pytest.fixture
async def colleague(app: FastAPI) -> Operator:
    make_cheap(app)
    return await Operator.comes(app, "王")


@pytest.fixture
async def supervisor(app: FastAPI) -> Operator:
    make_cheap(app)
    return await Operator.comes(app, "周", Role.SUPERVISOR)


async def waits(visitor: Visitor, app: FastAPI, *, urgent: bool = False) -> Visitor:
    """Put the visitor in the queue, as the action does."""
    async with app.state.database.session() as session:
        at = app.state.clock.now()
        await conversations.hand_off(session, visitor.id, "转人工", at=at, urgent=urgent)
    return visitor


@pytest.fixture
async def waiting(visitor: Visitor, app: FastAPI) -> Visitor:
    await visitor.says("有人卖我的假货")
    return await waits(visitor, app)
