"""Looking up how far a ticket has come."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query

from api.answers.service import AppKnowledge
from api.clock import AppClock
from api.database import AppDatabase
from api.edge.limits import Address, AppLimiter
from api.outgoing import guarded
from api.tickets import service
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
