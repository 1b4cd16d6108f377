from copy import deepcopy
from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import Clock
from api.conversations import service as conversations
from api.database import Database
from api.referrals import service as referrals
from tests.fakes import GUARD, REFERRAL

Json = dict[str, Any]


async def keep(
    session: AsyncSession, conversation_id: str, turn_id: str, referral: Json, *, at: datetime
) -> None:
    body = referrals.checked(referral, GUARD, "a test", at=at)
    await referrals.record(session, conversation_id, turn_id, body, at=at)


async def a_turn(database: Database, clock: Clock) -> tuple[str, str]:
    async with database.session() as session:
        opened = await conversations.open_conversation(session, "web", True, at=clock.now())
        conversation = await conversations.authenticate(session, opened.id, opened.token)
        heard = await conversations.store_message(
            session, conversation, "有人卖假货", None, at=clock.now()
        )
    return heard.conversation_id, heard.turn_id


async def test_a_referral_is_kept_with_its_turn_and_fields_may_be_added(
    database: Database, clock: Clock
) -> None:
    conversation_id, turn_id = await a_turn(database, clock)

    async with database.session() as session:
        await keep(
            session,
            conversation_id,
            turn_id,
            {**REFERRAL, "notices": ["新法快施行了"]},
            at=clock.now(),
        )

    async with database.session() as session:
        kept = await referrals.of_turn(session, turn_id)
        assert kept == {**REFERRAL, "notices": ["新法快施行了"]}
        assert await referrals.latest(session, conversation_id) == kept


async def test_a_second_referral_of_a_turn_replaces_the_first(
    database: Database, clock: Clock
) -> None:
    conversation_id, turn_id = await a_turn(database, clock)

    async with database.session() as session:
        await keep(session, conversation_id, turn_id, REFERRAL, at=clock.now())
        await keep(
            session, conversation_id, turn_id, {**REFERRAL, "scope": "clarify"}, at=clock.now()
        )

    async with database.session() as session:
        kept = await referrals.of_turn(session, turn_id)
    assert kept and kept["scope"] == "clarify"


async def test_a_referral_that_breaks_the_contract_is_refused(
    database: Database, clock: Clock
) -> None:
    conversation_id, turn_id = await a_turn(database, clock)
    broken = deepcopy(REFERRAL)
    del broken["remedies"][0]["body"]

    with pytest.raises(ValidationError):
        async with database.session() as session:
            await keep(session, conversation_id, turn_id, broken, at=clock.now())
