"""Canned replies: whose they are, what they hold, and what stands in the place of a variable."""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.canned import service
from api.conversations.models import Conversation
from knowledge.reviewed import CONTENT
from tests.api.problems import problem
from tests.api.staff import ANALYST, COLLEAGUE, OPERATOR, SUPERVISOR, are_employed, signs_in
from tests.api.visitor import Visitor
from tests.conftest import ONE_DATABASE

PATH = "/api/desk/canned"
MINE = {"title": "约回电", "text": "{姓名}您好，我是{坐席}，稍后打给您。", "tags": ["回电"]}


@pytest.fixture
async def at_the_desk(app: FastAPI) -> FastAPI:
    await are_employed(app)
    signs_in(app, OPERATOR)
    return app


async def titles(client: httpx.AsyncClient, **query: str) -> list[str]:
    response = await client.get(PATH, params=query)
    assert response.status_code == 200, response.text
    return [one["title"] for one in response.json()]


async def kept(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    response = await client.post(PATH, json=MINE | changes)
    assert response.status_code == 201, response.text
    one: dict[str, Any] = response.json()
    return one


async def test_a_dozen_shared_ones_are_there_from_the_beginning(
    at_the_desk: FastAPI, client: httpx.AsyncClient
) -> None:
    found = (await client.get(PATH)).json()

    assert len(found) >= 12
    assert {one["scope"] for one in found} == {"shared"}
    assert len({one["shortcut"] for one in found if one["shortcut"]}) == len(found)


async def test_ones_own_are_nobody_elses(at_the_desk: FastAPI, client: httpx.AsyncClient) -> None:
    mine = await kept(client)
    signs_in(at_the_desk, COLLEAGUE)

    assert MINE["title"] not in await titles(client)
    refused = await client.patch(f"{PATH}/{mine['id']}", json={"title": "别人的"})
    problem(refused, 404, "canned_unknown")


async def test_only_who_oversees_writes_shared_ones(
    at_the_desk: FastAPI, client: httpx.AsyncClient
) -> None:
    shared = (await client.get(PATH)).json()[0]
    for refused in (
        await client.post(PATH, json=MINE | {"scope": "shared"}),
        await client.patch(f"{PATH}/{shared['id']}", json={"text": "改了"}),
        await client.delete(f"{PATH}/{shared['id']}"),
    ):
        problem(refused, 403, "not_allowed")

    signs_in(at_the_desk, SUPERVISOR)
    await kept(client, scope="shared")
    signs_in(at_the_desk, COLLEAGUE)
    assert MINE["title"] in await titles(client)


async def test_what_was_changed_or_removed_here_does_not_come_back(
    at_the_desk: FastAPI, client: httpx.AsyncClient
) -> None:
    signs_in(at_the_desk, SUPERVISOR)
    first, second = (await client.get(PATH)).json()[:2]
    await client.patch(f"{PATH}/{first['id']}", json={"text": "我们自己的话"})
    await client.delete(f"{PATH}/{second['id']}")

    found = (await client.get(PATH)).json()

    assert found[0]["text"] == "我们自己的话"
    assert second["title"] not in [one["title"] for one in found]


async def test_they_are_found_by_any_word(at_the_desk: FastAPI, client: httpx.AsyncClient) -> None:
    await kept(client)

    assert await titles(client, q="稍后打给您") == [MINE["title"]]
    assert await titles(client, q="没有这样的话") == []


async def test_variables_are_filled_and_what_is_not_known_is_named(
    at_the_desk: FastAPI, client: httpx.AsyncClient, visitor: Visitor
) -> None:
    one = await kept(client, text="{姓名}您好，我是{坐席}，您的工单{工单号}在{城市}办。")
    async with at_the_desk.state.database.session() as session:
        conversation = await session.get_one(Conversation, visitor.id)
        conversation.facts = {"city": "赣州市", "contact": "13800001111（陈华，晚上）"}

    told = await client.post(f"{PATH}/{one['id']}/fill", json={"conversation_id": visitor.id})

    assert told.json() == {
        "text": "陈华您好，我是李坐席，您的工单〔工单号〕在赣州市办。",
        "missing": ["工单号"],
        "actions": [],
    }


async def test_a_macro_says_what_it_does_besides(
    at_the_desk: FastAPI, client: httpx.AsyncClient, visitor: Visitor
) -> None:
    one = await kept(client, actions=[{"set_tag": "已答复"}, {"close": True}])

    told = await client.post(f"{PATH}/{one['id']}/fill", json={"conversation_id": visitor.id})

    assert told.json()["actions"] == [{"set_tag": "已答复"}, {"close": True}]


@ONE_DATABASE
@pytest.mark.parametrize(
    "wrong",
    [
        {"text": ""},
        {"text": "长" * 1001},
        {"title": " "},
        {"shortcut": "有 空格"},
        {"actions": [{"delete_everything": True}]},
        {"tags": ["一"] * 11},
    ],
)
async def test_what_cannot_be_used_is_refused(
    at_the_desk: FastAPI, client: httpx.AsyncClient, wrong: dict[str, Any]
) -> None:
    refused = await client.post(PATH, json=MINE | wrong)

    problem(refused, 422, "invalid_request")


async def test_a_variable_that_there_is_none_of_is_named(
    at_the_desk: FastAPI, client: httpx.AsyncClient
) -> None:
    refused = await client.post(PATH, json=MINE | {"text": "您的{手机号}是多少"})

    assert "{手机号}" in problem(refused, 422, "canned_variable_unknown")


async def test_figures_alone_open_no_canned_replies(
    at_the_desk: FastAPI, client: httpx.AsyncClient
) -> None:
    signs_in(at_the_desk, ANALYST)

    problem(await client.get(PATH), 403, "not_allowed")


async def test_the_longest_cue_that_was_said_calls_for_a_reply(
    at_the_desk: FastAPI, client: httpx.AsyncClient
) -> None:
    async with at_the_desk.state.database.session() as session:
        await service.take_in(session, CONTENT, at=at_the_desk.state.clock.now())
        replies = await service.all_for(session, OPERATOR)

    assert service.matching(replies, "你好，我的工单号忘了").title == "告诉工单号"  # type: ignore[union-attr]
    assert service.matching(replies, "他卖了三万块的货") is None


async def test_no_reply_of_ours_names_an_article_a_period_a_fee_or_a_number() -> None:
    written = [one.text for one in service.stock()]

    assert [text for text in written if any(ch.isdigit() for ch in text)] == []
    assert [text for text in written if "条" in text and "第" in text] == []
