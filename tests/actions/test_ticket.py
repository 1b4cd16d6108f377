"""A ticket asks for the matter, a place and a contact, takes no for an answer, and tells how far it
has come.
"""

from typing import Any

import pytest
from sqlalchemy import select

from actions.ticket import ValidateTicketForm, summary
from api.edge.limits import TooManyTries
from api.tickets import clocks
from api.tickets.models import Ticket, TicketNote
from tests.actions.chat import Chat, Said
from tests.content import RULES

KNOWN: dict[str, Any] = {
    "situation": "infringed",
    "right": "trademark",
    "right_status": "registered",
    "city": "赣州市",
}


async def validates(chat: Chat, text: str, intent: str = "inform", **more: Any) -> Said:
    return await chat.fills(text, intent, **more)


def asked(chat: Chat) -> str | None:
    slot: str | None = chat.slots["requested_slot"]
    return slot


async def opened(chat: Chat, **facts: Any) -> tuple[str, str]:
    """Number and code of a ticket that was opened."""
    chat.slots |= {**KNOWN, "contact": "13812345678", **facts}
    said = await chat.files("登记吧", "open_ticket")
    message = next(m for m in said.messages if str(m["response"]).startswith("utter_ticket_opened"))
    return message["number"], message["code"]


async def stored(chat: Chat) -> list[Ticket]:
    async with chat.services.database.session() as session:
        return list(await session.scalars(select(Ticket).where(Ticket.conversation_id == chat.id)))


# --- where it goes ---------------------------------------------------------------------------


async def test_a_ticket_goes_to_the_queue_of_its_matter_and_its_promises_run(chat: Chat) -> None:
    await opened(chat)

    [ticket] = await stored(chat)
    async with chat.services.database.reading() as session:
        running = await clocks.of_ticket(session, ticket.id)
    assert ticket.queue == "county_market"
    assert set(running) == {"first", "next", "solution"}


async def test_when_the_matter_turns_out_to_be_another_the_open_ticket_changes_its_queue(
    chat: Chat,
) -> None:
    await opened(chat)
    chat.slots["right"] = "patent_invention"
    await chat.files("登记吧", "open_ticket")

    [ticket] = await stored(chat)
    async with chat.services.database.reading() as session:
        notes = await session.scalars(select(TicketNote).order_by(TicketNote.id))
        said = [(note.text, note.public) for note in notes]
    assert ticket.queue == "city_ip_office"
    assert ("情况有变，队列改为「市级知识产权局」。", False) in said


# --- what the form asks ---------------------------------------------------------------------------


async def test_the_form_asks_for_the_matter_then_a_contact_and_takes_a_place_with_it(
    chat: Chat,
) -> None:
    await validates(chat, "我要登记工单", "open_ticket")
    assert asked(chat) == "situation"
    await validates(chat, "有人仿我的商标", "infringed")
    assert asked(chat) == "contact"
    await validates(chat, "在赣州章贡区，13812345678", "provide_contact")

    assert asked(chat) is None
    assert (chat.slots["city"], chat.slots["county"], chat.slots["contact"]) == (
        "赣州市",
        "章贡区",
        "13812345678",
    )


async def test_what_is_known_already_is_not_asked_again(chat: Chat) -> None:
    chat.slots |= KNOWN
    await validates(chat, "我要登记工单", "open_ticket")

    assert asked(chat) == "contact"


async def test_a_place_is_not_asked_for_by_itself(chat: Chat) -> None:
    chat.slots |= {"situation": "preexam_need"}
    await validates(chat, "登记工单", "open_ticket")
    assert asked(chat) == "contact"
    await validates(chat, "不留", "deny")

    assert asked(chat) is None


