"""Who turns which switch, until when, and who sees it."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.accounts.access import Staff
from api.accounts.models import AuditEvent, User
from api.accounts.roles import Role
from tests.api.problems import problem
from tests.api.staff import ANALYST, OPERATOR, SUPERVISOR
from tests.api.switches.conftest import Desk
from tests.conftest import TODAY

ADMIN = Staff(11, "admin", "管理员", Role.ADMIN)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def soon(app: FastAPI, **off: float) -> str:
    moment: datetime = app.state.clock.now() + timedelta(**off)
    return moment.isoformat()


async def test_the_page_tells_who_switched_what_when_and_until_when(
    desk: Desk, app: FastAPI
) -> None:
    until = soon(app, days=2)
    await desk.sets("infringed", "approve", note="司法解释刚改", ends_at=until)

    shown = await desk.sees()

    [one] = shown["switches"]
    assert (one["label"], one["mode"], one["note"]) == ("权利被侵犯", "approve", "司法解释刚改")
    assert (one["set_by"], one["stands"]) == (SUPERVISOR.display_name, "on")
    assert datetime.fromisoformat(one["ends_at"]) == datetime.fromisoformat(until)
    assert datetime.fromisoformat(one["set_at"]).date() == TODAY
    labels = {topic["topic"]: topic["label"] for topic in shown["topics"]}
    assert labels["patent"] == "专利（所有类型）" and "unknown" not in labels


async def test_a_switch_holds_only_between_its_dates(desk: Desk, app: FastAPI) -> None:
    await desk.sets("infringed", "off", starts_at=soon(app, hours=2))

    shown = await desk.sees()

    assert [one["stands"] for one in shown["switches"]] == ["later"]
    assert (await desk.asks("GET", "/off")).json() == {"bot_off": False, "topics": []}


async def test_set_anew_a_topic_stands_the_new_way_and_what_was_is_kept(desk: Desk) -> None:
    await desk.sets("infringed", "off")
    await desk.sets("infringed", "approve")

    shown = await desk.sees()

    assert [one["mode"] for one in shown["switches"]] == ["approve"]
    [before] = shown["earlier_switches"]
    assert (before["mode"], before["lifted_by"]) == ("off", SUPERVISOR.display_name)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"topic": "weather", "mode": "off"}, "topic_unknown"),
        ({"topic": "*", "mode": "approve"}, "mode_not_for_all"),
        ({"topic": "infringed", "mode": "off", "ends_at": "2020-01-01T00:00:00+08:00"},
         "ends_before_it_begins"),
    ],
)  # fmt: skip
async def test_a_switch_that_means_nothing_is_refused(
    desk: Desk, body: dict[str, Any], code: str
) -> None:
    desk.is_(SUPERVISOR)

    problem(await desk.asks("POST", json=body), 422, code)

    assert (await desk.sees())["switches"] == []


@pytest.mark.parametrize("more", [{"mode": "loud"}, {"note": "长" * 201}, {"ends_at": "明天"}])
async def test_a_switch_that_cannot_be_read_is_refused(desk: Desk, more: dict[str, str]) -> None:
    desk.is_(SUPERVISOR)
    body = {"topic": "infringed", "mode": "off", **more}

    assert (await desk.asks("POST", json=body)).status_code == 422


async def test_lifted_twice_it_is_told_that_it_is_gone(desk: Desk) -> None:
    switch = await desk.sets("*", "off")
    path = f"/{switch['id']}"

    assert (await desk.asks("DELETE", path)).status_code == 204
    problem(await desk.asks("DELETE", path), 404, "switch_unknown")


async def test_everybody_at_the_desk_sees_what_is_off(desk: Desk) -> None:
    await desk.sets("*", "off")
    await desk.sets("trademark", "operators")

    for staff in (OPERATOR, SUPERVISOR, ADMIN):
        desk.is_(staff)
        told = (await desk.asks("GET", "/off")).json()
        assert told == {"bot_off": True, "topics": ["全部自动应答", "商标"]}


@pytest.mark.parametrize("staff", [OPERATOR, ANALYST])
async def test_only_supervisors_and_administrators_turn_switches(desk: Desk, staff: Staff) -> None:
    desk.is_(staff)
    body = {"topic": "*", "mode": "off"}

    problem(await desk.asks("POST", json=body), 403, "not_allowed")
    problem(await desk.asks("GET"), 403, "not_allowed")


async def test_an_administrator_turns_the_bot_off(desk: Desk, app: FastAPI) -> None:
    async with app.state.database.session() as session:
        operator = await session.get_one(User, OPERATOR.id)
        operator.role = Role.ADMIN
    desk.is_(replace(OPERATOR, role=Role.ADMIN))

    assert (await desk.asks("POST", json={"topic": "*", "mode": "off"})).status_code == 201


async def test_all_of_it_is_in_the_audit_log(desk: Desk, app: FastAPI) -> None:
    switch = await desk.sets("*", "off", note="演练")
    await desk.asks("DELETE", f"/{switch['id']}")
    banner = await desk.tells("今晚维护", str(TODAY), str(TOMORROW))
    await desk.asks("DELETE", f"/banners/{banner['id']}")

    async with app.state.database.reading() as session:
        log = (await session.scalars(select(AuditEvent).order_by(AuditEvent.id))).all()

    noted = [(one.what, one.object_id, one.staff_id) for one in log]
    assert noted == [
        ("switch.set", "*", SUPERVISOR.id),
        ("switch.lift", "*", SUPERVISOR.id),
        ("banner.set", str(banner["id"]), SUPERVISOR.id),
        ("banner.lift", str(banner["id"]), SUPERVISOR.id),
    ]
    assert log[0].detail["mode"] == "off"


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [(TODAY, TODAY, True), (TODAY, TOMORROW, True), (TOMORROW, TOMORROW, False)],
)
async def test_visitors_read_the_banner_on_its_days(
    desk: Desk, client: httpx.AsyncClient, first: object, last: object, shown: bool
) -> None:
    await desk.tells("今晚维护", str(first), str(last))

    told = (await client.get("/api/banner")).json()

    expected = ("今晚维护", str(last)) if shown else (None, None)
    assert (told["banner"], told["until"]) == expected


async def test_the_visitors_page_is_told_that_the_bot_is_off(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    assert (await client.get("/api/banner")).json()["bot_off"] is False
    await desk.sets("*", "off")

    assert (await client.get("/api/banner")).json()["bot_off"] is True


async def test_markup_and_line_breaks_in_a_banner_are_words_on_one_line(
    desk: Desk, client: httpx.AsyncClient
) -> None:
    await desk.tells("<script>alert(1)</script>\n今晚\u202e维护", str(TODAY), str(TODAY))

    told = (await client.get("/api/banner")).json()

    assert told["banner"] == "<script>alert(1)</script> 今晚维护"


@pytest.mark.parametrize(
    ("text", "first", "last", "status"),
    [
        (" \n ", TODAY, TODAY, 422),
        ("今晚维护", TOMORROW, TODAY, 422),
        ("今晚维护", YESTERDAY, YESTERDAY, 422),
        ("长" * 121, TODAY, TODAY, 422),
        ("长" * 120, TODAY, TODAY, 201),
    ],
)
async def test_a_banner_that_nobody_could_read_is_refused(
    desk: Desk, text: str, first: object, last: object, status: int
) -> None:
    desk.is_(SUPERVISOR)
    body = {"text": text, "first_day": str(first), "last_day": str(last)}

    assert (await desk.asks("POST", "/banners", json=body)).status_code == status
