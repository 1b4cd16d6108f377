"""Looking up how far a ticket has come, and saying how content one was with it."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from api.answers.service import AppKnowledge
from api.clock import AppClock
from api.conversations import service as conversations
from api.conversations.routes import ConversationId, Token
from api.database import AppDatabase
from api.edge.limits import Address, AppLimiter, count_reading
from api.outgoing import guarded
from api.tickets import satisfaction, service
from api.tickets.satisfaction import Judged, Judgement, JudgementByCode
from api.tickets.schemas import Progress
from knowledge.law.citation_guard import Days

THIS_MACHINE = "this machine"  # visits from it are not counted, wrong codes are

router = APIRouter(prefix="/api/tickets", tags=["tickets"])


@router.get("/{number}")
async def look_up(
    number: str,
    code: Annotated[
        str, Query(max_length=20, description="The look-up code, shown when the ticket was opened.")
    ],
    database: AppDatabase,
    knowledge: AppKnowledge,
    clock: AppClock,
    limiter: AppLimiter,
    address: Address,
) -> Progress:
    """Status, progress notes and next deadline. An unknown number and a wrong code are answered
    alike.
    """
    look_ups = service.LookUps(limiter)
    async with database.reading() as session:
        progress = await look_ups.progress(session, number, code, address or THIS_MACHINE)
    told, _ = await asyncio.to_thread(
        guarded.tree,
        progress.model_dump(mode="json"),
        knowledge.guard,
        Days(clock.today()),
        f"ticket {progress.number}",
    )
    return Progress.model_validate(told)


@router.post("/{number}/satisfaction")
async def judge_ticket(
    number: str,
    judgement: JudgementByCode,
    database: AppDatabase,
    clock: AppClock,
    limiter: AppLimiter,
    address: Address,
) -> Judged:
    """Say how content you are with a ticket that has ended; a later word takes the place of the one
    before.
    """
    async with database.session() as session:
        ticket = await service.LookUps(limiter).ticket(
            session, number, judgement.code, address or THIS_MACHINE
        )
        return await satisfaction.judge_ticket(session, ticket, judgement, at=clock.now())


conversation_router = APIRouter(prefix="/api/conversations/{conversation_id}", tags=["tickets"])


@conversation_router.post("/satisfaction", dependencies=[Depends(count_reading)])
async def judge_conversation(
    conversation_id: ConversationId,
    judgement: Judgement,
    token: Token,
    database: AppDatabase,
    clock: AppClock,
) -> Judged:
    """Say how content you are with a conversation, once no person speaks in it any more."""
    async with database.session() as session:
        await conversations.authenticate(session, conversation_id, token)
        return await satisfaction.judge_conversation(
            session, conversation_id, judgement, at=clock.now()
        )