@pytest.mark.parametrize(
    ("text", "contact"),
    [
        ("我叫陈华，13812345678", "13812345678（陈华）"),
        ("陈华 13812345678 晚上7点以后打", "13812345678（陈华，晚上7点以后打）"),
        ("13812345678，工作日打", "13812345678（工作日打）"),
        ("找王经理，13812345678", "13812345678（王经理）"),
        ("那就13812345678", "13812345678"),
        ("打我13812345678", "13812345678"),
        ("我手机13812345678", "13812345678"),
    ],
)
async def test_a_contact_is_kept_with_the_name_and_the_hours_beside_it(
    chat: Chat, text: str, contact: str
) -> None:
    chat.slots |= {**KNOWN, "requested_slot": "contact"}
    await validates(chat, text, "provide_contact")

    assert (chat.slots["contact"], asked(chat)) == (contact, None)


async def test_everything_in_one_message_needs_no_question(chat: Chat) -> None:
    await validates(chat, "赣州有人仿我的商标，请登记，我电话13812345678", "infringed")

    assert asked(chat) is None


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("不想留电话", "inform"),
        ("不留", "deny"),
        ("不方便", "deny"),
        ("不知道", "dont_know"),
        ("我要匿名", "inform"),
    ],
)
async def test_who_would_rather_not_leave_a_contact_need_not(
    chat: Chat, text: str, intent: str
) -> None:
    chat.slots |= {**KNOWN, "requested_slot": "contact"}
    await validates(chat, text, intent)

    assert (chat.slots["contact"], asked(chat)) == ("refused", None)


async def test_the_button_for_no_contact_works(chat: Chat) -> None:
    chat.slots |= {**KNOWN, "requested_slot": "contact"}
    await chat.presses('/provide_contact{"contact":"refused"}', ValidateTicketForm)

    assert (chat.slots["contact"], asked(chat)) == ("refused", None)


@pytest.mark.parametrize("text", ["1381234567", "电话是13812", "工号88888"])
async def test_a_contact_that_cannot_be_reached_is_asked_for_again_with_the_way_to_mend_it(
    chat: Chat, text: str
) -> None:
    chat.slots |= {**KNOWN, "requested_slot": "contact"}
    said = await validates(chat, text, "provide_contact")

    assert (said.responses, asked(chat)) == (["utter_contact_invalid"], "contact")
    await validates(chat, "那就13812345678", "provide_contact")
    assert (chat.slots["contact"], asked(chat)) == ("13812345678", None)


async def test_what_still_cannot_be_read_the_second_time_is_taken_as_it_was_written(
    chat: Chat,
) -> None:
    chat.slots |= {**KNOWN, "requested_slot": "contact"}
    await validates(chat, "打我1381234567", "provide_contact")
    await validates(chat, "就打1381234567", "provide_contact")

    assert (chat.slots["contact"], asked(chat)) == ("就打1381234567", None)


@pytest.mark.parametrize(
    ("slot", "text"), [("contact", "就在我们那边啊"), ("situation", "反正就是那个事")]
)
async def test_nobody_is_asked_the_same_thing_for_ever(chat: Chat, slot: str, text: str) -> None:
    chat.slots |= {
        "right": "trademark",
        "requested_slot": slot,
        **({"situation": "infringed"} if slot == "contact" else {}),
    }
    for _ in range(3):
        await validates(chat, text)

    assert asked(chat) != slot


async def test_facts_told_while_the_form_asks_are_kept(chat: Chat) -> None:
    chat.slots |= {**KNOWN, "requested_slot": "contact"}
    await validates(chat, "对了我截了图，电话13812345678", "provide_contact")

    assert (chat.slots["evidence"], (await chat.shows()).facts["evidence"]) == (["截图"], "截图")


async def test_a_ticket_is_opened_by_its_own_action_alone(chat: Chat) -> None:
    await validates(chat, "赣州有人仿我的商标，请登记，我电话13812345678", "open_ticket")

    assert await stored(chat) == []


# --- opening --------------------------------------------------------------------------------------


