"""Looking up how far a ticket has come."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from api.answers.service import AppKnowledge
from api.clock import AppClock
from api.database import AppDatabase
from api.outgoing import guarded
from api.tickets import service
from api.tickets.schemas import Progress
from api.tickets.throttle import Throttle
from knowledge.law.citation_guard import Days

router = APIRouter(prefix="/api/tickets", tags=["tickets"])


async def _throttle_of(request: Request) -> Throttle:
    throttle: Throttle = request.app.state.throttle
    return throttle


AppThrottle = Annotated[Throttle, Depends(_throttle_of)]


@router.get("/{number}")
async def look_up(
    number: str,
    code: Annotated[
        str, Query(max_length=20, description="The look-up code, shown when the ticket was opened.")
    ],
    request: Request,
    database: AppDatabase,
    knowledge: AppKnowledge,
    clock: AppClock,
    throttle: AppThrottle,
) -> Progress:
    """Status, progress notes and next deadline. An unknown number and a wrong code are answered
    alike.
    """
    address = request.client.host if request.client else ""
    number = number[:20].strip().upper()
    throttle.count(number, address)
    async with database.reading() as session:
        progress = await service.look_up(session, number, code)
    throttle.forgive(number, address)
    told, _ = await asyncio.to_thread(
        guarded.tree,
        progress.model_dump(mode="json"),
        knowledge.guard,
        Days(clock.today()),
        f"ticket {number}",
    )
    return Progress.model_validate(told)
