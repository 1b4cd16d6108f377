"""A word that is asked about is explained, and the matter goes on."""

from tests.actions.chat import Chat
from tests.content import knowledge_base

TERMS = knowledge_base().terms.terms


async def test_a_word_is_explained_in_plain_ones(chat: Chat) -> None:
    said = await chat.hears("行政裁决是什么意思", "ask_meaning")
    told = said.with_response("utter_term")

    assert said.responses == ["utter_term"]
    assert (told["term"], told["meaning"]) == ("行政裁决", TERMS["行政裁决"])


async def test_two_words_are_told_apart(chat: Chat) -> None:
    said = await chat.hears("异议和无效宣告是什么意思，有啥区别", "ask_meaning")

    assert [message["term"] for message in said.messages] == ["异议", "无效宣告"]


async def test_of_words_within_one_another_the_whole_one_is_explained(chat: Chat) -> None:
    said = await chat.hears("管辖权异议是什么意思", "ask_meaning")

    assert [message["term"] for message in said.messages] == ["管辖权异议"]


async def test_the_open_question_is_put_again(chat: Chat) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark", "asked": ["right_status"]}
    said = await chat.hears("行政投诉是啥", "ask_meaning")

    assert said.responses == ["utter_term", "utter_back_to_the_question"]
    assert (chat.slots["situation"], chat.slots["asked"]) == ("infringed", ["right_status"])


async def test_a_word_that_is_not_known_is_looked_up_in_the_law(chat: Chat) -> None:
    said = await chat.hears("白纸黑字是什么意思", "ask_meaning")

    assert said.responses[0] == "utter_law_related"
