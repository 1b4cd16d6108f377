"""The inbox shows who has to do something, the urgent first, and opens nothing that was deleted."""

from datetime import datetime, timedelta

import pytest
from fastapi import FastAPI

from api.conversations import service as conversations
from api.conversations.models import Conversation
from tests.api.desk.conftest import waits
from tests.api.desk.operator import Operator
from tests.api.problems import problem
from tests.api.visitor import Visitor


async def another(waiting: Visitor, app: FastAPI, *, urgent: bool = False) -> Visitor:
    return await waits(await Visitor.arrives(waiting.client), app, urgent=urgent)


async def test_who_waits_longest_is_first_and_the_urgent_before_all(
    waiting: Visitor, operator: Operator, app: FastAPI
) -> None:
    second = await another(waiting, app)
    urgent = await another(waiting, app, urgent=True)

    assert await operator.finds() == [urgent.id, waiting.id, second.id]
    counts = (await operator.gets("/inbox"))["counts"]
    assert counts == {"unanswered": 3, "mine": 0, "watching": 0}


async def test_the_inbox_tells_the_clock_that_waits_go_by(
    waiting: Visitor, operator: Operator
) -> None:
    told = await operator.gets("/inbox")

    [since] = [line["waiting_since"] for line in told["items"]]
    waited = datetime.fromisoformat(told["at"]) - datetime.fromisoformat(since)
    assert timedelta() <= waited < timedelta(minutes=1)  # the date of this clock stands still


async def test_a_line_tells_what_it_is_about_and_what_is_unread(
    waiting: Visitor, operator: Operator, app: FastAPI
) -> None:
    async with app.state.database.session() as session:
        known = {"situation": "infringed", "right": "trademark", "city": "赣州市"}
        await conversations.learn(session, waiting.id, known, known, at=app.state.clock.now())
    await waiting.says("还在吗" + "！" * 200)
    [line] = (await operator.gets("/inbox"))["items"]

    assert line["summary"] == "权利被侵犯 · 商标 · 赣州市"
    assert (line["last_role"], len(line["last_text"])) == ("visitor", 80)
    assert (line["state"], line["assignee"], line["unread"]) == ("waiting", None, 1)


async def test_a_line_shows_what_a_person_said_last_not_the_service(
    waiting: Visitor, operator: Operator
) -> None:
    await waiting.says("他在赣州")
    await operator.does(waiting.id, "claim")
    [line] = (await operator.gets("/inbox", box="mine"))["items"]
    assert (line["last_role"], line["last_text"]) == ("visitor", "他在赣州")

    await operator.says(waiting.id, "请把照片留好。")
    await operator.does(waiting.id, "close")
    [line] = (await operator.gets("/inbox", box="closed"))["items"]
    assert (line["last_role"], line["last_text"]) == ("operator", "请把照片留好。")


async def test_where_nobody_has_said_anything_the_greeting_stands(
    waiting: Visitor, operator: Operator
) -> None:
    silent = await Visitor.arrives(waiting.client)
    lines = (await operator.gets("/inbox", box="all"))["items"]

    assert {line["id"]: line["last_role"] for line in lines}[silent.id] == "bot"


async def test_what_an_operator_has_seen_is_no_longer_unread(
    waiting: Visitor, operator: Operator, colleague: Operator
) -> None:
    await operator.does(waiting.id, "claim")
    await waiting.says("他在赣州")
    await colleague.sees(waiting.id)  # a colleague's look changes nothing
    [line] = (await operator.gets("/inbox", box="mine"))["items"]
    assert line["unread"] == 1

    await operator.sees(waiting.id)

    [line] = (await operator.gets("/inbox", box="mine"))["items"]
    assert line["unread"] == 0


async def test_each_box_holds_its_own(
    waiting: Visitor, operator: Operator, colleague: Operator, app: FastAPI
) -> None:
    mine, closed = await another(waiting, app), await another(waiting, app)
    talking = await Visitor.arrives(waiting.client)
    for one in (mine, closed):
        await operator.does(one.id, "claim")
    await operator.does(closed.id, "close")
    await colleague.does(talking.id, "watch")

    assert await operator.finds("unanswered") == [waiting.id]
    assert await operator.finds("mine") == [mine.id]
    assert (await operator.finds("watching"), await colleague.finds("watching")) == (
        [],
        [talking.id],
    )
    assert await operator.finds("closed") == [closed.id]
    assert set(await operator.finds("all")) == {waiting.id, mine.id, closed.id, talking.id}


