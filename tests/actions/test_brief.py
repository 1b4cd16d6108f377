"""Moods and the wish for brevity get one short reply that says what to do first now."""

import re

import pytest

from tests.actions.chat import Chat

SERVED = {
    "situation": "accused_court",
    "right": "trademark",
    "doc_received_on": "2026-11-16",
    "asked": ["goal"],
}


@pytest.mark.parametrize(
    ("text", "intent", "response"),
    [
        ("第一步做什么", "ask_steps", "utter_first_step"),
        ("太长了，说重点", "too_long", "utter_in_short"),
        ("你们一点用都没有", "complain", "utter_sorry"),
        ("我真的好怕", "worried", "utter_take_heart"),
        ("嗯", "acknowledge", "utter_go_on"),
        ("在吗", "greet", "utter_still_here"),
    ],
)
async def test_one_sentence_tells_what_has_its_last_day_first(
    chat: Chat, text: str, intent: str, response: str
) -> None:
    chat.slots |= SERVED
    said = await chat.hears(text, intent)

    assert (said.responses, said.texts) == ([response], [])
    assert said.with_response(response)["step"] == "提交答辩，最晚2026年12月1日"


async def test_who_does_not_understand_hears_whom_to_go_to_and_what_to_bring(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark", "county": "章贡区"}
    said = await chat.hears("听不懂，说人话", "not_clear")
    simpler = said.with_response("utter_simpler")

    assert said.responses == ["utter_simpler"]
    assert simpler["body"] and simpler["gives"] and "商标注册证" in simpler["materials"]


async def test_who_was_sent_on_from_elsewhere_hears_whose_business_it_is(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark", "city": "赣州市"}
    said = await chat.hears("12345让我找你们", "passed_on")
    passed_on = said.with_response("utter_passed_on")

    assert "市场监督管理局" in passed_on["body"]
    assert passed_on["name"] == "商标行政投诉（市场监管）"


async def test_who_asks_for_the_steps_hears_what_comes_after_the_first(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark"}
    referral = await chat.referral_of(await chat.hears("有人仿我的商标", "infringed"))
    said = await chat.hears("接下来呢", "ask_steps")

    assert referral
    assert referral["remedies"][1]["name"] in said.with_response("utter_first_step")["after"]


@pytest.mark.parametrize(
    ("text", "intent", "response"),
    [
        ("嗯", "acknowledge", "utter_tell_me"),
        ("第一步做什么", "ask_steps", "utter_tell_me"),
        ("你们一点用都没有", "complain", "utter_sorry_tell_me"),
    ],
)
async def test_before_anything_is_known_it_is_asked_what_happened(
    chat: Chat, text: str, intent: str, response: str
) -> None:
    said = await chat.hears(text, intent)

    assert said.responses == [response]
    assert await chat.referral_of(said) is None


async def test_a_short_reply_leaves_the_open_question_and_closes_the_offer(chat: Chat) -> None:
    chat.slots |= {**SERVED, "offered": "ticket"}
    said = await chat.hears("嗯", "acknowledge")

    assert (chat.slots["asked"], chat.slots["offered"]) == (["goal"], None)
    assert "utter_back_to_the_question" not in said.responses


async def test_angry_words_that_tell_news_are_listened_to(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark"}
    said = await chat.hears("你们一点用都没有，我在南昌，都截了图了", "complain")

    assert "utter_sorry" not in said.responses
    assert "截图" in said.with_response("utter_news")["news"]
    assert chat.slots["own_city"] == "南昌市"


async def test_no_short_reply_holds_a_machines_date(chat: Chat) -> None:
    chat.slots |= SERVED
    said = await chat.hears("第一步做什么", "ask_steps")

    assert not re.search(r"20\d\d-\d\d", str(said.messages))


async def test_who_would_hurt_somebody_is_talked_out_of_it_first_and_told_what_to_do(
    chat: Chat,
) -> None:
    await chat.hears("隔壁店在赣州章贡区用我注册的商标卖货", "infringed")
    said = await chat.hears("晚上我叫人去把他店砸了", "inform")

    assert said.responses[0] == "utter_no_harm" and "utter_in_short" in said.responses
    assert chat.slots["situation"] == "infringed"
