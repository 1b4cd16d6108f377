"""The roster of experts, one unit of work at a time; the caller commits."""

from collections.abc import Iterable
from datetime import date, datetime
from http import HTTPStatus
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit
from api.accounts.access import Staff
from api.accounts.roles import MAY, Permission
from api.errors import HelplineError
from api.experts import schemas
from api.experts.models import Expert


class ExpertUnknown(HelplineError):
    code = "expert_unknown"
    status = HTTPStatus.NOT_FOUND
    title = "没有这位专家"
    detail = "名册里没有这位专家，可能已经撤回同意、删除了，请刷新后再看。"


class ExpertWrong(HelplineError):
    code = "expert_wrong"
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    title = "还不能存"


async def page(session: AsyncSession, staff: Staff, words: str, on: date) -> list[schemas.Expert]:
    """Who is on the roster and goes with every word: for whoever keeps it all of them, else those
    whose consent holds on the day.
    """
    rows = await session.scalars(_seen_by(staff, on).order_by(Expert.id))
    shown = [_shown(row, on) for row in rows]
    return [one for one in shown if all(word in _whole(one) for word in words.casefold().split())]


async def add(
    session: AsyncSession,
    new: schemas.NewExpert,
    staff: Staff,
    cities: Iterable[str],
    *,
    at: datetime,
) -> schemas.Expert:
    """Put somebody on the roster; raises ExpertWrong."""
    _check(new, cities, at.date())
    row = Expert(
        **_values(new),
        added_by_id=staff.id,
        added_by=staff.display_name,
        added_at=at,
        changed_at=at,
    )
    session.add(row)
    await session.flush()
    await _note(session, staff, "add", row.id, at)
    return _shown(row, at.date())


async def change(
    session: AsyncSession,
    expert_id: int,
    new: schemas.NewExpert,
    staff: Staff,
    cities: Iterable[str],
    *,
    at: datetime,
) -> schemas.Expert:
    """Put what is known of somebody in the place of what was; raises ExpertUnknown, ExpertWrong."""
    _check(new, cities, at.date())
    row = await _found(session, expert_id)
    for name, value in _values(new).items():
        setattr(row, name, value)
    row.changed_at = at
    await session.flush()
    await _note(session, staff, "change", row.id, at)
    return _shown(row, at.date())


async def remove(
    session: AsyncSession, expert_id: int, why: schemas.Why, staff: Staff, *, at: datetime
) -> None:
    """Delete all that is kept of somebody; raises ExpertUnknown. The log keeps the number alone."""
    row = await _found(session, expert_id)
    await session.delete(row)
    await _note(session, staff, "withdraw" if why == "withdrawn" else "remove", expert_id, at)


def consented(on: date) -> ColumnElement[bool]:
    """Whose consent holds on a day."""
    holds = or_(Expert.consent_until.is_(None), Expert.consent_until >= on)
    return and_(Expert.consent_on.is_not(None), Expert.consent_on <= on, holds)


def _seen_by(staff: Staff, on: date) -> Any:
    roster = select(Expert)
    return roster if Permission.PUBLISH in MAY[staff.role] else roster.where(consented(on))


async def _found(session: AsyncSession, expert_id: int) -> Expert:
    row = await session.get(Expert, expert_id)
    if row is None:
        raise ExpertUnknown
    return row


async def _note(
    session: AsyncSession, staff: Staff, what: str, expert_id: int, at: datetime
) -> None:
    await audit.record(session, staff, f"expert.{what}", "expert", str(expert_id), at=at)


def _check(new: schemas.NewExpert, cities: Iterable[str], today: date) -> None:
    unknown = sorted(set(new.cities) - set(cities))
    if unknown:
        raise ExpertWrong(f"没有「{unknown[0]}」这个设区市，请从列表里选。")
    if new.consent_on and new.consent_on > today:
        raise ExpertWrong("同意的日期在今天以后，请等本人同意了再写。")
    if not (new.phone or new.email):
        raise ExpertWrong("请至少留一个联系方式：电话或者邮箱。")


def _values(new: schemas.NewExpert) -> dict[str, Any]:
    told = new.model_dump(exclude={"fields", "cities"})
    return told | {
        "fields": [{"field": one} for one in dict.fromkeys(new.fields)],
        "cities": [{"city": one} for one in dict.fromkeys(new.cities)],
    }


def _shown(row: Expert, on: date) -> schemas.Expert:
    return schemas.Expert(
        id=row.id,
        name=row.name,
        organisation=row.organisation,
        fields=[one["field"] for one in row.fields],
        cities=[one["city"] for one in row.cities],
        phone=row.phone,
        email=row.email,
        consent=_consent(row, on),
        consent_on=row.consent_on,
        consent_until=row.consent_until,
        consent_how=row.consent_how,
        note=row.note,
        added_by=row.added_by,
        changed_at=row.changed_at,
    )


def _consent(row: Expert, on: date) -> schemas.Consent:
    if row.consent_on is None:
        return "missing"
    if row.consent_on > on:
        return "later"
    return "over" if row.consent_until is not None and row.consent_until < on else "given"


def _whole(one: schemas.Expert) -> str:
    told = (one.name, one.organisation or "", *one.fields, *one.cities, one.note or "")
    return " ".join(told).casefold()
