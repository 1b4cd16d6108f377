"""Every figure is counted from the rows of the desk, alike on both databases."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from api.accounts.models import User
from api.clock import SHANGHAI, Clock
from api.conversations.models import Conversation, Handoff, Turn
from api.database import Base, Database
from api.desk.models import DeskPresence
from api.figures import service
from api.figures.schemas import Day, Figures
from api.figures.service import Period, PeriodWrong
from api.tickets.models import Satisfaction, Ticket, TicketClock

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=SHANGHAI)
TODAY = NOW.date()
LABELS = {"infringed": "权利被侵犯", "squatted": "被抢注"}


class Standing(Clock):
    """A clock that stands still."""

    def now(self) -> datetime:
        return NOW

    def moment(self) -> datetime:
        return NOW


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


async def keep(database: Database, *rows: Base) -> None:
    async with database.session() as session:
        for row in rows:
            session.add(row)
            await session.flush()


def conversation(opened: datetime, **told: Any) -> Conversation:
    return Conversation(
        **{
            "id": str(uuid4()),
            "channel": "web",
            "token_sha256": "",
            "state": "bot",
            "facts": {},
            "last_position": 0,
            "opened_at": opened,
            **told,
        }
    )


def turn(of: Conversation, at: datetime) -> Turn:
    return Turn(id=str(uuid4()), conversation_id=of.id, received_at=at)


def handoff(of: Conversation, asked: datetime, **told: Any) -> Handoff:
    return Handoff(conversation_id=of.id, asked_at=asked, **told)


def ticket(of: Conversation, number: str, created: datetime, **told: Any) -> Ticket:
    return Ticket(
        **{
            "number": number,
            "code_sha256": "",
            "conversation_id": of.id,
            "status": "new",
            "priority": "normal",
            "summary": "权利被侵犯 · 商标",
            "facts": {},
            "opened_on": created.date(),
            "created_at": created,
            "updated_at": created,
            **told,
        }
    )


def clock(of: Ticket, kind: str, due: datetime, **told: Any) -> TicketClock:
    started = due - timedelta(days=1)
    return TicketClock(
        ticket_id=of.id, kind=kind, started_at=started, warn_at=started, due_at=due, **told
    )


def user(id_: int, name: str, role: str) -> User:
    return User(
        id=id_,
        name=name,
        display_name=name,
        role=role,
        active=True,
        password_hash="",
        must_change_password=False,
        created_at=NOW,
    )


async def counted(database: Database, oversees: bool = True, **asked: Any) -> Figures:
    period = Period.of(asked.get("first"), asked.get("last"), asked.get("channel"), TODAY)
    async with database.reading() as session:
        return await service.figures(session, period, LABELS, oversees=oversees, clock=Standing())


def without_nothing(day: Day) -> Mapping[str, Any]:
    return {name: value for name, value in day.model_dump().items() if value}


async def test_where_nothing_happened_there_is_nothing(database: Database) -> None:
    figures = await counted(database)

    assert figures.now.model_dump() == {
        "waiting": 0,
        "longest_wait_s": None,
        "with_operator": 0,
        "online": 0,
        "overdue": 0,
    }
    assert (figures.days, figures.topics, figures.operators, figures.overdue) == ([], [], [], [])
    assert figures.satisfaction.mean is None


async def test_a_day_begins_at_midnight_in_shanghai(database: Database) -> None:
    midnight = datetime(2026, 11, 21, tzinfo=SHANGHAI)
    await keep(
        database,
        conversation(midnight - timedelta(seconds=1)),
        conversation(midnight),
        conversation(midnight + timedelta(hours=23, minutes=59)),
    )

    days = (await counted(database)).days
    assert [(day.day, day.conversations) for day in days] == [
        (date(2026, 11, 20), 1),
        (date(2026, 11, 21), 2),
    ]
    only = (await counted(database, first=date(2026, 11, 21), last=date(2026, 11, 21))).days
    assert [day.conversations for day in only] == [2]


async def test_handoffs_are_told_by_what_became_of_them(database: Database) -> None:
    taken, left, waits = (conversation(ago(hours=5)) for _ in range(3))
    begun = ago(hours=4)
    await keep(
        database,
        *(taken, left, waits),
        handoff(
            taken,
            begun,
            claimed_at=begun + timedelta(seconds=60),
            claimed_by=1,
            first_reply_at=begun + timedelta(seconds=100),
            ended_at=begun + timedelta(minutes=9),
            ending="closed",
        ),
        handoff(left, begun, ended_at=begun + timedelta(minutes=20), ending="abandoned"),
        handoff(waits, begun),
    )

    [day] = (await counted(database)).days
    assert without_nothing(day) == {
        "day": TODAY,
        "channel": "web",
        "conversations": 3,
        "handoffs": 3,
        "claimed": 1,
        "abandoned": 1,
        "first_reply_median_s": 100,
        "closed": 1,
    }


async def test_what_the_bot_settled_came_to_rest_without_a_person_and_a_ticket(
    database: Database,
) -> None:
    settled, asked_for_a_person, has_ticket, goes_on, said_nothing = (
        conversation(ago(hours=6)) for _ in range(5)
    )
    spoken = [turn(one, ago(hours=5)) for one in (settled, asked_for_a_person, has_ticket, goes_on)]
    await keep(
        database,
        *(settled, asked_for_a_person, has_ticket, goes_on, said_nothing),
        *spoken,
        turn(goes_on, ago(minutes=20)),
        handoff(asked_for_a_person, ago(hours=5), ended_at=ago(hours=4), ending="abandoned"),
        ticket(has_ticket, "JX20261122-0001", ago(hours=5)),
    )

    [day] = (await counted(database)).days
    assert (day.conversations, day.deflected, day.tickets) == (5, 1, 1)


async def test_one_channel_can_be_counted_alone(database: Database) -> None:
    web, phone = conversation(ago(hours=3)), conversation(ago(hours=3), channel="phone")
    await keep(
        database,
        *(web, phone),
        handoff(phone, ago(hours=3), claimed_at=ago(hours=3), claimed_by=1),
        Satisfaction(conversation_id=web.id, about="conversation", score=1, said_at=ago(hours=1)),
    )

    figures = await counted(database, channel="phone")
    assert [(day.channel, day.conversations) for day in figures.days] == [("phone", 1)]
    assert figures.satisfaction.count == 0


async def test_now_tells_who_waits_how_long_and_who_is_there(database: Database) -> None:
    def present(staff_id: int, seen: datetime, state: str = "online") -> DeskPresence:
        return DeskPresence(staff_id=staff_id, state=state, present=True, seen_at=seen)

    await keep(
        database,
        conversation(ago(hours=1), state="waiting", waiting_since=ago(minutes=7)),
        conversation(ago(hours=1), state="waiting", waiting_since=ago(minutes=2)),
        conversation(ago(hours=1), state="operator", assignee_id=1),
        present(1, ago(seconds=20)),
        present(2, ago(seconds=20), "away"),
        present(3, ago(minutes=10)),
    )

    now = (await counted(database)).now
    assert (now.waiting, now.longest_wait_s, now.with_operator, now.online) == (2, 420, 1, 1)


async def test_a_promise_that_was_kept_or_that_waits_for_material_is_not_overdue(
    database: Database,
) -> None:
    several = [conversation(ago(days=3)) for _ in range(4)]
    late, kept, waits, done = (
        ticket(one, f"JX20261119-000{number}", ago(days=3), assignee_id=7, assignee="甲")
        for number, one in enumerate(several)
    )
    done.status = "done"
    await keep(database, *several, late, kept, waits, done)
    await keep(
        database,
        clock(late, "first", ago(hours=30)),
        clock(late, "next", ago(hours=3)),
        clock(kept, "first", ago(hours=30), met_at=ago(hours=40)),
        clock(waits, "next", ago(hours=30), paused_at=ago(hours=40)),
        clock(done, "solution", ago(hours=30)),
    )

    figures = await counted(database)
    assert figures.now.overdue == 1
    [told] = figures.overdue or []
    assert (told.number, told.due) == (late.number, ago(hours=30))
    assert told.assignee is not None and told.assignee.name == "甲"


async def test_the_load_of_each_operator_is_told_to_who_oversees_alone(database: Database) -> None:
    held, taken = (
        conversation(ago(hours=4), state="operator", assignee_id=1),
        conversation(ago(hours=4)),
    )
    begun = ago(hours=3)
    await keep(
        database,
        *(user(1, "甲", "operator"), user(2, "乙", "supervisor"), user(3, "丙", "analyst")),
        *(held, taken),
        handoff(
            taken,
            begun,
            claimed_at=begun + timedelta(seconds=30),
            claimed_by=1,
            first_reply_at=begun + timedelta(seconds=90),
            ended_at=ago(hours=2),
            ending="closed",
        ),
        handoff(held, begun, claimed_at=begun, claimed_by=1),
    )

    operators = (await counted(database)).operators or []
    assert [(one.name, one.open, one.claimed, one.closed) for one in operators] == [
        ("甲", 1, 2, 1),
        ("乙", 0, 0, 0),
    ]
    assert [one.first_reply_median_s for one in operators] == [90, None]
    analyst = await counted(database, oversees=False)
    assert (analyst.operators, analyst.overdue) == (None, None)


async def test_topics_of_fewer_than_three_are_told_as_one_to_who_does_not_oversee(
    database: Database,
) -> None:
    about = ["infringed"] * 3 + ["squatted"] * 2 + [None]
    await keep(
        database,
        *(conversation(ago(hours=2), facts={"situation": one} if one else {}) for one in about),
    )

    def told(figures: Figures) -> list[tuple[str, int]]:
        return [(topic.label, topic.count) for topic in figures.topics]

    assert told(await counted(database)) == [("权利被侵犯", 3), ("被抢注", 2), ("还不清楚", 1)]
    assert told(await counted(database, oversees=False)) == [("权利被侵犯", 3), ("其他", 3)]


async def test_what_fewer_than_three_thought_of_the_service_stays_untold(
    database: Database,
) -> None:
    several = [conversation(ago(hours=2)) for _ in range(3)]
    await keep(
        database,
        *several,
        *(
            Satisfaction(
                conversation_id=one.id, about="conversation", score=score, said_at=ago(hours=1)
            )
            for one, score in zip(several[:2], (5, 2), strict=True)
        ),
    )

    told = (await counted(database)).satisfaction
    assert (told.count, told.mean, told.by_score) == (2, 3.5, {1: 0, 2: 1, 3: 0, 4: 0, 5: 1})
    hidden = (await counted(database, oversees=False)).satisfaction
    assert (hidden.count, hidden.mean, hidden.by_score) == (0, None, {})


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 11, 23), TODAY), (date(2025, 11, 1), TODAY)],
)
def test_days_that_run_backwards_or_on_and_on_are_refused(first: date, last: date) -> None:
    with pytest.raises(PeriodWrong):
        Period.of(first, last, None, TODAY)


def test_without_days_the_last_thirty_are_counted() -> None:
    assert Period.of(None, None, None, TODAY).first == date(2026, 10, 24)
