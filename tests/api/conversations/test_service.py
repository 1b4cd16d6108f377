import pytest

from api.clock import Clock
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.conversations.schemas import Handoff
from api.database import Database
from api.dialogue.replies import Reply


def waiting(position: int) -> Handoff:
    return Handoff(state="waiting", position=position)


async def opened(database: Database, clock: Clock) -> str:
    async with database.session() as session:
        return (await conversations.open_conversation(session, "web", True, at=clock.now())).id


async def begun(database: Database, clock: Clock) -> str:
    """The id of a turn that is being thought about."""
    async with database.session() as session:
        opened = await conversations.open_conversation(session, "web", True, at=clock.now())
        conversation = await conversations.authenticate(session, opened.id, opened.token)
        stored = await conversations.store_message(
            session, conversation, "有人卖假货", None, at=clock.now()
        )
    return stored.turn_id


async def test_facts_are_laid_over_each_other_and_empty_ones_are_forgotten(
    database: Database, clock: Clock
) -> None:
    turn = await begun(database, clock)

    async with database.session() as session:
        await conversations.remember_facts(
            session, turn, {"city": "赣州市", "right": "trademark", "unused": ""}
        )
        known = await conversations.remember_facts(
            session, turn, {"right": None, "circumstances": ["seller"], "evidence": []}
        )

    assert known == {"city": "赣州市", "circumstances": ["seller"]}


async def test_what_a_turn_finds_out_is_known_from_its_answer_on(
    database: Database, clock: Clock
) -> None:
    turn = await begun(database, clock)
    async with database.session() as session:
        await conversations.remember_facts(session, turn, {"city": "赣州市"})
        await conversations.keep_memory(session, turn, {"city": "赣州市", "asked": ["right"]})
        conversation_id, memory = await conversations.recall(session, turn, 1)
        conversation = await session.get_one(Conversation, conversation_id)
        before = (conversation.facts, conversation.memory)

        answered = await conversations.answer(session, turn, [Reply("好")], at=clock.now())

    assert before == ({}, None) and memory == {"city": "赣州市", "asked": ["right"]}
    assert answered["facts"] == {"city": "赣州市"} and conversation.memory == memory


async def test_an_attempt_that_was_given_up_leaves_no_trace_and_can_do_nothing_more(
    database: Database, clock: Clock
) -> None:
    turn = await begun(database, clock)
    async with database.session() as session:
        await conversations.remember_facts(session, turn, {"city": "赣州市"})
        await conversations.keep_memory(session, turn, {"asked": ["right"]})
        again = await conversations.begin_again(session, turn)
        _, memory = await conversations.recall(session, turn, again)

        assert memory == {}
        with pytest.raises(conversations.TurnOver):
            await conversations.open_turn(session, turn, again - 1)
        with pytest.raises(conversations.TurnOver):
            await conversations.recall(session, turn, again - 1)


async def test_who_asks_for_a_person_keeps_the_place_in_the_queue(
    database: Database, clock: Clock
) -> None:
    first, second = await opened(database, clock), await opened(database, clock)

    async with database.session() as session:
        assert await conversations.hand_off(session, first, "要求", at=clock.now()) == waiting(1)
    async with database.session() as session:
        assert await conversations.hand_off(session, second, "要求", at=clock.now()) == waiting(2)
    async with database.session() as session:
        assert await conversations.hand_off(session, first, "又说一次", at=clock.now()) == waiting(
            1
        )
