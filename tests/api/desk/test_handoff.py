"""A conversation goes to a person and comes back; the bot says nothing while a person has it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.conversations.models import Handoff
from api.conversations.service import StoredMessage
from tests.api.desk.operator import Operator
from tests.api.problems import problem
from tests.api.visitor import Visitor
from tests.fakes import FakeRasa


async def test_who_is_claimed_sees_who_answers_and_hears_no_bot(
    waiting: Visitor, operator: Operator, rasa: FakeRasa
) -> None:
    heard_before = len(rasa.heard)
    claimed = await operator.does(waiting.id, "claim")
    turn = await waiting.says("您好，在吗")

    assert (turn["messages"], turn["handoff"]["state"]) == ([], "operator")
    assert turn["handoff"]["operator"] == operator.name
    assert len(rasa.heard) == heard_before
    assert (claimed["status"], claimed["assignee"]["name"]) == ("operator", operator.name)
    assert (await waiting.heard())[-2:] == [
        ("system", claimed["messages"][-1]["text"]),
        ("visitor", "您好，在吗"),
    ]
    assert operator.name in claimed["messages"][-1]["text"]


async def test_what_is_written_while_waiting_goes_to_the_operator_and_not_into_the_bot(
    waiting: Visitor, operator: Operator, rasa: FakeRasa
) -> None:
    heard_before = len(rasa.heard)
    turn = await waiting.says("他在赣州开店")

    assert (turn["messages"], turn["handoff"]["position"]) == ([], 1)
    assert len(rasa.heard) == heard_before
    seen = await operator.sees(waiting.id)
    assert seen["messages"][-1]["text"] == "他在赣州开店"


async def test_an_operator_answers_and_the_visitor_reads_who_it_was(
    waiting: Visitor, operator: Operator, app: FastAPI
) -> None:
    await operator.does(waiting.id, "claim")
    await operator.says(waiting.id, "您好，请问商标注册了吗？")

    said = (await waiting.sees())["messages"][-1]
    assert (said["role"], said["text"]) == ("operator", "您好，请问商标注册了吗？")
    assert said["author"] == operator.name
    async with app.state.database.reading() as session:
        [handoff] = await session.scalars(select(Handoff))
    assert handoff.claimed_by == operator.id and handoff.first_reply_at is not None


async def test_handed_back_the_bot_answers_again(
    waiting: Visitor, operator: Operator, rasa: FakeRasa
) -> None:
    await operator.does(waiting.id, "claim")
    back = await operator.does(waiting.id, "hand-back", note="已说清")
    turn = await waiting.says("那注册要多久")

    assert "交回自动应答" in back["messages"][-1]["text"]
    assert turn["messages"][0]["text"] == "听到了：那注册要多久" and turn["handoff"] is None


async def test_after_closing_the_next_word_goes_to_the_bot(
    waiting: Visitor, operator: Operator
) -> None:
    await operator.does(waiting.id, "claim")
    closed = await operator.does(waiting.id, "close")
    assert (closed["status"], (await waiting.sees())["status"]) == ("closed", "closed")
    assert "已结束人工服务" in closed["messages"][-1]["text"]

    turn = await waiting.says("还有一件事")

    assert turn["messages"][0]["text"] == "听到了：还有一件事"
    assert (await waiting.sees())["status"] == "bot"


async def test_only_whoever_has_it_may_speak(
    waiting: Visitor, operator: Operator, colleague: Operator
) -> None:
    await operator.does(waiting.id, "claim")
    body = {"text": "我也来说", "client_message_id": str(uuid4())}

    problem(await colleague.tries(waiting.id, "messages", **body), 409, "not_yours")
    taken = problem(await colleague.tries(waiting.id, "claim"), 409, "claimed_by_other")
    assert operator.name in taken


@pytest.mark.parametrize("how", ["a call", "a word"])
async def test_who_waits_no_longer_is_answered_by_the_bot_again(
    waiting: Visitor, operator: Operator, how: str, app: FastAPI
) -> None:
    if how == "a call":
        response = await waiting.client.delete(
            f"/api/conversations/{waiting.id}/handoff", headers=waiting.headers
        )
        assert (response.status_code, response.json()["status"]) == (200, "bot")
    else:
        turn = await waiting.says("不等了")
        assert turn["messages"][0]["role"] == "system" and turn["handoff"] is None

    assert (await waiting.says("那注册要多久"))["messages"][0]["role"] == "bot"
    assert await operator.finds() == []
    async with app.state.database.reading() as session:
        [handoff] = await session.scalars(select(Handoff))
    assert handoff.ending == "cancelled"


async def test_a_call_to_wait_no_longer_does_nothing_once_somebody_has_it(
    waiting: Visitor, operator: Operator
) -> None:
    await operator.does(waiting.id, "claim")

    response = await waiting.client.delete(
        f"/api/conversations/{waiting.id}/handoff", headers=waiting.headers
    )

    assert response.json()["status"] == "operator"


async def test_given_to_a_colleague_the_visitor_is_told_and_the_reason_is_noted(
    waiting: Visitor, operator: Operator, colleague: Operator
) -> None:
    await colleague.is_there()
    await operator.does(waiting.id, "claim")
    given = await operator.does(waiting.id, "transfer", to_user=colleague.id, reason="他懂专利")

    assert given["assignee"]["id"] == colleague.id
    assert colleague.name in given["messages"][-1]["text"]
    assert "他懂专利" not in str(await waiting.sees())
    assert (await colleague.sees(waiting.id))["notes"][0]["text"].endswith("他懂专利")
    await colleague.says(waiting.id, "您好")
    body = {"text": "还有", "client_message_id": str(uuid4())}
    problem(await operator.tries(waiting.id, "messages", **body), 409, "not_yours")


@pytest.mark.parametrize("state", ["away", None])
async def test_nothing_is_given_to_a_colleague_who_is_not_there(
    waiting: Visitor, operator: Operator, colleague: Operator, state: str | None
) -> None:
    if state:
        await colleague.is_there(state)
    await operator.does(waiting.id, "claim")

    given = await operator.tries(waiting.id, "transfer", to_user=colleague.id, reason="忙")

    problem(given, 409, "colleague_away")


async def test_sent_to_another_body_the_visitor_reads_which_and_why_and_it_ends(
    waiting: Visitor, operator: Operator, app: FastAPI
) -> None:
    await operator.does(waiting.id, "claim")
    to = {"kind": "market_regulation", "city": "赣州市", "county": "章贡区"}
    given = await operator.does(waiting.id, "transfer", to_body=to, reason="要现场查处")

    told = (await waiting.sees())["messages"][-1]
    assert given["status"] == "closed" and told["role"] == "system"
    for words in ("章贡区市场监督管理局", "要现场查处", "案情重大时找市局"):
        assert words in told["text"]
    async with app.state.database.reading() as session:
        [handoff] = await session.scalars(select(Handoff))
    assert (handoff.ending, handoff.note) == ("transferred", "章贡区市场监督管理局：要现场查处")


async def test_a_transfer_names_one_receiver_and_one_that_exists(
    waiting: Visitor, operator: Operator
) -> None:
    await operator.does(waiting.id, "claim")
    both = {"to_user": 1, "to_body": {"kind": "market_regulation"}, "reason": "都要"}
    unknown = {"to_body": {"kind": "bakery"}, "reason": "面包"}

    problem(await operator.tries(waiting.id, "transfer", **both), 422, "invalid_request")
    problem(await operator.tries(waiting.id, "transfer", reason="无"), 422, "invalid_request")
    problem(await operator.tries(waiting.id, "transfer", **unknown), 422, "body_unknown")


async def test_a_supervisor_may_move_what_others_have_and_an_operator_may_not(
    waiting: Visitor, operator: Operator, colleague: Operator, supervisor: Operator
) -> None:
    await operator.does(waiting.id, "claim")

    problem(await colleague.tries(waiting.id, "hand-back"), 409, "not_yours")
    problem(await colleague.tries(waiting.id, "close"), 409, "not_yours")
    back = await supervisor.does(waiting.id, "hand-back")
    assert back["status"] == "bot"


async def test_a_supervisor_gives_out_what_waits(
    waiting: Visitor, colleague: Operator, supervisor: Operator
) -> None:
    await colleague.is_there()
    given = await supervisor.does(waiting.id, "transfer", to_user=colleague.id, reason="轮到您")

    assert (given["status"], given["assignee"]["id"]) == ("operator", colleague.id)


async def test_a_move_that_the_state_does_not_allow_is_refused(
    waiting: Visitor, operator: Operator
) -> None:
    await operator.does(waiting.id, "claim")
    await operator.does(waiting.id, "close")

    for move in ("claim", "close", "hand-back"):
        told = await operator.tries(waiting.id, move)
        assert (told.status_code, told.json()["code"]) in (
            (409, "move_not_allowed"),
            (409, "not_yours"),
        )


async def test_a_visitor_who_wrote_to_a_busy_bot_still_reaches_his_operator(
    waiting: Visitor, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    await operator.does(waiting.id, "claim")
    monkeypatch.setattr("api.dialogue.queue.MOST_WAITING", 0)

    assert (await waiting.says("还在吗"))["handoff"]["state"] == "operator"


async def test_listeners_hear_what_people_answer_and_their_failure_harms_nobody(
    waiting: Visitor, app: FastAPI
) -> None:
    heard: asyncio.Queue[StoredMessage] = asyncio.Queue()

    async def fails(stored: StoredMessage) -> None:
        raise RuntimeError

    app.state.receiver = replace(app.state.receiver, listeners=[fails, heard.put])
    await waiting.says("他在赣州开店")

    stored = await asyncio.wait_for(heard.get(), 30)
    assert (stored.shown, stored.held) == ("他在赣州开店", True)
    assert stored.message_id == (await waiting.sees())["messages"][-1]["id"]


async def test_the_wait_is_told_once_enough_others_waited(waiting: Visitor, app: FastAPI) -> None:
    assert (await waiting.sees())["handoff"]["wait_minutes"] is None
    now = app.state.clock.now()
    async with app.state.database.session() as session:
        for minutes in (1, 2, 4, 6, 90):
            asked = now - timedelta(hours=3)
            claimed = asked + timedelta(minutes=minutes)
            session.add(Handoff(conversation_id=waiting.id, asked_at=asked, claimed_at=claimed))
        session.add(Handoff(conversation_id=waiting.id, asked_at=now, claimed_at=now))

    assert (await waiting.sees())["handoff"]["wait_minutes"] == 4