async def test_a_ticket_is_told_with_number_and_code_and_dispatched(chat: Chat) -> None:
    number, code = await opened(chat, county="章贡区")
    [ticket] = await stored(chat)

    assert number == ticket.number == "JX20261122-0001"
    assert len(code) == 6
    assert (ticket.priority, ticket.contact) == ("normal", "13812345678")
    assert ticket.dispatch_to == "章贡区市场监督管理局"
    assert ticket.summary == "权利被侵犯 · 商标 · 章贡区"
    assert (ticket.facts["right"], ticket.facts["city"]) == ("trademark", "赣州市")
    assert chat.slots["offered"] is None


@pytest.mark.parametrize(
    ("contact", "told"),
    [
        ("13812345678（陈华，晚上七点以后）", "联系方式记的是 13812345678（陈华，晚上七点以后）"),
        ("refused", "没有留联系方式"),
    ],
)
async def test_the_contact_is_read_back_and_who_gets_the_ticket_next_is_told(
    chat: Chat, contact: str, told: str
) -> None:
    chat.slots |= {**KNOWN, "county": "章贡区", "contact": contact}
    opened_ = (await chat.files("登记", "open_ticket")).with_response("utter_ticket_opened")

    assert told in opened_["contact"]
    assert opened_["next"] == "看过后告诉您怎么找章贡区市场监督管理局"


async def test_a_new_contact_replaces_the_one_on_the_ticket_and_is_read_back(chat: Chat) -> None:
    number, _ = await opened(chat)
    said = await chat.files("电话改成13987654321", "provide_contact")

    changed = said.with_response("utter_ticket_contact")
    assert (changed["number"], changed["contact"]) == (number, "联系方式记的是 13987654321")
    [ticket] = await stored(chat)
    assert ticket.contact == "13987654321"


async def test_the_conversation_shows_its_ticket_without_the_code(chat: Chat) -> None:
    number, _ = await opened(chat)
    ticket = (await chat.shows()).ticket

    assert ticket and (ticket.number, ticket.code) == (number, None)


@pytest.mark.parametrize(
    "facts",
    [
        {"situation": "accused_court", "doc_received_on": "2026-11-16"},
        {"situation": "customs"},
        {"situation": "exhibition"},
        {"situation": "criminal_lead"},
        {"circumstances": ["safety"]},
    ],
    ids=lambda facts: "-".join(map(str, facts.values())),
)
async def test_what_cannot_wait_is_marked_urgent_and_the_visitor_told_why(
    chat: Chat, facts: dict[str, Any]
) -> None:
    chat.slots |= {**KNOWN, **facts, "contact": "refused"}
    said = await chat.files("登记", "open_ticket")
    [ticket] = await stored(chat)

    assert ticket.priority == "urgent"
    assert said.with_response("utter_ticket_opened_urgent")["reason"]


async def test_the_next_deadline_goes_with_the_ticket(chat: Chat) -> None:
    chat.slots |= {
        **KNOWN,
        "situation": "accused_court",
        "doc_received_on": "2026-11-16",
        "contact": "refused",
    }
    await chat.files("登记", "open_ticket")
    [ticket] = await stored(chat)

    assert (str(ticket.next_due), bool(ticket.next_step)) == ("2026-12-01", True)


async def test_a_period_that_runs_over_a_change_of_law_is_on_the_ticket_with_its_earlier_day(
    chat: Chat,
) -> None:
    opposed = {"situation": "squatted", "other_status": "published", "published_on": "2026-10-20"}
    chat.slots |= {**KNOWN, **opposed, "contact": "refused"}
    await chat.files("登记", "open_ticket")
    [ticket] = await stored(chat)

    assert (str(ticket.next_due), ticket.next_step) == ("2026-12-20", "提出商标异议")


async def test_a_refused_contact_is_not_stored_as_one(chat: Chat) -> None:
    await opened(chat, contact="refused")
    [ticket] = await stored(chat)

    assert ticket.contact is None


