"""Imports of laws, one unit of work at a time; the caller commits.

What an import becomes are revisions of content: they are reviewed, proved and put in use as any
others, together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit
from api.accounts.access import NotAllowed, Staff
from api.accounts.roles import MAY, Permission
from api.content import schemas as content_schemas
from api.content import service as content
from api.content.laws import map as maps
from api.content.laws import schemas, shelf, status
from api.content.laws.errors import (
    ImportChanged,
    ImportHandedIn,
    ImportUnknown,
    NotHandedIn,
    OtherInReview,
)
from api.content.laws.models import LawImport
from api.content.models import Comment, Item, Release, Revision, State
from api.events import service as events
from knowledge.editing.folder import Change
from knowledge.law.importing import changes
from knowledge.law.importing.changes import Described
from knowledge.law.statutes import Statutes
from knowledge.law.store import ImportedArticle

PAGE = 20
RELEASES_LOOKED_AT = 100


async def begin(
    session: AsyncSession,
    name: str,
    data: bytes,
    reading: dict[str, Any],
    statutes: Statutes,
    staff: Staff,
    *,
    at: datetime,
) -> int:
    """Keep what was read of a file; returns the import's id."""
    guessed = dict(reading["guessed"])
    law = shelf.known_law(reading["title"], name, statutes)
    if held := statutes.laws.get(law):
        guessed["kind"] = held.kind
    details = schemas.LawDetails(
        **guessed, law=law, name=(held.name if held else "") or reading["title"][:120]
    )
    row = LawImport(
        file_name=name,
        sha256=sha256(data).hexdigest(),
        reading=reading,
        details=_as_of_held(details, statutes).model_dump(mode="json"),
        revisions=[],
        author_id=staff.id,
        author=staff.display_name,
        made_at=at,
        version=1,
    )
    session.add(row)
    await session.flush()
    await _tell(session, row, staff, "read", at)
    return row.id


async def page(session: AsyncSession) -> list[schemas.LawImportShown]:
    """The newest imports."""
    newest = select(LawImport).order_by(LawImport.id.desc()).limit(PAGE)
    rows = (await session.scalars(newest)).all()
    return [_shown(row, await _revisions(session, row)) for row in rows]


@dataclass(frozen=True)
class Whole:
    """An import, the revisions that it became with their items, and its newest release."""

    row: LawImport
    revisions: Sequence[Revision]
    items: Mapping[int, Item]
    said: Mapping[int, list[str]]
    release_id: int | None


async def whole(session: AsyncSession, import_id: int) -> Whole:
    """An import with what became of it; raises ImportUnknown."""
    row = await session.get(LawImport, import_id)
    if row is None:
        raise ImportUnknown
    revisions = await _revisions(session, row)
    wanted = select(Item).where(Item.id.in_([one.item_id for one in revisions]))
    items = {one.id: one for one in await session.scalars(wanted)}
    said: dict[int, list[str]] = {one.id: [] for one in revisions}
    comments = select(Comment).where(Comment.revision_id.in_(said)).order_by(Comment.id)
    for one in await session.scalars(comments):
        said[one.revision_id or 0].append(f"{one.author}：{one.text}")
    return Whole(row, revisions, items, said, await _release_of(session, revisions))


def shown(found: Whole, statutes: Statutes) -> schemas.WholeLawImport:
    """An import as it is looked at, compared with what is held. It takes up to seconds: call it in
    a thread.
    """
    row = found.row
    details = schemas.LawDetails.model_validate(row.details)
    beside = shelf.beside(details, statutes)
    moves = _moves(row, beside) if beside else []
    return schemas.WholeLawImport(
        **_shown(row, found.revisions).model_dump(),
        version=row.version,
        reading=row.reading,
        details=details,
        is_new=details.law not in statutes.laws,
        against=_against(beside, details) if beside else None,
        moves=moves,
        unwritable=[] if beside is None or beside.same else maps.unwritable(moves),
        faults=shelf.faults(details, row.reading, statutes),
        revisions=[_revision(one, found) for one in found.revisions],
        release_id=found.release_id,
    )


async def save(
    session: AsyncSession,
    import_id: int,
    saved: schemas.SavedLaw,
    statutes: Statutes,
    staff: Staff,
    *,
    at: datetime,
) -> None:
    """Keep what people say of a text, and their map. Raises ImportUnknown, ImportHandedIn,
    ImportChanged.
    """
    row = await _open(session, import_id)
    if row.version != saved.over:
        raise ImportChanged
    beside = shelf.beside(saved.details, statutes)
    row.details = saved.details.model_dump(mode="json")
    row.moves, row.against = None, None
    if saved.moves is not None and beside is not None and not beside.same:
        row.moves = [one.model_dump() for one in saved.moves]
        row.against = beside.version.version_date
    row.version += 1
    await _tell(session, row, staff, "save", at)


