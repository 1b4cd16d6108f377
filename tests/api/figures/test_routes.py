"""The figures over HTTP: who gets which, and the days as a table."""

import csv
import io

import httpx
import pytest
from fastapi import FastAPI

from api.accounts.roles import Role
from tests.api.desk import Colleague
from tests.api.visitor import Visitor
from tests.conftest import TODAY


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What the databases count is compared in test_figures.py."""
    return sqlite_url


@pytest.fixture
async def supervisor(app: FastAPI) -> Colleague:
    return await Colleague.comes(app, Role.SUPERVISOR)


async def test_a_supervisor_sees_what_happened_and_everybody_s_load(
    supervisor: Colleague, visitor: Visitor
) -> None:
    await visitor.says("你好")
    told = (await supervisor.client.get("/api/desk/figures")).json()

    [day] = told["days"]
    assert (day["day"], day["channel"], day["conversations"]) == (TODAY.isoformat(), "web", 1)
    assert [one["id"] for one in told["operators"]] == [supervisor.user.id]
    assert told["overdue"] == []


@pytest.mark.parametrize("role", [Role.ANALYST, Role.ADMIN])
async def test_whoever_does_not_oversee_sees_nobody_s_load(app: FastAPI, role: Role) -> None:
    colleague = await Colleague.comes(app, role)
    told = (await colleague.client.get("/api/desk/figures")).json()

    assert (told["operators"], told["overdue"]) == (None, None)


async def test_an_operator_sees_no_figures(app: FastAPI) -> None:
    operator = await Colleague.comes(app, Role.OPERATOR)

    for address in ("/api/desk/figures", "/api/desk/figures.csv"):
        assert (await operator.client.get(address)).status_code == 403


async def test_the_days_come_as_a_table_that_spreadsheets_read_as_chinese(
    supervisor: Colleague, visitor: Visitor
) -> None:
    answer = await supervisor.client.get("/api/desk/figures.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))

    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert [(row["日期"], row["渠道"], row["对话"]) for row in rows] == [
        (TODAY.isoformat(), "web", "1")
    ]


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-11-23", "to": "2026-11-22"},
        {"from": "2024-01-01", "to": "2026-11-22"},
        {"from": "heute"},
        {"channel": "x" * 21},
        {"from": "0001-01-01", "to": "0001-01-02"},
        {"from": "9999-12-30", "to": "9999-12-31"},
        {"to": "0001-01-01"},
    ],
)
async def test_days_that_make_no_sense_are_refused(
    supervisor: Colleague, query: dict[str, str]
) -> None:
    answer = await supervisor.client.get("/api/desk/figures", params=query)

    assert answer.status_code == 422, answer.text


async def test_a_channel_that_there_is_not_has_no_figures(supervisor: Colleague) -> None:
    for odd in ("' OR 1=1 --", "％", "\u202e"):
        answer = await supervisor.client.get("/api/desk/figures", params={"channel": odd})
        assert (answer.status_code, answer.json()["days"]) == (200, [])


async def test_nobody_gets_in_without_a_session(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/desk/figures")).status_code == 401
