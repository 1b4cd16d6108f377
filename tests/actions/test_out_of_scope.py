"""What is not this line's business gets a polite word.

A topic can be left or begun anew; nobody is left in silence.
"""

from pathlib import Path

import pytest
import yaml

from actions import all_actions
from knowledge.routing.out_of_scope import OutOfScope
from knowledge.slots import SLOTS
from tests.actions.chat import Chat

EXITS = OutOfScope.load()
DOMAIN = yaml.load(
    (Path(__file__).parents[2] / "domain.yml").read_text(encoding="utf-8"), yaml.CSafeLoader
)
INTENTS = {*DOMAIN["intents"], "nlu_fallback"}
BESIDE = ("asked", "asked_times", "offered", "parked_matters", "explained", "ticket_number")
STORY = {
    "situation": "infringed",
    "right": "trademark",
    "city": "赣州市",
    "asked": ["goal"],
    "offered": "ticket",
}


@pytest.mark.parametrize("topic", sorted(EXITS.topics))
async def test_every_topic_outside_gets_its_own_words(chat: Chat, topic: str) -> None:
    said = await chat.hears("另外有件事", f"out_{topic}")
    referral = await chat.referral_of(said)

    assert said.texts == [EXITS.exit(topic).reply]
    assert referral and (referral["scope"], referral["remedies"], referral["asks"]) == (
        "out",
        [],
        [],
    )


async def test_an_intent_without_words_of_its_own_gets_the_general_ones(chat: Chat) -> None:
    assert (await chat.hears("另外有件事", "out_unheard_of")).texts == [EXITS.exit("other").reply]


async def test_an_exit_in_the_middle_of_a_matter_forgets_nothing_and_goes_on_with_it(
    chat: Chat,
) -> None:
    chat.slots |= {**STORY, "asked": ["right_status"]}
    said = await chat.hears("拖欠工资怎么办", "out_labour")

    assert "劳动" in said.texts[0]
    assert "utter_back_to_the_question" in said.responses
    assert (chat.slots["situation"], chat.slots["city"]) == ("infringed", "赣州市")
    assert await chat.referral_of(said) is None


async def test_starting_afresh_forgets_everything(chat: Chat) -> None:
    chat.slots |= {**STORY, "ticket_number": "JX20261122-0001"}
    said = await chat.hears("重新开始", "start_over")

    assert said.responses == ["utter_started_afresh"]
    assert [slot for slot in (*SLOTS, *BESIDE) if chat.slots.get(slot) is not None] == []
    assert (await chat.shows()).facts == {}


async def test_a_greeting_is_returned_and_in_the_middle_of_a_matter_forgets_nothing(
    chat: Chat,
) -> None:
    first = await chat.hears("你好", "greet")
    chat.slots |= STORY
    again = await chat.hears("在吗", "greet")

    assert (first.responses, again.responses) == (["utter_greet"], ["utter_still_here"])
    assert again.with_response("utter_still_here")["step"]
    assert (chat.slots["situation"], chat.slots["asked"]) == ("infringed", ["goal"])


async def test_leaving_a_topic_keeps_what_was_said(chat: Chat) -> None:
    chat.slots |= STORY
    said = await chat.hears("算了", "cancel")

    assert said.responses == ["utter_cancelled"]
    assert (chat.slots["situation"], chat.slots["asked"], chat.slots["offered"]) == (
        "infringed",
        None,
        None,
    )


def test_actions_have_names_of_their_own(chat: Chat) -> None:
    names = [action.name() for action in all_actions(chat.services)]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "text", ["", "？", "商标法第五百条", "JX20261122-0001", "不知道", "a" * 2000, "{name}"]
)
async def test_whatever_is_said_nobody_is_left_in_silence(chat: Chat, text: str) -> None:
    """The form's own questions are put by Rasa, thanks and farewells are answered by its rules."""
    for intent in INTENTS - {"goodbye", "thanks", "bot_challenge"}:
        fresh = await Chat.opens(chat.services)
        said = await fresh.hears(text or "。", intent)

        opens_form = [event["name"] for event in said.events if event["event"] == "followup"]
        assert said.messages or opens_form == ["ticket_form"], intent


@pytest.mark.parametrize("intent", ["out_abuse", "out_chitchat", "out_other"])
async def test_angry_words_around_a_real_problem_turn_nobody_away(chat: Chat, intent: str) -> None:
    said = await chat.hears("气死了！隔壁那个混蛋抄我家的招牌！", intent, confidence=0.49)
    referral = await chat.referral_of(said)

    assert referral and referral["scope"] in ("in", "clarify")
    assert "utter_out_of_scope" not in said.responses


async def test_an_answer_to_our_question_is_no_reason_to_turn_somebody_away(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "asked": ["right", "city"]}
    said = await chat.hears("抄我的礼盒包装", "out_wrongdoing", confidence=0.4)
    referral = await chat.referral_of(said)

    assert referral and referral["scope"] == "in"


async def test_a_message_without_a_word_is_not_understood_rather_than_turned_away(
    chat: Chat,
) -> None:
    said = await chat.hears("😡😡😡", "out_chitchat")

    assert "utter_not_understood" in said.responses


async def test_whose_own_brand_is_faked_is_heard_though_he_sounds_like_a_buyer(chat: Chat) -> None:
    said = await chat.hears("抖音上卖假的我家笋干", "out_consumer")
    assert chat.slots["situation"] == "infringed" and EXITS.exit("consumer").reply not in said.texts


async def test_what_a_buyer_seems_to_be_told_once_is_kept_and_a_button_leads_the_owner_back(
    chat: Chat,
) -> None:
    said = await chat.hears("拼多多上到处是假的，在抚州", "out_consumer")
    [button] = said.buttons
    assert (button["title"], chat.slots["situation"]) == ("是我自己的牌子被仿了", None)
    assert chat.slots["city"] == "抚州市"

    await chat.hears("去哪里退货", "out_consumer")
    assert chat.slots["city"] == "抚州市"  # and stays
