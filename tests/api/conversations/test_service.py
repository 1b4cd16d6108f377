from api.clock import Clock
from api.conversations import service as conversations
from api.conversations.schemas import Handoff
from api.database import Database


def waiting(position: int) -> Handoff:
    return Handoff(state="waiting", position=position)


async def opened(database: Database, clock: Clock) -> str:
    async with database.session() as session:
        return (await conversations.open_conversation(session, "web", True, at=clock.now())).id


async def test_facts_are_laid_over_each_other_and_empty_ones_are_forgotten(
    database: Database, clock: Clock
) -> None:
    conversation_id = await opened(database, clock)

    async with database.session() as session:
        await conversations.remember_facts(
            session, conversation_id, {"city": "赣州市", "right": "trademark", "unused": ""}
        )
        known = await conversations.remember_facts(
            session, conversation_id, {"right": None, "circumstances": ["seller"], "evidence": []}
        )

    assert known == {"city": "赣州市", "circumstances": ["seller"]}


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
