"""The desk's call about the directory as it is edited; changes go through content's revisions."""

import asyncio

from fastapi import APIRouter

from api.accounts.access import ContentEditor
from api.answers.service import AppKnowledge
from api.clock import AppClock
from api.database import AppDatabase
from api.institutions import schemas, service
from api.lookup.directory import read_content

router = APIRouter(prefix="/api/desk/institutions", tags=["desk: institutions"])


@router.get("")
async def show_institutions(
    _: ContentEditor, database: AppDatabase, knowledge: AppKnowledge, clock: AppClock
) -> schemas.InstitutionsOverview:
    """The whole directory: what is in use and what is to come, what is old, alike or missing."""
    async with database.reading() as session:
        held = await service.known(session)
    regions, institutions = await asyncio.to_thread(read_content, knowledge.content)
    return await asyncio.to_thread(service.overview, institutions, regions, held, clock.today())
