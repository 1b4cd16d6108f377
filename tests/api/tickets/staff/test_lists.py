"""Lists page, filter, sort and count alike on both databases; two who act at once lose nothing."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import update

from api.conversations import service as conversations
from api.tickets import escalation
from api.tickets import service as tickets
from api.tickets.models import Ticket, TicketClock
from tests.api.tickets.at_the_desk import Operator

MANY = 53


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def many(app: FastAPI) -> list[str]:
    """The numbers of tickets, each opened a minute after the one before, every third urgent."""
    begun: datetime = app.state.clock.now() - timedelta(days=2)
    numbers = []
    async with app.state.database.session() as session:
        for index in range(MANY):
            at = begun + timedelta(minutes=index)
            opened = await conversations.open_conversation(session, "web", True, at=at)
            conversation = await conversations.authenticate(session, opened.id, opened.token)
            stored = await conversations.store_message(session, conversation, "登记", None, at=at)
            priority: tickets.Priority = "normal" if index % 3 else "urgent"
            facts = {"city": "赣州市" if index % 2 else "南昌市"}
            notice = await tickets.open(
                session,
                opened.id,
                stored.turn_id,
                facts,
                priority,
                f"第{index}件",
                at=at,
                assessment=app.state.voice().office.assess(facts, None, priority, at),
            )
            numbers.append(notice.number)
    return numbers


async def every_page(li: Operator, **query: Any) -> list[dict[str, Any]]:
    """All items that are found, page after page."""
    items: list[dict[str, Any]] = []
    before: dict[str, str] = {}
    while True:
        page = await li.gets("tickets", **query, **before)
        items += page["items"]
        if page["before"] is None:
            return items
        before = {"before": page["before"]}


@pytest.mark.parametrize("sort", ["updated", "opened", "due"])
async def test_every_ticket_stands_on_one_page_in_every_order(
    li: Operator, many: list[str], sort: str
) -> None:
    items = await every_page(li, sort=sort)

    assert sorted(item["number"] for item in items) == many
    if sort == "due":
        coming = [min(clock["due"] for clock in item["sla"].values()) for item in items]
        assert coming == sorted(coming)
    else:
        assert [item["number"] for item in items] == many[::-1]


async def test_filters_and_words_narrow_a_list_and_counts_are_of_every_status(
    li: Operator, many: list[str]
) -> None:
    await li.changes(many[0], assignee="me")

    assert [one["number"] for one in await every_page(li, assignee="me")] == [many[0]]
    assert len(await every_page(li, assignee="none")) == MANY - 1
    assert len(await every_page(li, priority="urgent")) == len(range(0, MANY, 3))
    assert len(await every_page(li, q="南昌")) == len(range(0, MANY, 2))
    assert [one["number"] for one in await every_page(li, q="第52件")] == [many[52]]
    assert [one["number"] for one in await every_page(li, q=many[7].lower())] == [many[7]]
    page = await li.gets("tickets", status="assigned", q="南昌")
    assert [one["number"] for one in page["items"]] == [many[0]]
    assert page["counts"] == {"assigned": 1, "new": len(range(0, MANY, 2)) - 1}


async def test_the_board_holds_what_is_worked_on_with_the_most_pressing_first(
    li: Operator, many: list[str]
) -> None:
    await li.changes(many[5], status="in_progress")

    columns = (await li.gets("tickets/board"))["columns"]

    assert [one["status"] for one in columns] == [
        *("new", "assigned", "in_progress", "waiting", "done")
    ]
    assert {one["status"]: one["count"] for one in columns if one["count"]} == {
        "new": MANY - 1,
        "in_progress": 1,
    }
    assert columns[0]["items"][0]["priority"] == "urgent"
    assert len(columns[0]["items"]) == 50


async def test_the_table_holds_all_of_them(li: Operator, many: list[str]) -> None:
    response = await li.asks("GET", "tickets.csv", params={"priority": "urgent"})

    assert len(response.text.splitlines()) == 1 + len(range(0, MANY, 3))


async def test_of_many_who_take_one_ticket_at_once_one_gets_it(
    li: Operator, wang: Operator, chen: Operator, many: list[str]
) -> None:
    body = {"version": 1, "assignee": "me"}

    answers = await asyncio.gather(
        *(one.asks("PATCH", f"tickets/{many[0]}", json=body) for one in (li, wang, chen) * 2)
    )

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 5}
    full = await li.gets(f"tickets/{many[0]}")
    assert [one["what"] for one in full["history"]] == ["assignee", "status"]


async def test_notes_of_two_at_once_are_both_kept(
    li: Operator, wang: Operator, many: list[str]
) -> None:
    await asyncio.gather(
        *(
            one.posts(f"tickets/{many[0]}/notes", text=f"{one.staff.name}的话", public=public)
            for one in (li, wang)
            for public in (True, False)
        )
    )

    notes = (await li.gets(f"tickets/{many[0]}"))["notes"]
    by_staff = Counter(note["author"] for note in notes if note["by"] == "staff")
    assert by_staff == {"李敏": 2, "王强": 2}


async def test_whatever_fell_due_is_told_once_by_however_many_look(
    li: Operator, app: FastAPI, many: list[str]
) -> None:
    state, now = app.state, app.state.clock.now()
    async with state.database.session() as session:
        await session.execute(update(TicketClock).values(due_at=now - timedelta(hours=1)))
        await session.execute(update(Ticket).values(next_due=None))

    told = await asyncio.gather(
        *(escalation.look(state.database, state.voice().office, now) for _ in range(3))
    )

    assert sum(told) == 3 * MANY
    assert len(await every_page(li, overdue=True, priority="urgent")) == MANY
    assert await escalation.look(state.database, state.voice().office, now) == 0