def changes_of(
    row: LawImport,
    made: schemas.WholeLawImport,
    statutes: Statutes,
    succession: str,
    today: date,
) -> list[Change]:
    """What an import changes in content; `succession` is the text of that file in use."""
    told = _described(made.details)
    articles = [
        ImportedArticle(number=one["number"], chapter=" ".join(one["heads"]), text=one["text"])
        for one in row.reading["articles"]
    ]
    held = statutes.laws.get(told.law)
    found = [
        changes.entry_of(told, held, today),
        changes.text_of(told, articles, row.file_name, row.sha256, today),
    ]
    rows = maps.written(made.moves) if made.against and not made.against.same else []
    if made.against and rows:
        old = made.against.version_date
        found.append(changes.succession_of(succession, told.law, old, told.version_date, rows))
    return found


async def hand_in(
    session: AsyncSession,
    import_id: int,
    over: int,
    made: Sequence[Change],
    said: schemas.LawHandedIn,
    staff: Staff,
    *,
    at: datetime,
) -> None:
    """Hand in what an import changes for review, all of it or nothing; the version is noted as
    confirmed by whoever does. `over` is the import that was checked.

    Raises ImportUnknown, ImportHandedIn, ImportChanged, OtherInReview.
    """
    row = await _open(session, import_id)
    if row.version != over:
        raise ImportChanged
    details = schemas.LawDetails.model_validate(row.details)
    for one in made:
        await _must_be_alone(session, one)
    title = f"导入《{details.law}》（{details.version_date}）"
    reason = f"{title}：{said.note}" if said.note else title
    ids = []
    for one in made:
        new = content_schemas.NewRevision(
            kind=one.kind,
            file=one.file,
            key=one.key,
            body=one.body,
            reason=reason,
            expires_on=None,
            sources=_described(details).sources,
            over=await _version_of(session, one),
        )
        revision = await content.propose(session, new, staff, at=at)
        await content.submit(session, revision.id, one.body, staff, at=at)
        ids.append(revision.id)
    row.revisions = [{"revision_id": one} for one in ids]
    row.version += 1
    assert details.version_date is not None
    confirmed = schemas.NewLawConfirmation(
        law=details.law,
        version_date=details.version_date,
        source="、".join(one for one in (details.address, details.compared_with) if one),
        note=said.note[:300],
    )
    await status.note(session, confirmed, staff, at=at)
    await _tell(session, row, staff, "hand_in", at)


async def take_back(session: AsyncSession, import_id: int, staff: Staff, *, at: datetime) -> None:
    """Take what an import became back from review, so that it can be changed.

    Raises ImportUnknown, NotHandedIn, NotAuthor.
    """
    found = await whole(session, import_id)
    row = found.row
    waiting = [one for one in found.revisions if one.state == State.IN_REVIEW]
    if not waiting:
        raise NotHandedIn
    for one in waiting:
        await content.withdraw(session, one.id, staff, at=at)
    row.version += 1
    await _tell(session, row, staff, "take_back", at)


async def reject(
    session: AsyncSession, import_id: int, why: str, staff: Staff, *, at: datetime
) -> None:
    """Turn down all of an import, saying why; raises ImportUnknown, NotHandedIn."""
    found = await whole(session, import_id)
    waiting = [one for one in found.revisions if one.state == State.IN_REVIEW]
    if not waiting:
        raise NotHandedIn
    for one in waiting:
        await content.reject(session, one.id, why, staff, at=at)
    found.row.version += 1
    await _tell(session, found.row, staff, "reject", at)


async def drop(session: AsyncSession, import_id: int, staff: Staff, *, at: datetime) -> None:
    """Delete an import that was not handed in: one's own, or anybody's for who publishes.

    Raises ImportUnknown, ImportHandedIn, NotAllowed.
    """
    row = await _open(session, import_id)
    if row.author_id != staff.id and Permission.PUBLISH not in MAY[staff.role]:
        raise NotAllowed
    await _tell(session, row, staff, "drop", at)
    await session.delete(row)


async def in_review(session: AsyncSession, import_id: int) -> list[int]:
    """The revisions of an import, all of which wait for review.

    Raises ImportUnknown, NotHandedIn.
    """
    revisions = (await whole(session, import_id)).revisions
    if not revisions or any(one.state != State.IN_REVIEW for one in revisions):
        raise NotHandedIn
    return [one.id for one in revisions]


def succession_in(folder: Path) -> str:
    """The text of succession.yml in a folder of content."""
    return (folder / changes.SUCCESSION).read_text(encoding="utf-8")