async def test_a_box_comes_page_by_page(waiting: Visitor, operator: Operator, app: FastAPI) -> None:
    at = app.state.clock.now()
    async with app.state.database.session() as session:
        for number in range(60):
            moment = at - timedelta(days=1, minutes=number)
            await conversations.open_conversation(session, "web", True, at=moment)
    first = await operator.gets("/inbox", box="all")
    second = await operator.gets("/inbox", box="all", before=first["before"])

    ids = [item["id"] for item in (*first["items"], *second["items"])]
    assert (len(first["items"]), len(ids), len(set(ids))) == (50, 61, 61)
    assert second["before"] is None
    problem(await operator.asks("GET", "/inbox?box=all&before=gestern"), 422, "wrong_page")


@pytest.mark.parametrize("q", ["假货", "急件", "'; DROP TABLE conversations; --", "%", "_"])
async def test_a_search_finds_what_stands_in_a_line_and_nothing_by_tricks(
    waiting: Visitor, operator: Operator, app: FastAPI, q: str
) -> None:
    await another(waiting, app)
    await operator.asks("PUT", f"/conversations/{waiting.id}/tags", json={"tags": ["急件"]})
    await waiting.says("还是那批假货")

    found = await operator.finds("unanswered", q=q)

    assert found == ([waiting.id] if q in ("假货", "急件") else [])


async def test_tags_and_notes_stay_among_colleagues(
    waiting: Visitor, operator: Operator, colleague: Operator
) -> None:
    told = await operator.asks(
        "PUT", f"/conversations/{waiting.id}/tags", json={"tags": ["回访", "急件", "急件"]}
    )
    assert told.json() == {"tags": ["回访", "急件"]}
    await operator.does(waiting.id, "notes", text="上次也是他")
    seen = await colleague.sees(waiting.id)

    assert seen["tags"] == ["回访", "急件"]
    assert [(one["author"]["name"], one["text"]) for one in seen["notes"]] == [
        (operator.name, "上次也是他")
    ]
    assert "上次也是他" not in str(await waiting.sees())
    for wrong in ([""], ["字" * 21], ["标签"] * 13):
        refused = await operator.asks(
            "PUT", f"/conversations/{waiting.id}/tags", json={"tags": wrong}
        )
        problem(refused, 422, "invalid_request")


async def test_who_watches_the_bot_lets_listeners_hear_and_colleagues_see(
    visitor: Visitor, operator: Operator, app: FastAPI
) -> None:
    await operator.does(visitor.id, "watch")
    assert (await operator.sees(visitor.id))["watching"] is True
    assert (await visitor.says("有人卖假货"))["messages"]  # the bot goes on answering

    response = await operator.asks("DELETE", f"/conversations/{visitor.id}/watch")

    assert response.status_code == 204
    async with app.state.database.reading() as session:
        assert (await session.get_one(Conversation, visitor.id)).watched is False


async def test_colleagues_see_who_has_it_open_and_who_writes(
    waiting: Visitor, operator: Operator, colleague: Operator
) -> None:
    await operator.does(waiting.id, "claim")
    assert await operator.does(waiting.id, "viewing") == []
    [viewer] = await colleague.does(waiting.id, "viewing")
    assert (viewer["id"], viewer["typing"]) == (operator.id, False)

    await operator.does(waiting.id, "typing", typing=True)
    [viewer] = await colleague.does(waiting.id, "viewing")
    assert viewer["typing"] is True
    await operator.does(waiting.id, "viewing", left=True)
    assert await colleague.does(waiting.id, "viewing") == []


async def test_only_whoever_has_it_is_seen_writing_by_the_visitor(
    waiting: Visitor, operator: Operator, colleague: Operator
) -> None:
    await operator.does(waiting.id, "claim")
    problem(await colleague.tries(waiting.id, "typing", typing=True), 409, "not_yours")


async def test_a_conversation_that_is_not_there_is_told_as_such(operator: Operator) -> None:
    problem(await operator.asks("GET", "/conversations/nothing"), 404, "conversation_unknown")
    nobodys = "00000000-0000-4000-8000-000000000000"
    problem(await operator.tries(nobodys, "claim"), 404, "conversation_unknown")
