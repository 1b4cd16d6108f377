"""What is kept of who writes over another channel goes by age, and opens with a new key."""

from datetime import datetime, timedelta

from pydantic import SecretStr
from sqlalchemy import select

from api.clock import SHANGHAI
from api.contacts import inbound
from api.contacts import service as contacts
from api.contacts.models import Contact, Inbound
from api.conversations import service as conversations
from api.database import Database
from api.outbox import service as outbox
from api.outbox.models import OutboxItem
from api.outbox.states import State
from api.privacy import rotation
from api.privacy.sweep import count, sweep
from api.protection.keys import DataKeys, new_key
from api.settings import Settings
from tests.conftest import KEYS

NOW = datetime(2026, 11, 22, 3, 30, tzinfo=SHANGHAI)
LONG_AGO, LATELY = NOW - timedelta(days=31), NOW - timedelta(days=29)


async def wrote(
    database: Database, peer: str, at: datetime, state: State, *, follows: bool = True
) -> int:
    """A contact who wrote at a moment, and what was put for him then; his id."""
    async with database.session() as session:
        contact = await contacts.find_or_make(session, "wechat", "jx", peer, at=at)
        contact.subscribed, contact.last_inbound_at = follows, at
        await inbound.store(session, contact.id, peer, "text", {"text": "您好"}, at=at)
        item = await outbox.put(
            session,
            lane=outbox.lane_of(contact.id),
            channel="wechat",
            contact_id=contact.id,
            conversation_id=None,
            kind=outbox.OWN,
            ref=peer,
            at=at,
            payload={"texts": ["您好，请讲"]},
        )
        item.state = state
    return contact.id


async def test_what_was_dealt_with_goes_after_thirty_days_and_what_waits_stays(
    database: Database, tmp_path: object
) -> None:
    await wrote(database, "sent", LONG_AGO, State.SENT)
    waits = await wrote(database, "waits", LONG_AGO, State.HELD)
    lately = await wrote(database, "lately", LATELY, State.SENT)
    await wrote(database, "gone", LONG_AGO, State.HELD, follows=False)
    settings = Settings(var=tmp_path)
    told = {"outbox": 2, "inbound": 3, "contacts": 1}
    counted = await count(database, settings, at=NOW)
    counts = await sweep(database, settings, "schedule", at=NOW)
    async with database.reading() as session:
        items = (await session.scalars(select(OutboxItem.contact_id))).all()
        left = (await session.scalars(select(Inbound.contact_id))).all()
        known = (await session.scalars(select(Contact.contact))).all()

    assert {kind: counted[kind] for kind in told} == told
    assert {kind: counts[kind] for kind in told} == told
    assert (set(items), left) == ({waits, lately}, [lately])
    assert {one.rpartition(":")[2] for one in known} == {"sent", "waits", "lately"}


async def test_who_unsubscribed_stays_known_while_he_has_a_conversation(
    database: Database, tmp_path: object
) -> None:
    contact_id = await wrote(database, "gone", LONG_AGO, State.SENT, follows=False)
    async with database.session() as session:
        opened = await conversations.open_conversation(session, "wechat", True, at=NOW)
        contact = await contacts.locked(session, contact_id)
        await contacts.bind(session, contact, opened.id, at=NOW)

    assert (await count(database, Settings(var=tmp_path), at=NOW))["contacts"] == 0


async def test_a_new_key_still_finds_a_contact_and_opens_what_waits_for_him(
    database: Database, database_url: str, tmp_path: object
) -> None:
    await wrote(database, "oAbc", NOW, State.HELD)
    newer = new_key()
    both = Settings(
        var=tmp_path, database_url=database_url, data_key=SecretStr(f"{newer},{KEYS.keys[0]}")
    )
    assert rotation.rotate(both) >= 3

    fresh = Database(database_url, DataKeys((newer,)))
    async with fresh.session() as session:
        found = await contacts.find(session, "wechat", "jx", "oAbc")
        assert found is not None and contacts.peer_of(found) == "oAbc"
        [item] = await outbox.unsent(session, outbox.lane_of(found.id))
        assert item.payload == {"texts": ["您好，请讲"]}
    await fresh.close()
