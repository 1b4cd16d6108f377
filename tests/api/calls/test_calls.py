"""A caller is noted as a visitor is, found again by his number, and announced when he rings."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text

from api.calls.models import Call
from api.conversations.models import Conversation
from api.conversations.service import StoredMessage
from api.events.models import DeskEvent
from api.events.service import Event
from api.privacy import service as privacy
from api.settings import Settings
from api.tickets import service as tickets
from tests.api.problems import problem
from tests.api.staff import COLLEAGUE, OPERATOR, are_employed, signs_in
from tests.conftest import ONE_DATABASE

NUMBER, SPELLED = "13800001111", "+86 138-0000-1111"
TOKEN = "telephone"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"cti_token": type(settings.cti_token)(TOKEN)})


@pytest.fixture
async def desk(app: FastAPI) -> AsyncIterator[FastAPI]:
    await are_employed(app)
    signs_in(app, OPERATOR)
    yield app
    app.dependency_overrides.clear()


@pytest.fixture
def heard(desk: FastAPI) -> list[StoredMessage]:
    """What those who listen, such as the suggestions, hear of."""
    messages: list[StoredMessage] = []

    async def listen(stored: StoredMessage) -> None:
        messages.append(stored)

    object.__setattr__(desk.state.receiver, "listeners", (listen,))
    return messages


async def begins(client: httpx.AsyncClient, **more: Any) -> str:
    body = {"caller": SPELLED, "consent": True} | more
    response = await client.post("/api/desk/calls", json=body)
    assert response.status_code == 201, response.text
    return str(response.json()["id"])


async def notes(
    client: httpx.AsyncClient, call: str, said: str, message_id: str | None = None
) -> httpx.Response:
    body = {"text": said, "client_message_id": message_id or str(uuid4())}
    return await client.post(f"/api/desk/calls/{call}/heard", json=body)


async def conversation_of(desk: FastAPI, call: str) -> Conversation:
    async with desk.state.database.reading() as session:
        found: Conversation = await session.get_one(Conversation, call)
        return found


async def test_a_call_is_ones_own_from_the_start_and_knows_the_number(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    call = await begins(client)

    conversation = await conversation_of(desk, call)
    assert (conversation.channel, conversation.state) == ("phone", "operator")
    assert conversation.assignee_id == OPERATOR.id and conversation.consent_version
    assert conversation.facts == {"contact": NUMBER}
    shown = (await client.get(f"/api/desk/conversations/{call}")).json()["messages"]
    assert "bot" not in [one["role"] for one in shown]


async def test_without_the_callers_consent_nothing_is_kept(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    body = {"caller": NUMBER, "consent": False}

    refused = await client.post("/api/desk/calls", json=body)

    problem(refused, 422, "call_consent_required")
    async with desk.state.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Conversation)) == 0


async def test_what_the_caller_says_is_noted_once_and_suggested_for(
    desk: FastAPI, client: httpx.AsyncClient, heard: list[StoredMessage]
) -> None:
    call, message_id = await begins(client), str(uuid4())

    first = await notes(client, call, "有人卖我的假货", message_id)
    again = await notes(client, call, "有人卖我的假货", message_id)
    await asyncio.gather(*desk.state.receiver._listening)

    assert first.json() == again.json()
    assert [one.shown for one in heard] == ["有人卖我的假货"]
    shown = (await client.get(f"/api/desk/conversations/{call}")).json()["messages"]
    assert [one["text"] for one in shown if one["role"] == "visitor"] == ["有人卖我的假货"]


async def test_a_colleagues_call_is_not_written_into(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    call = await begins(client)
    signs_in(desk, COLLEAGUE)

    problem(await notes(client, call, "别人的电话"), 409, "not_yours")
    problem(await client.post(f"/api/desk/calls/{call}/end", json={}), 409, "not_yours")


async def test_ended_it_is_closed_and_may_be_ended_again(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    call = await begins(client)

    for _ in range(2):
        ended = await client.post(f"/api/desk/calls/{call}/end", json={})
        assert ended.status_code == 204, ended.text

    assert (await conversation_of(desk, call)).state == "closed"
    problem(await notes(client, call, "还有一句"), 409, "not_yours")


async def test_a_caller_is_found_again_by_his_number_however_it_is_spelled(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    call = await begins(client)
    response = await notes(client, call, "有人卖我的假货")
    async with desk.state.database.session() as session:
        await session.execute(
            text("UPDATE turns SET answer = NULL WHERE id = :id"),
            {"id": response.json()["turn_id"]},
        )
    async with desk.state.database.session() as session:
        ticket = await tickets.open(
            session,
            call,
            response.json()["turn_id"],
            {},
            "normal",
            "假货 · 赣州市",
            at=desk.state.clock.now(),
            contact=NUMBER,
        )
    await client.post(f"/api/desk/calls/{call}/end", json={})

    found = await client.get("/api/desk/calls", params={"caller": "138 0000 1111"})
    other = await client.get("/api/desk/calls", params={"caller": "13900001111"})

    assert [(one["id"], one["ended"]) for one in found.json()["calls"]] == [(call, True)]
    assert [one["number"] for one in found.json()["tickets"]] == [ticket.number]
    assert other.json() == {"calls": [], "tickets": []}


@ONE_DATABASE
@pytest.mark.parametrize(
    "wrong",
    [{"caller": "一二三"}, {"caller": "1" * 16}, {"consent": "yes"}, {"call_id": "a b; DROP"}],
)
async def test_a_call_that_cannot_be_is_refused(
    desk: FastAPI, client: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    refused = await client.post("/api/desk/calls", json={"consent": True} | wrong)

    problem(refused, 422, "invalid_request")


async def rings(client: httpx.AsyncClient, token: str = TOKEN, **more: Any) -> httpx.Response:
    body = {"call_id": "c-1", "caller": SPELLED, "extension": "8007", "state": "ringing"} | more
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return await client.post("/api/cti/calls", json=body, headers=headers)


async def test_a_call_that_rings_is_told_to_whoever_has_the_extension_and_stored_nowhere(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    told: list[Event] = []
    desk.state.hub.hear(told.append)

    response = await rings(client)

    assert response.json() == {"told": True}
    [event] = told
    assert (event.kind, event.staff_id) == ("call.ringing", OPERATOR.id)
    assert (event.data["caller"], event.data["call_id"]) == (NUMBER, "c-1")
    async with desk.state.database.reading() as session:
        stored = [
            await session.scalar(select(func.count()).select_from(table))
            for table in (DeskEvent, Call)
        ]
    assert stored == [0, 0]


async def test_an_extension_that_nobody_has_tells_nobody(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    assert (await rings(client, extension="9999")).json() == {"told": False}


@ONE_DATABASE
@pytest.mark.parametrize("token", ["", "wrong", "télephone"])
async def test_only_the_telephone_system_tells_of_calls(
    desk: FastAPI, client: httpx.AsyncClient, token: str
) -> None:
    if token.isascii():
        problem(await rings(client, token), 401, "telephone_refused")
    else:
        headers = {"Authorization": f"Bearer {token}".encode()}
        refused = await client.post("/api/cti/calls", json={}, headers=headers)
        problem(refused, 401, "telephone_refused")


async def test_without_a_token_set_the_door_is_shut(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    empty = desk.state.settings.model_copy(update={"cti_token": type(Settings().cti_token)("")})
    desk.state.settings = empty

    problem(await rings(client, ""), 401, "telephone_refused")


async def test_deleted_with_its_conversation_the_number_is_gone(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    call = await begins(client)
    async with desk.state.database.session() as session:
        await privacy.delete_case(session, call, "operator", at=desk.state.clock.now())

    found = await client.get("/api/desk/calls", params={"caller": NUMBER})
    assert found.json()["calls"] == []