async def test_a_second_wish_brings_the_open_ticket_up_to_date(chat: Chat) -> None:
    number, _ = await opened(chat)
    said = await chat.files("再登记一下，我做了公证", "open_ticket")

    assert said.with_response("utter_ticket_updated")["number"] == number
    [ticket] = await stored(chat)
    assert ticket.facts["evidence"] == ["公证书"]


async def test_even_where_no_road_is_known_a_ticket_can_be_opened(chat: Chat) -> None:
    chat.slots |= {
        "situation": "customs",
        "right": "none",
        "own_city": "赣州市",
        "contact": "refused",
    }
    said = await chat.files("登记", "open_ticket")

    assert said.responses
    assert len(await stored(chat)) == 1


# --- the line for the operator --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "line"),
    [
        (
            {"situation": "infringed", "right": "trademark", "city": "赣州市"},
            "权利被侵犯 · 商标 · 赣州市",
        ),
        ({"situation": "squatted", "right": "unknown", "own_city": "南昌市"}, "被抢注 · 南昌市"),
        (
            {"situation": "infringed", "city": "unknown", "own_city": "吉安市"},
            "权利被侵犯 · 吉安市",
        ),
        ({}, ""),
    ],
)
def test_the_summary_says_what_it_is_about_and_where(facts: dict[str, Any], line: str) -> None:
    assert summary(facts, RULES) == line


async def test_the_evidence_for_the_first_road_becomes_the_tickets_checklist(chat: Chat) -> None:
    await opened(chat)
    [ticket] = await stored(chat)
    [remedy] = [one for one in RULES.remedies if one.key == "admin_complaint_trademark"]

    assert ticket.checklist == [{**item.model_dump(), "done": False} for item in remedy.evidence]
    assert ticket.checklist


# --- how far it has come --------------------------------------------------------------------------


async def test_number_and_code_show_a_ticket_from_another_conversation(chat: Chat) -> None:
    number, code = await opened(chat)
    elsewhere = await Chat.opens(chat.services)

    said = await elsewhere.hears(
        f"工单号{number.lower()}，口令{code.lower()}，到哪一步了", "ask_ticket_status"
    )

    status = said.with_response("utter_ticket_status")
    assert (status["number"], status["status"]) == (number, "已登记，等待分派")
    assert "工单已登记" in status["notes"]


async def test_a_wrong_code_shows_nothing(chat: Chat) -> None:
    number, code = await opened(chat)
    wrong = "ACDEFG" if code != "ACDEFG" else "GFEDCA"
    elsewhere = await Chat.opens(chat.services)

    said = await elsewhere.hears(f"{number} {wrong}", "ask_ticket_status")

    assert said.responses == ["utter_ticket_not_found"]


async def test_codes_are_guessed_in_the_chat_as_little_as_over_http(chat: Chat) -> None:
    number, code = await opened(chat)
    elsewhere = await Chat.opens(chat.services)
    for _ in range(5):
        said = await elsewhere.hears(f"{number} GFEDCA", "ask_ticket_status")
        assert said.responses == ["utter_ticket_not_found"]

    said = await elsewhere.hears(f"{number} {code}", "ask_ticket_status")

    assert said.responses == [] and "分钟后再试" in said.texts[0]
    async with chat.services.database.reading() as session:
        with pytest.raises(TooManyTries):
            await chat.services.look_ups.progress_in(session, number, code, elsewhere.id)


async def test_another_conversation_from_the_same_address_has_no_tries_more(chat: Chat) -> None:
    number, code = await opened(chat)
    limiter = chat.services.look_ups.limiter
    for _ in range(5):
        other = await Chat.opens(chat.services)
        await limiter.heard(other.id, "192.0.2.7")
        await other.hears(f"{number} GFEDCA", "ask_ticket_status")

    last = await Chat.opens(chat.services)
    await limiter.heard(last.id, "192.0.2.7")
    said = await last.hears(f"{number} {code}", "ask_ticket_status")

    assert "分钟后再试" in said.texts[0]


