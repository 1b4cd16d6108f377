"""The desk's calls that look at content."""

import asyncio
from typing import Annotated, cast

from fastapi import APIRouter, Depends, Request

from api.accounts.access import ContentEditor
from api.answers.service import AppKnowledge
from api.clock import AppClock
from api.content.laws import status
from api.content.looking import schemas, stale
from api.content.looking.hits import HitTester
from api.database import AppDatabase

router = APIRouter(prefix="/api/desk/content", tags=["desk: content"])


async def _tester_of(request: Request) -> HitTester:
    tester: HitTester = request.app.state.tester
    return tester


@router.get("/stale")
async def show_stale(
    _: ContentEditor, database: AppDatabase, clock: AppClock, knowledge: AppKnowledge
) -> list[schemas.Stale]:
    """Items in use that somebody should look at again: what most visitors were told first."""
    today = clock.today()
    known = cast(stale.Known, knowledge)
    async with database.reading() as session:
        items = await stale.looked_at(session, today)
        unconfirmed = await status.overdue(session, known.statutes, today)
    return await asyncio.to_thread(stale.stale, items, known, today, unconfirmed)


@router.post("/hit-test")
async def test_hits(
    asked: schemas.HitTest,
    _: ContentEditor,
    tester: Annotated[HitTester, Depends(_tester_of)],
    clock: AppClock,
) -> schemas.HitsTold:
    """What a question finds on a day, and why: published, and with what a release would bring."""
    return await tester.test(asked, clock.today())
