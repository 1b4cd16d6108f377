"""What a visitor hears where a topic or the bot itself is switched off, by the bot's own rules."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.conversations.models import Conversation
from api.suggestions.models import HeldReply
from tests.api.fallback.test_interleavings import PlayedRasa
from tests.api.problems import problem
from tests.api.staff import OPERATOR
from tests.api.switches.conftest import Desk
from tests.api.visitor import Visitor

MATTER = "有人在卖仿我们牌子的货"
OF_PATENTS = "外观设计专利被抄了去哪投诉"
OFF = "这方面的内容正在更新，先不自动答"
BY_PEOPLE = "这方面的问题由工作人员直接答复"
BOT_OFF = "自动应答暂停了"
REMEDY = "投诉"  # in whatever the rules advise on these matters

pytestmark = pytest.mark.usefixtures("played")


def words(turn: dict[str, object]) -> str:
    return str(turn["messages"])


async def test_a_topic_that_is_off_is_not_advised_on_and_a_person_or_a_ticket_is_offered(
    desk: Desk, visitor: Visitor
) -> None:
    assert REMEDY in words(await visitor.says(MATTER))
    await desk.sets("infringed", "off")

    turn = await visitor.says("在赣州章贡区")

    [message] = turn["messages"]
    assert message["text"].startswith(OFF)
    assert [one["title"] for one in message["buttons"]] == ["登记工单", "转人工"]
    assert turn["referral"] is None and message["citations"] == []
    assert "赣州" in str(turn["facts"])  # what he told stays known


async def test_it_is_answered_as_ever_once_the_switch_is_lifted(
    desk: Desk, visitor: Visitor
) -> None:
    switch = await desk.sets("infringed", "off")
    assert OFF in words(await visitor.says(MATTER))

    assert (await desk.asks("DELETE", f"/{switch['id']}")).status_code == 204

    assert REMEDY in words(await visitor.says("在赣州章贡区"))


async def test_other_topics_are_answered_as_ever(desk: Desk, visitor: Visitor) -> None:
    await desk.sets("squatted", "off")

    turn = await visitor.says(MATTER)

    assert OFF not in words(turn) and turn["referral"]["remedies"]


async def test_a_ticket_goes_on_where_its_topic_is_off(desk: Desk, visitor: Visitor) -> None:
    await desk.sets("infringed", "off")
    await visitor.says(MATTER)

    asked = await visitor.says("帮我登记工单")
    beside = await visitor.says("要带什么材料")
    filed = await visitor.says("13800001111")

    assert OFF not in words(asked) and asked["referral"] is None
    assert OFF in beside["messages"][0]["text"]  # a question beside the form is not advised on
    assert beside["messages"][-1]["text"] == asked["messages"][-1]["text"]  # the form asks again
    assert filed["ticket"]["number"] and filed["ticket"]["code"]


async def test_yes_to_the_offered_ticket_begins_it(desk: Desk, visitor: Visitor) -> None:
    await desk.sets("infringed", "off")
    await visitor.says(MATTER)

    turn = await visitor.says("是的")

    assert "电话" in words(turn) or "联系方式" in words(turn)


async def test_a_topic_that_is_off_is_not_advised_on_in_the_middle_of_another_matter(
    desk: Desk, visitor: Visitor
) -> None:
    await desk.sets("patent", "off")
    assert OFF not in words(await visitor.says(MATTER))

    asked = await visitor.says(OF_PATENTS)

    assert [one["text"][: len(OFF)] for one in asked["messages"]] == [OFF]
    assert asked["referral"] is None


async def test_only_operators_hands_over_at_once_where_somebody_is_there(
    desk: Desk, visitor: Visitor
) -> None:
    await desk.is_staffed()
    await desk.sets("infringed", "operators")

    turn = await visitor.says(MATTER)

    assert turn["handoff"]["state"] == "waiting" and turn["referral"] is None
    assert turn["messages"][0]["text"].startswith(f"{BY_PEOPLE}，已经替您转过去了，您是下一位")


async def test_only_operators_offers_a_ticket_where_nobody_is_there(
    desk: Desk, visitor: Visitor
) -> None:
    await desk.sets("infringed", "operators")

    turn = await visitor.says(MATTER)

    assert turn["handoff"]["state"] == "offline" and turn["referral"] is None
    assert BY_PEOPLE in words(turn)
    assert [one["title"] for one in turn["messages"][0]["buttons"]] == ["登记工单"]
    filed = [await visitor.says(one) for one in ("帮我登记工单", "13800001111")]
    assert filed[-1]["ticket"]["code"]


async def test_approve_holds_the_answer_for_an_operator(
    desk: Desk, visitor: Visitor, app: FastAPI
) -> None:
    await desk.is_staffed()
    await desk.sets("infringed", "approve")

    turn = await visitor.says(MATTER)

    assert "核对后答复" in words(turn) and REMEDY not in words(turn)
    async with app.state.database.reading() as session:
        [held] = await session.scalars(select(HeldReply))
    assert held.reason == "topic"
    desk.is_(OPERATOR)
    path = f"/api/desk/approvals/{held.turn_id}"
    sent = await desk.client.post(path, json={"decision": "send"})
    assert sent.status_code == 204
    assert REMEDY in (await visitor.heard())[-1][1]


async def test_approve_says_nothing_unapproved_where_nobody_is_there_to_nod(
    desk: Desk, visitor: Visitor
) -> None:
    await desk.sets("infringed", "approve")

    turn = await visitor.says(MATTER)

    assert BY_PEOPLE in words(turn) and REMEDY not in words(turn)


async def test_the_strictest_of_two_switches_holds(desk: Desk, visitor: Visitor) -> None:
    await desk.sets("trademark", "off")
    await desk.sets("infringed", "approve")

    assert OFF in words(await visitor.says(MATTER))


@pytest.mark.parametrize("staffed", [True, False])
async def test_with_the_bot_off_visitors_go_to_people_or_leave_a_ticket(
    desk: Desk, visitor: Visitor, staffed: bool
) -> None:
    if staffed:
        await desk.is_staffed()
    await desk.sets("*", "off")

    turn = await visitor.says(MATTER)

    assert turn["handoff"]["state"] == ("waiting" if staffed else "offline")
    assert BOT_OFF in words(turn) and turn["referral"] is None


async def test_with_the_bot_off_tickets_deletion_and_goodbye_still_work(
    desk: Desk, visitor: Visitor, client: httpx.AsyncClient
) -> None:
    await desk.sets("*", "off")
    await visitor.says(MATTER)

    turns = [await visitor.says(one) for one in ("帮我登记工单", "13800001111")]
    ticket = turns[-1]["ticket"]
    assert ticket["code"]
    status = await visitor.says(f"{ticket['number']} {ticket['code']}")
    assert ticket["number"] in words(status) and BOT_OFF not in words(status)
    thanks = await visitor.says("谢谢")
    assert BOT_OFF not in words(thanks)
    asked = await visitor.says("删除我的信息")
    assert BOT_OFF not in words(asked)
    await visitor.says("确认删除")
    gone = await client.get(f"/api/conversations/{visitor.id}", headers=visitor.headers)
    problem(gone, 410, "conversation_deleted")


async def test_with_the_bot_off_nobody_is_sent_elsewhere_by_it(
    desk: Desk, visitor: Visitor
) -> None:
    await desk.sets("*", "off")

    assert BOT_OFF in words(await visitor.says("量子纠缠的猫"))


async def test_what_the_bot_did_not_say_is_not_remembered_as_said(
    desk: Desk, visitor: Visitor, app: FastAPI
) -> None:
    await desk.sets("infringed", "off")
    await visitor.says(MATTER)

    async with app.state.database.reading() as session:
        memory = (await session.get_one(Conversation, visitor.id)).memory

    assert memory == {**memory, "situation": "infringed", "offered": "ticket"}
    assert not {"asked", "asked_times", "last_answer", "explained"} & memory.keys()


async def test_a_switch_holds_for_a_turn_that_is_under_way(
    desk: Desk, visitor: Visitor, played: PlayedRasa
) -> None:
    think = played.rules.run

    async def thinks_long(call: dict[str, object]) -> object:
        done = await think(call)
        await desk.sets("infringed", "off")
        return done

    object.__setattr__(played.rules, "run", thinks_long)

    assert OFF in words(await visitor.says(MATTER))
