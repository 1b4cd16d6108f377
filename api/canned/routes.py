"""The desk's calls about canned replies."""

from typing import Annotated

from fastapi import APIRouter, Query, Response, status

from api.accounts import audit
from api.accounts.access import Operator
from api.answers.service import AppKnowledge
from api.canned import schemas, service
from api.clock import AppClock
from api.database import AppDatabase

router = APIRouter(prefix="/api/desk/canned", tags=["desk: canned replies"])


@router.get("")
async def show_canned(
    staff: Operator,
    database: AppDatabase,
    clock: AppClock,
    knowledge: AppKnowledge,
    q: Annotated[str, Query(max_length=100, description="Words that they hold.")] = "",
) -> list[schemas.Canned]:
    """One's own and the shared ones."""
    async with database.session() as session:
        await service.take_in(session, knowledge.content, at=clock.now())
        return await service.all_for(session, staff, q)


@router.post("", status_code=status.HTTP_201_CREATED)
async def add_canned(
    new: schemas.NewCanned, staff: Operator, database: AppDatabase, clock: AppClock
) -> schemas.Canned:
    """Keep one for oneself; who oversees may share it."""
    async with database.session() as session:
        return await service.add(session, new, staff, at=clock.now())


@router.patch("/{canned_id}")
async def change_canned(
    canned_id: int,
    changed: schemas.ChangedCanned,
    staff: Operator,
    database: AppDatabase,
    clock: AppClock,
) -> schemas.Canned:
    """Change one; what is left out stays."""
    async with database.session() as session:
        return await service.change(session, canned_id, changed, staff, at=clock.now())


@router.delete("/{canned_id}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_canned(
    canned_id: int, staff: Operator, database: AppDatabase, clock: AppClock
) -> Response:
    """Remove one."""
    async with database.session() as session:
        await service.remove(session, canned_id, staff, at=clock.now())
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.post("/{canned_id}/fill")
async def fill_canned(
    canned_id: int,
    filling: schemas.Filling,
    staff: Operator,
    database: AppDatabase,
    clock: AppClock,
) -> schemas.Filled:
    """One with its variables filled in for a conversation."""
    async with database.session() as session:
        told = await service.fill(session, canned_id, filling.conversation_id, staff)
        await audit.record(
            session,
            staff,
            "canned.fill",
            "conversation",
            filling.conversation_id,
            at=clock.now(),
            detail={"canned": canned_id},
        )
    return told
