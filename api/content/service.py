"""Items and their revisions, one unit of work at a time; the caller commits."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import PurePosixPath

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit
from api.accounts.access import NotAllowed, Staff
from api.accounts.roles import MAY, Permission
from api.content import catalogue, schemas
from api.content.errors import (
    ChangedMeanwhile,
    ItemUnknown,
    NotAuthor,
    RevisionUnknown,
    WrongPlace,
    WrongState,
)
from api.content.looking import uses
from api.content.models import Comment, Item, Release, Revision, State
from api.database import insert_once
from api.events import service as events
from knowledge.editing.folder import Change
from knowledge.editing.kinds import KINDS, Kind

CHANGED = "content.changed"
PAGE = 50
MOST_WAITING = 200
_OPEN = (State.DRAFT, State.IN_REVIEW, State.REJECTED)


async def page(
    session: AsyncSession,
    kind: str = "",
    q: str = "",
    state: str | None = None,
    before: int | None = None,
) -> schemas.ItemsPage:
    """Items, the newest first, that are of a kind, hold these words, have a revision so far."""
    rows = (await session.scalars(wanted(kind, q, state, before))).all()
    shown = await _shown(session, rows[:PAGE])
    return schemas.ItemsPage(items=shown, before=rows[PAGE - 1].id if len(rows) > PAGE else None)


def wanted(
    kind: str = "", q: str = "", state: str | None = None, before: int | None = None
) -> Select[Item]:
    """A page of such items and one more."""
    found = select(Item).order_by(Item.id.desc()).limit(PAGE + 1)
    if kind:
        found = found.where(Item.kind == kind)
    if before is not None:
        found = found.where(Item.id < before)
    for word in q.split():
        held = (Item.title, Item.key, Item.body)
        found = found.where(or_(*(one.icontains(word, autoescape=True) for one in held)))
    if state:
        found = found.where(Item.id.in_(select(Revision.item_id).where(Revision.state == state)))
    return found


async def whole(session: AsyncSession, named: schemas.Named, today: date) -> schemas.WholeItem:
    """An item with all that was written for and about it, and what uses it; raises ItemUnknown."""
    item = await session.scalar(_named(named))
    if item is None:
        raise ItemUnknown
    revisions = await _revisions(session, item.id)
    said = select(Comment).where(Comment.item_id == item.id).order_by(Comment.id)
    return schemas.WholeItem(
        item=(await _shown(session, [item]))[0],
        body=item.body,
        revisions=[shown(one) for one in revisions],
        diffs={one.id: diff(item.body, one.body) for one in revisions},
        comments=[_comment(one) for one in await session.scalars(said)],
        uses=await uses.of(session, item, today),
    )


async def propose(
    session: AsyncSession, new: schemas.NewRevision, staff: Staff, *, at: datetime
) -> schemas.RevisionShown:
    """Write down what an item is to say; one's own newest draft is written over.

    Raises WrongPlace, and ChangedMeanwhile where the item is not as it was when it was opened.
    """
    kind_of(new)
    item = await _item_for(session, new, at)
    revisions = await _revisions(session, item.id)
    if item.version != new.over:
        raise _changed(item, revisions, new)
    if item.body is None and new.body is not None:
        item.title = catalogue.title_of(item.kind, item.key, new.body)  # nothing in use gives one
    row = _own_draft(revisions, staff) or Revision(
        item_id=item.id,
        number=max((one.number for one in revisions), default=0) + 1,
        author_id=staff.id,
        author=staff.display_name,
        state=State.DRAFT,
    )
    row.body, row.reason, row.made_at = new.body, new.reason, at
    row.effective_from, row.expires_on = new.effective_from, new.expires_on
    row.sources = [{"source": one} for one in new.sources]
    row.base_hash = hash_of(item.body)
    session.add(row)
    await _note(session, item, row, staff, "propose", at)
    return shown(row)


async def submit(
    session: AsyncSession, revision_id: int, checked: str | None, staff: Staff, *, at: datetime
) -> None:
    """Hand a draft in for review that says what was `checked`.

    Raises RevisionUnknown, WrongState, NotAuthor.
    """
    item, row = await locked(session, revision_id)
    _must_be(row, State.DRAFT)
    if row.body != checked:
        raise WrongState("检查的时候草稿又改过，请再提交一次。")
    if row.author_id != staff.id and Permission.PUBLISH not in MAY[staff.role]:
        raise NotAuthor
    await _move(session, item, row, State.IN_REVIEW, staff, "submit", at)


async def withdraw(session: AsyncSession, revision_id: int, staff: Staff, *, at: datetime) -> None:
    """Take one's own back from review; raises RevisionUnknown, WrongState, NotAuthor."""
    item, row = await locked(session, revision_id)
    _must_be(row, State.IN_REVIEW)
    if row.author_id != staff.id:
        raise NotAuthor
    await _move(session, item, row, State.DRAFT, staff, "withdraw", at)


