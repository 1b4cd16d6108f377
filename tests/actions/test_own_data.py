"""What is stored of a visitor is deleted when he says so twice; the conversation ends with it."""

import pytest
from sqlalchemy import func, select

from api.conversations.models import Conversation, Message, Turn
from api.conversations.service import ConversationDeleted
from api.privacy.models import Deletion
from api.referrals.models import RecordedReferral
from api.tickets.models import Ticket, TicketNote
from tests.actions.chat import Chat, Said

KNOWN = {
    "situation": "infringed",
    "right": "trademark",
    "city": "赣州市",
    "contact": "13812345678",
}


async def number_of(chat: Chat, table: type) -> int:
    async with chat.services.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def is_asked(chat: Chat, text: str = "删除我的信息") -> Said:
    return await chat.hears(text, "infringed")


async def test_it_is_asked_first_what_goes_and_what_stays(chat: Chat) -> None:
    await chat.hears("赣州有人仿冒我的商标", "infringed")
    said = await is_asked(chat)

    assert said.responses == ["utter_ask_deletion"]
    assert chat.slots["offered"] == "deletion"
    assert await number_of(chat, Message) > 0
    assert (await chat.shows()).facts["city"] == "赣州市"


async def test_after_a_yes_nothing_of_it_is_left(chat: Chat) -> None:
    chat.slots |= KNOWN
    await chat.hears("赣州有人仿冒我的商标，我电话13812345678", "infringed")
    await chat.files("登记吧", "open_ticket")
    await is_asked(chat)
    said = await chat.hears("确认删除", "affirm")

    assert said.responses == ["utter_data_deleted"]
    assert [await number_of(chat, table) for table in (Message, RecordedReferral, TicketNote)] == [
        0,
        0,
        0,
    ]
    async with chat.services.database.reading() as session:
        [ticket] = await session.scalars(select(Ticket))
        assert (ticket.status, ticket.contact, ticket.contact_hash, ticket.facts) == (
            "closed",
            None,
            None,
            {},
        )
        assert ticket.number.startswith("JX") and ticket.checklist == []
        kept = await session.get_one(Conversation, chat.id)
        assert (kept.state, kept.facts, kept.ticket) == ("deleted", {}, None)
    assert not any(chat.slots.get(slot) for slot in KNOWN)


async def test_what_was_deleted_is_recorded_without_a_word_of_it(chat: Chat) -> None:
    await chat.hears("赣州有人仿冒我的商标，我电话13812345678", "infringed")
    await is_asked(chat)
    await chat.hears("确认", "affirm")

    async with chat.services.database.reading() as session:
        [deletion] = await session.scalars(select(Deletion))
    assert (deletion.subject, deletion.by, deletion.reason) == (chat.id, "visitor", "asked")
    assert deletion.counts["messages"] == 4  # the greeting among them
    assert "13812345678" not in str(vars(deletion)) and "赣州" not in str(vars(deletion))


async def test_the_answer_still_comes_and_then_the_conversation_is_over(chat: Chat) -> None:
    await is_asked(chat)
    said = await chat.hears("确认删除", "affirm")
    async with chat.services.database.session() as session:
        turn = (await session.get_one(Turn, said.turn)).answer or {}

    assert said.responses == ["utter_data_deleted"]
    assert (turn["facts"], turn["referral"], turn["ticket"]) == ({}, None, None)
    with pytest.raises(ConversationDeleted):
        await chat.hears("还有一个问题", "inform")


@pytest.mark.parametrize(("text", "intent"), [("不删", "inform"), ("不用了", "deny")])
async def test_a_no_keeps_everything(chat: Chat, text: str, intent: str) -> None:
    await is_asked(chat)
    said = await chat.hears(text, intent)

    assert said.responses == ["utter_data_kept"]
    assert chat.slots["offered"] is None
    assert await number_of(chat, Deletion) == 0


async def test_a_yes_to_something_later_deletes_nothing(chat: Chat) -> None:
    await is_asked(chat)
    await chat.hears("赣州有人仿冒我的商标", "infringed")
    said = await chat.hears("确定", "affirm")

    assert "utter_data_deleted" not in said.responses
    assert await number_of(chat, Deletion) == 0


@pytest.mark.parametrize(
    ("text", "intent", "deletes"),
    [
        ("好的", "affirm", True),
        ("是", "affirm", True),
        ("删掉吧谢谢", "inform", True),
        ("嗯", "acknowledge", False),
    ],
)
async def test_a_yes_to_the_question_deletes_and_a_sound_asks_again(
    chat: Chat, text: str, intent: str, deletes: bool
) -> None:
    await is_asked(chat)
    before = chat.slots["right_status"]
    said = await chat.hears(text, intent)

    assert said.responses == ["utter_data_deleted" if deletes else "utter_ask_deletion"]
    assert chat.slots["right_status"] in (None, before)


async def test_it_may_be_wished_while_a_ticket_is_being_registered(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "requested_slot": "contact"}
    chat.in_form = True
    said = await is_asked(chat)

    assert said.responses == ["utter_ask_deletion"]
    assert not chat.in_form
