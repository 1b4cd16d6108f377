from datetime import date, datetime
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select

from api.conversations.models import Conversation
from api.database import Database
from tests.api.problems import problem
from tests.api.visitor import Visitor
from tests.conftest import ONE_DATABASE


async def test_a_visitor_who_agrees_is_greeted(visitor: Visitor) -> None:
    UUID(visitor.id)
    [hello] = visitor.greeting

    assert hello["role"] == "bot"
    assert "内容会保存" in hello["text"] and "转人工" in hello["text"]
    assert " " not in hello["text"]
    assert 6 <= len(hello["buttons"]) <= 8
    assert all(set(button) == {"title", "payload"} for button in hello["buttons"])
    assert datetime.fromisoformat(hello["at"]).date() == date(2026, 11, 22)


async def test_without_consent_nothing_begins(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/conversations", json={"channel": "web", "consent": False})

    assert "同意隐私说明" in problem(response, 422, "consent_required")


async def test_the_token_is_not_stored(visitor: Visitor, database: Database) -> None:
    async with database.session() as session:
        stored = await session.scalar(select(Conversation))

    assert stored is not None and stored.id == visitor.id
    assert len(visitor.token) >= 32
    assert visitor.token not in str(vars(stored))


async def test_a_conversation_can_be_read_again(visitor: Visitor) -> None:
    await visitor.says("有人卖我的假货")

    seen = await visitor.sees()

    assert (seen["id"], seen["status"]) == (visitor.id, "bot")
    assert [message["role"] for message in seen["messages"]] == ["bot", "visitor", "bot"]
    assert seen["messages"][0] == visitor.greeting[0]
    assert (seen["facts"], seen["referral"], seen["ticket"], seen["handoff"]) == (
        {},
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    "conversation_id", ["00000000-0000-4000-8000-000000000000", "no-id", "%00", "１"]
)
async def test_an_unknown_conversation_is_not_found(visitor: Visitor, conversation_id: str) -> None:
    visitor.id = conversation_id

    problem(await visitor.posts(text="您好"), 404, "conversation_unknown")
    response = await visitor.client.get(
        f"/api/conversations/{conversation_id}", headers=visitor.headers
    )
    problem(response, 404, "conversation_unknown")


@pytest.mark.parametrize("token", ["wrong", "é", "wrong " * 100])
async def test_a_wrong_token_opens_nothing(visitor: Visitor, token: str) -> None:
    headers = [(b"Authorization", b"Bearer " + token.encode())]

    for response in (
        await visitor.client.get(f"/api/conversations/{visitor.id}", headers=headers),
        await visitor.client.post(
            f"/api/conversations/{visitor.id}/messages", headers=headers, json={"text": "您好"}
        ),
    ):
        problem(response, 401, "token_wrong")
        assert response.headers["www-authenticate"] == "Bearer"


@ONE_DATABASE
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic abc"}])
async def test_a_missing_token_is_told_apart_from_a_wrong_one(
    visitor: Visitor, headers: dict[str, str]
) -> None:
    response = await visitor.client.get(f"/api/conversations/{visitor.id}", headers=headers)

    problem(response, 401, "token_missing")


async def test_one_visitors_token_does_not_open_anothers_conversation(
    visitor: Visitor, client: httpx.AsyncClient
) -> None:
    other = await Visitor.arrives(client)
    other.token = visitor.token

    problem(await other.posts(text="您好"), 401, "token_wrong")
