"""The roster of experts: who sees whom, on which day, and what is left of who withdraws."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select, text

from api.accounts.models import AuditEvent
from api.clock import Clock
from api.database import Database
from api.experts.models import Expert
from api.privacy import rotation
from api.privacy.sweep import count, sweep
from api.protection.keys import DataKeys, new_key
from api.settings import Settings
from tests.api.problems import problem
from tests.api.staff import ANALYST, OPERATOR, SUPERVISOR, are_employed, signs_in
from tests.conftest import KEYS, ONE_DATABASE

PATH = "/api/desk/experts"
PHONE = "13807920001"
CHEN = {
    "name": "陈晓",
    "organisation": "南昌某高校",
    "fields": ["陶瓷外观设计", "专利"],
    "cities": ["景德镇市"],
    "phone": PHONE,
    "consent_on": "2026-03-01",
    "consent_until": "2027-02-28",
    "consent_how": "书面同意书，存档案柜",
}


@pytest.fixture
async def keeper(app: FastAPI) -> FastAPI:
    """Who keeps the roster sends every request, unless somebody else signs in."""
    await are_employed(app)
    signs_in(app, SUPERVISOR)
    return app


async def added(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    response = await client.post(PATH, json=CHEN | changes)
    assert response.status_code == 201, response.text
    one: dict[str, Any] = response.json()
    return one


async def names(client: httpx.AsyncClient, **query: str) -> list[str]:
    response = await client.get(PATH, params=query)
    assert response.status_code == 200, response.text
    return [one["name"] for one in response.json()["experts"]]


async def test_an_operator_sees_whose_consent_holds_and_how_to_reach_them(
    keeper: FastAPI, client: httpx.AsyncClient
) -> None:
    await added(client)
    signs_in(keeper, OPERATOR)

    [one] = (await client.get(PATH)).json()["experts"]

    assert (one["name"], one["phone"], one["consent"]) == ("陈晓", PHONE, "given")


@pytest.mark.parametrize(
    ("without", "consent"),
    [
        ({"consent_on": None, "consent_until": None, "consent_how": None}, "missing"),
        ({"consent_until": "2026-06-30"}, "over"),
    ],
)
async def test_without_consent_only_who_keeps_the_roster_sees_somebody(
    keeper: FastAPI, client: httpx.AsyncClient, without: dict[str, Any], consent: str
) -> None:
    assert (await added(client, **without))["consent"] == consent
    assert await names(client) == ["陈晓"]

    signs_in(keeper, OPERATOR)

    assert await names(client) == []


async def test_consent_holds_on_its_last_day_and_not_on_the_next(
    keeper: FastAPI, client: httpx.AsyncClient
) -> None:
    await added(client)
    signs_in(keeper, OPERATOR)

    keeper.state.clock = Clock(date(2027, 2, 28))
    assert await names(client) == ["陈晓"]
    keeper.state.clock = Clock(date(2027, 3, 1))
    assert await names(client) == []


async def test_somebody_is_found_by_what_he_knows_and_where(
    keeper: FastAPI, client: httpx.AsyncClient
) -> None:
    await added(client)

    assert await names(client, q="陶瓷 景德镇") == ["陈晓"]
    assert await names(client, q="陶瓷 九江") == []


async def test_an_operator_adds_changes_and_removes_nobody(
    keeper: FastAPI, client: httpx.AsyncClient
) -> None:
    one = await added(client)
    signs_in(keeper, OPERATOR)

    problem(await client.post(PATH, json=CHEN), 403, "not_allowed")
    problem(await client.put(f"{PATH}/{one['id']}", json=CHEN), 403, "not_allowed")
    refused = await client.delete(f"{PATH}/{one['id']}", params={"why": "mistake"})
    problem(refused, 403, "not_allowed")


async def test_who_sees_sums_only_and_who_is_not_signed_in_see_no_expert(
    keeper: FastAPI, client: httpx.AsyncClient
) -> None:
    signs_in(keeper, ANALYST)
    problem(await client.get(PATH), 403, "not_allowed")
    keeper.dependency_overrides.clear()
    problem(await client.get(PATH), 401, "not_signed_in")


async def test_what_says_who_somebody_is_cannot_be_read_in_the_database(
    keeper: FastAPI, client: httpx.AsyncClient
) -> None:
    await added(client, email="chen@example.cn", note="周二下午好找")

    async with keeper.state.database.reading() as session:
        stored = str((await session.execute(text("SELECT * FROM experts"))).all())

    said = ("陈晓", "南昌某高校", PHONE, "chen@example.cn", "周二下午")
    assert [word for word in said if word in stored] == []


async def test_of_somebody_who_withdraws_the_log_keeps_a_number_and_nothing_else(
    keeper: FastAPI, client: httpx.AsyncClient
) -> None:
    one = await added(client)

    gone = await client.delete(f"{PATH}/{one['id']}", params={"why": "withdrawn"})

    assert gone.status_code == 204
    async with keeper.state.database.reading() as session:
        assert (await session.scalars(select(Expert))).all() == []
        logged = (await session.scalars(select(AuditEvent).order_by(AuditEvent.id))).all()
    assert [(row.what, row.object_id) for row in logged if row.object_kind == "expert"] == [
        ("expert.add", str(one["id"])),
        ("expert.withdraw", str(one["id"])),
    ]
    assert not [row for row in logged if "陈晓" in str(row.detail)]
    again = await client.delete(f"{PATH}/{one['id']}", params={"why": "withdrawn"})
    problem(again, 404, "expert_unknown")


async def test_that_somebody_looked_at_the_roster_is_logged(
    keeper: FastAPI, client: httpx.AsyncClient
) -> None:
    await added(client)
    await names(client, q="陈晓")

    async with keeper.state.database.reading() as session:
        [row] = await session.scalars(select(AuditEvent).where(AuditEvent.what == "expert.read"))
    assert row.detail == {"shown": 1}


async def test_a_change_takes_the_place_of_everything_that_was(
    keeper: FastAPI, client: httpx.AsyncClient
) -> None:
    one = await added(client)
    changed: dict[str, Any] = CHEN | {"phone": None, "email": "chen@example.cn", "cities": []}

    told = (await client.put(f"{PATH}/{one['id']}", json=changed)).json()

    assert (told["phone"], told["email"], told["cities"]) == (None, "chen@example.cn", [])


@ONE_DATABASE
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"cities": ["九江城"]}, "expert_wrong"),
        ({"phone": None}, "expert_wrong"),
        ({"consent_on": "2026-12-31", "consent_until": None}, "expert_wrong"),
        ({"consent_how": None}, "invalid_request"),
        ({"consent_until": "2026-02-01"}, "invalid_request"),
        ({"consent_on": None}, "invalid_request"),
        ({"fields": []}, "invalid_request"),
        ({"phone": "<script>alert(1)</script>"}, "invalid_request"),
        ({"email": "不是邮箱"}, "invalid_request"),
        ({"name": "  "}, "invalid_request"),
    ],
)
async def test_what_cannot_be_right_is_refused(
    keeper: FastAPI, client: httpx.AsyncClient, wrong: dict[str, Any], code: str
) -> None:
    response = await client.post(PATH, json=CHEN | wrong)

    assert (response.status_code, response.json()["code"]) == (422, code)


async def test_the_nightly_sweep_deletes_whose_consent_is_missing_or_over_for_a_month(
    keeper: FastAPI, client: httpx.AsyncClient
) -> None:
    none = {"consent_on": None, "consent_until": None, "consent_how": None}
    await added(client)
    await added(client, name="新来的", **none)
    await added(client, name="到期久的", consent_until="2026-10-01")
    await added(client, name="刚到期的", consent_until="2026-11-20")
    state = keeper.state
    due = await count(state.database, state.settings, at=state.clock.now())

    counts = await sweep(state.database, state.settings, "schedule", at=state.clock.now())

    assert (due["experts"], counts["experts"]) == (1, 1)
    assert await names(client) == ["陈晓", "新来的", "刚到期的"]


async def test_with_a_new_key_everybody_is_sealed_anew(
    keeper: FastAPI, client: httpx.AsyncClient, settings: Settings
) -> None:
    await added(client)
    newer = new_key()
    both = settings.model_copy(update={"data_key": SecretStr(f"{newer},{KEYS.keys[0]}")})

    await asyncio.to_thread(rotation.rotate, both)

    database = Database(settings.database_url, DataKeys((newer,)))
    async with database.reading() as session:
        [row] = await session.scalars(select(Expert))
    await database.close()
    assert (row.name, row.phone) == ("陈晓", PHONE)
