"""Releases in the database, one unit of work at a time; the caller commits.

A release that is in use is one row with `in_use`. Putting another in its place, publishing what it
brings and telling of it are one unit of work: a crash leaves the old one in use.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit
from api.accounts.access import Staff
from api.accounts.models import User
from api.content import schemas
from api.content.errors import (
    NeedsSecondPerson,
    NothingToRollBack,
    ReleaseNotReady,
    ReleaseOutdated,
    ReleaseUnknown,
    RevisionUnknown,
    WrongState,
)
from api.content.models import Item, Release, Revision, Stage, State
from api.events import service as events
from knowledge.editing.dates import Dated, Holding, in_effect
from knowledge.editing.folder import Change
from knowledge.editing.kinds import KINDS

PUBLISHED = "content.published"
LONGEST_MAKING = timedelta(minutes=10)
CUT_OFF = "没有做完就中断了，没有影响正在使用的内容。请重新预演。"
PAGE = 30


@dataclass(frozen=True)
class Plan:
    """What a release consists of: what holds on its day, and the changes that this is."""

    day: date
    holdings: tuple[Holding, ...]
    changes: tuple[Change, ...]

    def as_rows(self) -> list[dict[str, Any]]:
        return [one.as_dict() for one in self.holdings]


async def plan(
    session: AsyncSession,
    day: date,
    candidates: Iterable[int] = (),
    without: Iterable[int] = (),
) -> Plan:
    """What holds on a day of what is published, with revisions that are to be published, and
    without others.
    """
    also, left_out = set(candidates), set(without)
    wanted = select(Revision).where(
        or_(Revision.state == State.PUBLISHED, Revision.id.in_(also)), Revision.id.not_in(left_out)
    )
    revisions = (await session.scalars(wanted)).all()
    holdings = in_effect((_dated(one, one.id in also, day) for one in revisions), day)
    return Plan(day, tuple(holdings), await changes_of(session, holdings))


async def changes_of(session: AsyncSession, holdings: Iterable[Holding]) -> tuple[Change, ...]:
    """The changes that these revisions are, in the order of their places."""
    held = {one.revision_id: one for one in holdings}
    rows = await session.execute(
        select(Revision, Item)
        .join(Item, Item.id == Revision.item_id)
        .where(Revision.id.in_(held))
        .order_by(Item.kind, Item.file, Item.key)
    )
    return tuple(
        Change(item.kind, item.file, item.key, None if held[row.id].gone else row.body)
        for row, item in rows
    )


async def changes_in_use(session: AsyncSession) -> tuple[Change, ...]:
    """The changes over what is shipped that are in use."""
    current = await in_use(session)
    return await changes_of(session, (Holding(**one) for one in current.changes) if current else ())


async def begin(
    session: AsyncSession,
    made: Plan,
    hash_: str,
    candidates: Sequence[int],
    staff: Staff | None,
    *,
    at: datetime,
) -> int:
    """Note that a release is being made; returns its id."""
    row = Release(
        day=made.day,
        hash=hash_,
        state=Stage.MAKING,
        changes=made.as_rows(),
        candidates=[{"revision_id": one} for one in candidates],
        made_by=staff.id if staff else None,
        made_at=at,
    )
    session.add(row)
    await session.flush()
    return row.id


async def move(session: AsyncSession, release_id: int, stage: Stage, **told: Any) -> None:
    """Note how far a release is."""
    moved = update(Release).where(Release.id == release_id)
    await session.execute(moved.values(state=stage, **told))


async def fail_what_was_cut_off(session: AsyncSession, *, at: datetime) -> None:
    """Whoever made these died: nobody will finish them."""
    left = Release.state.in_((Stage.MAKING, Stage.PROVING)), Release.made_at < at - LONGEST_MAKING
    await session.execute(update(Release).where(*left).values(state=Stage.FAILED, problem=CUT_OFF))


async def in_use(session: AsyncSession) -> Release | None:
    """The release in use; None while only what is shipped is."""
    found: Release | None = await session.scalar(select(Release).where(Release.in_use.is_(True)))
    return found


async def activate(
    session: AsyncSession, release_id: int, staff: Staff | None, *, at: datetime
) -> Release:
    """Publish what a release brings and put it in use, or plan that for the day it was made for.

    Raises ReleaseUnknown, ReleaseNotReady, ReleaseOutdated where anything else came between, and
    NeedsSecondPerson.
    """
    row = await _locked(session, release_id)
    if row.state != Stage.READY:
        raise ReleaseNotReady
    candidates = [one["revision_id"] for one in row.candidates]
    today = at.date()
    if (await plan(session, max(row.day, today), candidates)).as_rows() != row.changes:
        raise ReleaseOutdated
    for revision_id in candidates:
        await _publish(session, revision_id, staff, at)
    row.activated_by, row.activated_at = staff.id if staff else None, at
    if row.day > today:
        row.state = Stage.SCHEDULED
    elif await _holds_already(session, row):
        row.state = Stage.PASSED
        return row
    else:
        await _put_in_use(session, row)
    await _tell(session, row, staff, "activate", at)
    return row


async def _holds_already(session: AsyncSession, row: Release) -> bool:
    """Whether what is in use is just that, so that nothing would change but what a step back leads
    to: while one copy of the service looked what holds today, somebody put it in use.
    """
    current = await in_use(session)
    return not row.candidates and current is not None and current.changes == row.changes


async def rolled_back(session: AsyncSession, release_id: int, day: date) -> "RollBack":
    """What taking back the release in use comes to: what it brought goes, and what it replaced is
    published again. Raises ReleaseUnknown, NothingToRollBack.
    """
    row = await session.get(Release, release_id)
    if row is None:
        raise ReleaseUnknown
    if not row.in_use or row.activated_at is None:
        raise NothingToRollBack
    before = await session.scalar(
        select(Release)
        .where(Release.state == Stage.SUPERSEDED, Release.activated_at <= row.activated_at)
        .order_by(Release.activated_at.desc(), Release.id.desc())
        .limit(1)
    )
    had = {one["revision_id"] for one in (before.changes if before else ())}
    has = {one["revision_id"] for one in row.changes}
    again, gone = sorted(had - has), sorted(has - had)
    if not again and not gone:
        raise NothingToRollBack("这次发布只是按日期换的，没有可以撤回的版本。")
    return RollBack(row.id, again, gone, await plan(session, day, again, gone))


@dataclass(frozen=True)
class RollBack:
    """Revisions that are published `again` and that go, and what holds then."""

    release_id: int
    again: list[int]
    gone: list[int]
    plan: Plan


async def take_back(
    session: AsyncSession, back: RollBack, release_id: int, staff: Staff, *, at: datetime
) -> Release:
    """Put the release that was made for `back` in the place of the one in use.

    Raises NothingToRollBack where that is another one by then.
    """
    current = await in_use(session)
    if current is None or current.id != back.release_id:
        raise NothingToRollBack
    for state, ids in ((State.ARCHIVED, back.gone), (State.PUBLISHED, back.again)):
        await session.execute(update(Revision).where(Revision.id.in_(ids)).values(state=state))
    row = await _locked(session, release_id)
    row.activated_by, row.activated_at = staff.id, at
    await _put_in_use(session, row)
    await _tell(session, row, staff, "roll_back", at)
    return row


async def page(session: AsyncSession, before: int | None = None) -> list[schemas.ReleaseShown]:
    """Releases, the newest first, without their reports."""
    wanted = select(Release).order_by(Release.id.desc()).limit(PAGE)
    if before is not None:
        wanted = wanted.where(Release.id < before)
    rows = (await session.scalars(wanted)).all()
    return [one.model_copy(update={"report": None}) for one in await shown(session, rows)]


async def one(session: AsyncSession, release_id: int) -> schemas.ReleaseShown:
    """A release with its report; raises ReleaseUnknown."""
    row = await session.get(Release, release_id)
    if row is None:
        raise ReleaseUnknown
    return (await shown(session, [row]))[0]


async def made_of(session: AsyncSession, release_id: int) -> tuple[str, tuple[Change, ...]]:
    """The hash of a release and the changes that it was made of; raises ReleaseUnknown."""
    row = await session.get(Release, release_id)
    if row is None:
        raise ReleaseUnknown
    return row.hash, await changes_of(session, (Holding(**one) for one in row.changes))


async def calendar(session: AsyncSession, first: date, days: int) -> list[schemas.CalendarEntry]:
    """What takes effect or expires in so many days from `first` on, in the order of the days."""
    last = first + timedelta(days=days)
    rows = await session.execute(
        select(Revision, Item)
        .join(Item, Item.id == Revision.item_id)
        .where(
            Revision.state == State.PUBLISHED,
            or_(
                Revision.effective_from.between(first, last),
                Revision.expires_on.between(first, last),
            ),
        )
    )
    found = [entry for row, item in rows for entry in _entries(row, item)]
    return sorted(
        (entry for entry in found if first <= entry.day <= last),
        key=lambda entry: (entry.day, entry.item_id),
    )


def _entries(row: Revision, item: Item) -> Iterator[schemas.CalendarEntry]:
    named: dict[str, Any] = {
        "item_id": item.id,
        "kind": item.kind,
        "file": item.file,
        "key": item.key,
        "title": item.title,
        "revision_id": row.id,
    }
    if row.effective_from:
        yield schemas.CalendarEntry(day=row.effective_from, what="begins", **named)
    if row.expires_on:
        yield schemas.CalendarEntry(day=row.expires_on, what="ends", **named)


async def shown(session: AsyncSession, rows: Sequence[Release]) -> list[schemas.ReleaseShown]:
    """Releases as the API shows them."""
    brought = await _brought(session, {one for row in rows for one in _candidates(row)})
    people = {one for row in rows for one in (row.made_by, row.activated_by) if one}
    found = await session.execute(select(User.id, User.display_name).where(User.id.in_(people)))
    names: dict[int | None, str] = {id_: name for id_, name in found}
    return [
        schemas.ReleaseShown(
            id=row.id,
            day=row.day,
            state=row.state,
            in_use=bool(row.in_use),
            revisions=_candidates(row),
            brings=[brought[one] for one in _candidates(row) if one in brought],
            made_by=names.get(row.made_by),
            activated_by=names.get(row.activated_by),
            problem=row.problem,
            report=row.report,
            made_at=row.made_at,
            activated_at=row.activated_at,
        )
        for row in rows
    ]


def _candidates(row: Release) -> list[int]:
    return [one["revision_id"] for one in row.candidates]


async def _brought(session: AsyncSession, ids: Iterable[int]) -> dict[int, schemas.Brought]:
    rows = await session.execute(
        select(Revision, Item).join(Item, Item.id == Revision.item_id).where(Revision.id.in_(ids))
    )
    return {
        row.id: schemas.Brought(
            revision_id=row.id,
            number=row.number,
            kind=item.kind,
            file=item.file,
            key=item.key,
            title=item.title,
            author=row.author,
            reason=row.reason,
            taken_away=row.body is None,
        )
        for row, item in rows
    }


async def _locked(session: AsyncSession, release_id: int) -> Release:
    row = await session.get(Release, release_id, with_for_update=True)
    if row is None:
        raise ReleaseUnknown
    return row


async def _publish(
    session: AsyncSession, revision_id: int, staff: Staff | None, at: datetime
) -> None:
    row = await session.get(Revision, revision_id, with_for_update=True)
    if row is None:
        raise RevisionUnknown
    if row.state != State.IN_REVIEW:
        raise WrongState
    item = await session.get_one(Item, row.item_id, with_for_update=True)
    if staff and KINDS[item.kind].two_persons and row.author_id == staff.id:
        raise NeedsSecondPerson
    row.state, row.decided_at = State.PUBLISHED, at
    row.reviewer_id, row.reviewer = (staff.id, staff.display_name) if staff else (None, None)
    item.version, item.updated_at = item.version + 1, at


async def _put_in_use(session: AsyncSession, row: Release) -> None:
    """Let the release be the one in use; raises ReleaseOutdated where another one just became it.

    Revisions that others have taken the place of are put away; scheduled releases whose day has
    come have done their part.
    """
    try:
        async with session.begin_nested():
            was = update(Release).where(Release.in_use.is_(True))
            await session.execute(was.values(in_use=None, state=Stage.SUPERSEDED))
            row.in_use, row.state = True, Stage.ACTIVE
            await session.flush()
    except IntegrityError as error:
        raise ReleaseOutdated from error
    due = update(Release).where(Release.state == Stage.SCHEDULED, Release.day <= row.day)
    await session.execute(due.values(state=Stage.PASSED))
    for held in row.changes:
        newer = await session.get_one(Revision, held["revision_id"])
        since = _dated(newer, False, row.day).since
        for older in await session.scalars(
            select(Revision).where(
                Revision.item_id == newer.item_id,
                Revision.state == State.PUBLISHED,
                Revision.id != newer.id,
            )
        ):
            if _dated(older, False, row.day).since <= since:
                older.state = State.ARCHIVED


async def _tell(
    session: AsyncSession, row: Release, staff: Staff | None, what: str, at: datetime
) -> None:
    await audit.record(
        session,
        staff,
        f"content.{what}",
        "release",
        str(row.id),
        at=at,
        detail={"day": row.day.isoformat(), "state": row.state},
    )
    await events.publish(
        session, PUBLISHED, at=at, staff_id=staff.id if staff else None, data={"release_id": row.id}
    )


def _dated(row: Revision, is_candidate: bool, day: date) -> Dated:
    """A revision with its days. One that is only to be published begins on the day at the
    earliest.
    """
    published = row.decided_at.date() if row.decided_at and not is_candidate else day
    since = max(row.effective_from or published, published)
    return Dated(row.id, row.item_id, row.number, since, row.expires_on)


async def is_under_way(session: AsyncSession, day: date, hash_: str) -> bool:
    """Whether a release of the service's own is being made for the day, or was and failed."""
    stages = (Stage.MAKING, Stage.PROVING, Stage.READY, Stage.FAILED)
    wanted = select(Release.id).where(
        Release.day == day,
        Release.hash == hash_,
        Release.made_by.is_(None),
        Release.state.in_(stages),
        or_(Release.problem.is_(None), Release.problem != CUT_OFF),
    )
    return await session.scalar(wanted.limit(1)) is not None
