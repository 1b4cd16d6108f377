"""What a turn led to is noted once it was said, and goes with the conversation."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Clock
from api.conversations import service as conversations
from api.conversations.models import ToldContent, Turn
from api.conversations.schemas import LedTo
from api.database import Database
from api.dialogue.replies import Reply
from api.privacy import service as privacy
from api.privacy.export import export
from tests.api.conversations.test_service import begun

LED_TO = LedTo(outcome="answered", answers=["tmo-opp-how-long"], remedies=["complaint"])


async def told(session: AsyncSession) -> list[tuple[str, str]]:
    rows = await session.scalars(select(ToldContent).order_by(ToldContent.id))
    return [(row.kind, row.key) for row in rows]


async def answered(database: Database, clock: Clock, *replies: Reply) -> Turn:
    turn_id = await begun(database, clock)
    async with database.session() as session:
        await conversations.keep_memory(session, turn_id, {}, led_to=LED_TO)
        await conversations.answer(session, turn_id, replies, at=clock.now())
        return await session.get_one(Turn, turn_id)


async def test_an_answered_turn_says_what_was_told(database: Database, clock: Clock) -> None:
    turn = await answered(database, clock, Reply("三个月。"))

    assert turn.outcome == "answered"
    async with database.reading() as session:
        assert await told(session) == [("answer", "tmo-opp-how-long"), ("remedy", "complaint")]


async def test_what_was_not_said_to_the_visitor_was_not_told(
    database: Database, clock: Clock
) -> None:
    turn = await answered(database, clock)

    assert turn.outcome is None
    async with database.reading() as session:
        assert await told(session) == []


async def test_the_visitor_may_read_it_and_it_goes_with_the_conversation(
    database: Database, clock: Clock
) -> None:
    turn = await answered(database, clock, Reply("三个月。"))
    async with database.session() as session:
        found = await privacy.find(session, turn.conversation_id)
        document = await export(session, found, at=clock.now())
        counts = (
            await privacy.delete_case(session, turn.conversation_id, "visitor", at=clock.now())
        ).counts
        left = await told(session)

    named = [(one["是"], one["编号"]) for one in document["讲过的问答和办法"]]
    assert named == [("问答", "tmo-opp-how-long"), ("办法", "complaint")]
    assert (counts["told_content"], left) == (2, [])
