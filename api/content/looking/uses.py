"""What uses an item: the items that name it, and the visitors who were told it lately."""

import re
from datetime import date, datetime, time, timedelta
from pathlib import PurePosixPath

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import SHANGHAI
from api.content.looking import schemas
from api.content.models import Item
from api.conversations.models import ToldContent
from api.conversations.outcomes import ANSWER, REMEDY

LATELY = timedelta(days=90)
MOST = 100
# Kinds whose items others name, by key or by file.
_NAMED = ("remedy", "body", "institution", "law", "guidance", "answer", "digest")
_TOLD = {"answer": ANSWER, "remedy": REMEDY}

Told = tuple[str, str]  # kind and key, as turns note what they told


def told_as(kind: str, key: str) -> Told:
    """Under which name turns note that they told an item."""
    return _TOLD.get(kind, ""), name_of(kind, key)


def name_of(kind: str, key: str) -> str:
    """What other items call an item: its key, of a file its name."""
    return PurePosixPath(key).stem if kind in ("remedy", "guidance", "digest") else key


async def told(session: AsyncSession, day: date) -> dict[Told, int]:
    """How often each answer and remedy was told in the last 90 days."""
    rows = await session.execute(
        select(ToldContent.kind, ToldContent.key, func.count(ToldContent.id))
        .where(ToldContent.told_at >= _first(day))
        .group_by(ToldContent.kind, ToldContent.key)
    )
    return {(kind, key): number for kind, key, number in rows}


async def of(session: AsyncSession, item: Item, day: date) -> schemas.Uses:
    """What uses an item."""
    by = await _by(session, item)
    if item.kind not in _TOLD:
        return schemas.Uses(visitors=None, by=by)
    kind, key = told_as(item.kind, item.key)
    number = await session.scalar(
        select(func.count(ToldContent.id)).where(
            ToldContent.kind == kind, ToldContent.key == key, ToldContent.told_at >= _first(day)
        )
    )
    return schemas.Uses(visitors=number or 0, by=by)


async def _by(session: AsyncSession, item: Item) -> list[schemas.NamedBy]:
    """The items in use that name it."""
    if item.kind not in _NAMED:
        return []
    name = name_of(item.kind, item.key)
    holding = (
        select(Item.kind, Item.file, Item.key, Item.title, Item.body)
        .where(Item.id != item.id, Item.body.contains(name, autoescape=True))
        .order_by(Item.kind, Item.file, Item.key)
    )
    # A longer name that holds this one is another's: notarisation in notarisation_evidence.
    whole = re.compile(rf"(?<![\w-]){re.escape(name)}(?![a-z0-9_-])", re.ASCII)
    return [
        schemas.NamedBy(kind=kind, file=file, key=key, title=title)
        for kind, file, key, title, body in await session.execute(holding)
        if whole.search(body or "")
    ][:MOST]


def _first(day: date) -> datetime:
    return datetime.combine(day - LATELY, time(), SHANGHAI)