def _as_of_held(details: schemas.LawDetails, statutes: Statutes) -> schemas.LawDetails:
    """Of a version that is held, its own days: they were reviewed."""
    law = statutes.laws.get(details.law)
    versions = law.versions if law else ()
    version = next((one for one in versions if one.version_date == details.version_date), None)
    if version is None:
        return details
    days = {"in_force_from": version.in_force_from, "in_force_to": version.in_force_to}
    return details.model_copy(update=days)


def _moves(row: LawImport, beside: shelf.Beside) -> list[schemas.LawMoveShown]:
    new = {one["number"]: one["text"] for one in row.reading["articles"]}
    is_of_this = row.against == beside.version.version_date
    return maps.shown(beside, new, row.moves if is_of_this else None)


def _against(beside: shelf.Beside, details: schemas.LawDetails) -> schemas.LawAgainst:
    begins = details.in_force_from
    ends = None if beside.same or begins is None else begins - shelf.ONE_DAY
    return schemas.LawAgainst(
        law=beside.law.short,
        version_date=beside.version.version_date,
        in_force_from=beside.version.in_force_from,
        ends_on=beside.version.in_force_to or ends,
        same=beside.same,
        digest=beside.digest,
        articles=len(beside.articles),
    )


def _described(details: schemas.LawDetails) -> Described:
    assert details.version_date and details.in_force_from
    told = details.model_dump()
    return Described(**told)


async def _open(session: AsyncSession, import_id: int) -> LawImport:
    """An import that can be changed, on which nobody else works meanwhile."""
    row = await session.get(LawImport, import_id, with_for_update=True)
    if row is None:
        raise ImportUnknown
    if _state(await _revisions(session, row)) in ("in_review", "published"):
        raise ImportHandedIn
    return row


async def _revisions(session: AsyncSession, row: LawImport) -> list[Revision]:
    ids = [one["revision_id"] for one in row.revisions]
    found = await session.scalars(select(Revision).where(Revision.id.in_(ids)))
    return sorted(found, key=lambda one: ids.index(one.id))


async def _release_of(session: AsyncSession, revisions: Sequence[Revision]) -> int | None:
    """The newest release that is to bring these revisions."""
    if not revisions:
        return None
    newest = select(Release).order_by(Release.id.desc()).limit(RELEASES_LOOKED_AT)
    first = {"revision_id": revisions[0].id}
    rows = await session.scalars(newest)
    return next((one.id for one in rows if first in one.candidates), None)


def _state(revisions: Sequence[Revision]) -> Any:
    if not revisions:
        return "draft"
    if any(one.state == State.IN_REVIEW for one in revisions):
        return "in_review"
    return "published" if all(map(_was_published, revisions)) else "returned"


def _was_published(row: Revision) -> bool:
    """Also one whose place a newer one took since."""
    is_put_away = row.state == State.ARCHIVED and row.decided_at is not None
    return row.state == State.PUBLISHED or is_put_away


async def _must_be_alone(session: AsyncSession, change: Change) -> None:
    """Nobody else's change of the same item waits for review; raises OtherInReview."""
    waiting = (
        select(Item.title, Revision.author)
        .join(Revision, Revision.item_id == Item.id)
        .where(
            Item.kind == change.kind,
            Item.file == change.file,
            Item.key == change.key,
            Revision.state == State.IN_REVIEW,
        )
    )
    if found := (await session.execute(waiting.limit(1))).first():
        raise OtherInReview(*found)


async def _version_of(session: AsyncSession, change: Change) -> int:
    named = (Item.kind == change.kind, Item.file == change.file, Item.key == change.key)
    return await session.scalar(select(Item.version).where(*named)) or 0


def _shown(row: LawImport, revisions: Sequence[Revision]) -> schemas.LawImportShown:
    return schemas.LawImportShown(
        id=row.id,
        file_name=row.file_name,
        title=row.reading["title"] or row.file_name,
        law=row.details["law"],
        version_date=row.details["version_date"],
        articles=len(row.reading["articles"]),
        problems=len(row.reading["problems"]),
        state=_state(revisions),
        author=row.author,
        author_id=row.author_id,
        made_at=row.made_at,
    )


def _revision(row: Revision, found: Whole) -> schemas.LawRevision:
    item = found.items[row.item_id]
    return schemas.LawRevision(
        id=row.id,
        kind=item.kind,
        file=item.file,
        title=item.title,
        state=row.state,
        said=found.said[row.id],
    )


async def _tell(
    session: AsyncSession, row: LawImport, staff: Staff, what: str, at: datetime
) -> None:
    detail = {"law": row.details["law"], "version_date": row.details["version_date"]}
    await audit.record(
        session, staff, f"law_import.{what}", "law_import", str(row.id), at=at, detail=detail
    )
    await events.publish(
        session, content.CHANGED, at=at, staff_id=staff.id, data={"import_id": row.id}
    )
