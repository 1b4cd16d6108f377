"""Canned replies, one unit of work at a time; the caller commits."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from pydantic import field_validator
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.access import NotAllowed, Staff
from api.accounts.roles import MAY, Permission
from api.canned import schemas
from api.canned.models import CannedReply
from api.conversations.models import Conversation
from api.errors import HelplineError
from api.tickets.models import Ticket
from knowledge.reviewed import CONTENT, Strict, load
from knowledge.slots import UNKNOWN

FILE = "canned.yml"
_FOLDERS = 4  # whose canned replies are kept in mind
# 13800001111（陈华，晚上）: the name is what stands first behind the number.
_NAME = re.compile("（([一-龥]{2,4})(?=[，、）])")


class CannedUnknown(HelplineError):
    code = "canned_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这条常用语"
    detail = "没有找到这条常用语，可能已经删掉了，请刷新后再看。"


class CannedVariableUnknown(HelplineError):
    code = "canned_variable_unknown"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "没有这个变量"

    def __init__(self, name: str) -> None:
        usable = "、".join(f"{{{one}}}" for one in schemas.VARIABLES)
        super().__init__(f"没有变量 {{{name}}}。可以用的是{usable}，请改了再存。")


class _Stocked(Strict):
    key: str
    title: schemas.Title
    shortcut: schemas.Shortcut | None = None
    text: schemas.Text
    tags: tuple[schemas.Tag, ...] = ()

    @field_validator("text")
    @classmethod
    def _knows_its_variables(cls, text: str) -> str:
        if unknown := schemas.unknown_variables(text):
            raise ValueError(f"没有变量 {{{unknown[0]}}}")
        return text


class _Stock(Strict):
    canned: tuple[_Stocked, ...]


def read_stock(path: Path) -> tuple[_Stocked, ...]:
    """The canned replies of a file; raises ContentError."""
    return load(path, _Stock).canned


@lru_cache(_FOLDERS)  # a folder of content never changes
def stock(content: Path = CONTENT) -> tuple[_Stocked, ...]:
    """The canned replies that a folder of content brings along; raises ContentError."""
    return read_stock(content / FILE)


async def take_in(session: AsyncSession, content: Path, *, at: datetime) -> None:
    """Let the table hold what the content in use brings along: new ones are added, others follow
    their file and go with it, until somebody edits or removes them here.
    """
    brought = stock(content)
    keys = {one.key for one in brought}
    found = await session.scalars(select(CannedReply).where(CannedReply.origin.is_not(None)))
    held = {row.origin: row for row in found}
    for row in held.values():
        if row.origin not in keys and not row.edited and not row.removed:
            await session.delete(row)
    added = [_of_stock(one, at) for one in brought if one.key not in held]
    for one in brought:
        known = held.get(one.key)
        if known and not known.edited and not known.removed and _differs(known, one):
            known.title, known.shortcut, known.text = one.title, one.shortcut, one.text
            known.tags, known.changed_at = _tagged(one.tags), at
    with suppress(IntegrityError):  # another copy of the service was first
        async with session.begin_nested():
            session.add_all(added)


def _of_stock(one: _Stocked, at: datetime) -> CannedReply:
    return CannedReply(
        origin=one.key,
        title=one.title,
        shortcut=one.shortcut,
        text=one.text,
        tags=_tagged(one.tags),
        actions=[],
        edited=False,
        removed=False,
        changed_at=at,
    )


def _differs(row: CannedReply, one: _Stocked) -> bool:
    held = (row.title, row.shortcut, row.text, row.tags)
    return held != (one.title, one.shortcut, one.text, _tagged(one.tags))


async def all_for(session: AsyncSession, staff: Staff, words: str = "") -> list[schemas.Canned]:
    """What somebody may use, his own first; with `words` those that hold them anywhere."""
    usable = select(CannedReply).where(
        CannedReply.removed.is_(False),
        or_(CannedReply.owner_id.is_(None), CannedReply.owner_id == staff.id),
    )
    rows = await session.scalars(usable.order_by(CannedReply.owner_id.is_(None), CannedReply.id))
    shown = [_shown(row) for row in rows]
    return [one for one in shown if words.casefold() in _whole(one)]


async def add(
    session: AsyncSession, new: schemas.NewCanned, staff: Staff, *, at: datetime
) -> schemas.Canned:
    """Keep a canned reply; raises CannedVariableUnknown, and NotAllowed where it is to be shared by
    whoever may not.
    """
    _may_write(staff, new.scope)
    row = CannedReply(
        owner_id=_owner(new.scope, staff), edited=True, removed=False, **_values(new, at)
    )
    session.add(row)
    await session.flush()
    return _shown(row)


async def change(
    session: AsyncSession,
    canned_id: int,
    changed: schemas.ChangedCanned,
    staff: Staff,
    *,
    at: datetime,
) -> schemas.Canned:
    """Change one; raises CannedUnknown, CannedVariableUnknown, NotAllowed."""
    row = await _own_or_shared(session, canned_id, staff)
    told = {name: getattr(changed, name) for name in changed.model_fields_set}
    after = schemas.NewCanned.model_validate(_shown(row).model_dump() | told)
    _may_write(staff, after.scope)
    for name, value in _values(after, at).items():
        setattr(row, name, value)
    row.owner_id, row.edited = _owner(after.scope, staff), True
    await session.flush()
    return _shown(row)


async def remove(session: AsyncSession, canned_id: int, staff: Staff, *, at: datetime) -> None:
    """Remove one; raises CannedUnknown, NotAllowed."""
    row = await _own_or_shared(session, canned_id, staff)
    if row.origin is None:
        await session.delete(row)
    else:
        row.removed, row.changed_at = True, at
    await session.flush()


async def fill(
    session: AsyncSession, canned_id: int, conversation_id: str, staff: Staff
) -> schemas.Filled:
    """One with its variables filled in for a conversation; raises CannedUnknown."""
    row = await _usable(session, canned_id, staff)
    values = await variables(session, conversation_id, staff)
    text, missing = filled(row.text, values)
    return schemas.Filled.model_validate({"text": text, "missing": missing, "actions": row.actions})


async def variables(
    session: AsyncSession, conversation_id: str, staff: Staff
) -> dict[str, str | None]:
    """What the variables stand for in a conversation; None where it is not known."""
    conversation = await session.get(Conversation, conversation_id)
    facts = conversation.facts if conversation else {}
    newest = (
        select(Ticket.number)
        .where(Ticket.conversation_id == conversation_id)
        .order_by(Ticket.id.desc())
        .limit(1)
    )
    name = _NAME.search(str(facts.get("contact") or ""))
    return {
        "姓名": name[1] if name else None,
        "工单号": await session.scalar(newest),
        "城市": _place(facts),
        "坐席": staff.display_name,
    }


def filled(text: str, values: Mapping[str, str | None]) -> tuple[str, list[str]]:
    """The text with these values, and the names of those that are not known."""
    missing = [name for name in schemas.VARIABLE.findall(text) if not values.get(name)]
    told = schemas.VARIABLE.sub(lambda found: values.get(found[1]) or f"〔{found[1]}〕", text)
    return told, list(dict.fromkeys(missing))


def matching(replies: Iterable[schemas.Canned], *said: str) -> schemas.Canned | None:
    """The canned reply that is called for: the one with the longest tag or title that stands in
    what was said, the first text before the second.
    """
    known = list(replies)
    for text in said:
        called = [(len(cue), one) for one in known for cue in _cues(one) if cue in text]
        if called:
            return max(called, key=lambda found: found[0])[1]
    return None


def _cues(one: schemas.Canned) -> list[str]:
    return [cue for cue in (one.title, *one.tags) if len(cue) > 1]


def _place(facts: Mapping[str, Any]) -> str | None:
    known = (facts.get(slot) for slot in ("city", "own_city"))
    return next((str(place) for place in known if place not in (None, UNKNOWN)), None)


def _whole(one: schemas.Canned) -> str:
    return " ".join((one.title, one.shortcut or "", one.text, *one.tags)).casefold()


def _tagged(tags: Sequence[str]) -> list[dict[str, Any]]:
    return [{"tag": tag} for tag in tags]


def _values(one: schemas.NewCanned, at: datetime) -> dict[str, Any]:
    if unknown := schemas.unknown_variables(one.text):
        raise CannedVariableUnknown(unknown[0])
    return {
        "title": one.title,
        "shortcut": one.shortcut,
        "text": one.text,
        "tags": _tagged(one.tags),
        "actions": [action.model_dump() for action in one.actions],
        "changed_at": at,
    }


def _shown(row: CannedReply) -> schemas.Canned:
    return schemas.Canned.model_validate(
        {
            "id": row.id,
            "title": row.title,
            "shortcut": row.shortcut,
            "text": row.text,
            "scope": "own" if row.owner_id else "shared",
            "tags": [one["tag"] for one in row.tags],
            "actions": row.actions,
        }
    )


def _owner(scope: schemas.Scope, staff: Staff) -> int | None:
    return staff.id if scope == "own" else None


def _may_write(staff: Staff, scope: schemas.Scope) -> None:
    if scope == "shared" and Permission.OVERSEE not in MAY[staff.role]:
        raise NotAllowed("共用的常用语由班长添加和修改；您可以存成自己的。")


async def _usable(session: AsyncSession, canned_id: int, staff: Staff) -> CannedReply:
    row = await session.get(CannedReply, canned_id)
    if row is None or row.removed or row.owner_id not in (None, staff.id):
        raise CannedUnknown
    return row


async def _own_or_shared(session: AsyncSession, canned_id: int, staff: Staff) -> CannedReply:
    row = await _usable(session, canned_id, staff)
    _may_write(staff, "own" if row.owner_id else "shared")
    return row
