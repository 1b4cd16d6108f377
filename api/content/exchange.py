"""Content as files: what is in use written to a folder, and a folder read back as proposals.

The files are those of `knowledge/content/`, so that who works with git goes on doing so.
"""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import Staff
from api.content import catalogue, releases, schemas, service
from api.content.models import Item
from api.content.workshop import Workshop
from api.database import Database
from knowledge.editing import folder
from knowledge.editing.folder import Change


async def write(database: Database, workshop: Workshop, target: Path) -> None:
    """Write what is in use to a folder that is not there yet; raises EntryError, OSError."""
    async with database.reading() as session:
        changes = await releases.changes_in_use(session)
    await asyncio.to_thread(folder.make, target, changes, workshop.base, False)


async def read(
    database: Database, workshop: Workshop, source: Path, why: str, staff: Staff, *, at: datetime
) -> list[schemas.RevisionShown]:
    """Keep a draft of everything in which a folder differs from what is in use.

    All of it or nothing. Raises EntryError, OSError, ChangedMeanwhile.
    """
    async with database.reading() as session:
        changes = await releases.changes_in_use(session)
    place = await asyncio.to_thread(workshop.make, changes)
    held, told = await asyncio.to_thread(_both, place.content, source)
    await catalogue.take_in(database, held, at=at)
    async with database.session() as session:
        return [
            await service.propose(session, await _revision(session, one, why), staff, at=at)
            for one in differences(held, told)
        ]


def differences(before: Sequence[folder.Item], after: Sequence[folder.Item]) -> Iterator[Change]:
    """What changes the one into the other; what `after` lacks is taken away."""
    had = {(one.kind, one.file, one.key): one.body for one in before}
    has = {(one.kind, one.file, one.key): one.body for one in after}
    for name in dict.fromkeys((*has, *had)):
        if has.get(name) != had.get(name):
            yield Change(*name, has.get(name))


def _both(content: Path, source: Path) -> tuple[list[folder.Item], list[folder.Item]]:
    return catalogue.read(content), catalogue.read(source)


async def _revision(session: AsyncSession, one: Change, why: str) -> schemas.NewRevision:
    named = (Item.kind == one.kind, Item.file == one.file, Item.key == one.key)
    version = await session.scalar(select(Item.version).where(*named))
    return schemas.NewRevision(
        kind=one.kind,
        file=one.file,
        key=one.key,
        body=one.body,
        reason=why,
        expires_on=None,
        over=version or 0,
    )
