"""An operator is offered what the bot would say, and nothing is done that a person decides on."""

from sqlalchemy import func, select

from api.conversations.models import Conversation
from api.suggestions.models import StoredSet
from api.tickets.models import Ticket
from knowledge.search.cards import Found
from tests.actions.likelihood import signs
from tests.api.suggestions.conftest import Desk, PlayedSearch

STORY = "有人在卖仿我们牌子的货"
MATTER = {"situation": "infringed", "right": "trademark"}


async def test_a_message_gets_the_bots_own_reply_with_what_it_stands_on(desk: Desk) -> None:
    await desk.hears(STORY)

    told = await desk.sees()

    assert [one["kind"] for one in told["suggestions"]] == ["reply", "question"]
    reply, question = told["suggestions"]
    first = told["remedies"][0]
    assert first["name"] in reply["text"]
    assert question["text"].startswith(told["missing"][0]["question"])
    assert told["facts"]["situation"] == "infringed"
    assert (told["intent"], told["certainty"], told["action"]) == ("infringed", 0.9, None)


async def test_the_conversation_remembers_what_was_told_and_not_what_nobody_said(
    desk: Desk,
) -> None:
    await desk.hears(STORY)
    await desk.hears("在赣州章贡区")

    conversation = await desk.conversation()

    assert conversation.facts["county"] == "章贡区"
    assert conversation.memory and conversation.memory["situation"] == "infringed"
    assert "asked" not in conversation.memory and "offered" not in conversation.memory


async def test_a_question_that_was_sent_is_what_the_next_message_answers(desk: Desk) -> None:
    await desk.hears(STORY)
    question = (await desk.sees())["suggestions"][-1]
    await desk.sends(question)

    conversation, told = await desk.conversation(), await desk.sees()

    assert conversation.memory
    assert conversation.memory["asked"] == [told["missing"][0]["slot"]]
    assert told["suggestions"][-1]["state"] == "used"


async def test_what_was_sent_in_other_words_is_edited(desk: Desk) -> None:
    await desk.hears(STORY)
    reply = (await desk.sees())["suggestions"][0]

    await desk.sends(reply, "我看一下再答复您。")

    assert (await desk.sees())["suggestions"][0]["state"] == "edited"


async def test_a_suggestion_that_is_gone_keeps_nothing_from_being_sent(desk: Desk) -> None:
    await desk.hears(STORY)

    await desk.sends({"id": "no-such-suggestion", "citations": []}, "我看一下再答复您。")

    assert (await desk.visitor.heard())[-1] == ("operator", "我看一下再答复您。")


async def test_other_answers_that_may_be_meant_stand_beside_it(
    desk: Desk, search: PlayedSearch
) -> None:
    search.found = [
        Found(name, signs(name, 0.15, MATTER))
        for name in ("tmi-damages-method", "tmo-opp-how-long")
    ]
    await desk.hears(STORY)

    told = await desk.sees()

    answers = [one for one in told["suggestions"] if one["kind"] == "answer"]
    assert answers and answers[0]["citations"] and 0 < answers[0]["chance"] < 1
    assert len(told["suggestions"]) == 3


async def test_what_the_visitor_wishes_for_is_not_asked_of_him_where_an_answer_is_told(
    desk: Desk, search: PlayedSearch
) -> None:
    search.found = [Found("tmi-damages-method", signs("tmi-damages-method", 0.95, MATTER))]
    await desk.hears(STORY)
    await desk.hears("我想追究他的刑事责任")

    told, conversation = await desk.sees(), await desk.conversation()

    assert told["suggestions"][0]["why"].startswith("答一个具体的问题")
    assert told["facts"]["goal"] == conversation.facts["goal"] == "criminal"
    assert "goal" not in [one["slot"] for one in told["missing"]]


async def test_a_wish_for_a_ticket_is_named_and_none_is_opened(desk: Desk) -> None:
    await desk.hears(STORY)
    await desk.hears("帮我登记工单")

    told = await desk.sees()

    assert told["action"] == "open_ticket"
    async with desk.app.state.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Ticket)) == 0


async def test_a_wish_for_a_person_moves_nothing_and_the_message_before_is_suggested_for(
    desk: Desk,
) -> None:
    await desk.hears(STORY)
    story = await desk.sees()
    await desk.hears("转人工")

    assert await desk.sees() == story
    assert (await desk.conversation()).state == "operator"


async def test_a_message_is_thought_about_once(desk: Desk) -> None:
    await desk.hears(STORY)

    first, second = await desk.sees(), await desk.sees()

    assert first == second
    async with desk.app.state.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(StoredSet)) == 1


async def test_what_an_operator_corrected_meanwhile_stands(desk: Desk) -> None:
    await desk.hears(STORY)
    async with desk.app.state.database.session() as session:
        conversation = await session.get_one(Conversation, desk.visitor.id)
        conversation.memory = {**(conversation.memory or {}), "right": "patent"}
        conversation.facts = {**conversation.facts, "right": "patent"}
    await desk.hears("在赣州章贡区")

    conversation = await desk.conversation()

    assert (conversation.facts["right"], conversation.facts["county"]) == ("patent", "章贡区")


async def test_what_the_bot_answered_is_suggested_for_without_changing_what_is_known(
    desk: Desk,
) -> None:
    await desk.visitor.says(STORY)
    before = await desk.conversation()

    told = await desk.sees()

    after = await desk.conversation()
    assert told["suggestions"][0]["kind"] == "reply"
    assert (after.facts, after.memory) == (before.facts, before.memory)


async def test_nothing_is_suggested_where_nothing_was_said(desk: Desk) -> None:
    assert await desk.sees() is None
