"""What was asked is answered first: the conclusion, why, what would change it, and its articles."""

from datetime import date

import pytest

from actions.base import Services
from api.clock import Clock
from api.database import Database
from knowledge.base import KnowledgeBase
from knowledge.search.cards import Found
from tests.actions.chat import Chat
from tests.actions.conftest import FakeParser, FakeSearcher
from tests.actions.likelihood import HARDLY, SURELY, signs
from tests.conftest import TODAY
from tests.content import ANSWERS

OPPOSING, DAMAGES = "tmo-opp-how-long", "tmi-damages-method"
STORY = "对方在赣州章贡区开店，招牌用了我注册的商标"


async def test_the_conclusion_comes_first_and_the_articles_last(
    chat: Chat, searcher: FakeSearcher
) -> None:
    searcher.answer = Found(OPPOSING, SURELY)
    said = await chat.hears("异议期到底多长", "ask_whether")
    told, answer = said.with_response("utter_answer"), ANSWERS[OPPOSING].on(TODAY)

    assert said.responses == ["utter_answer"]
    assert told["says"] == answer.says == "三个月，从初步审定公告那天起算。"
    assert answer.why in told["why"] and answer.unless in told["why"]
    assert "《商标法》第三十三条" in told["basis"]
    assert [one["article"] for one in said.citations] == [one.article for one in answer.citations]


async def test_in_the_new_year_the_same_question_is_answered_by_the_new_law(
    database: Database, knowledge: KnowledgeBase, searcher: FakeSearcher
) -> None:
    chat = await Chat.opens(Services(Clock(date(2027, 1, 1)), database, knowledge, FakeParser()))
    searcher.answer = Found(OPPOSING, SURELY)
    told = (await chat.hears("异议期到底多长", "ask_whether")).with_response("utter_answer")

    assert told["says"].startswith("两个月")
    assert "第三十六条" in told["basis"] and "第三十三条" not in told["basis"]


async def test_a_question_of_nobodys_matter_is_recorded_as_one_of_knowledge(
    chat: Chat, searcher: FakeSearcher
) -> None:
    searcher.answer = Found(OPPOSING, SURELY)
    chat.slots["offered"] = "ticket"
    referral = await chat.referral_of(await chat.hears("异议期到底多长", "ask_whether"))

    assert referral and [one["key"] for one in referral["remedies"]] == ["legal_info"]
    assert chat.slots["offered"] is None


async def test_in_the_middle_of_a_matter_the_open_question_is_put_again(
    chat: Chat, searcher: FakeSearcher
) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark", "asked": ["right_status"]}
    searcher.answer = Found(DAMAGES, SURELY)
    said = await chat.hears("能赔几倍", "ask_whether")

    assert said.responses == ["utter_answer", "utter_back_to_the_question"]
    assert await chat.referral_of(said) is None
    assert (chat.slots["situation"], chat.slots["asked"]) == ("infringed", ["right_status"])


async def test_a_story_is_answered_first_and_gets_its_way_after(
    chat: Chat, searcher: FakeSearcher
) -> None:
    searcher.answer = Found(DAMAGES, SURELY)
    said = await chat.hears(STORY, "infringed")

    assert said.responses[:2] == ["utter_answer", "utter_direction"]


async def test_who_only_asks_reads_the_answer_and_not_the_law_beside_it(
    chat: Chat, searcher: FakeSearcher
) -> None:
    searcher.answer = Found(OPPOSING, SURELY)
    said = await chat.hears("异议期到底多长", "general_knowledge")

    assert said.responses == ["utter_answer"] and said.texts == []


async def test_what_is_not_close_enough_is_not_told_as_an_answer(
    chat: Chat, searcher: FakeSearcher
) -> None:
    searcher.answer = Found(OPPOSING, HARDLY)
    said = await chat.hears("异议期到底多长", "ask_law")

    assert said.responses[0] == "utter_law_related" and "utter_answer" not in said.responses


@pytest.mark.parametrize(
    ("text", "intent"), [("不清楚", "dont_know"), ("对的", "affirm"), ("没有", "deny")]
)
async def test_a_reply_to_our_question_asks_nothing_and_gets_no_answer_of_its_own(
    chat: Chat, searcher: FakeSearcher, text: str, intent: str
) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark", "asked": ["right_status"]}
    searcher.answer = Found(DAMAGES, SURELY)
    said = await chat.hears(text, intent)

    assert "utter_answer" not in said.responses


async def test_what_was_just_told_is_not_told_once_more(chat: Chat, searcher: FakeSearcher) -> None:
    chat.slots |= {"situation": "infringed", "right": "trademark"}
    searcher.answer = Found(DAMAGES, SURELY)
    first = await chat.hears("能赔几倍", "ask_whether")
    second = await chat.hears("那到底几倍", "ask_whether")

    assert "utter_answer" in first.responses and "utter_answer" not in second.responses


async def test_its_own_question_put_once_more_is_answered_once_more(
    chat: Chat, searcher: FakeSearcher
) -> None:
    searcher.answer = Found(OPPOSING, SURELY)
    for text in ("异议期到底多长", "异议期到底多长？"):
        assert "utter_answer" in (await chat.hears(text, "ask_whether")).responses
    assert "utter_answer" not in (await chat.hears("那最多几天", "ask_whether")).responses


async def test_a_question_is_answered_once_it_is_known_what_happened(
    chat: Chat, searcher: FakeSearcher
) -> None:
    known = {"situation": "infringed", "right": "trademark"}
    searcher.answer = Found(DAMAGES, signs(DAMAGES, 0.5, known))
    asks = [{"entity": "likely_ask", "value": "answer", "confidence": 0.9}]
    first = await chat.hears(
        "隔壁那家招牌上的商标，会赔多少",
        "accused_letter",
        0.6,
        asks,
        others=[("infringed", 0.4)],
    )
    searcher.answer = None
    pressed = await chat.presses('/inform{"situation": "infringed"}')

    assert "utter_answer" not in first.responses
    assert pressed.responses[:2] == ["utter_answer", "utter_direction"]
    assert chat.slots["open_answers"] is None