async def reject(
    session: AsyncSession, revision_id: int, why: str, staff: Staff, *, at: datetime
) -> None:
    """Turn a revision down, saying why; raises RevisionUnknown, WrongState."""
    item, row = await locked(session, revision_id)
    _must_be(row, State.IN_REVIEW)
    row.reviewer_id, row.reviewer, row.decided_at = staff.id, staff.display_name, at
    session.add(_said(item, row, why, staff, at))
    await _move(session, item, row, State.REJECTED, staff, "reject", at)


async def archive(session: AsyncSession, revision_id: int, staff: Staff, *, at: datetime) -> None:
    """Put a revision away that is not in use, also one that was published for a later day.

    Raises RevisionUnknown, WrongState, NotAuthor, NotAllowed.
    """
    item, row = await locked(session, revision_id)
    _must_be(row, *_OPEN, State.PUBLISHED)
    publishes = Permission.PUBLISH in MAY[staff.role]
    if row.state == State.PUBLISHED:
        if not publishes:
            raise NotAllowed
        if row.id in await _in_use(session):
            raise WrongState("这个版本正在使用；要换掉它，请发布一个新版本，或者撤回这次发布。")
    elif row.author_id != staff.id and not publishes:
        raise NotAuthor
    await _move(session, item, row, State.ARCHIVED, staff, "archive", at)


async def comment(
    session: AsyncSession, revision_id: int, text: str, staff: Staff, *, at: datetime
) -> schemas.CommentShown:
    """Say something about a revision; raises RevisionUnknown."""
    row = await session.get(Revision, revision_id)
    if row is None:
        raise RevisionUnknown
    item = await session.get_one(Item, row.item_id)
    said = _said(item, row, text, staff, at)
    session.add(said)
    await session.flush()
    await _tell(session, item, row, staff, "comment", at)
    return _comment(said)


async def waiting(session: AsyncSession) -> list[schemas.Waiting]:
    """The revisions in review with their items, the oldest first."""
    wanted = select(Revision).where(Revision.state == State.IN_REVIEW).limit(MOST_WAITING)
    rows = (await session.scalars(wanted.order_by(Revision.made_at, Revision.id))).all()
    of_these = select(Item).where(Item.id.in_({one.item_id for one in rows}))
    items = {one.id: one for one in await _shown(session, await session.scalars(of_these))}
    return [schemas.Waiting(item=items[one.item_id], revision=shown(one)) for one in rows]


async def change_of(session: AsyncSession, revision_id: int) -> tuple[Revision, Change]:
    """A revision, and the change that it is; raises RevisionUnknown."""
    row = await session.get(Revision, revision_id)
    if row is None:
        raise RevisionUnknown
    item = await session.get_one(Item, row.item_id)
    return row, Change(item.kind, item.file, item.key, row.body)


async def locked(session: AsyncSession, revision_id: int) -> tuple[Item, Revision]:
    """A revision with its item, on which nobody else works meanwhile; raises RevisionUnknown."""
    found = await session.get(Revision, revision_id)
    if found is None:
        raise RevisionUnknown
    item = await session.get_one(Item, found.item_id, with_for_update=True)
    await session.refresh(found)
    return item, found


def kind_of(named: schemas.Named) -> Kind:
    """The kind of an item that may stand where it is said to; raises WrongPlace."""
    kind = KINDS.get(named.kind)
    is_ours = kind is not None and kind.holds(named.file)
    if kind is None or not is_ours or len(PurePosixPath(named.file).parts) > 2:
        raise WrongPlace
    if kind.whole and named.key != named.file:
        raise WrongPlace
    return kind


def shown(row: Revision) -> schemas.RevisionShown:
    """A revision as the API shows it."""
    return schemas.RevisionShown(
        id=row.id,
        item_id=row.item_id,
        number=row.number,
        body=row.body,
        author=row.author,
        author_id=row.author_id,
        reason=row.reason,
        effective_from=row.effective_from,
        expires_on=row.expires_on,
        sources=[one["source"] for one in row.sources],
        state=State(row.state),
        reviewer=row.reviewer,
        made_at=row.made_at,
        decided_at=row.decided_at,
    )


