"""What is older than the settings allow goes at night, and nothing else does."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from api.clock import SHANGHAI
from api.conversations import service as conversations
from api.conversations import tokens
from api.conversations.models import Conversation, ConversationToken, Message
from api.database import Database
from api.events import service as events
from api.evidence import service as evidence
from api.moving import service as moving
from api.moving.models import MoveCode
from api.privacy import nightly, service
from api.privacy.models import Deletion, Lease
from api.privacy.sweep import count, sweep
from api.settings import Settings
from api.tickets import service as tickets
from api.tickets.models import Ticket
from tests.api.evidence.pictures import PNG

NOW = datetime(2026, 11, 22, 3, 30, tzinfo=SHANGHAI)
KEPT_DAYS = {
    "keep_conversations_days": 90,
    "keep_tickets_days": 365,
    "keep_deletions_days": 1000,
    "keep_logs_days": 30,
}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(var=tmp_path, sweep_hour=3, **KEPT_DAYS)


@dataclass
class Told:
    """A conversation that was held so many days ago."""

    database: Database

    async def __call__(self, days: int, status: str | None = None, **state: str) -> str:
        """Its id; with a ticket in that status where one is given."""
        at = NOW - timedelta(days=days)
        async with self.database.session() as session:
            opened = await conversations.open_conversation(session, "web", True, at=at)
            conversation = await session.get_one(Conversation, opened.id)
            stored = await conversations.store_message(session, conversation, "您好", None, at=at)
            if status:
                notice = await tickets.open(
                    session, opened.id, stored.turn_id, {}, "normal", "摘要", at=at
                )
                ticket = await session.scalar(select(Ticket).where(Ticket.number == notice.number))
                assert ticket is not None
                ticket.status = status
            conversation.state = state.get("state", conversation.state)
        return opened.id


@pytest.fixture
def told(database: Database) -> Told:
    return Told(database)


async def left(database: Database) -> set[str]:
    """The ids of the conversations in which something stands."""
    async with database.reading() as session:
        return set(await session.scalars(select(Message.conversation_id).distinct()))


async def test_what_is_due_goes_and_what_is_not_stays(
    database: Database, settings: Settings, told: Told
) -> None:
    stay = {
        await told(89),
        await told(364, "closed"),
        await told(2000, "new"),
        await told(2000, "waiting"),
    }
    for due in (told(91), told(400, state="waiting"), told(366, "closed"), told(366, "done")):
        await due

    counted = await count(database, settings, at=NOW)
    assert {kind: number for kind, number in counted.items() if kind != "events"} == {
        "conversations": 2,
        "leftovers": 0,
        "tickets": 2,
        "deletions": 0,
        **{"outbox": 0, "inbound": 0, "contacts": 0},
        "logs": 0,
        "codes": 0,
        "tokens": 0,
        "experts": 0,
        "dictionaries": 0,
    }
    assert len(await left(database)) == 8  # counting deletes nothing
    counts = await sweep(database, settings, "schedule", at=NOW)

    assert (counts["conversations"], counts["tickets"]) == (2, 2)
    assert await left(database) == stay
    assert not any((await count(database, settings, at=NOW)).values())


async def test_a_swept_ticket_keeps_its_number_and_its_status(
    database: Database, settings: Settings, told: Told
) -> None:
    await told(366, "done")
    await sweep(database, settings, "schedule", at=NOW)

    async with database.reading() as session:
        [ticket] = await session.scalars(select(Ticket))
    assert ticket.number and (ticket.status, ticket.summary) == ("done", service.EMPTY)


async def test_the_pictures_of_a_swept_ticket_go_and_those_of_an_open_one_stay(
    database: Database, settings: Settings, told: Told
) -> None:
    old, running = await told(366, "new"), await told(366, "new")
    async with database.session() as session:
        for conversation_id in (old, running):
            picture = evidence.Picture("门头.png", "image/png", PNG)
            await evidence.add(session, conversation_id, picture, at=NOW - timedelta(days=366))
        of_old = Ticket.conversation_id == old
        ticket = (await session.scalars(select(Ticket).where(of_old))).one()
        ticket.status = "closed"
    await sweep(database, settings, "schedule", at=NOW)

    async with database.reading() as session:
        assert await evidence.files_of(session, old) == []
        assert len(await evidence.files_of(session, running)) == 1


async def test_who_speaks_again_is_not_old(
    database: Database, settings: Settings, told: Told
) -> None:
    conversation_id = await told(200)
    async with database.session() as session:
        conversation = await session.get_one(Conversation, conversation_id)
        await conversations.store_message(
            session, conversation, "我又来了", None, at=NOW - timedelta(days=3)
        )
    await sweep(database, settings, "schedule", at=NOW)

    assert await left(database) == {conversation_id}


async def test_what_a_visitor_deleted_leaves_no_empty_conversation_behind(
    database: Database, settings: Settings, told: Told
) -> None:
    await told(2, state="deleted")
    counts = await sweep(database, settings, "schedule", at=NOW)

    assert counts["leftovers"] == 1
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Conversation)) == 0


async def test_codes_and_tokens_go_when_they_are_over(
    database: Database, settings: Settings, told: Told
) -> None:
    conversation_id, other = await told(1), await told(1)
    async with database.session() as session:
        await moving.make(session, conversation_id, "visitor", at=NOW - timedelta(hours=1))
        await moving.make(session, other, "visitor", at=NOW)
        for ends in (NOW - timedelta(hours=1), NOW + timedelta(hours=1)):
            given = await tokens.give(session, conversation_id, "link", timedelta(hours=12))
            row = select(ConversationToken).where(ConversationToken.expires_at == given.expires_at)
            (await session.scalars(row)).one().expires_at = ends

    counted = await count(database, settings, at=NOW)
    assert (counted["codes"], counted["tokens"]) == (1, 1)
    counts = await sweep(database, settings, "schedule", at=NOW)

    assert (counts["codes"], counts["tokens"]) == (1, 1)
    async with database.reading() as session:
        for table in (MoveCode, ConversationToken):
            assert await session.scalar(select(func.count()).select_from(table)) == 1


async def test_many_go_in_several_units_of_work(
    database: Database, settings: Settings, told: Told
) -> None:
    for _ in range(60):
        await told(91)

    assert (await sweep(database, settings, "schedule", at=NOW))["conversations"] == 60


async def test_every_run_is_recorded_and_old_records_go(
    database: Database, settings: Settings
) -> None:
    async with database.session() as session:
        service.record(session, "c", "visitor", "asked", {}, at=NOW - timedelta(days=1001))
        service.record(session, "d", "visitor", "asked", {}, at=NOW - timedelta(days=999))
    await sweep(database, settings, "operator", at=NOW)

    async with database.reading() as session:
        records = list(await session.scalars(select(Deletion).order_by(Deletion.id)))
    assert [(one.subject, one.by) for one in records] == [
        ("d", "visitor"),
        ("retention", "operator"),
    ]
    assert records[-1].counts["deletions"] == 1


async def test_logs_that_nobody_wrote_to_for_long_go(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "log").mkdir()
    for name, days in (("api.log", 0), ("api.log.1", 29), ("api.log.2", 31), ("index.log", 31)):
        file = tmp_path / "log" / name
        file.touch()
        moment = (NOW - timedelta(days=days)).timestamp()
        os.utime(file, (moment, moment))

    assert (await sweep(database, settings, "schedule", at=NOW))["logs"] == 2
    assert sorted(path.name for path in (tmp_path / "log").iterdir()) == ["api.log", "api.log.1"]


async def test_at_night_one_of_several_processes_sweeps_and_once(
    database: Database, settings: Settings, told: Told
) -> None:
    await told(91)
    before_the_hour = NOW.replace(hour=2)

    assert await nightly.sweep_if_due(database, settings, before_the_hour) is None
    counts = await nightly.sweep_if_due(database, settings, NOW)
    assert counts is not None and counts["conversations"] == 1
    assert await nightly.sweep_if_due(database, settings, NOW) is None
    assert await nightly.sweep_if_due(database, settings, NOW + timedelta(days=1)) is not None


async def test_the_night_is_in_one_process_s_hands_until_it_is_given_up(
    database: Database,
) -> None:
    async def takes(at: datetime) -> bool:
        async with database.session() as session:
            return await nightly.take(session, at)

    assert await takes(NOW)
    assert not await takes(NOW + timedelta(minutes=1))
    assert await takes(NOW + nightly.LONGEST + timedelta(minutes=1))
    async with database.reading() as session:
        [lease] = await session.scalars(select(Lease))
    assert lease.done_on is None


async def test_where_the_clock_stands_on_another_day_nothing_is_deleted(
    database: Database, settings: Settings, told: Told
) -> None:
    await told(91)
    rehearsal = settings.model_copy(update={"as_of": NOW.date()})
    await nightly.sweep_every_night(database, rehearsal)

    assert len(await left(database)) == 1


async def test_events_of_the_desk_go_after_two_days(database: Database, settings: Settings) -> None:
    async with database.session() as session:
        for days in (1, 3):
            at = NOW - timedelta(days=days)
            await events.publish(session, f"{days} days ago", at=at, conversation_id="c")
    assert (await count(database, settings, at=NOW))["events"] == 1

    assert (await sweep(database, settings, "schedule", at=NOW))["events"] == 1

    async with database.reading() as session:
        left = await events.after(session, 0, 10)
    assert [event.kind for event in left] == ["1 days ago"]
