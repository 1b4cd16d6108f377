"""When each version of a law was last confirmed to be in force, by whom and from which source."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit
from api.accounts.access import Staff
from api.content.laws import schemas
from api.content.laws.errors import LawUnknown
from api.content.laws.models import LawConfirmation
from knowledge.law.statutes import LawEntry, Statutes, VersionEntry

AGAIN_AFTER = timedelta(days=90)
Name = tuple[str, date]


async def versions(
    session: AsyncSession, statutes: Statutes, today: date
) -> list[schemas.LawVersionShown]:
    """Every version that governs today or is going to, those longest unconfirmed first."""
    newest = await _newest(session)
    shown = [
        _shown(law, version, statutes, newest.get((law.short, version.version_date)), today)
        for law in statutes.laws.values()
        for version in law.versions
        if version.in_force_to is None or version.in_force_to >= today
    ]
    return sorted(shown, key=lambda one: (one.confirmed_on, one.law, one.version_date))


async def overdue(
    session: AsyncSession, statutes: Statutes, today: date
) -> list[schemas.LawVersionShown]:
    """Those of them that nobody confirmed for 90 days."""
    return [one for one in await versions(session, statutes, today) if one.overdue]


async def confirm(
    session: AsyncSession,
    new: schemas.NewLawConfirmation,
    statutes: Statutes,
    staff: Staff,
    *,
    at: datetime,
) -> schemas.LawVersionShown:
    """Note that a version is still in force; raises LawUnknown."""
    law = statutes.laws.get(new.law)
    version = _version(law.versions if law else (), new.version_date)
    if law is None or version is None:
        raise LawUnknown
    row = await note(session, new, staff, at=at)
    return _shown(law, version, statutes, row, at.date())


async def note(
    session: AsyncSession, new: schemas.NewLawConfirmation, staff: Staff, *, at: datetime
) -> LawConfirmation:
    """Write a confirmation down, in the log of the staff too."""
    row = LawConfirmation(
        law=new.law,
        version_date=new.version_date,
        source=new.source,
        note=new.note,
        by_id=staff.id,
        by=staff.display_name,
        at=at,
    )
    session.add(row)
    await audit.record(
        session,
        staff,
        "content.confirm_law",
        "law",
        f"{new.law}({new.version_date})",
        at=at,
        detail={"source": new.source},
    )
    await session.flush()
    return row


async def _newest(session: AsyncSession) -> Mapping[Name, LawConfirmation]:
    by_version = (LawConfirmation.law, LawConfirmation.version_date)
    last = select(func.max(LawConfirmation.id)).group_by(*by_version)
    rows = await session.scalars(select(LawConfirmation).where(LawConfirmation.id.in_(last)))
    return {(row.law, row.version_date): row for row in rows}


def _version(among: Iterable[VersionEntry], day: date) -> VersionEntry | None:
    return next((one for one in among if one.version_date == day), None)


def _shown(
    law: LawEntry,
    version: VersionEntry,
    statutes: Statutes,
    by_hand: LawConfirmation | None,
    today: date,
) -> schemas.LawVersionShown:
    """A version with the newer of what laws.yml and what somebody said of it."""
    articles = statutes.of_version(law.short, version.version_date)
    kinds = {one.kind for one in articles.values()}
    counts = by_hand is not None and by_hand.at.date() >= version.confirmed_on
    row = by_hand if counts else None
    confirmed_on = row.at.date() if row else version.confirmed_on
    days = max(0, (today - confirmed_on).days)
    return schemas.LawVersionShown(
        law=law.short,
        title=law.title,
        kind=law.kind,
        version_date=version.version_date,
        in_force_from=version.in_force_from,
        in_force_to=version.in_force_to,
        governs=version.governs(today),
        text="digest" if "digest" in kinds else "statute" if kinds else "none",
        articles=len(articles),
        trust=version.trust,
        confirmed_on=confirmed_on,
        confirmed_by=row.by if row else None,
        source=row.source if row else "、".join(version.source),
        note=row.note if row else "",
        days=days,
        overdue=days > AGAIN_AFTER.days,
    )
