"""A conversation goes to a person and comes back; the bot says nothing while a person has it."""

from uuid import uuid4

from fastapi import FastAPI
from sqlalchemy import select

from api.conversations.models import Handoff
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


async def test_the_same_message_sent_twice_is_said_once(
    waiting: Visitor, operator: Operator
) -> None:
    await operator.does(waiting.id, "claim")
    message_id = str(uuid4())
    first = await operator.says(waiting.id, "马上看", message_id)
    again = await operator.says(waiting.id, "马上看", message_id)

    assert first == again
    assert [text for role, text in await waiting.heard() if role == "operator"] == ["马上看"]


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