def diff(before: str | None, after: str | None) -> list[str]:
    """What one text changes in another, by lines: "-…" goes, "+…" comes, " …" stays."""
    lines = difflib.unified_diff(_lines(before), _lines(after), lineterm="", n=2)
    return [line for line in lines if not line.startswith(("---", "+++"))]


def hash_of(body: str | None) -> str:
    """What a body is known by."""
    return sha256((body or "").encode()).hexdigest()


def _lines(text: str | None) -> list[str]:
    return (text or "").splitlines()


def _named(named: schemas.Named) -> Select[Item]:
    return select(Item).where(
        Item.kind == named.kind, Item.file == named.file, Item.key == named.key
    )


async def _item_for(session: AsyncSession, named: schemas.Named, at: datetime) -> Item:
    """The item, locked; one that nobody knew of is there from here on."""
    name = {"kind": named.kind, "file": named.file, "key": named.key}
    blank = {"title": named.key, "body": None, "version": 0, "updated_at": at}
    await insert_once(session, Item, name | blank)
    item = await session.scalar(_named(named).with_for_update())
    assert item is not None
    return item


async def _revisions(session: AsyncSession, item_id: int) -> Sequence[Revision]:
    newest_first = select(Revision).where(Revision.item_id == item_id)
    return (await session.scalars(newest_first.order_by(Revision.number.desc()))).all()


async def _in_use(session: AsyncSession) -> set[int]:
    changes = await session.scalar(select(Release.changes).where(Release.in_use.is_(True)))
    return {one["revision_id"] for one in changes or []}


def _own_draft(revisions: Sequence[Revision], staff: Staff) -> Revision | None:
    newest = revisions[0] if revisions else None
    is_own = newest is not None and newest.author_id == staff.id and newest.state == State.DRAFT
    return newest if is_own else None


def _changed(
    item: Item, revisions: Sequence[Revision], new: schemas.NewRevision
) -> ChangedMeanwhile:
    """Whose text came between: that of the newest revision, else what is in use."""
    newest = revisions[0] if revisions else None
    body = newest.body if newest else item.body
    theirs = {
        "body": body,
        "author": newest.author if newest else None,
        "number": newest.number if newest else None,
    }
    return ChangedMeanwhile(theirs, item.version, diff(body, new.body))


def _must_be(row: Revision, *states: State) -> None:
    if row.state not in states:
        raise WrongState


async def _move(
    session: AsyncSession,
    item: Item,
    row: Revision,
    state: State,
    staff: Staff,
    what: str,
    at: datetime,
) -> None:
    row.state = state
    await _note(session, item, row, staff, what, at)


async def _note(
    session: AsyncSession, item: Item, row: Revision, staff: Staff, what: str, at: datetime
) -> None:
    item.version, item.updated_at = item.version + 1, at
    await session.flush()
    await _tell(session, item, row, staff, what, at)


async def _tell(
    session: AsyncSession, item: Item, row: Revision, staff: Staff, what: str, at: datetime
) -> None:
    told = {"item_id": item.id, "revision_id": row.id, "state": row.state}
    await audit.record(
        session,
        staff,
        f"content.{what}",
        "content",
        str(item.id),
        at=at,
        detail=told,
    )
    await events.publish(session, CHANGED, at=at, staff_id=staff.id, data=told)


def _said(item: Item, row: Revision, text: str, staff: Staff, at: datetime) -> Comment:
    return Comment(
        item_id=item.id,
        revision_id=row.id,
        author_id=staff.id,
        author=staff.display_name,
        text=text,
        at=at,
    )


def _comment(row: Comment) -> schemas.CommentShown:
    return schemas.CommentShown(
        id=row.id, revision_id=row.revision_id, author=row.author, text=row.text, at=row.at
    )


async def _shown(session: AsyncSession, rows: Iterable[Item]) -> list[schemas.ItemShown]:
    items = list(rows)
    of_these = select(Revision.item_id, Revision.state).where(
        Revision.item_id.in_([one.id for one in items]), Revision.state != State.ARCHIVED
    )
    states: dict[int, list[State]] = defaultdict(list)
    for item_id, state in await session.execute(of_these.order_by(Revision.number.desc())):
        states[item_id].append(State(state))
    return [
        schemas.ItemShown(
            id=one.id,
            kind=one.kind,
            file=one.file,
            key=one.key,
            title=one.title,
            version=one.version,
            in_use=one.body is not None,
            states=states[one.id],
            updated_at=one.updated_at,
        )
        for one in items
    ]
