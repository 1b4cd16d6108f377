"""What hangs on the kind of database: which rows hold, and two people at one switch."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from api.accounts.models import User
from api.clock import Clock
from api.database import Database
from api.switches import service
from api.switches.models import Switch
from api.switches.schemas import Mode, NewSwitch
from tests.api.staff import SUPERVISOR


async def employ(database: Database, clock: Clock) -> None:
    """Give the supervisor an account, which the audit log names."""
    async with database.session() as session:
        session.add(
            User(
                id=SUPERVISOR.id,
                name=SUPERVISOR.name,
                display_name=SUPERVISOR.display_name,
                role=SUPERVISOR.role,
                active=True,
                password_hash="",
                must_change_password=False,
                created_at=clock.now(),
            )
        )


async def test_a_switch_holds_from_its_beginning_to_its_end(
    database: Database, clock: Clock
) -> None:
    await employ(database, clock)
    at = clock.now()
    new = NewSwitch(
        topic="patent",
        mode="operators",
        starts_at=at + timedelta(hours=1),
        ends_at=at + timedelta(hours=2),
    )
    async with database.session() as session:
        await service.set_switch(session, new, SUPERVISOR, at=at)

    async with database.reading() as session:
        held = [
            (await service.current(session, at=at + timedelta(minutes=minutes))).mode_of({"patent"})
            for minutes in (0, 60, 119, 120)
        ]

    assert held == [None, "operators", "operators", None]


async def test_of_two_people_who_switch_a_topic_at_once_one_is_told_or_the_later_one_holds(
    database: Database, clock: Clock
) -> None:
    await employ(database, clock)

    async def turns(mode: Mode) -> str:
        try:
            async with database.session() as session:
                new = NewSwitch(topic="patent", mode=mode)
                await service.set_switch(session, new, SUPERVISOR, at=clock.now())
        except service.SwitchedMeanwhile:
            return "told"
        return "done"

    ends = await asyncio.gather(turns("off"), turns("approve"))

    async with database.reading() as session:
        rows = (await session.scalars(select(Switch))).all()
    assert "done" in ends and len(rows) == ends.count("done")
    assert len([row for row in rows if row.lifted_at is None]) == 1
