"""What differs between databases: a log that only grows, and many at the same moment."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import delete, func, select, text, update
from sqlalchemy.exc import DBAPIError

from api.accounts import audit, users
from api.accounts.models import AuditEvent, User
from api.accounts.roles import Role
from api.accounts.users import LastAdmin
from api.database import Database, DatabaseUnavailable
from api.privacy.sweep import sweep
from tests.api.desk import PASSWORD, Colleague, MovableClock, hired
from tests.api.visitor import Visitor
from tests.conftest import TODAY


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both kinds of database."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def logged(database: Database) -> Database:
    """A database in whose log something stands."""
    async with database.session() as session:
        await audit.record(
            session, None, "ticket.read", "ticket", "JX20261122-0001", at=MovableClock(TODAY).now()
        )
    return database


REPLACE = (
    "INSERT OR REPLACE INTO audit_events "
    "(id, at, what, object_kind, object_id, detail) VALUES (1, '2026-01-01', 'x', 'x', 'x', '{}')"
)


@pytest.mark.parametrize(
    "change",
    [
        update(AuditEvent).values(what="nothing"),
        update(AuditEvent).where(AuditEvent.id == 1).values(staff_name="somebody else"),
        delete(AuditEvent),
        delete(AuditEvent).where(AuditEvent.what == "ticket.read"),
        text("TRUNCATE audit_events"),
        text(REPLACE),
    ],
    ids=str,
)
async def test_the_log_only_grows(logged: Database, change: Any) -> None:
    with pytest.raises((DBAPIError, DatabaseUnavailable)):
        async with logged.session() as session:
            await session.execute(change)

    async with logged.reading() as session:
        assert (await session.scalars(select(AuditEvent.what))).all() == ["ticket.read"]


async def test_what_is_refused_says_why(logged: Database) -> None:
    with pytest.raises(DBAPIError, match="audit_events only grows"):
        async with logged.session() as session:
            await session.execute(delete(AuditEvent))


async def test_an_event_goes_with_its_unit_of_work(database: Database) -> None:
    with pytest.raises(RuntimeError):
        async with database.session() as session:
            await audit.record(
                session, None, "ticket.read", "ticket", "x", at=MovableClock(TODAY).now()
            )
            raise RuntimeError

    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(AuditEvent)) == 0


async def test_tries_at_the_same_moment_count_as_well(
    client: httpx.AsyncClient, operator: User
) -> None:
    async def wrong(number: int) -> int:
        body = {"name": "王芳", "password": f"wrong {number}"}
        return (await client.post("/api/desk/session", json=body)).status_code

    told = await asyncio.gather(*map(wrong, range(12)))

    assert sorted(told) == [401] * 5 + [429] * 7


async def test_many_sign_in_at_the_same_moment(client: httpx.AsyncClient, operator: User) -> None:
    body = {"name": "王芳", "password": PASSWORD}
    told = await asyncio.gather(
        *(client.post("/api/desk/session", json=body) for _ in range(4)),
    )

    assert {one.status_code for one in told} == {200}


async def test_two_admins_who_turn_each_other_off_leave_one(app: FastAPI, admin: Colleague) -> None:
    other = await Colleague.comes(app, Role.ADMIN, "other")

    async def off(by: Colleague, whom: Colleague) -> int:
        told = await by.client.patch(f"/api/desk/users/{whom.user.id}", json={"active": False})
        return told.status_code

    told = await asyncio.gather(off(admin, other), off(other, admin))

    # The second comes too late: he is signed out, or refused because nobody would be left.
    assert 200 in told and set(told) <= {200, 401, 409}
    async with app.state.database.reading() as session:
        assert await session.scalar(select(func.count()).where(User.active)) == 1


async def test_the_last_admin_cannot_be_turned_off_by_the_command_either(
    app: FastAPI, admin: Colleague
) -> None:
    await hired(app, Role.OPERATOR)
    for changes in ({"active": False}, {"role": Role.SUPERVISOR}):
        with pytest.raises(LastAdmin):
            async with app.state.database.session() as session:
                at = app.state.clock.now()
                await users.change(session, admin.user.id, changes, None, at=at)


async def test_visitors_matters_go_though_the_log_names_them(
    app: FastAPI, client: httpx.AsyncClient, clock: MovableClock
) -> None:
    deleting, forgotten = [await Visitor.arrives(client) for _ in range(2)]
    async with app.state.database.session() as session:
        for one in (deleting, forgotten):
            await audit.record(
                session, None, "conversation.read", "conversation", one.id, at=clock.now()
            )

    path = f"/api/conversations/{deleting.id}"
    assert (await client.delete(path, headers=deleting.headers)).status_code == 200
    later = clock.now() + timedelta(days=3650)
    swept = await sweep(app.state.database, app.state.settings, "operator", at=later)
    assert swept["conversations"] == 1
    async with app.state.database.reading() as session:
        kept = (await session.scalars(select(AuditEvent.object_id))).all()
    assert set(kept) == {deleting.id, forgotten.id}
