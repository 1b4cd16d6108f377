"""The desk's calls about the roster of experts. Visitors have none."""

from typing import Annotated

from fastapi import APIRouter, Query, status

from api.accounts import audit
from api.accounts.access import ContentEditor, Publisher
from api.answers.service import AppKnowledge
from api.clock import AppClock
from api.database import AppDatabase
from api.experts import schemas, service
from api.lookup.directory import places

router = APIRouter(prefix="/api/desk/experts", tags=["desk: experts"])


@router.get("")
async def show_experts(
    staff: ContentEditor,
    database: AppDatabase,
    knowledge: AppKnowledge,
    clock: AppClock,
    q: Annotated[str, Query(max_length=60, description="Words that all have to occur.")] = "",
) -> schemas.Roster:
    """Who may be turned to; who keeps the roster sees also those without consent."""
    today = clock.today()
    async with database.session() as session:
        found = await service.page(session, staff, q, today)
        shown = {"shown": len(found)}
        await audit.record(
            session, staff, "expert.read", "experts", "", at=clock.now(), detail=shown
        )
    cities = await places(knowledge.content)
    return schemas.Roster(day=today, experts=found, cities=cities)


@router.post("", status_code=status.HTTP_201_CREATED)
async def add_expert(
    new: schemas.NewExpert,
    staff: Publisher,
    database: AppDatabase,
    knowledge: AppKnowledge,
    clock: AppClock,
) -> schemas.Expert:
    """Put somebody on the roster."""
    cities = await places(knowledge.content)
    async with database.session() as session:
        return await service.add(session, new, staff, cities, at=clock.now())


@router.put("/{expert_id}")
async def change_expert(
    expert_id: int,
    new: schemas.NewExpert,
    staff: Publisher,
    database: AppDatabase,
    knowledge: AppKnowledge,
    clock: AppClock,
) -> schemas.Expert:
    """Put what is known of somebody in the place of what was."""
    cities = await places(knowledge.content)
    async with database.session() as session:
        return await service.change(session, expert_id, new, staff, cities, at=clock.now())


@router.delete("/{expert_id}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_expert(
    expert_id: int,
    staff: Publisher,
    database: AppDatabase,
    clock: AppClock,
    why: Annotated[schemas.Why, Query(description="For the audit log.")],
) -> None:
    """Delete all that is kept of somebody: consent was withdrawn, or it was put in by mistake."""
    async with database.session() as session:
        await service.remove(session, expert_id, why, staff, at=clock.now())
