"""What is put into the outbox: once, with the unit of work that it belongs to."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from api.contacts.models import Contact
from api.outbox import service
from api.outbox.batches import Batches
from api.outbox.states import State
from tests.api.outbox.conftest import Desk


async def put(desk: Desk, session: AsyncSession, contact: Contact) -> None:
    """Put one message."""
    await service.put(
        session,
        lane=service.lane_of(contact.id),
        channel="wechat",
        contact_id=contact.id,
        conversation_id=None,
        kind=service.MESSAGE,
        ref="a",
        at=desk.clock.now(),
    )


async def test_the_same_put_again_is_the_same_item(desk: Desk, contact: Contact) -> None:
    first, again = await desk.puts(contact, "hello", "hello")

    assert first == again
    assert await desk.states() == [State.PENDING]


async def test_two_who_put_the_same_at_once_make_one_item(desk: Desk, contact: Contact) -> None:
    [first], [second] = await asyncio.gather(desk.puts(contact, "a"), desk.puts(contact, "a"))

    assert first == second


async def test_nothing_is_sent_of_a_unit_of_work_that_failed(desk: Desk, contact: Contact) -> None:
    with pytest.raises(ZeroDivisionError):
        async with desk.database.session() as session:
            await put(desk, session, contact)
            raise ZeroDivisionError
    await desk.worker().once()

    assert desk.courier.sent == []
    assert await desk.items() == []


async def test_the_worker_of_the_process_is_woken_by_the_commit(
    desk: Desk, contact: Contact
) -> None:
    woken = asyncio.Event()
    service.serves(desk.database.engine, ("wechat",), woken.set)
    async with desk.database.session() as session:
        assert service.carries(session, "wechat") and not service.carries(session, "mail")
        await put(desk, session, contact)
        assert not woken.is_set()

    assert woken.is_set()


async def test_what_a_reply_carries_is_not_sent_and_what_it_did_not_carry_is(
    desk: Desk, contact: Contact
) -> None:
    await desk.puts(contact, "answer", inbound_id=7)
    await desk.puts(contact, "more", inbound_id=7)
    async with desk.database.session() as session:
        [answer, _] = await service.unsent(session, service.lane_of(contact.id))
        service.carried([answer], 7, at=desk.clock.now())
    await desk.worker().once()
    assert desk.courier.texts == ["more"]

    async with desk.database.session() as session:  # its process died before the reply left
        await service.not_carried(session, 7, at=desk.clock.now())
    await desk.worker().once()

    assert desk.courier.texts == ["more", "answer"]


async def test_what_a_reply_may_carry_waits_for_it(desk: Desk, contact: Contact) -> None:
    due_at = desk.clock.at + timedelta(seconds=4.5)
    await desk.puts(contact, "answer", inbound_id=7, due_at=due_at)
    await desk.worker().once()
    assert desk.courier.texts == []

    async with desk.database.session() as session:
        await service.release(session, 7, at=desk.clock.now())
    await desk.worker().once()
    assert desk.courier.texts == ["answer"]


async def test_a_reply_overtakes_nothing_that_is_being_sent(desk: Desk, contact: Contact) -> None:
    lane = service.lane_of(contact.id)
    await desk.puts(contact, "first")
    await Batches(desk.database, desk.clock).lease(lane)
    await desk.puts(contact, "answer")

    async with desk.database.session() as session:
        assert await service.unsent(session, lane) == []
