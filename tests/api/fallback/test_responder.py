"""While the dialogue engine is away a visitor still gets directions, a ticket or a place in the
queue.
"""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.app import create_app
from api.database import Database
from api.dialogue import Dialogue
from api.fallback.responder import _ASKS_FOR_PERSON, _ASKS_FOR_TICKET
from api.settings import Settings
from api.tickets.models import Ticket
from tests.api.visitor import Visitor
from tests.fakes import CITATION, REFERRAL, FakeKnowledge, FakeRasa


@pytest.fixture
def rasa() -> FakeRasa:
    """Rasa, not running."""
    rasa = FakeRasa()
    rasa.down = True
    return rasa


async def test_directions_come_from_the_rules_and_passages_from_the_index(visitor: Visitor) -> None:
    turn = await visitor.says("赣州有人冒用我的商标")

    [message] = turn["messages"]
    for part in ("暂时", "1. 商标行政投诉", "事情发生在哪个市？", "登记一张工单"):
        assert part in message["text"]
    assert message["citations"] == [CITATION] * 3
    assert [button["title"] for button in message["buttons"]] == ["登记工单", "转人工"]
    assert turn["referral"] == REFERRAL
    assert turn["facts"] == {"city": "赣州市", "right": "trademark"}
    assert (turn["ticket"], turn["handoff"]) == (None, None)


async def test_the_buttons_it_offers_do_what_they_say(visitor: Visitor) -> None:
    buttons = (await visitor.says("有人冒用我的商标"))["messages"][0]["buttons"]

    opened = await visitor.says(buttons[0]["payload"])
    waiting = await visitor.says(buttons[1]["payload"])

    assert opened["ticket"]["created"]
    assert waiting["handoff"] == {"state": "waiting", "position": 1}


async def test_a_wish_for_a_ticket_opens_one_from_what_is_known(
    visitor: Visitor, database: Database
) -> None:
    await visitor.says("赣州有人冒用我的商标")
    turn = await visitor.says("请登记，我电话13800001111")

    ticket = turn["ticket"]
    assert (ticket["number"], ticket["created"], ticket["priority"]) == (
        "JX20261122-0001",
        True,
        "urgent",
    )
    assert (
        ticket["number"] in turn["messages"][0]["text"]
        and ticket["code"] in turn["messages"][0]["text"]
    )
    async with database.session() as session:
        stored = (await session.scalars(select(Ticket))).one()
    assert stored.facts == {"city": "赣州市", "right": "trademark", "contact": "13800001111"}
    assert stored.summary == "赣州有人冒用我的商标\n请登记，我电话13800001111"
    assert (stored.contact, stored.dispatch_to) == ("13800001111", "章贡区市场监督管理局")
    assert (stored.next_step, stored.next_due) == ("提出异议", date(2026, 12, 1))


async def test_a_second_wish_adds_to_the_same_ticket(visitor: Visitor) -> None:
    first = await visitor.says("帮我开个工单")
    again = await visitor.says("帮我开个工单，补充一下")

    assert again["ticket"] == {**first["ticket"], "code": None, "created": False}
    assert "补充进去" in again["messages"][0]["text"]


async def test_a_wish_for_a_person_joins_the_queue(visitor: Visitor) -> None:
    turn = await visitor.says("转人工")

    assert turn["handoff"] == {"state": "waiting", "position": 1}
    assert "第 1 位" in turn["messages"][0]["text"]
    assert (await visitor.sees())["status"] == "waiting"


async def test_a_matter_that_is_not_ours_gets_no_directions(
    visitor: Visitor, knowledge: FakeKnowledge
) -> None:
    knowledge.refers_to = {**REFERRAL, "scope": "out", "remedies": [], "ruled_out": [], "asks": []}

    turn = await visitor.says("老板不发工资")

    assert "不属于" in turn["messages"][0]["text"]
    assert (turn["messages"][0]["citations"], turn["messages"][0]["buttons"]) == ([], [])


async def test_nothing_understood_asks_for_the_story(
    visitor: Visitor, knowledge: FakeKnowledge
) -> None:
    knowledge.refers_to = {
        **REFERRAL,
        "scope": "clarify",
        "remedies": [],
        "ruled_out": [],
        "asks": [],
    }

    assert "请用一两句话写清楚" in (await visitor.says("在吗"))["messages"][0]["text"]


async def test_without_an_index_there_are_still_directions(
    visitor: Visitor, knowledge: FakeKnowledge
) -> None:
    knowledge.missing = "索引还没有建立"

    turn = await visitor.says("有人冒用我的商标")

    assert turn["referral"] == REFERRAL
    assert turn["messages"][0]["citations"] == []


async def test_rasa_coming_back_takes_over_again(visitor: Visitor, rasa: FakeRasa) -> None:
    await visitor.says("有人冒用我的商标")
    rasa.down = False

    assert (await visitor.says("在赣州"))["messages"][0]["text"] == "听到了：在赣州"


async def test_a_slow_rasa_counts_as_away(settings: Settings, knowledge: FakeKnowledge) -> None:
    rasa = FakeRasa()

    async def never(_: dict[str, Any]) -> list[dict[str, Any]]:
        await asyncio.Event().wait()
        return []

    rasa.answer = never
    app = create_app(settings, Dialogue("http://rasa", 0.05, rasa), knowledge, actions=[])
    async with app.router.lifespan_context(app):
        await answered(app)


async def test_a_rasa_that_says_nothing_counts_as_away(app: FastAPI, rasa: FakeRasa) -> None:
    async def silence(_: dict[str, Any]) -> list[dict[str, Any]]:
        return []

    rasa.down, rasa.answer = False, silence
    await answered(app)


async def answered(app: FastAPI) -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://helpline"
    ) as client:
        turn = await (await Visitor.arrives(client)).says("有人冒用我的商标")
    assert "商标行政投诉" in turn["messages"][0]["text"]


@pytest.mark.parametrize(
    "text",
    [
        "我要登记工单",
        "登记",
        "请登记一下",
        "帮我登记吧",
        "开工单",
        "给我开一张工单",
        "我要留言",
        "先登记",
        "麻烦登记，谢谢",
    ],
)
def test_a_wish_for_a_ticket_is_understood(text: str) -> None:
    assert _ASKS_FOR_TICKET.search(text)


@pytest.mark.parametrize(
    "text",
    [
        "我想登记版权",
        "版权登记要多少钱",
        "软著登记在哪办",
        "商标登记证丢了",
        "先不登记",
        "不用开工单",
        "查工单进度",
        "对方是在登记机关登记的企业名称",
        "有人在评论区留言骂我",
    ],
)
def test_other_uses_of_the_words_open_nothing(text: str) -> None:
    assert not _ASKS_FOR_TICKET.search(text)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("转人工", True),
        ("我要找人工", True),
        ("有真人吗", True),
        ("不用转人工", False),
        ("人工智能生成的图片", False),
    ],
)
def test_a_wish_for_a_person_is_understood(text: str, wish: bool) -> None:
    assert bool(_ASKS_FOR_PERSON.search(text)) is wish