async def test_number_and_code_may_come_one_after_the_other(chat: Chat) -> None:
    number, code = await opened(chat)
    elsewhere = await Chat.opens(chat.services)
    first = await elsewhere.hears(f"单号{number}", "ask_ticket_status")
    second = await elsewhere.hears(code.lower(), "nlu_fallback")

    assert first.responses == ["utter_ask_ticket_code"]
    assert first.with_response("utter_ask_ticket_code")["number"] == number
    assert second.with_response("utter_ticket_status")["number"] == number
    assert elsewhere.slots["ticket_number"] is None


async def test_a_number_is_read_however_it_was_typed(chat: Chat) -> None:
    number, code = await opened(chat)
    elsewhere = await Chat.opens(chat.services)
    typed = number.lower().replace("jx", "jx ").replace("-", "")

    said = await elsewhere.hears(f"{typed} 口令{code}", "inform")

    assert said.with_response("utter_ticket_status")["number"] == number


async def test_after_a_wrong_code_the_number_is_not_waited_with_any_longer(chat: Chat) -> None:
    number, code = await opened(chat)
    elsewhere = await Chat.opens(chat.services)
    await elsewhere.hears(number, "ask_ticket_status")
    wrong = "ACDEFG" if code != "ACDEFG" else "GFEDCA"

    said = await elsewhere.hears(wrong, "nlu_fallback")

    assert said.responses == ["utter_ticket_not_found"]
    assert elsewhere.slots["ticket_number"] is None


async def test_in_its_own_conversation_a_ticket_needs_no_code(chat: Chat) -> None:
    number, _ = await opened(chat)
    said = await chat.hears("我的工单到哪一步了", "ask_ticket_status")

    assert said.with_response("utter_ticket_status")["number"] == number


async def test_a_number_of_another_ticket_without_its_code_does_not_show_the_own_one_instead(
    chat: Chat,
) -> None:
    await opened(chat)
    said = await chat.hears("JX20261101-0007 到哪一步了", "ask_ticket_status")

    assert said.responses == ["utter_ask_ticket_code"]


async def test_without_a_ticket_number_and_code_are_asked_for(chat: Chat) -> None:
    said = await chat.hears("我想查工单", "ask_ticket_status")

    assert said.responses == ["utter_ask_ticket_number"]


async def test_the_next_deadline_is_shown_with_the_status(chat: Chat) -> None:
    chat.slots |= {
        **KNOWN,
        "situation": "accused_court",
        "doc_received_on": "2026-11-16",
        "contact": "refused",
    }
    await chat.files("登记", "open_ticket")

    said = await chat.hears("工单怎么样了", "ask_ticket_status")

    assert "2026-12-01" in said.with_response("utter_ticket_status")["deadline"]


@pytest.mark.parametrize(
    "text", ["刚那个电话写错了，尾号应该是0021", "手机号打错了一位", "不对，号码留错了"]
)
async def test_a_number_that_is_called_wrong_is_asked_for_as_a_whole(chat: Chat, text: str) -> None:
    await chat.hears("赣州有人仿冒我的商标", "infringed")
    chat.slots["contact"] = "13800001111"
    said = await chat.hears(text, "inform")

    assert said.with_response("utter_contact_again")["contact"] == "13800001111"
    assert chat.slots["contact"] == "13800001111"


async def test_a_whole_number_in_place_of_a_wrong_one_is_taken(chat: Chat) -> None:
    await chat.hears("赣州有人仿冒我的商标", "infringed")
    chat.slots["contact"] = "13800001111"
    said = await chat.hears("电话写错了，是13800002222", "inform")

    assert "utter_contact_again" not in said.responses
    assert chat.slots["contact"] == "13800002222"
