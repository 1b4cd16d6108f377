"""Operators who are signed in at the desk, and a visitor's ticket before them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.accounts.access import Staff, staff_from
from api.accounts.roles import Role
from api.tickets import service as tickets
from tests.api.desk import Colleague, make_cheap
from tests.api.visitor import Visitor
from tests.fakes import FakeRasa

PHONE = "13812345678"

CHECKLIST = [{"what": "对方卖了货", "how": "买一件留小票"}, {"what": "商标归您", "how": "注册证"}]


@dataclass
class Operator:
    """Somebody at the desk."""

    client: httpx.AsyncClient
    staff: Staff

    @classmethod
    async def comes(cls, app: FastAPI, role: Role, name: str) -> "Operator":
        colleague = await Colleague.comes(app, role, name, display_name=name)
        return cls(colleague.client, staff_from(colleague.user, "password"))

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
        return await self.client.request(method, f"/api/desk/{path}", **more)


@pytest.fixture
async def li(app: FastAPI) -> Operator:
    make_cheap(app)
    return await Operator.comes(app, Role.OPERATOR, "李敏")


@pytest.fixture
async def wang(app: FastAPI, li: Operator) -> Operator:
    return await Operator.comes(app, Role.OPERATOR, "王强")


@pytest.fixture
async def chen(app: FastAPI, li: Operator) -> Operator:
    return await Operator.comes(app, Role.SUPERVISOR, "陈班长")


@pytest.fixture
async def admin(app: FastAPI, li: Operator) -> Operator:
    return await Operator.comes(app, Role.ADMIN, "管理员")


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
            assessment = app.state.voice().office.assess(facts, remedy, priority, at)
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
