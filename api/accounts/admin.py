"""Accounts and the audit log, as administrators see them."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts import audit, passwords, users
from api.accounts.access import Auditor, UserAdmin
from api.accounts.audit import Wanted
from api.accounts.models import AuditEvent, User
from api.accounts.passwords import Passwords
from api.accounts.roles import Role
from api.accounts.schemas import (
    AddedUser,
    AuditEntry,
    AuditPage,
    AuditStaff,
    FirstPassword,
    NewUser,
    UserChanges,
    UserEntry,
)
from api.accounts.users import Newcomer
from api.clock import AppClock
from api.database import AppDatabase
from api.outgoing import csv_cells
from api.replicas.reading import AppReadings

router = APIRouter(prefix="/api/desk", tags=["desk: accounts"])

MAY_BE_EMPTIED = ("email", "extension")


async def _passwords_of(request: Request) -> Passwords:
    found: Passwords = request.app.state.passwords
    return found


AppPasswords = Annotated[Passwords, Depends(_passwords_of)]


@router.get("/users")
async def all_users(_: UserAdmin, database: AppDatabase) -> list[UserEntry]:
    """Everybody who has an account, those who are off last."""
    async with database.reading() as session:
        return [_entry(user) for user in await users.everybody(session)]


@router.post("/users", status_code=HTTPStatus.CREATED)
async def add_user(
    body: NewUser, staff: UserAdmin, database: AppDatabase, clock: AppClock, hasher: AppPasswords
) -> AddedUser:
    """Give somebody an account. The first password is told this once."""
    newcomer = Newcomer(body.name, body.role, body.display_name, body.email, body.extension)
    password = passwords.first_password()
    hashed = await hasher.hash(password)
    async with database.session() as session:
        user = await users.add(session, newcomer, hashed, staff, at=clock.now())
        return AddedUser(password=password, user=_entry(user))


@router.patch("/users/{user_id}")
async def change_user(
    user_id: int, body: UserChanges, staff: UserAdmin, database: AppDatabase, clock: AppClock
) -> UserEntry:
    """Change somebody's role, names and numbers, turn him off or on. Who is turned off is signed
    out at once.
    """
    told = body.model_dump(exclude_unset=True)
    changes = {
        name: value for name, value in told.items() if value is not None or name in MAY_BE_EMPTIED
    }
    async with database.session() as session:
        return _entry(await users.change(session, user_id, changes, staff, at=clock.now()))


@router.post("/users/{user_id}/reset")
async def reset_password(
    user_id: int, staff: UserAdmin, database: AppDatabase, clock: AppClock, hasher: AppPasswords
) -> FirstPassword:
    """Another first password, told this once; the user is signed out everywhere and unlocked."""
    password = passwords.first_password()
    hashed = await hasher.hash(password)
    async with database.session() as session:
        await users.give_password(session, user_id, hashed, staff, at=clock.now())
    return FirstPassword(password=password)


# Days that are days in every time zone.
_DAYS: dict[str, Any] = {"ge": date(2000, 1, 1), "le": date(2999, 12, 31)}


async def _wanted(
    first_day: Annotated[
        date | None, Query(alias="from", description="First day.", **_DAYS)
    ] = None,
    last_day: Annotated[date | None, Query(alias="to", description="Last day.", **_DAYS)] = None,
    user: Annotated[int | None, Query(description="Whose deeds.")] = None,
    what: Annotated[
        str | None, Query(max_length=60, description="An action, or the noun of several.")
    ] = None,
    object_id: Annotated[str | None, Query(max_length=80, description="What it was about.")] = None,
) -> Wanted:
    return Wanted(first_day, last_day, user, what, object_id)


AskedFor = Annotated[Wanted, Depends(_wanted)]


@router.get("/audit")
async def audit_log(
    _: Auditor, wanted: AskedFor, readings: AppReadings, before: int | None = None
) -> AuditPage:
    """Who saw and did what, the newest first, a hundred at a time."""

    async def found(session: AsyncSession) -> tuple[Sequence[AuditEvent], dict[int, str]]:
        events = await audit.page(session, wanted, before)
        return events, {user.id: user.display_name for user in await users.everybody(session)}

    events, called = await readings.fresh(found)
    is_full = len(events) == audit.PAGE
    return AuditPage(
        items=[_audit_entry(event, called) for event in events],
        before=events[-1].id if is_full else None,
    )


_CSV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"text/csv": {"schema": {"type": "string"}}}}
}


@router.get("/audit.csv", response_class=StreamingResponse, responses=_CSV)
async def audit_csv(
    staff: Auditor,
    wanted: AskedFor,
    database: AppDatabase,
    readings: AppReadings,
    clock: AppClock,
) -> StreamingResponse:
    """The same as a table for spreadsheet programs, all of it; that it was taken is an event."""
    async with database.session() as session:
        await audit.record(session, staff, "audit.exported", "audit", "csv", at=clock.now())

    async def lines() -> AsyncIterator[str]:
        yield csv_cells.BOM + csv_cells.line(audit.HEADINGS)
        async for rows in audit.rows(readings, wanted):
            yield "".join(map(csv_cells.line, rows))

    name = f"audit-{clock.today().isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(lines(), media_type="text/csv; charset=utf-8", headers=headers)


def _entry(user: User) -> UserEntry:
    return UserEntry(
        id=user.id,
        name=user.name,
        display_name=user.display_name,
        role=Role(user.role),
        email=user.email,
        extension=user.extension,
        active=user.active,
        must_change_password=user.must_change_password,
        created_at=user.created_at,
        last_seen_at=user.seen_at,
    )


def _audit_entry(event: AuditEvent, called: Mapping[int, str]) -> AuditEntry:
    by = None
    if event.staff_id is not None:
        name = event.staff_name or ""
        display_name = called.get(event.staff_id, name)
        by = AuditStaff(id=event.staff_id, name=name, display_name=display_name)
    return AuditEntry(
        id=event.id,
        at=event.at,
        staff=by,
        what=event.what,
        object_kind=event.object_kind,
        object_id=event.object_id,
        detail=event.detail,
    )
