"""The desk's calls about content."""

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, status

from api.accounts.access import ContentEditor, Publisher
from api.clock import AppClock
from api.content import releases, schemas, service
from api.content.errors import ContentInvalid
from api.content.models import Revision
from api.content.press import AppPress
from api.content.workshop import AppWorkshop, Workshop
from api.database import AppDatabase, Database
from knowledge.editing.dates import days_of_change
from knowledge.editing.folder import Change
from knowledge.editing.kinds import KINDS

router = APIRouter(prefix="/api/desk/content", tags=["desk: content"])

DAYS_SHOWN = 120


Before = Annotated[int | None, Query(ge=1, description="As the page before told it.")]


@router.get("/kinds")
async def show_kinds(_: ContentEditor) -> list[schemas.KindShown]:
    """The kinds of item that can be changed."""
    return [
        schemas.KindShown(
            key=kind.key,
            name=kind.name,
            files=list(kind.files),
            by=kind.by,
            whole=kind.whole,
            two_persons=kind.two_persons,
        )
        for kind in KINDS.values()
    ]


@router.get("/items")
async def show_items(
    _: ContentEditor,
    database: AppDatabase,
    kind: Annotated[str, Query(max_length=20)] = "",
    q: Annotated[str, Query(max_length=100, description="Words that it holds.")] = "",
    state: Annotated[schemas.StateName | None, Query(description="Of a revision.")] = None,
    before: Before = None,
) -> schemas.ItemsPage:
    """A page of items."""
    async with database.reading() as session:
        return await service.page(session, kind, q, state, before)


@router.get("/items/{kind}/{file:path}")
async def show_item(
    kind: schemas.Kind,
    file: schemas.File,
    _: ContentEditor,
    database: AppDatabase,
    clock: AppClock,
    key: Annotated[
        str, Query(max_length=200, description="Of an item that is a file: empty.")
    ] = "",
) -> schemas.WholeItem:
    """An item: what is in use, its revisions with what they change, what was said about it, what
    uses it.
    """
    async with database.reading() as session:
        named = schemas.Named(kind=kind, file=file, key=key or file)
        return await service.whole(session, named, clock.today())


@router.get("/waiting")
async def show_waiting(_: ContentEditor, database: AppDatabase) -> list[schemas.Waiting]:
    """What waits for review, the oldest first."""
    async with database.reading() as session:
        return await service.waiting(session)


@router.post("/revisions", status_code=status.HTTP_201_CREATED)
async def propose(
    new: schemas.NewRevision, staff: ContentEditor, database: AppDatabase, clock: AppClock
) -> schemas.RevisionShown:
    """Keep a draft; nothing is checked yet."""
    async with database.session() as session:
        return await service.propose(session, new, staff, at=clock.now())


@router.post("/check")
async def check_change(
    asked: schemas.Checked,
    _: ContentEditor,
    database: AppDatabase,
    workshop: AppWorkshop,
    clock: AppClock,
) -> schemas.Problems:
    """What keeps a text from being loaded today, by line."""
    service.kind_of(asked)
    change = Change(asked.kind, asked.file, asked.key, asked.body)
    return await _checked(database, workshop, change, [clock.today()])


@router.post("/revisions/{revision_id}/submit", status_code=status.HTTP_204_NO_CONTENT)
async def submit(
    revision_id: int,
    staff: ContentEditor,
    database: AppDatabase,
    workshop: AppWorkshop,
    clock: AppClock,
) -> None:
    """Hand a draft in for review; it has to load on the days on which it changes something."""
    async with database.reading() as session:
        row, change = await service.change_of(session, revision_id)
    days = _days_of(row, clock.today())
    found = await _checked(database, workshop, change, days)
    if found.problems:
        raise ContentInvalid([one.model_dump() for one in found.problems])
    async with database.session() as session:
        await service.submit(session, revision_id, row.body, staff, at=clock.now())


@router.post("/revisions/{revision_id}/withdraw", status_code=status.HTTP_204_NO_CONTENT)
async def withdraw(
    revision_id: int, staff: ContentEditor, database: AppDatabase, clock: AppClock
) -> None:
    """Take one's own back from review."""
    async with database.session() as session:
        await service.withdraw(session, revision_id, staff, at=clock.now())


