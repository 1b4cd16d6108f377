"""What would be so is told; what is known stays as it was told."""

from typing import Any

import pytest

from actions.ticket import OpenTicket
from tests.actions.chat import Chat

SERVED: dict[str, Any] = {
    "situation": "accused_court",
    "right": "trademark",
    "doc_received_on": "2026-11-16",
    "asked": ["goal"],
}


async def test_the_last_day_is_reckoned_as_if_it_were_so(chat: Chat) -> None:
    chat.slots |= SERVED
    said = await chat.hears("如果是11月18号收到的呢", "suppose")

    assert "2026年12月3日" in said.with_response("utter_supposition")["outcome"]


async def test_nothing_that_is_known_changes(chat: Chat) -> None:
    chat.slots |= SERVED
    before = dict(chat.slots)
    said = await chat.hears("如果是11月18号收到的呢", "suppose")

    assert chat.slots == before
    assert await chat.referral_of(said) is None
    assert (await chat.shows()).facts == {}


async def test_where_no_day_counts_the_way_is_told(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark", "city": "赣州市"}
    said = await chat.hears("要是他在南昌东湖区呢", "suppose")

    assert "东湖区市场监督管理局" in said.with_response("utter_supposition")["outcome"]
    assert chat.slots["city"] == "赣州市"


async def test_the_open_question_is_put_again(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark", "asked": ["right_status"]}
    said = await chat.hears("要是在南昌呢", "suppose")

    assert said.responses == ["utter_supposition", "utter_back_to_the_question"]


async def test_an_open_ticket_hears_nothing_of_it(chat: Chat) -> None:
    chat.slots |= {**SERVED, "contact": "refused"}
    await chat.files("登记", "open_ticket")
    said = await chat.hears("如果是11月18号收到的呢", "suppose")

    assert not {"utter_ticket_updated", "utter_ticket_contact"} & set(said.responses)
    assert (await chat.shows()).facts.get("doc_received_on") != "2026-11-18"


async def test_a_paper_that_only_might_come_is_not_received(chat: Chat) -> None:
    chat.slots |= {"situation": "accused_letter", "right": "trademark", "city": "赣州市"}
    said = await chat.hears("万一法院真寄传票来了呢", "suppose")

    assert "受理本案的人民法院" in said.with_response("utter_supposition")["outcome"]
    assert chat.slots["situation"] == "accused_letter" and not chat.slots.get("doc_received")


async def test_where_the_way_stays_the_same_it_is_told_what_comes_after_it(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark", "venue": "ecommerce"}
    said = await chat.hears("要是他不理我呢", "suppose")

    outcome = said.with_response("utter_supposition")["outcome"]
    assert outcome.startswith("还是先走「平台侵权通知」")
    assert "接着走「商标行政投诉（市场监管）」" in outcome


async def test_where_an_office_declines_the_next_way_is_told(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark", "city": "赣州市"}
    said = await chat.hears("局里说这个不归他们管", "open_ticket")

    assert "走「民事诉讼」" in said.with_response("utter_declined")["then"]


async def test_a_supposition_that_opened_the_form_closes_it_and_is_answered(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark", "city": "赣州市"}
    chat.in_form = True
    opened = await chat.fills("万一窗口不受理呢", "open_ticket")
    assert opened.responses == [] and not chat.in_form

    said = await chat.hears("万一窗口不受理呢", "open_ticket", action=OpenTicket)
    assert said.responses == ["utter_declined"]
    assert (await chat.shows()).ticket is None


@pytest.mark.parametrize(
    ("facts", "text", "response"),
    [
        ({"situation": "accused_platform"}, "平台一直不搭理我呢", "utter_after_counter_notice"),
        ({"situation": "license_contract"}, "总部就是不回我呢", "utter_after_contract_claim"),
        (
            {"situation": "license_contract", "proceeding": ["有仲裁条款"]},
            "要是对方不配合呢",
            "utter_after_arbitration",
        ),
    ],
)
async def test_where_no_other_way_follows_it_is_told_what_comes_after_the_first(
    chat: Chat, facts: dict[str, Any], text: str, response: str
) -> None:
    chat.slots |= {"right": "trademark", **facts}
    said = await chat.hears(text, "suppose")

    assert said.responses == [response]


async def test_what_can_be_claimed_under_a_contract_is_told_with_a_person(chat: Chat) -> None:
    chat.slots |= {"situation": "license_contract"}
    said = await chat.hears("能要回多少钱", "ask_cost")

    assert said.responses == ["utter_damages_by_contract"]


@pytest.mark.parametrize("text", ["他不肯来呢", "对方不露面怎么办", "人家不愿意来"])
async def test_when_he_does_not_come_to_the_mediation_its_end_and_the_next_way_are_told(
    chat: Chat, text: str
) -> None:
    chat.slots |= {
        "situation": "infringed",
        "right": "patent_design",
        "circumstances": ["wants_talk"],
        "city": "景德镇市",
    }
    said = await chat.hears(text, "suppose")

    assert said.with_response("utter_answer")["says"].startswith("他不来，调解就到此为止")
    assert said.with_response("utter_direction")["name"] == "专利侵权纠纷行政裁决"
    assert "人民调解法" in said.with_response("utter_answer")["basis"]
