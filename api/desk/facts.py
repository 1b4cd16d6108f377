"""An operator corrects what is known of a matter, and the referral follows."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from api.accounts.access import Staff
from api.answers.service import Knowledge
from api.conversations import service as conversations
from api.database import Database
from api.desk import service
from api.desk.schemas import Facts
from api.errors import HelplineError
from api.referrals import service as referrals
from knowledge.facts.checked import WrongFact
from knowledge.slots import as_shown


class FactWrong(HelplineError):
    code = "fact_wrong"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "情况填得不对"
    detail = "有一项情况填得不对，请改正后再存。"


async def change(
    database: Database,
    knowledge: Knowledge,
    conversation_id: str,
    changes: Mapping[str, Any],
    staff: Staff,
    *,
    at: datetime,
) -> Facts:
    """Lay `changes` over what is known, None forgetting a fact, and refer anew.

    Nothing is thought while a session is open. Raises FactWrong, NotYours.
    """
    try:
        checked = knowledge.checked_facts(changes)
    except WrongFact as wrong:
        raise FactWrong(f"{wrong}。") from wrong
    async with database.reading() as session:
        before = await conversations.facts_of(session, conversation_id)
    body = await asyncio.to_thread(_refer, knowledge, _with(before, checked), at)
    async with database.session() as session:
        conversation = await service.at_hand(session, conversation_id, staff)
        facts = _with(conversation.facts, checked)
        memory = _with(conversations.memory_of(conversation), checked)
        await conversations.learn(session, conversation_id, facts, memory, at=at, staff_id=staff.id)
        if turn_id := await conversations.latest_turn(session, conversation_id):
            await referrals.record(session, conversation_id, turn_id, body, at=at)
        slots = "、".join(sorted(checked))
        await service.record(session, staff, "facts", conversation_id, at=at, slots=slots)
    return Facts(facts=as_shown(facts), referral=body)


def _refer(knowledge: Knowledge, facts: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    body = knowledge.referral(facts, at.date()).as_dict()
    return referrals.checked(body, knowledge.guard, "an operator's correction", at=at)


def _with(known: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    laid = {**known, **changes}
    return {slot: value for slot, value in laid.items() if value is not None}
