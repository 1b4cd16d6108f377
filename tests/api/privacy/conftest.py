"""A visitor who told much and has a ticket."""

from typing import Any

import pytest
from fastapi import FastAPI

from api.referrals import service as referrals
from api.tickets import service as tickets
from tests.api.visitor import Visitor
from tests.fakes import GUARD, REFERRAL, FakeRasa

PHONE, STORY = "13812345678", "他在章贡区卖冒牌茶油"


@pytest.fixture
async def ticket(visitor: Visitor, rasa: FakeRasa, app: FastAPI) -> dict[str, Any]:
    """The ticket, with its code, that a turn opened; the turn has a referral too."""

    async def open_ticket(message: dict[str, Any]) -> list[dict[str, Any]]:
        turn, at = message["metadata"]["turn"], app.state.clock.now()
        body = referrals.checked(REFERRAL, GUARD, "test", at=at)
        facts = {"city": "赣州市", "right": "trademark", "contact": PHONE}
        async with app.state.database.session() as session:
            await referrals.record(session, visitor.id, turn, body, at=at)
            await tickets.open(
                session, visitor.id, turn, facts, "normal", STORY, at=at, contact=PHONE
            )
        return [{"text": "已登记。"}]

    rasa.answer = open_ticket
    turn = await visitor.says(f"{STORY}，电话{PHONE}")
    rasa.answer = rasa.echo
    told: dict[str, Any] = turn["ticket"]
    return told
