"""What the bot would say waits for a nod where that is wanted, and never for ever."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from api.conversations import service as conversations
from api.conversations.models import Message
from api.referrals import service as referrals
from api.suggestions.approvals import Policy
from api.suggestions.models import HeldReply
from tests.api.problems import problem
from tests.api.staff import OPERATOR, are_employed, signs_in
from tests.api.visitor import Visitor
from tests.conftest import ONE_DATABASE
from tests.fakes import CITATION, GUARD, REFERRAL, FakeRasa

ADVICE = "建议先走商标行政投诉，依据商标法第五十七条。"
WAITS = "这个问题请工作人员核对后答复"


@pytest.fixture
async def desk(app: FastAPI, client: httpx.AsyncClient) -> AsyncIterator[FastAPI]:
    """An operator is there; what is said of being infringed, and what is unsure, waits for him."""
    await are_employed(app)
    signs_in(app, OPERATOR)
    response = await client.put("/api/desk/presence", json={"state": "online"})
    assert response.status_code == 200, response.text
    policy = Policy(frozenset({"infringed"}), 0.5, timedelta(minutes=5))
    app.state.approvals = replace(app.state.approvals, policy=policy)
    app.state.receiver = replace(app.state.receiver, approval=app.state.approvals)
    yield app
    app.dependency_overrides.clear()


@pytest.fixture
def advises(app: FastAPI, rasa: FakeRasa, visitor: Visitor) -> FakeRasa:
    """The bot gives advice with a referral, about what the test says, as sure as it says."""
    return tells(app, rasa, visitor, "infringed", 0.9)


def tells(
    app: FastAPI, rasa: FakeRasa, visitor: Visitor, situation: str, certainty: float | None
) -> FakeRasa:
    async def answer(message: dict[str, Any]) -> list[dict[str, Any]]:
        turn, at = message["metadata"]["turn"], app.state.clock.now()
        body = referrals.checked(REFERRAL, GUARD, "test", at=at)
        async with app.state.database.session() as session:
            await referrals.record(session, visitor.id, turn, body, at=at)
            await conversations.remember_facts(session, turn, {"situation": situation})
            await conversations.keep_memory(session, turn, {"situation": situation}, certainty)
        return [{"text": ADVICE}, {"custom": {"citations": [CITATION]}}]

    rasa.answer = answer
    return rasa


async def held_turn(app: FastAPI) -> str:
    async with app.state.database.reading() as session:
        [turn] = await session.scalars(select(HeldReply.turn_id))
        return str(turn)


async def decides(client: httpx.AsyncClient, app: FastAPI, **body: str) -> httpx.Response:
    return await client.post(f"/api/desk/approvals/{await held_turn(app)}", json=body)


async def test_the_visitor_hears_that_somebody_looks_and_not_what_is_held(
    desk: FastAPI, advises: FakeRasa, visitor: Visitor, client: httpx.AsyncClient
) -> None:
    turn = await visitor.says("有人卖我的假货")

    assert [message["role"] for message in turn["messages"]] == ["system"]
    assert WAITS in turn["messages"][0]["text"]
    assert ADVICE not in str(await visitor.sees(referrals=True))
    assert turn["referral"] is None and (await visitor.sees())["referral"] is None
    box = (await client.get("/api/desk/inbox")).json()
    assert [one["approval"] for one in box["items"]] == [True]
    shown = (await client.get(f"/api/desk/conversations/{visitor.id}")).json()["messages"]
    assert [(one["text"], one["state"]) for one in shown if one["state"]] == [(ADVICE, "held")]
    assert shown[-1]["turn_id"] == await held_turn(desk)


async def test_sent_it_is_the_bots_own_with_its_referral(
    desk: FastAPI, advises: FakeRasa, visitor: Visitor, client: httpx.AsyncClient
) -> None:
    await visitor.says("有人卖我的假货")

    assert (await decides(client, desk, decision="send")).status_code == 204

    seen = await visitor.sees()
    assert (seen["messages"][-1]["role"], seen["messages"][-1]["text"]) == ("bot", ADVICE)
    assert seen["messages"][-1]["citations"] and seen["referral"]["remedies"]
    box = (await client.get("/api/desk/inbox")).json()
    assert box["items"] == []


async def test_edited_it_is_the_operators(
    desk: FastAPI, advises: FakeRasa, visitor: Visitor, client: httpx.AsyncClient
) -> None:
    await visitor.says("有人卖我的假货")

    await decides(client, desk, decision="edit", text="先去市场监管局投诉，带上注册证。")

    last = (await visitor.sees())["messages"][-1]
    assert (last["role"], last["author"]) == ("operator", OPERATOR.display_name)
    assert last["text"] == "先去市场监管局投诉，带上注册证。" and last["citations"] == []


@ONE_DATABASE
@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("", 422, "text_empty"),
        ("长" * 2001, 422, "text_too_long"),
        ("依据商标法第九百条。", 422, "citation_wrong"),
    ],
)
async def test_an_edit_that_cannot_be_said_leaves_it_waiting(
    desk: FastAPI,
    advises: FakeRasa,
    visitor: Visitor,
    client: httpx.AsyncClient,
    text: str,
    status: int,
    code: str,
) -> None:
    await visitor.says("有人卖我的假货")

    problem(await decides(client, desk, decision="edit", text=text), status, code)

    assert (await decides(client, desk, decision="send")).status_code == 204


async def test_rejected_it_is_dropped_and_the_visitor_has_a_way_on(
    desk: FastAPI, advises: FakeRasa, visitor: Visitor, client: httpx.AsyncClient
) -> None:
    await visitor.says("有人卖我的假货")

    await decides(client, desk, decision="reject")

    last = (await visitor.sees())["messages"][-1]
    assert last["role"] == "system"
    assert [button["title"] for button in last["buttons"]] == ["登记工单", "转人工"]
    async with desk.state.database.reading() as session:
        kept = await session.scalar(select(func.count()).select_from(Message).where(Message.held))
    assert kept == 0


async def test_two_operators_decide_once(
    desk: FastAPI, advises: FakeRasa, visitor: Visitor, client: httpx.AsyncClient
) -> None:
    await visitor.says("有人卖我的假货")
    await decides(client, desk, decision="send")

    problem(await decides(client, desk, decision="reject"), 409, "already_decided")

    assert (await visitor.sees())["messages"][-1]["text"] == ADVICE


async def test_what_nobody_looks_at_in_time_ends_in_a_plain_word_and_the_offer_of_a_ticket(
    desk: FastAPI, advises: FakeRasa, visitor: Visitor, client: httpx.AsyncClient
) -> None:
    await visitor.says("有人卖我的假货")
    async with desk.state.database.session() as session:
        held = await session.get_one(HeldReply, await held_turn(desk))
        held.due_at -= timedelta(minutes=6)

    await desk.state.approvals.once()
    await desk.state.approvals.once()

    seen = await visitor.sees()
    assert [one["role"] for one in seen["messages"]][-2:] == ["system", "system"]
    assert "登记工单" in str(seen["messages"][-1]["buttons"])
    assert seen["referral"] is None
    problem(await decides(client, desk, decision="send"), 409, "already_decided")


@ONE_DATABASE
@pytest.mark.parametrize(
    ("situation", "certainty", "waits"),
    [
        ("squatted", 0.9, False),
        ("squatted", 0.3, True),
        ("infringed", 0.9, True),
        ("infringed", None, False),  # what gives no advice is never held
    ],
)
async def test_topics_and_certainty_decide_what_waits(
    desk: FastAPI,
    rasa: FakeRasa,
    visitor: Visitor,
    situation: str,
    certainty: float | None,
    waits: bool,
) -> None:
    tells(desk, rasa, visitor, situation, certainty)

    turn = await visitor.says("有人卖我的假货")

    assert (WAITS in turn["messages"][0]["text"]) is waits


async def test_with_nobody_on_duty_everything_is_sent_as_ever(
    desk: FastAPI, advises: FakeRasa, visitor: Visitor, client: httpx.AsyncClient
) -> None:
    await client.put("/api/desk/presence", json={"state": "away"})

    turn = await visitor.says("有人卖我的假货")

    assert [message["text"] for message in turn["messages"]] == [ADVICE]


async def test_deleted_with_the_conversation_nothing_waits_any_more(
    desk: FastAPI, advises: FakeRasa, visitor: Visitor, client: httpx.AsyncClient
) -> None:
    await visitor.says("有人卖我的假货")
    turn = await held_turn(desk)

    response = await client.delete(f"/api/conversations/{visitor.id}", headers=visitor.headers)

    assert response.status_code == 200, response.text
    gone = await client.post(f"/api/desk/approvals/{turn}", json={"decision": "send"})
    problem(gone, 404, "approval_unknown")
    await desk.state.approvals.once()
