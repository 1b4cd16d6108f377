"""Promises are kept, paused, broken and told; each is told once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import delete

from api.events import service as events
from api.tickets import escalation
from api.tickets.models import TicketClock
from tests.api.desk import MovableClock
from tests.api.tickets.at_the_desk import Opens, Operator
from tests.api.visitor import Visitor
from tests.conftest import TODAY

MONDAY = datetime.fromisoformat("2026-11-23T10:00:00+08:00")


class ClockOfTests(MovableClock):
    """A clock that stands where the test puts it."""

    here = MONDAY

    def now(self) -> datetime:
        return self.here


@pytest.fixture
def clock(app: FastAPI) -> ClockOfTests:
    app.state.clock = ClockOfTests(TODAY)
    return app.state.clock


Looks = Callable[[], Awaitable[int]]


@pytest.fixture
def look(app: FastAPI, clock: ClockOfTests) -> Looks:
    """The work of a minute: how much was told."""

    async def look_now() -> int:
        state = app.state
        return await escalation.look(state.database, state.voice().office, clock.now())

    return look_now


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any, Any]]:
    """What the desk was told of as due: number, clock, state."""
    heard: list[tuple[str, Any, Any]] = []
    publish = events.publish

    async def publish_and_hear(session: Any, kind: str, **more: Any) -> None:
        if kind == "ticket.due":
            data = more["data"]
            heard.append((more["ticket_number"], data["clock"], data["state"]))
        await publish(session, kind, **more)

    monkeypatch.setattr(events, "publish", publish_and_hear)
    return heard


async def sla(li: Operator, number: str) -> dict[str, Any]:
    clocks: dict[str, Any] = (await li.gets(f"tickets/{number}"))["sla"]
    return clocks


async def test_a_word_to_the_visitor_keeps_the_first_promise_and_renews_the_next(
    clock: ClockOfTests, li: Operator, number: str
) -> None:
    clock.here = MONDAY + timedelta(hours=3)
    await li.posts(f"tickets/{number}/notes", text="内部的", public=False)
    assert (await sla(li, number))["first"]["met"] is None

    clock.here = MONDAY + timedelta(days=1)
    await li.posts(f"tickets/{number}/notes", text="已联系对方。", public=True)

    clocks = await sla(li, number)
    assert clocks["first"]["met"] is True
    assert (clocks["next"]["met"], clocks["next"]["due"][:10]) == (None, "2026-11-27")


async def test_what_an_operator_says_in_the_chat_is_an_answer(
    clock: ClockOfTests, li: Operator, visitor: Visitor, number: str
) -> None:
    await li.posts(f"conversations/{visitor.id}/claim")
    assert (await sla(li, number))["first"]["met"] is None

    said = {"text": "我来看看。", "client_message_id": "00000000-0000-4000-8000-000000000001"}
    await li.posts(f"conversations/{visitor.id}/messages", **said)

    assert (await sla(li, number))["first"]["met"] is True


async def test_a_late_first_answer_is_a_broken_promise(
    clock: ClockOfTests, li: Operator, number: str
) -> None:
    clock.here = MONDAY + timedelta(days=3)
    assert (await sla(li, number))["first"]["overdue"]
    assert [one["number"] for one in (await li.gets("tickets", overdue=True))["items"]] == [number]

    await li.posts(f"tickets/{number}/notes", text="抱歉久等。", public=True)

    first = (await sla(li, number))["first"]
    assert (first["met"], first["overdue"]) == (False, False)


async def test_while_the_visitor_is_waited_for_nothing_falls_due(
    clock: ClockOfTests, li: Operator, number: str, look: Looks
) -> None:
    await li.changes(number, status="in_progress")
    await li.changes(number, status="waiting")
    before = (await sla(li, number))["solution"]
    assert before["paused"]

    clock.here = MONDAY + timedelta(days=60)
    assert await look() == 0 and not (await sla(li, number))["solution"]["overdue"]
    await li.changes(number, status="in_progress")

    after = (await sla(li, number))["solution"]
    assert not after["paused"] and after["due"] > before["due"]
    assert datetime.fromisoformat(after["due"]) > clock.here


async def test_what_is_done_is_solved_and_what_is_withdrawn_is_promised_no_longer(
    clock: ClockOfTests, li: Operator, number: str, look: Looks
) -> None:
    await li.changes(number, status="in_progress")
    await li.changes(number, status="done")

    assert {kind: one["met"] for kind, one in (await sla(li, number)).items()} == {
        "first": True,
        "next": True,
        "solution": True,
    }
    clock.here = MONDAY + timedelta(days=60)
    assert await look() == 0


async def test_urgent_hastens_what_is_promised_and_normal_gives_the_time_back(
    clock: ClockOfTests, li: Operator, number: str
) -> None:
    usual = await sla(li, number)
    hastened = (await li.changes(number, priority="urgent"))["sla"]
    assert all(hastened[kind]["due"] < usual[kind]["due"] for kind in usual)

    assert (await li.changes(number, priority="normal"))["sla"] == usual


async def test_the_desk_is_warned_once_and_told_once_and_the_ticket_becomes_urgent(
    clock: ClockOfTests, li: Operator, number: str, look: Looks, told: list[Any]
) -> None:
    assert await look() == 0
    clock.here = datetime.fromisoformat("2026-11-24T21:00:00+08:00")
    assert [await look(), await look()] == [1, 0]
    assert told == [(number, "first", "due")]
    assert (await li.gets(f"tickets/{number}"))["priority"] == "normal"

    clock.here = datetime.fromisoformat("2026-11-25T08:00:00+08:00")
    assert [await look(), await look()] == [1, 0]

    assert told[1:] == [(number, "first", "overdue")]
    full = await li.gets(f"tickets/{number}")
    assert full["priority"] == "urgent"
    assert [note["text"] for note in full["notes"] if not note["public"]] == [
        "「首次答复」超过了承诺的期限（11月24日 23:59）。已改为紧急。"
    ]


async def test_two_processes_that_look_at_once_tell_once(
    clock: ClockOfTests, li: Operator, number: str, look: Looks, told: list[Any]
) -> None:
    clock.here = datetime.fromisoformat("2026-11-25T08:00:00+08:00")

    assert sorted(await asyncio.gather(look(), look(), look())) == [0, 0, 1]
    assert told == [(number, "first", "overdue")]


async def test_a_period_of_the_law_that_is_about_to_end_presses(
    clock: ClockOfTests,
    li: Operator,
    visitor: Visitor,
    opens: Opens,
    look: Looks,
    told: list[Any],
) -> None:
    ticket = await opens(visitor, next_step="提出异议", next_due=date(2026, 11, 26))

    assert [await look(), await look()] == [1, 0]

    assert told == [(ticket["number"], "statutory", "due")]
    full = await li.gets(f"tickets/{ticket['number']}")
    assert full["priority"] == "urgent" and "提出异议，最迟 2026-11-26" in str(full["notes"])


async def test_a_step_that_a_colleague_set_is_told_in_time_and_makes_nothing_urgent(
    clock: ClockOfTests, li: Operator, number: str, look: Looks, told: list[Any]
) -> None:
    await li.changes(number, next_step="打电话问注册证号", next_due="2026-11-24")

    assert [await look(), await look()] == [1, 0]

    assert told == [(number, "next", "due")]
    full = await li.gets(f"tickets/{number}")
    assert full["priority"] == "normal"
    assert "「下一步」快到期了：打电话问注册证号，最迟 2026-11-24。" in str(full["notes"])
    assert "法定" not in str(full["notes"])


async def test_a_ticket_from_before_there_were_promises_gets_them_from_now_on(
    app: FastAPI, clock: ClockOfTests, li: Operator, number: str, look: Looks
) -> None:
    async with app.state.database.session() as session:
        await session.execute(delete(TicketClock))
    assert await sla(li, number) == {"first": None, "next": None, "solution": None}
    clock.here = MONDAY + timedelta(days=30)

    assert await look() == 1

    assert not (await sla(li, number))["first"]["overdue"]


async def test_a_clock_that_was_put_back_breaks_nothing(
    clock: ClockOfTests, li: Operator, number: str, look: Looks
) -> None:
    clock.here = MONDAY - timedelta(days=2)
    await li.changes(number, status="in_progress")
    await li.changes(number, status="waiting")
    clock.here = MONDAY - timedelta(days=5)
    await li.changes(number, status="in_progress")

    assert await look() == 0
    assert not any(one["overdue"] for one in (await sla(li, number)).values())
