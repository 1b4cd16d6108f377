"""Where a switch or a banner is heard of: in every process, at the desk, and over channels."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.dialogue.engine import Dialogue
from api.events.service import Event
from api.settings import Settings
from tests.api.outbox.reaching import Writer
from tests.api.suggestions.conftest import Desk as Console
from tests.api.suggestions.conftest import search, suggester  # noqa: F401 - fixtures
from tests.api.switches.conftest import Desk
from tests.api.visitor import Visitor
from tests.conftest import TODAY
from tests.fakes import FakeKnowledge, FakeRasa

BOT_OFF = "自动应答暂停了"
DAY = TODAY.isoformat()


@pytest.fixture
async def other_process(
    settings: Settings, rasa: FakeRasa, knowledge: FakeKnowledge, app: FastAPI
) -> AsyncIterator[httpx.AsyncClient]:
    """The service once more, over the same database."""
    other = create_app(settings, Dialogue("http://rasa", 8, rasa), knowledge, actions=[])
    async with (
        other.router.lifespan_context(other),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app=other), base_url="http://helpline"
        ) as client,
    ):
        yield client


async def test_the_bot_is_off_in_every_process_from_the_next_answer_on(
    desk: Desk, other_process: httpx.AsyncClient
) -> None:
    visitor = await Visitor.arrives(other_process)
    assert BOT_OFF not in str(await visitor.says("有人卖我的假货"))

    switch = await desk.sets("*", "off")
    assert BOT_OFF in str(await visitor.says("有人卖我的假货"))

    await desk.asks("DELETE", f"/{switch['id']}")
    assert BOT_OFF not in str(await visitor.says("有人卖我的假货"))


async def test_consoles_hear_of_a_switch(desk: Desk, app: FastAPI) -> None:
    heard: list[Event] = []
    app.state.hub.hear(heard.append)
    await app.state.hub._ready.wait()

    await desk.sets("*", "off")
    await app.state.hub._read_on()

    assert "switches.changed" in [event.kind for event in heard]


async def test_suggestions_for_operators_go_on_while_the_bot_is_off(
    desk: Desk,
    app: FastAPI,
    client: httpx.AsyncClient,
    visitor: Visitor,
    suggester: Any,  # noqa: F811 - the fixture
) -> None:
    await desk.is_staffed()
    await desk.sets("*", "off")
    await desk.sets("infringed", "off")
    turn = await visitor.says("有人在卖仿我们牌子的货")
    assert turn["handoff"]["state"] == "waiting"
    await desk.is_staffed()
    console = Console(app, client, visitor)
    await console.claims()

    told = await console.sees()

    assert "reply" in [one["kind"] for one in told["suggestions"]]
    await console.hears("在赣州章贡区")
    assert (await console.sees())["facts"]["county"] == "章贡区"


async def test_over_a_channel_the_banner_is_one_line_before_the_first_answer(
    desk: Desk, app: FastAPI
) -> None:
    await desk.tells("<b>周末</b>系统维护", DAY, DAY)
    writer = await Writer.comes(app)

    first, second = [await writer.says(one) for one in ("有人卖我的假货", "在赣州")]

    assert [one["text"] for one in first["messages"]] == [
        "通知：<b>周末</b>系统维护",
        "听到了：有人卖我的假货",
    ]
    assert "系统维护" not in str(second)


async def test_another_banner_is_told_once_more_and_one_that_is_over_is_not(
    desk: Desk, app: FastAPI
) -> None:
    one = await desk.tells("国庆值班安排有变", DAY, DAY)
    writer = await Writer.comes(app)
    await writer.says("有人卖我的假货")
    await desk.tells("系统今晚维护", DAY, DAY)

    assert "系统今晚维护" in str(await writer.says("在赣州"))
    for banner in (await desk.sees())["banners"]:
        await desk.asks("DELETE", f"/banners/{banner['id']}")
    assert "通知" not in str(await (await Writer.comes(app, "oDef")).says("你好"))
    assert one["stands"] == "on"


async def test_on_a_page_the_banner_is_not_said_in_the_chat(desk: Desk, visitor: Visitor) -> None:
    await desk.tells("系统今晚维护", DAY, DAY)

    assert "系统今晚维护" not in str(await visitor.says("有人卖我的假货"))
