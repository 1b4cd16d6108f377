"""Searching the laws and the guidance."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import BeforeValidator

from api.answers import service
from api.answers.schemas import Found
from api.answers.service import AppKnowledge
from api.clock import AppClock
from api.edge.limits import count_reading
from api.visitor_text import clean

router = APIRouter(prefix="/api/search", tags=["search"])


@router.get("", dependencies=[Depends(count_reading)])
async def search(
    knowledge: AppKnowledge,
    clock: AppClock,
    q: Annotated[
        str,
        BeforeValidator(clean),
        Query(min_length=1, max_length=200, description="The question."),
    ],
    as_of: Annotated[
        date | None,
        Query(
            ge=date(1980, 1, 1),
            le=date(2100, 1, 1),
            description="On the law of this day; else today.",
        ),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=20)] = 5,
) -> Found:
    """Passages of laws and guidance, best first, with what may be cited of them."""
    return await service.search(knowledge, q, as_of or clock.today(), limit)
