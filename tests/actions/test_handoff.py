"""Who wants a person is put in the queue, told the place in it, and loses nothing that was said;
where nobody is on duty he is told so and offered a ticket.
"""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from actions.base import Services
from api.clock import SHANGHAI
from api.conversations import service as conversations
from api.conversations.models import Conversation, Handoff
from api.desk.schemas import Duty
from tests.actions.chat import Chat

HOURS = "工作日 9:00-17:00"


async def _somebody(_: AsyncSession) -> Duty:
    return Duty(open=True, hours=None, next=None)


async def _nobody(_: AsyncSession) -> Duty:
    monday = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
    return Duty(open=False, hours=HOURS, next=monday)


@pytest.fixture
def services(chat: Chat) -> Services:
    """A desk at which somebody sits."""
    chat.services = replace(chat.services, duty=_somebody)
    return chat.services


async def test_the_first_has_nobody_ahead_the_second_one(chat: Chat, services: Services) -> None:
    second = await Chat.opens(services)

    said = [await one.hears("转人工", "human_handoff") for one in (chat, second)]

    assert [one.with_response("utter_handed_off")["place"] for one in said] == [
        "您是下一位",
        "前面还有 1 位",
    ]


async def test_asking_again_keeps_the_place(chat: Chat, services: Services) -> None:
    second = await Chat.opens(services)
    await chat.hears("转人工", "human_handoff")
    await second.hears("转人工", "human_handoff")

    said = await chat.hears("人呢", "human_handoff")

    assert said.with_response("utter_handed_off")["place"] == "您是下一位"


async def test_the_conversation_waits_and_shows_its_place(chat: Chat, services: Services) -> None:
    await chat.hears("转人工", "human_handoff")
    shown = await chat.shows()

    assert shown.status == "waiting"
    assert shown.handoff and (shown.handoff.state, shown.handoff.position) == ("waiting", 1)


async def test_facts_in_the_same_message_and_before_reach_the_person(
    chat: Chat, services: Services
) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark"}
    await chat.hears("对方在赣州，我电话13812345678，快转人工", "human_handoff")

    facts = (await chat.shows()).facts
    assert (facts["right"], facts["city"], facts["contact"]) == (
        "trademark",
        "赣州市",
        "13812345678",
    )


async def test_an_offer_that_stood_open_is_closed(chat: Chat, services: Services) -> None:
    chat.slots["offered"] = "ticket"
    said = await chat.hears("转人工", "human_handoff")
    referral = await chat.referral_of(said)

    assert chat.slots["offered"] is None
    assert referral and [one["key"] for one in referral["remedies"]] == ["human_handoff"]


async def test_a_matter_that_is_urgent_is_urgent_in_the_queue(
    chat: Chat, services: Services
) -> None:
    chat.slots |= {"situation": "accused_criminal", "right": "trademark"}
    await chat.hears("派出所要带人走，快转人工", "human_handoff")

    async with services.database.reading() as session:
        [handoff] = await session.scalars(select(Handoff))
    assert handoff.urgent and handoff.reason == "派出所要带人走，快转人工"


async def test_with_nobody_on_duty_it_is_said_and_a_ticket_offered(chat: Chat) -> None:
    chat.services = replace(chat.services, duty=_nobody)
    said = await chat.hears("转人工", "human_handoff")

    told = said.with_response("utter_nobody_on_duty")["hours"]
    assert HOURS in told and "11月23日9:00" in told
    assert chat.slots["offered"] == "ticket"
    assert ((await chat.shows()).status, (await chat.shows()).handoff) == ("bot", None)


async def test_a_yes_to_the_offer_opens_the_ticket_s_form(chat: Chat) -> None:
    await chat.hears("转人工", "human_handoff")
    said = await chat.hears("好的", "affirm")

    assert [event["name"] for event in said.events if event["event"] == "followup"] == [
        "ticket_form"
    ]


async def test_the_turn_tells_that_nobody_is_there(chat: Chat) -> None:
    async with chat.services.database.session() as session:
        conversation = await session.get_one(Conversation, chat.id)
        now = chat.services.clock.now()
        heard = await conversations.store_message(session, conversation, "转人工", None, at=now)
        await conversations.nobody_on_duty(session, heard.turn_id, HOURS)
        turn = await conversations.answer(session, heard.turn_id, [], at=now)

    assert (turn["handoff"]["state"], turn["handoff"]["hours"]) == ("offline", HOURS)