@router.post("/revisions/{revision_id}/reject", status_code=status.HTTP_204_NO_CONTENT)
async def reject(
    revision_id: int, why: schemas.Said, staff: Publisher, database: AppDatabase, clock: AppClock
) -> None:
    """Turn a revision down, saying why."""
    async with database.session() as session:
        await service.reject(session, revision_id, why.text, staff, at=clock.now())


@router.post("/revisions/{revision_id}/archive", status_code=status.HTTP_204_NO_CONTENT)
async def archive(
    revision_id: int, staff: ContentEditor, database: AppDatabase, clock: AppClock
) -> None:
    """Put a revision away that is not in use."""
    async with database.session() as session:
        await service.archive(session, revision_id, staff, at=clock.now())


@router.post("/revisions/{revision_id}/comment", status_code=status.HTTP_201_CREATED)
async def comment(
    revision_id: int,
    said: schemas.Said,
    staff: ContentEditor,
    database: AppDatabase,
    clock: AppClock,
) -> schemas.CommentShown:
    """Say something about a revision."""
    async with database.session() as session:
        return await service.comment(session, revision_id, said.text, staff, at=clock.now())


@router.post("/revisions/{revision_id}/prove", status_code=status.HTTP_202_ACCEPTED)
async def prove(
    revision_id: int,
    proving: schemas.Proving,
    staff: Publisher,
    press: AppPress,
    database: AppDatabase,
) -> schemas.ReleaseShown:
    """Begin to make and prove a release that brings this revision; `content.proof` tells how far
    it is.
    """
    revision_ids = list(dict.fromkeys([revision_id, *proving.also]))
    release_id = await press.prove(revision_ids, staff)
    return await _release(database, release_id)


@router.get("/releases")
async def show_releases(
    _: ContentEditor, database: AppDatabase, before: Before = None
) -> list[schemas.ReleaseShown]:
    """Releases, the newest first, without their reports."""
    async with database.reading() as session:
        return await releases.page(session, before)


@router.get("/releases/{release_id}")
async def show_release(
    release_id: int, _: ContentEditor, database: AppDatabase
) -> schemas.ReleaseShown:
    """A release, with what it would change."""
    return await _release(database, release_id)


@router.post("/releases/{release_id}/activate")
async def activate(
    release_id: int, staff: Publisher, press: AppPress, database: AppDatabase, clock: AppClock
) -> schemas.ReleaseShown:
    """Publish what a release brings: at once, or on the day it was made for."""
    await press.check_proof(release_id)
    async with database.session() as session:
        row = await releases.activate(session, release_id, staff, at=clock.now())
        return (await releases.shown(session, [row]))[0]


@router.post("/releases/{release_id}/roll-back")
async def roll_back(
    release_id: int, staff: Publisher, press: AppPress, database: AppDatabase
) -> schemas.ReleaseShown:
    """Take the release in use back; the one that is in use then is answered."""
    return await _release(database, await press.roll_back(release_id, staff))


@router.get("/calendar")
async def show_calendar(
    _: ContentEditor,
    database: AppDatabase,
    clock: AppClock,
    days: Annotated[int, Query(ge=1, le=400)] = DAYS_SHOWN,
) -> list[schemas.CalendarEntry]:
    """What takes effect or expires from today on."""
    async with database.reading() as session:
        return await releases.calendar(session, clock.today(), days)


async def _release(database: Database, release_id: int) -> schemas.ReleaseShown:
    async with database.reading() as session:
        return await releases.one(session, release_id)


def _days_of(row: Revision, today: date) -> list[date]:
    dates = {"effective_from": row.effective_from, "expires_on": row.expires_on}
    return days_of_change(dates, today)


async def _checked(
    database: Database, workshop: Workshop, change: Change, days: Sequence[date]
) -> schemas.Problems:
    """What is wrong on the first of these days on which anything is; after the last day of a
    revision its item is gone.
    """
    for number, day in enumerate(days):
        async with database.reading() as session:
            others = (await releases.plan(session, day)).changes
        body = change.body if number == 0 else None
        one = Change(change.kind, change.file, change.key, body)
        found = await asyncio.to_thread(workshop.faults, others, one)
        if found:
            when = "" if number == 0 else "失效以后："
            return schemas.Problems(
                problems=[
                    schemas.BodyProblem(line=fault.line, message=f"{when}{fault.message}")
                    for fault in found
                ]
            )
    return schemas.Problems(problems=[])
