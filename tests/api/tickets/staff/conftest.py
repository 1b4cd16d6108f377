"""The desk: operators who are signed in, and a visitor's ticket before them.

What is the database's business is tested on both kinds elsewhere; here one is enough.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

import httpx
import pytest
from fastapi import FastAPI, Header
from sqlalchemy import text

from api.accounts.access import NotSignedIn, Staff, staff_of
from api.accounts.roles import Role
from api.tickets import service as tickets
from tests.api.visitor import Visitor
from tests.fakes import FakeRasa

PHONE = "13812345678"
LI = Staff(1, "li", "李敏", Role.OPERATOR)
WANG = Staff(2, "wang", "王强", Role.OPERATOR)
CHEN = Staff(3, "chen", "陈班长", Role.SUPERVISOR)
ADMIN = Staff(4, "admin", "管理员", Role.ADMIN)
STAFF = {str(one.id): one for one in (LI, WANG, CHEN, ADMIN)}

CHECKLIST = [{"what": "对方卖了货", "how": "买一件留小票"}, {"what": "商标归您", "how": "注册证"}]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@dataclass
class Operator:
    """Somebody at the desk."""

    client: httpx.AsyncClient
    staff: Staff
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.headers = {"X-Test-Staff": str(self.staff.id)}

    async def gets(self, path: str, **query: Any) -> Any:
        response = await self.asks("GET", path, params=query)
        assert response.status_code == 200, response.text
        return response.json()

    async def posts(self, path: str, **body: Any) -> Any:
        response = await self.asks("POST", path, json=body)
        assert response.status_code in (200, 201), response.text
        return response.json()

    async def changes(self, number: str, **fields: Any) -> Any:
        """The ticket after a change of the version that is there now."""
        version = (await self.gets(f"tickets/{number}"))["version"]
        response = await self.asks(
            "PATCH", f"tickets/{number}", json={"version": version, **fields}
        )
        assert response.status_code == 200, response.text
        return response.json()

    async def asks(self, method: str, path: str, **more: Any) -> httpx.Response:
        return await self.client.request(method, f"/api/desk/{path}", headers=self.headers, **more)


async def _staff_of_test(x_test_staff: Annotated[str | None, Header()] = None) -> Staff:
    if x_test_staff not in STAFF:
        raise NotSignedIn
    return STAFF[x_test_staff]


@pytest.fixture
async def desk(app: FastAPI, client: httpx.AsyncClient) -> AsyncIterator[FastAPI]:
    """The service, at whose desk the staff of the tests may sit; its users are in the database."""
    app.dependency_overrides[staff_of] = _staff_of_test
    async with app.state.database.session() as session:
        await session.execute(text(_USERS))
        for one in STAFF.values():
            row = {"id": one.id, "name": one.name, "display_name": one.display_name}
            await session.execute(text(_USER), {**row, "role": one.role.value})
    yield app
    app.dependency_overrides.clear()


_USERS = """CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT, display_name TEXT,
role TEXT, active BOOLEAN, password_hash TEXT, must_change_password BOOLEAN, created_at TEXT)"""
_USER = """INSERT INTO users
(id, name, display_name, role, active, password_hash, must_change_password, created_at)
VALUES (:id, :name, :display_name, :role, true, '', false, '2026-11-01 00:00:00')"""


@pytest.fixture
def li(desk: FastAPI, client: httpx.AsyncClient) -> Operator:
    return Operator(client, LI)


@pytest.fixture
def wang(desk: FastAPI, client: httpx.AsyncClient) -> Operator:
    return Operator(client, WANG)


@pytest.fixture
def chen(desk: FastAPI, client: httpx.AsyncClient) -> Operator:
    return Operator(client, CHEN)


Opens = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def opens(rasa: FakeRasa, app: FastAPI) -> Opens:
    """A visitor's turn opens a ticket, or adds to the one that is open: the ticket of the turn."""

    async def opens_one(visitor: Visitor, said: str = "请登记", **more: Any) -> dict[str, Any]:
        facts = {"city": "赣州市", "right": "trademark", "situation": "infringed", "contact": PHONE}
        given = {"contact": PHONE, "checklist": CHECKLIST, "summary": "有人卖假茶油"} | more
        remedy = given.pop("remedy", "admin_complaint_trademark")
        facts |= given.pop("facts", {})
        priority, summary = given.pop("priority", "normal"), given.pop("summary")

        async def action(message: dict[str, Any]) -> list[dict[str, Any]]:
            at = app.state.clock.now()
            assessment = app.state.office.assess(facts, remedy, priority, at)
            async with app.state.database.session() as session:
                await tickets.open(
                    session,
                    visitor.id,
                    message["metadata"]["turn"],
                    facts,
                    priority,
                    summary,
                    at=at,
                    assessment=assessment,
                    **given,
                )
            return [{"text": "已登记。"}]

        rasa.answer = action
        turn = await visitor.says(said)
        rasa.answer = rasa.echo
        told: dict[str, Any] = turn["ticket"]
        return told

    return opens_one


@pytest.fixture
async def ticket(visitor: Visitor, opens: Opens) -> dict[str, Any]:
    """The ticket that a visitor's turn opened, with its code."""
    return await opens(visitor)


@pytest.fixture
def number(ticket: dict[str, Any]) -> str:
    told: str = ticket["number"]
    return told
