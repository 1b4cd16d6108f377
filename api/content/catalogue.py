"""The table of items follows the content that is in use, so that it can be searched and listed."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TypeVar

from sqlalchemy import select, update

from api.content.models import Item
from api.database import Database, insert_missing
from knowledge.editing import folder
from knowledge.editing.kinds import KINDS

AT_ONCE = 500  # rows in one unit of work: others write in between
_TITLE = re.compile(
    r"^(?:title|name|label|full):\s*(\S.*)$|^use:\s*([^。\n]+)|^#\s+(\S.*)$", re.MULTILINE
)
_ASK = re.compile(r"^asks:(?:\s*\[|\s*\n\s*-\s*)([^,\]\n]+)", re.MULTILINE)
_MARKS = " \"'"
_LONGEST = 200

Name = tuple[str, str, str]
Row = TypeVar("Row")


def read(content: Path) -> list[folder.Item]:
    """Every item of a folder of content; raises EntryError."""
    return [item for kind in KINDS.values() for item in folder.items_of(kind, content)]


def title_of(kind: str, key: str, body: str) -> str:
    """What people call an item: its title or name, of an answer its first wording, else its key."""
    found = _ASK.search(body) if kind == "answer" else _TITLE.search(body)
    named = next((one for one in found.groups() if one), "") if found else ""
    if KINDS[kind].whole and not named:
        named = PurePosixPath(key).stem
    return (named.strip(_MARKS) or key)[:_LONGEST]


async def take_in(database: Database, items: Sequence[folder.Item], *, at: datetime) -> int:
    """Let the table hold these items as what is in use, and no others; returns how many changed.

    Several copies of the service may do so at once.
    """
    wanted = {(one.kind, one.file, one.key): one.body for one in items}
    async with database.reading() as session:
        rows = await session.execute(select(Item.id, Item.kind, Item.file, Item.key, Item.body))
        held: dict[Name, tuple[int, str | None]] = {
            (kind, file, key): (id_, body) for id_, kind, file, key, body in rows
        }
    new = [_row(name, body, at) for name, body in reversed(wanted.items()) if name not in held]
    changed = [
        (id_, name, wanted.get(name))
        for name, (id_, body) in held.items()
        if body != wanted.get(name)
    ]
    for some in _in_parts(new):
        async with database.session() as session:
            await insert_missing(session, Item, some)
    for part in _in_parts(changed):
        async with database.session() as session:
            for id_, name, body in part:
                titled = {} if body is None else {"title": title_of(name[0], name[2], body)}
                await session.execute(
                    update(Item).where(Item.id == id_).values(body=body, **titled)
                )
    return len(new) + len(changed)


def _row(name: Name, body: str, at: datetime) -> dict[str, object]:
    kind, file, key = name
    return {
        "kind": kind,
        "file": file,
        "key": key,
        "title": title_of(kind, key, body),
        "body": body,
        "version": 0,
        "updated_at": at,
    }


def _in_parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), AT_ONCE):
        yield rows[start : start + AT_ONCE]
