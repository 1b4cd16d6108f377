"""The desk's calls about laws: texts taken in, and versions confirmed to be in force."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Request, status

from api.accounts.access import ContentEditor, Publisher
from api.clock import AppClock
from api.content import releases as content_releases
from api.content import schemas as content_schemas
from api.content.errors import ContentInvalid
from api.content.laws import schemas, service, shelf
from api.content.laws import status as standing
from api.content.laws.errors import ImportIncomplete
from api.content.laws.reading import Reader
from api.content.press import AppPress
from api.content.workshop import AppWorkshop
from api.database import AppDatabase, Database
from knowledge.law.statutes import Statutes

router = APIRouter(prefix="/api/desk/content/laws", tags=["desk: laws"])


async def _reader_of(request: Request) -> Reader:
    reader: Reader = request.app.state.law_reader
    return reader


async def _statutes_of(request: Request, workshop: AppWorkshop) -> Statutes:
    """The laws of the content that is spoken from."""
    content = request.app.state.voice().knowledge.content
    return await asyncio.to_thread(shelf.statutes_of, content, workshop.var / "laws")


AppReader = Annotated[Reader, Depends(_reader_of)]
HeldLaws = Annotated[Statutes, Depends(_statutes_of)]


@router.get("")
async def show_laws(
    _: ContentEditor, database: AppDatabase, clock: AppClock, statutes: HeldLaws
) -> schemas.LawsShown:
    """Every version that governs or is going to, with when that was last confirmed."""
    async with database.reading() as session:
        versions = await standing.versions(session, statutes, clock.today())
    return schemas.LawsShown(
        versions=versions,
        names=list(statutes.laws),
        again_after_days=standing.AGAIN_AFTER.days,
    )


@router.post("/confirmations", status_code=status.HTTP_201_CREATED)
async def confirm(
    new: schemas.NewLawConfirmation,
    staff: Publisher,
    database: AppDatabase,
    clock: AppClock,
    statutes: HeldLaws,
) -> schemas.LawVersionShown:
    """Note that a version is still in force, and where that was looked up."""
    async with database.session() as session:
        return await standing.confirm(session, new, statutes, staff, at=clock.now())


@router.get("/imports")
async def show_imports(_: ContentEditor, database: AppDatabase) -> list[schemas.LawImportShown]:
    """The newest imports."""
    async with database.reading() as session:
        return await service.page(session)


@router.post("/imports", status_code=status.HTTP_201_CREATED)
async def read_file(
    new: schemas.NewLawImport,
    staff: ContentEditor,
    database: AppDatabase,
    clock: AppClock,
    reader: AppReader,
    statutes: HeldLaws,
) -> schemas.WholeLawImport:
    """Read a file of law. Nothing of what is in use changes."""
    reading = await reader.read(new.name, new.data)
    async with database.session() as session:
        import_id = await service.begin(
            session, new.name, new.data, reading, statutes, staff, at=clock.now()
        )
    return await _whole(database, import_id, statutes)


@router.get("/imports/{import_id}")
async def show_import(
    import_id: int, _: ContentEditor, database: AppDatabase, statutes: HeldLaws
) -> schemas.WholeLawImport:
    """An import: what was read, compared with what is held, and what is still missing."""
    return await _whole(database, import_id, statutes)


@router.put("/imports/{import_id}")
async def save(
    import_id: int,
    saved: schemas.SavedLaw,
    staff: ContentEditor,
    database: AppDatabase,
    clock: AppClock,
    statutes: HeldLaws,
) -> schemas.WholeLawImport:
    """Keep what is said of a text, and the map."""
    async with database.session() as session:
        await service.save(session, import_id, saved, statutes, staff, at=clock.now())
    return await _whole(database, import_id, statutes)


@router.delete("/imports/{import_id}", status_code=status.HTTP_204_NO_CONTENT)
async def drop(
    import_id: int, staff: ContentEditor, database: AppDatabase, clock: AppClock
) -> None:
    """Delete an import that was not handed in."""
    async with database.session() as session:
        await service.drop(session, import_id, staff, at=clock.now())


@router.post("/imports/{import_id}/hand-in")
async def hand_in(
    import_id: int,
    said: schemas.LawHandedIn,
    request: Request,
    staff: ContentEditor,
    database: AppDatabase,
    clock: AppClock,
    workshop: AppWorkshop,
    statutes: HeldLaws,
) -> schemas.WholeLawImport:
    """Hand an import in: its text, the law's entry and the map become revisions in review. All of
    content has to load with them.
    """
    whole = await _whole(database, import_id, statutes)
    if whole.faults:
        raise ImportIncomplete([one.model_dump() for one in whole.faults])
    async with database.reading() as session:
        row = (await service.whole(session, import_id)).row
        others = (await content_releases.plan(session, clock.today())).changes
    succession = await asyncio.to_thread(
        service.succession_in, request.app.state.voice().knowledge.content
    )
    made = service.changes_of(row, whole, statutes, succession, clock.today())
    found = await asyncio.to_thread(workshop.faults, [*others, *made[1:]], made[0])
    if found:
        raise ContentInvalid([one.as_dict() for one in found])
    async with database.session() as session:
        await service.hand_in(session, import_id, whole.version, made, said, staff, at=clock.now())
    return await _whole(database, import_id, statutes)


@router.post("/imports/{import_id}/take-back")
async def take_back(
    import_id: int,
    staff: ContentEditor,
    database: AppDatabase,
    clock: AppClock,
    statutes: HeldLaws,
) -> schemas.WholeLawImport:
    """Take one's own import back from review."""
    async with database.session() as session:
        await service.take_back(session, import_id, staff, at=clock.now())
    return await _whole(database, import_id, statutes)


@router.post("/imports/{import_id}/reject")
async def reject(
    import_id: int,
    why: content_schemas.Said,
    staff: Publisher,
    database: AppDatabase,
    clock: AppClock,
    statutes: HeldLaws,
) -> schemas.WholeLawImport:
    """Turn an import down, saying why."""
    async with database.session() as session:
        await service.reject(session, import_id, why.text, staff, at=clock.now())
    return await _whole(database, import_id, statutes)


@router.post("/imports/{import_id}/prove", status_code=status.HTTP_202_ACCEPTED)
async def prove(
    import_id: int, staff: Publisher, press: AppPress, database: AppDatabase
) -> content_schemas.ReleaseShown:
    """Begin to make and prove a release that brings all of an import."""
    async with database.reading() as session:
        ids = await service.in_review(session, import_id)
    release_id = await press.prove(ids, staff)
    async with database.reading() as session:
        return await content_releases.one(session, release_id)


async def _whole(database: Database, import_id: int, statutes: Statutes) -> schemas.WholeLawImport:
    async with database.reading() as session:
        found = await service.whole(session, import_id)
    return await asyncio.to_thread(service.shown, found, statutes)
