"""What a visitor says of his ticket is done: withdrawn, kept after all, urged, or added to."""

import pytest
from sqlalchemy import select

from api.tickets.models import Ticket, TicketNote
from tests.actions.chat import Chat

KNOWN = {
    "situation": "infringed",
    "right": "trademark",
    "city": "赣州市",
    "contact": "13812345678",
}


async def opened(chat: Chat) -> None:
    chat.slots |= KNOWN
    await chat.files("登记吧", "open_ticket")


async def stored(chat: Chat) -> tuple[Ticket, list[str]]:
    """The one ticket of the conversation with its notes, the oldest first."""
    async with chat.services.database.session() as session:
        [ticket] = await session.scalars(select(Ticket).where(Ticket.conversation_id == chat.id))
        notes = select(TicketNote).where(TicketNote.ticket_id == ticket.id).order_by(TicketNote.id)
        return ticket, [note.text for note in await session.scalars(notes)]


async def test_a_ticket_is_withdrawn_and_what_was_said_stays(chat: Chat) -> None:
    await opened(chat)
    said = await chat.hears("撤单吧", "ticket_withdraw")
    ticket, notes = await stored(chat)

    assert said.responses == ["utter_ticket_withdraw"]
    assert said.with_response("utter_ticket_withdraw")["number"] == ticket.number
    assert (ticket.status, notes[-1]) == ("withdrawn", "来访者撤回了工单。")
    assert chat.slots["situation"] == "infringed"


async def test_a_withdrawn_ticket_goes_on_under_its_number(chat: Chat) -> None:
    await opened(chat)
    await chat.hears("撤单吧", "ticket_withdraw")
    said = await chat.hears("还是别撤了", "ticket_keep")
    ticket, _ = await stored(chat)

    assert said.with_response("utter_ticket_keep")["number"] == ticket.number
    assert (ticket.status, said.with_response("utter_ticket_keep")["status"]) == (
        "new",
        "已登记，等待分派",
    )


async def test_an_urged_ticket_says_so_to_who_works_on_it(chat: Chat) -> None:
    await opened(chat)
    said = await chat.hears("怎么还没人联系我", "ticket_urge")
    ticket, notes = await stored(chat)

    assert said.with_response("utter_ticket_urge")["status"] == "已登记，等待分派"
    assert (ticket.status, notes[-1]) == ("new", "来访者催办。")


@pytest.mark.parametrize(
    "text",
    ["补充一句：他又进了一批货", "帮我补充一下，他又进了一批货", "麻烦加一条 他又进了一批货"],
)
async def test_what_is_added_is_written_down_in_the_visitors_words_and_read_back(
    chat: Chat, text: str
) -> None:
    await opened(chat)
    said = await chat.hears(text, "ticket_add")
    _, notes = await stored(chat)

    assert said.with_response("utter_ticket_add")["said"] == "他又进了一批货"
    assert notes[-1] == "来访者补充：他又进了一批货"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("撤单", "ticket_withdraw"),
        ("别撤单", "ticket_keep"),
        ("催一下", "ticket_urge"),
        ("补充一句，他又进了货", "ticket_add"),
    ],
)
async def test_where_there_is_no_ticket_that_is_said_and_none_is_made(
    chat: Chat, text: str, intent: str
) -> None:
    said = await chat.hears(text, intent)

    assert said.responses == ["utter_no_ticket_here"]
    async with chat.services.database.session() as session:
        assert not list(await session.scalars(select(Ticket)))


async def test_a_ticket_of_another_conversation_is_left_alone(chat: Chat) -> None:
    await opened(chat)
    elsewhere = await Chat.opens(chat.services)
    said = await elsewhere.hears("撤单", "ticket_withdraw")

    assert said.responses == ["utter_no_ticket_here"]
    assert (await stored(chat))[0].status == "new"


async def test_news_after_a_withdrawal_opens_no_ticket_by_itself(chat: Chat) -> None:
    await opened(chat)
    await chat.hears("撤单", "ticket_withdraw")
    await chat.hears("我截了图", "inform")
    ticket, _ = await stored(chat)

    assert ticket.status == "withdrawn" and "evidence" not in ticket.facts
