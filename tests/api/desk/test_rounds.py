"""Nobody waits for ever: who left is taken from the queue, whose operator is gone waits again, and
where nobody is there a ticket is offered.
"""

from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.conversations.models import Conversation, Handoff
from api.desk.rounds import Rounds
from api.settings import Settings
from tests.api.desk import MovableClock
from tests.api.desk.operator import Operator
from tests.api.events.listening import listening
from tests.api.visitor import Visitor


@pytest.fixture
def rounds(app: FastAPI, clock: MovableClock, settings: Settings) -> Rounds:
    return Rounds.of(settings, app.state.database, clock, app.state.hub)


async def aged(app: FastAPI, visitor: Visitor, by: timedelta) -> None:
    """Let everything that happened in the conversation have happened earlier."""
    async with app.state.database.session() as session:
        conversation = await session.get_one(Conversation, visitor.id)
        for name in ("waiting_since", "visitor_seen_at", "claimed_at"):
            if moment := getattr(conversation, name):
                setattr(conversation, name, moment - by)


async def ending(app: FastAPI) -> str | None:
    async with app.state.database.reading() as session:
        [handoff] = await session.scalars(select(Handoff))
    return handoff.ending


async def test_who_left_is_taken_from_the_queue_and_reads_so_when_he_is_back(
    waiting: Visitor, operator: Operator, rounds: Rounds, app: FastAPI
) -> None:
    await operator.is_there()
    await aged(app, waiting, timedelta(minutes=11))

    await rounds.once()

    assert await operator.finds() == []
    seen = await waiting.sees()
    assert (seen["status"], seen["messages"][-1]["role"]) == ("bot", "system")
    assert [button["title"] for button in seen["messages"][-1]["buttons"]] == ["登记工单", "转人工"]
    assert await ending(app) == "abandoned"


@pytest.mark.parametrize("sign", ["looks", "writes", "listens"])
async def test_a_sign_keeps_the_place(
    waiting: Visitor, operator: Operator, rounds: Rounds, app: FastAPI, sign: str
) -> None:
    await operator.is_there()
    await aged(app, waiting, timedelta(minutes=11))
    if sign == "looks":
        await waiting.sees()
    elif sign == "writes":
        await waiting.says("还在等")
    path = f"/api/conversations/{waiting.id}/events"
    if sign == "listens":
        async with listening(app, path, waiting.headers) as stream:
            await stream.until("ready")
            await rounds.once()
    await rounds.once()

    assert await operator.finds() == [waiting.id]


async def test_whose_operator_is_gone_waits_again_under_his_name_and_is_told(
    waiting: Visitor,
    operator: Operator,
    colleague: Operator,
    rounds: Rounds,
    app: FastAPI,
    clock: MovableClock,
) -> None:
    await operator.is_there()
    await operator.does(waiting.id, "claim")
    await waiting.says("您还在吗")
    await aged(app, waiting, timedelta(minutes=6))
    clock.passed = timedelta(minutes=6)
    await colleague.is_there()

    await rounds.once()
    await rounds.once()  # the visitor is told once

    [line] = (await colleague.gets("/inbox"))["items"]
    assert (line["id"], line["assignee"]["name"]) == (waiting.id, operator.name)
    told = [text for role, text in await waiting.heard() if role == "system"]
    assert len(told) == 2 and operator.name in told[-1] and "离开" in told[-1]
    assert (await waiting.says("好吧"))["messages"] == []  # still nothing of the bot
    claimed = await colleague.does(waiting.id, "claim")
    assert claimed["assignee"]["name"] == colleague.name


async def test_an_operator_who_comes_back_has_it_again_when_he_speaks(
    waiting: Visitor, operator: Operator, rounds: Rounds, app: FastAPI, clock: MovableClock
) -> None:
    await operator.is_there()
    await operator.does(waiting.id, "claim")
    await waiting.says("您还在吗")
    await aged(app, waiting, timedelta(minutes=6))
    clock.passed = timedelta(minutes=6)
    await rounds.once()
    await operator.is_there()

    await operator.says(waiting.id, "不好意思，刚才断线了")

    seen = await operator.sees(waiting.id)
    assert (seen["status"], seen["assignee"]["id"]) == ("operator", operator.id)


@pytest.mark.parametrize("case", ["he is there", "the last word was his", "claimed just now"])
async def test_a_conversation_stays_with_an_operator_who_owes_no_answer_or_is_there(
    waiting: Visitor,
    operator: Operator,
    rounds: Rounds,
    app: FastAPI,
    clock: MovableClock,
    case: str,
) -> None:
    await operator.is_there()
    await operator.does(waiting.id, "claim")
    await waiting.says("您还在吗")
    if case == "the last word was his":
        await operator.says(waiting.id, "在的")
    if case != "claimed just now":
        await aged(app, waiting, timedelta(minutes=6))
    clock.passed = timedelta(minutes=6)
    if case == "he is there":
        await operator.is_there()

    await rounds.once()

    assert (await operator.sees(waiting.id))["status"] == "operator"


async def test_where_everybody_is_gone_a_ticket_is_offered(
    waiting: Visitor, operator: Operator, rounds: Rounds, app: FastAPI, clock: MovableClock
) -> None:
    await operator.is_there()
    await rounds.once()
    assert (await waiting.sees())["status"] == "waiting"
    await aged(app, waiting, timedelta(minutes=6))
    clock.passed = timedelta(minutes=6)

    await rounds.once()

    seen = await waiting.sees()
    assert seen["status"] == "bot" and "工单" in seen["messages"][-1]["text"]
    assert await ending(app) == "ticket"
    assert (await waiting.says("那注册要多久"))["messages"][0]["role"] == "bot"
