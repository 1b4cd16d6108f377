"""Several act at once, and the server may be killed: nothing is lost and nothing said twice."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update

from api.app import create_app
from api.conversations import service as conversations
from api.conversations.models import Conversation, Handoff, Message, Turn
from api.desk.models import ConversationNote
from api.dialogue.engine import Dialogue
from api.settings import Settings
from tests.api.conversations.test_receive import CitationGuard as HeldBack
from tests.api.desk import Colleague, browser
from tests.api.desk.operator import Operator
from tests.api.visitor import Visitor
from tests.fakes import FakeKnowledge, FakeRasa


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Who wins a race is decided by locks, which each database has of its own."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


async def test_the_same_message_sent_twice_is_said_once(
    waiting: Visitor, operator: Operator
) -> None:
    await operator.does(waiting.id, "claim")
    message_id = str(uuid4())
    first = await operator.says(waiting.id, "马上看", message_id)
    again = await operator.says(waiting.id, "马上看", message_id)

    assert first == again
    assert [text for role, text in await waiting.heard() if role == "operator"] == ["马上看"]


async def test_a_turn_under_way_when_somebody_claims_leaves_its_facts_and_no_word(
    visitor: Visitor, operator: Operator, rasa: FakeRasa, app: FastAPI
) -> None:
    reached, opened = asyncio.Event(), asyncio.Event()

    async def slow(message: dict[str, Any]) -> list[dict[str, Any]]:
        async with app.state.database.session() as session:
            turn = message["metadata"]["turn"]
            await conversations.remember_facts(session, turn, {"city": "赣州市"})
            await conversations.keep_memory(session, turn, {"city": "赣州市", "asked": ["right"]})
        reached.set()
        await opened.wait()
        drafts = {"drafts": [{"key": "complaint", "title": "投诉书"}]}
        return [{"text": "先找市监局。"}, {"custom": drafts}]

    rasa.answer = slow
    answering = asyncio.create_task(visitor.says("赣州有人卖假货"))
    await reached.wait()
    await operator.does(visitor.id, "claim")
    opened.set()
    turn = await answering

    assert (turn["messages"], turn["handoff"]["state"]) == ([], "operator")
    assert turn["facts"] == {"city": "赣州市"}
    assert [role for role, _ in await visitor.heard()] == ["visitor", "system"]
    async with app.state.database.reading() as session:
        conversation = await session.get_one(Conversation, visitor.id)
    assert conversation.memory == {"city": "赣州市", "asked": ["right"]}


async def test_a_turn_under_way_says_nothing_either_when_it_was_handed_back_meanwhile(
    visitor: Visitor, operator: Operator, rasa: FakeRasa
) -> None:
    guard = HeldBack(rasa)
    answering = asyncio.create_task(visitor.says("有人卖假货"))
    await guard.reached.wait()
    await operator.does(visitor.id, "claim")
    await operator.does(visitor.id, "hand-back")
    guard.opened.set()

    assert (await answering)["messages"] == []
    rasa.answer = rasa.echo
    assert (await visitor.says("那怎么办"))["messages"]


async def test_the_same_message_again_is_the_same_turn_whoever_answers_by_now(
    waiting: Visitor, operator: Operator, rasa: FakeRasa, app: FastAPI
) -> None:
    message_id, cut_off = str(uuid4()), str(uuid4())
    first = await waiting.says("快点", client_message_id=message_id)
    await operator.does(waiting.id, "claim")

    assert await waiting.says("快点", client_message_id=message_id) == first
    # One whose turn was cut off before its answer is not taken to the bot any more.
    await waiting.says("在吗", client_message_id=cut_off)
    async with app.state.database.session() as session:
        await session.execute(update(Turn).values(answer=None))
    heard_before = len(rasa.heard)
    again = await waiting.says("在吗", client_message_id=cut_off)
    assert (again["messages"], len(rasa.heard)) == ([], heard_before)


async def test_of_many_who_claim_at_once_exactly_one_has_it(
    waiting: Visitor, operator: Operator, colleague: Operator, app: FastAPI, settings: Settings
) -> None:
    another = create_app(settings, Dialogue("http://rasa", 8, FakeRasa()), FakeKnowledge(), [])
    async with another.router.lifespan_context(another):
        elsewhere = [
            Operator(Colleague(one.who.user, one.who.token, browser(another, one.who.token)))
            for one in (operator, colleague)
        ]
        tries = [one.tries(waiting.id, "claim") for one in (operator, colleague, *elsewhere) * 3]
        answers = await asyncio.gather(*tries)

    winners = {answer.json()["assignee"]["id"] for answer in answers if answer.status_code == 200}
    assert len(winners) == 1
    assert {answer.status_code for answer in answers} == {200, 409}
    told = [text for role, text in await waiting.heard() if role == "system"]
    assert len(told) == 1  # the visitor reads of one person, once


async def test_killed_between_claim_and_reply_it_is_still_his_and_said_once(
    waiting: Visitor, operator: Operator, settings: Settings
) -> None:
    await operator.does(waiting.id, "claim")
    message_id = str(uuid4())
    first = await operator.says(waiting.id, "我来看看", message_id)

    restarted = create_app(settings, Dialogue("http://rasa", 8, FakeRasa()), FakeKnowledge(), [])
    async with restarted.router.lifespan_context(restarted):
        again = Operator(
            Colleague(operator.who.user, operator.who.token, browser(restarted, operator.who.token))
        )
        seen = await again.sees(waiting.id)
        repeated = await again.says(waiting.id, "我来看看", message_id)
        await again.says(waiting.id, "请问在哪个市？")

    assert (seen["status"], seen["assignee"]["id"]) == ("operator", operator.id)
    assert repeated == first
    assert [text for role, text in await waiting.heard() if role == "operator"] == [
        "我来看看",
        "请问在哪个市？",
    ]


async def test_deleted_while_an_operator_has_it_nothing_is_left_and_nothing_is_said(
    waiting: Visitor, operator: Operator, app: FastAPI
) -> None:
    await operator.does(waiting.id, "claim")
    await operator.does(waiting.id, "notes", text="像是老客户")
    response = await waiting.client.delete(
        f"/api/conversations/{waiting.id}", headers=waiting.headers
    )
    assert response.status_code == 200, response.text

    body = {"text": "还在吗", "client_message_id": str(uuid4())}
    assert (await operator.tries(waiting.id, "messages", **body)).status_code in (404, 410)
    assert (await operator.asks("GET", f"/conversations/{waiting.id}")).status_code in (404, 410)
    assert await operator.finds("mine") == []
    async with app.state.database.reading() as session:
        for table in (Handoff, ConversationNote, Message):
            assert await session.scalar(select(func.count()).select_from(table)) == 0
