"""While it is open which way to go, nothing is told of one as if it were the way; where nobody is
there to react, it is said so; what the helpline itself does is answered.
"""

import pytest

from actions.ticket import OpenTicket
from tests.actions.chat import Chat


async def test_each_figure_is_told_with_the_case_for_which_it_holds(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "asked": ["right"]}
    said = await chat.hears("这个得花多少钱", "ask_cost")
    lines = said.with_response("utter_sides_by_case")["lines"].split("\n")

    assert said.responses == ["utter_sides_by_case", "utter_back_to_the_question"]
    assert lines[0].startswith("不管哪一种，先做「公证、可信时间戳取证」：费用：")
    assert lines[1] == "如果是「牌子、商标」，走「商标行政投诉（市场监管）」：费用：不收费。"


async def test_what_was_in_doubt_is_kept_for_the_next_question(chat: Chat) -> None:
    said = await chat.hears(
        "我那个店名的事",
        "clearance",
        0.3,
        others=[("license_contract", 0.28), ("ownership", 0.25)],
    )
    assert "utter_doubt" in said.responses
    doubted = chat.slots["doubted"]

    said = await chat.hears("大概要多久", "ask_time")
    lines = said.with_response("utter_sides_by_case")["lines"].split("\n")
    assert len(doubted) >= len(lines) >= 2 and not lines[0].startswith("不管")
    assert len(said.buttons) == len(doubted)


@pytest.mark.parametrize(
    ("situation", "response"),
    [
        ("clearance", "utter_nobody_clearance"),
        ("support_need", "utter_nobody_support"),
        ("registration_exam", "utter_nobody_filing"),
        ("preexam_need", "utter_nobody_filing"),
    ],
)
async def test_where_nobody_is_there_to_react_what_fits_is_said(
    chat: Chat, situation: str, response: str
) -> None:
    chat.slots |= {"situation": situation, "right": "trademark"}
    said = await chat.hears("他要是死活不改呢", "suppose")

    assert said.responses == [response]


async def test_what_a_search_may_find_leads_on(chat: Chat) -> None:
    chat.slots |= {"situation": "clearance", "right": "trademark"}
    said = await chat.hears("万一查到别人注册了呢", "suppose")

    assert said.responses == ["utter_found_taken"]


async def test_a_question_about_the_helpline_that_opened_the_form_closes_it_and_is_answered(
    chat: Chat,
) -> None:
    chat.in_form = True
    opened = await chat.fills("你们能不能陪我去法院打官司", "open_ticket")
    assert opened.responses == [] and not chat.in_form

    said = await chat.hears("你们能不能陪我去法院打官司", "open_ticket", action=OpenTicket)
    assert said.responses == ["utter_answer", "utter_about_us_next"]
    assert said.with_response("utter_answer")["says"].startswith("不能：热线不代理")
    assert (await chat.shows()).ticket is None
