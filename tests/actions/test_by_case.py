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


async def test_whoever_stays_unclear_never_hears_the_same_words_twice_in_a_row(chat: Chat) -> None:
    before: list[object] = []
    for text, intent in [
        ("嗯那个就是吧", "nlu_fallback"),
        ("要花多少钱", "ask_cost"),
        ("平台不理我呢", "suppose"),
        ("局里说不归他们管", "passed_on"),
        ("就是那样子的", "nlu_fallback"),
        ("说了你也不懂", "nlu_fallback"),
    ]:
        said = await chat.hears(text, intent)
        words = [message for message in said.messages if message.get("response") or message["text"]]
        assert words and not [one for one in words if one in before]
        before = [*words]


async def test_a_question_without_a_matter_is_answered_with_what_holds_for_every_way(
    chat: Chat,
) -> None:
    await chat.hears("嗯那个就是吧", "nlu_fallback")
    fees = await chat.hears("要花多少钱", "ask_cost")
    declined = await chat.hears("局里说不归他们管", "passed_on")
    waits = await chat.hears("平台不理我呢", "suppose")

    assert fees.responses == ["utter_open_fees", "utter_ask_again"] and fees.buttons
    assert declined.responses == ["utter_declined", "utter_ask_with_a_person"]
    assert waits.responses == ["utter_open_no_reaction", "utter_ask_again"]


async def test_once_the_matter_is_told_it_counts_anew(chat: Chat) -> None:
    await chat.hears("嗯那个就是吧", "nlu_fallback")
    told = await chat.hears("隔壁店仿我的招牌，商标注册过", "infringed")

    assert "utter_direction" in told.responses and not chat.slots["unclear"]


async def test_what_was_asked_in_vain_still_answers_what_holds_for_every_way(chat: Chat) -> None:
    chat.slots |= {"situation": "unknown"}
    said = await chat.hears("要花多少钱", "ask_cost")

    assert said.responses == ["utter_open_fees"]
