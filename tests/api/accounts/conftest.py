"""The service with a clock that can be moved, and people who work at its desk."""

import httpx
import pytest
from fastapi import FastAPI

from api.accounts.models import User
from api.accounts.roles import Role
from tests.api.desk import Colleague, MovableClock, browser, hired, make_cheap
from tests.conftest import TODAY


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database is enough here; what differs is tested on both in test_stored.py."""
    return sqlite_url


@pytest.fixture
def clock(app: FastAPI) -> MovableClock:
    """The clock of the service."""
    app.state.clock = MovableClock(TODAY)
    return app.state.clock


@pytest.fixture
async def operator(app: FastAPI, clock: MovableClock) -> User:
    """An operator with an account, who is not signed in."""
    make_cheap(app)
    return await hired(app, Role.OPERATOR, "王芳", display_name="王老师")


@pytest.fixture
async def admin(app: FastAPI, clock: MovableClock) -> Colleague:
    """An administrator who is signed in."""
    make_cheap(app)
    return await Colleague.comes(app, Role.ADMIN, "admin")


@pytest.fixture
def client(app: FastAPI) -> httpx.AsyncClient:
    """A browser that nobody has signed in with."""
    return browser(app)
