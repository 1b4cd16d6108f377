"""Which dictionary values are packed by, and which are kept.

A dictionary is made when the content in use says much that the newest does not hold; whatever was
packed before is packed by the newest at night. One that nothing is packed by any more is dropped.
"""

import asyncio
import logging
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Column,
    ColumnElement,
    String,
    Table,
    and_,
    cast,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from api.database import Base, Database, insert_once
from api.dictionaries.making import DRIFT, Words
from api.dictionaries.models import StoredDictionary
from api.protection.columns import SHORT_SEALED, EncryptedJSON, EncryptedText, PackedJSON
from api.protection.packing import MARK, body_of, id_of, stored_body

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase

log = logging.getLogger(__name__)

AT_ONCE = 20  # rows in one unit of work: others write in between
# How long a dictionary stays that another one followed, whatever is packed by it: every process
# has begun to pack by the newer one by then.
SUPERSEDED = timedelta(days=30)


_PACKED = EncryptedJSON | EncryptedText | PackedJSON
_NEWEST_FIRST = (StoredDictionary.since.desc(), StoredDictionary.id.desc())


# --- making one -----------------------------------------------------------------------------------


async def keep_up(database: Database, base: "KnowledgeBase", *, on: date, at: datetime) -> None:
    """Pack by the newest dictionary from here on; make one where it lacks much of what is said on
    the day `on`. Without it all goes on, and what is stored is longer.
    """
    try:
        words = Words(base)
        fingerprint = await asyncio.to_thread(lambda: words.fingerprint)
        if await _is_wanted(database, words, fingerprint):
            await _begin(database, words, fingerprint, on, at)
        await asyncio.to_thread(database.packer.renew)
    except Exception:
        log.exception("no dictionary could be made of the content in use")


async def _is_wanted(database: Database, words: Words, fingerprint: str) -> bool:
    async with database.reading() as session:
        newest = await session.scalar(select(StoredDictionary).order_by(*_NEWEST_FIRST).limit(1))
    if newest is None or newest.made_of == fingerprint:
        return newest is None
    lacking = await asyncio.to_thread(lambda: words.lacking(body_of(newest.body)))
    return lacking > DRIFT


async def _begin(
    database: Database, words: Words, fingerprint: str, on: date, at: datetime
) -> None:
    """Let the dictionary of this content be the newest: where a release is taken back, it is there
    already.
    """
    again = update(StoredDictionary).where(StoredDictionary.made_of == fingerprint)
    async with database.session() as session:
        found: Any = await session.execute(again.values(since=at))
    if found.rowcount:
        return
    body = await asyncio.to_thread(words.body, on)
    row = {
        "id": id_of(body),
        "made_of": fingerprint,
        "body": await asyncio.to_thread(stored_body, body),
        "since": at,
    }
    async with database.session() as session:
        if await insert_once(session, StoredDictionary, row):
            log.info("dictionary %s holds %d bytes of the content", row["id"], len(body))


# --- packing anew what was stored before ----------------------------------------------------------


async def repack(database: Database) -> int:
    """Pack by the newest dictionary what was not; returns how many rows were.

    Cut off at any moment it goes on where it was: what is packed already is not looked at again. A
    row that somebody writes to at the moment is left for the next time.
    """
    await asyncio.to_thread(database.packer.renew)
    newest = database.packer.newest()
    if newest is None:
        return 0
    return sum([await _repack_table(database, table, newest.id) for table in _tables()])


async def _repack_table(database: Database, table: Table, newest: str) -> int:
    [key] = table.primary_key.columns
    old = or_(*(_is_old(column, newest) for column in _packed_columns(table)))
    done, beyond = 0, old
    while True:
        # Looked for without a lock: SQLite lets one write at a time, and this reads every row.
        async with database.reading() as session:
            found = select(key).where(beyond).order_by(key).limit(AT_ONCE)
            ids = (await session.scalars(found)).all()
        if not ids:
            return done
        async with database.session() as session:
            done += await _repack_rows(session, table, and_(key.in_(ids), old))
        beyond = and_(old, key > ids[-1])


async def _repack_rows(session: AsyncSession, table: Table, which: ColumnElement[bool]) -> int:
    """Read by any dictionary, write by the newest."""
    [key] = table.primary_key.columns
    packed = _packed_columns(table)
    some = select(key, *packed).where(which).with_for_update(skip_locked=True)
    rows = (await session.execute(some)).mappings().all()
    for row in rows:
        values = {one.name: row[one] for one in packed if row[one] is not None}
        await session.execute(update(table).where(key == row[key]).values(values))
    return len(rows)


def _is_old(column: Column[Any], newest: str) -> ColumnElement[bool]:
    """Whether a value is to be packed and is not packed by the newest; short texts need not be."""
    lying = _as_it_lies(column)
    if isinstance(column.type, EncryptedText):
        is_long = or_(lying.like(f"%{MARK}%"), func.length(lying) > SHORT_SEALED)
        return and_(is_long, lying.not_like(f"{newest}{MARK}%"))
    return and_(lying.not_in(("[]", "null")), lying.not_like(f'"{newest}{MARK}%'))


# --- dropping what nothing is packed by -----------------------------------------------------------


async def unused(session: AsyncSession, *, at: datetime) -> Collection[str]:
    """The ids of dictionaries that another followed long ago and that nothing is packed by."""
    rows = await session.execute(
        select(StoredDictionary.id, StoredDictionary.since).order_by(*_NEWEST_FIRST)
    )
    old = [one.id for newer, one in pairwise(rows.all()) if newer.since < at - SUPERSEDED]
    return [name for name in old if not await _is_in_use(session, name)]


async def _is_in_use(session: AsyncSession, name: str) -> bool:
    for table in _tables():
        packed = (_as_it_lies(one) for one in _packed_columns(table))
        begins = or_(
            *(lying.like(f"{quote}{name}{MARK}%") for lying in packed for quote in ("", '"'))
        )
        if await session.scalar(select(literal_column("1")).select_from(table).where(begins)):
            return True
    return False


def _tables() -> Iterator[Table]:
    """Those that hold something packed."""
    return (table for table in Base.metadata.sorted_tables if _packed_columns(table))


def _packed_columns(table: Table) -> Sequence[Column[Any]]:
    return [column for column in table.columns if isinstance(column.type, _PACKED)]


def _as_it_lies(column: Column[Any]) -> ColumnElement[str]:
    """A value as the database holds it: JSON in quotes, which no type opens."""
    return cast(literal_column(f'{column.table.name}."{column.name}"'), String)
