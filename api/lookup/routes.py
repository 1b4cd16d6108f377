"""The call of the desk that searches over people's matters."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.accounts import audit
from api.accounts.access import Searcher
from api.clock import AppClock
from api.database import AppDatabase
from api.lookup import indexing, service
from api.lookup.schemas import Found
from api.replicas.reading import AppReadings

router = APIRouter(prefix="/api/desk", tags=["desk: search"])


@router.get("/search")
async def search(
    q: Annotated[
        str, Query(min_length=2, max_length=100, description="Words, a number, a contact.")
    ],
    staff: Searcher,
    database: AppDatabase,
    readings: AppReadings,
    clock: AppClock,
) -> Found:
    """Conversations and tickets that hold every word, and who left a contact. That somebody
    searched is written into the audit log, what for is not.
    """
    await indexing.before_search(database)
    found = await readings.fresh(lambda session: service.search(session, q))
    async with database.session() as session:
        hits = {"tickets": len(found.tickets), "conversations": len(found.conversations)}
        await audit.record(session, staff, "search.run", "search", "", at=clock.now(), detail=hits)
    return found
