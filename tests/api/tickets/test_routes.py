from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.tickets import service as tickets
from tests.api.problems import problem
from tests.api.visitor import Visitor
from tests.conftest import ONE_DATABASE
from tests.fakes import FakeRasa


@pytest.fixture
async def turn(visitor: Visitor, rasa: FakeRasa, app: FastAPI) -> dict[str, Any]:
    """A turn in which an action opened a ticket."""

    async def open_ticket(message: dict[str, Any]) -> list[dict[str, Any]]:
        async with app.state.database.session() as session:
            await tickets.open(
                session,
                visitor.id,
                message["metadata"]["turn"],
                {"city": "赣州市", "contact": "13800001111"},
                "urgent",
                "张三在赣州卖假货",
                at=app.state.clock.now(),
                contact="13800001111",
            )
        return [{"text": "已登记。"}]

    rasa.answer = open_ticket
    return await visitor.says("请登记")


async def look_up(client: httpx.AsyncClient, number: str, code: str) -> httpx.Response:
    return await client.get(f"/api/tickets/{number}", params={"code": code})


async def test_the_turn_that_opened_a_ticket_shows_its_code_and_later_ones_do_not(
    visitor: Visitor, turn: dict[str, Any]
) -> None:
    ticket = turn["ticket"]
    assert ticket == {
        "number": "JX20261122-0001",
        "code": ticket["code"],
        "priority": "urgent",
        "created": True,
    }
    assert len(ticket["code"]) == 6

    again = await visitor.says("再补充一点")

    assert again["ticket"] == {
        "number": "JX20261122-0001",
        "code": None,
        "priority": "urgent",
        "created": False,
    }
    assert (await visitor.sees())["ticket"] == again["ticket"]


async def test_number_and_code_show_the_progress_and_nothing_about_anybody(
    client: httpx.AsyncClient, turn: dict[str, Any]
) -> None:
    response = await look_up(client, turn["ticket"]["number"], turn["ticket"]["code"])

    assert response.status_code == 200
    assert set(response.json()) == {
        "number",
        "status",
        "status_text",
        "priority",
        "opened_on",
        "next_deadline",
        "notes",
        "checklist",
    }
    assert "张三" not in response.text and "13800001111" not in response.text


async def test_a_wrong_code_and_an_unknown_number_get_the_same_answer(
    client: httpx.AsyncClient, turn: dict[str, Any]
) -> None:
    wrong = await look_up(client, turn["ticket"]["number"], "AAAAAA")
    unknown = await look_up(client, "JX20261122-9999", turn["ticket"]["code"])

    problem(wrong, 404, "ticket_not_found")
    assert wrong.json() == unknown.json()


@ONE_DATABASE
@pytest.mark.parametrize("number", ["%00", "x" * 500, "JX%FF"])
async def test_a_strange_number_is_no_ticket(client: httpx.AsyncClient, number: str) -> None:
    assert (await client.get(f"/api/tickets/{number}?code=AAAAAA")).status_code == 404


async def test_a_missing_code_is_named(client: httpx.AsyncClient) -> None:
    assert "code" in problem(
        await client.get("/api/tickets/JX20261122-0001"), 422, "invalid_request"
    )


async def test_guessing_is_stopped_even_for_the_right_code(
    app: FastAPI, client: httpx.AsyncClient, turn: dict[str, Any]
) -> None:
    number, code = turn["ticket"]["number"], turn["ticket"]["code"]
    for _ in range(5):
        problem(await look_up(client, number.lower(), "AAAAAA"), 404, "ticket_not_found")

    stopped = await look_up(client, number, code)

    problem(stopped, 429, "too_many_tries")
    assert 0 < int(stopped.headers["retry-after"]) <= 900
    transport = httpx.ASGITransport(app, client=("192.0.2.7", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://helpline") as elsewhere:
        assert (await look_up(elsewhere, number, code)).status_code == 200
