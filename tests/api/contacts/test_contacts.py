"""Contacts, what they send, and what their channel lets us send to them."""

import asyncio
from datetime import timedelta

from sqlalchemy import func, select

from api.clock import Clock
from api.contacts import grants, inbound, service
from api.contacts.models import Contact, Inbound
from api.conversations import service as conversations
from api.conversations.models import Conversation
from api.database import Database

FIVE, TWO_DAYS = 5, timedelta(hours=48)
MINUTE = timedelta(minutes=1)


async def test_two_who_hear_of_a_contact_at_once_make_one(database: Database, clock: Clock) -> None:
    async def hear() -> int:
        async with database.session() as session:
            return (await service.find_or_make(session, "wechat", "jx", "oAbc", at=clock.now())).id

    first, second = await asyncio.gather(hear(), hear())

    assert first == second


async def test_a_contact_is_found_by_his_address_which_stands_nowhere_in_the_clear(
    database: Database, clock: Clock
) -> None:
    async with database.session() as session:
        made = await service.find_or_make(session, "wechat", "jx", "oAbc", at=clock.now())
        assert service.peer_of(made) == "oAbc"
    async with database.reading() as session:
        connection = await session.connection()
        kept = (await connection.exec_driver_sql("SELECT * FROM contacts")).all()
    async with database.session() as session:
        assert await service.find(session, "wechat", "city", "oAbc") is None

    assert "oAbc" not in str(kept)


async def test_a_repeat_of_what_came_in_is_the_same_row(database: Database, clock: Clock) -> None:
    key = inbound.key_of("wechat", "jx", "msg:1")

    async def accept() -> bool:
        async with database.session() as session:
            contact = await service.find_or_make(session, "wechat", "jx", "o1", at=clock.now())
            _, is_new = await inbound.store(
                session, contact.id, key, "text", {"text": "您好"}, at=clock.now()
            )
            return is_new

    assert sorted(await asyncio.gather(accept(), accept(), accept())) == [False, False, True]
    async with database.reading() as session:
        assert await session.scalar(select(func.count(Inbound.id))) == 1


async def test_work_is_taken_up_by_one_and_again_when_his_time_is_over(
    database: Database, clock: Clock
) -> None:
    at = clock.now()
    async with database.session() as session:
        contact = await service.find_or_make(session, "wechat", "jx", "o1", at=at)
        row, _ = await inbound.store(session, contact.id, "k", "text", {}, at=at)

    async def take(moment: timedelta) -> bool:
        async with database.session() as session:
            return await inbound.take_up(session, row.id, MINUTE, at=at + moment) is not None

    assert [await take(timedelta(0)), await take(MINUTE / 2)] == [True, False]
    assert await take(2 * MINUTE)
    assert await take(timedelta(days=-1)), "a lease from the far future was given by a wrong clock"


async def test_a_conversation_has_one_contact_and_a_contact_one_conversation(
    database: Database, clock: Clock
) -> None:
    at = clock.now()
    async with database.session() as session:
        one, two = [
            (await conversations.open_conversation(session, "wechat", True, at=at)).id
            for _ in range(2)
        ]
        first = await service.find_or_make(session, "wechat", "jx", "o1", at=at)
        second = await service.find_or_make(session, "wechat", "jx", "o2", at=at)
        await service.bind(session, first, one, at=at)
        await service.bind(session, second, one, at=at)
        await service.bind(session, first, two, at=at)
        await service.bind(session, second, two, at=at)
        # What the unit of work has in its hands is as up to date as the database.
        assert (await session.get_one(Conversation, two)).contact_id == second.id
    async with database.reading() as session:
        bound = {
            conversation.id: conversation.contact_id
            for conversation in await session.scalars(select(Conversation))
        }
        contacts = [
            contact.conversation_id
            for contact in await session.scalars(select(Contact).order_by(Contact.id))
        ]

    assert bound == {one: None, two: second.id}
    assert contacts == [None, two]


def test_messages_are_counted_against_the_grant_that_ends_first(clock: Clock) -> None:
    at, contact = clock.now(), Contact()
    assert grants.allowance(contact, at).left is None

    grants.renew(contact, "message", FIVE, TWO_DAYS, at)
    grants.renew(contact, "event", 1, MINUTE, at)
    assert grants.allowance(contact, at) == grants.Allowance(6, at + TWO_DAYS)
    assert grants.take(contact, at)
    assert grants.allowance(contact, at + MINUTE) == grants.Allowance(5, at + TWO_DAYS)
    assert [grants.take(contact, at) for _ in range(6)] == [True] * 5 + [False]


def test_a_grant_is_renewed_and_not_added_to_and_ends(clock: Clock) -> None:
    at, contact = clock.now(), Contact()
    grants.renew(contact, "message", FIVE, TWO_DAYS, at)
    grants.take(contact, at)
    grants.renew(contact, "message", FIVE, TWO_DAYS, at)
    assert grants.allowance(contact, at).left == FIVE
    assert grants.allowance(contact, at + TWO_DAYS) == grants.Allowance(0, None)
    assert not grants.take(contact, at + TWO_DAYS)

    grants.exhausted(contact)
    assert grants.allowance(contact, at) == grants.Allowance(0, None)
