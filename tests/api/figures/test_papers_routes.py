"""Details, comments and papers over HTTP: who gets which."""

import io
import zipfile
from typing import get_args

import docx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.accounts.models import AuditEvent
from api.accounts.roles import Role
from api.figures.tables import Name
from tests.api.desk import Colleague
from tests.api.visitor import Visitor
from tests.conftest import TODAY

DETAILS, COMMENTS = "/api/desk/figures/details", "/api/desk/figures/comments"
COMMENTS_TABLE = "/api/desk/figures/comments.csv"
REPORT, OPEN_DATA = "/api/desk/figures/report.docx", "/api/desk/figures/open-data.zip"
TABLES = [f"/api/desk/figures/tables/{name}.csv" for name in get_args(Name)]
MONTH, YEAR = {"month": f"{TODAY:%Y-%m}"}, {"year": TODAY.year - 1}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What the databases count is compared in test_details.py."""
    return sqlite_url


async def test_an_analyst_sees_sums_and_takes_the_papers_along(
    app: FastAPI, visitor: Visitor
) -> None:
    analyst = (await Colleague.comes(app, Role.ANALYST)).client
    await visitor.says("我在赣州，商标被人用了")

    details = (await analyst.get(DETAILS)).json()
    assert sum(hour["count"] for hour in details["hours"]) == 1
    assert [cell["label"] for cell in details["cities"]] == ["其他"]
    report = await analyst.get(REPORT, params=MONTH)
    assert docx.Document(io.BytesIO(report.content)).tables
    packed = await analyst.get(OPEN_DATA, params=YEAR)
    assert zipfile.ZipFile(io.BytesIO(packed.content)).testzip() is None


async def test_only_who_may_read_conversations_reads_comments(app: FastAPI) -> None:
    supervisor = await Colleague.comes(app, Role.SUPERVISOR)

    assert (await supervisor.client.get(COMMENTS)).json() == {"comments": [], "before": None}
    for role in (Role.ANALYST, Role.ADMIN, Role.OPERATOR):
        colleague = await Colleague.comes(app, role)
        for address in (COMMENTS, COMMENTS_TABLE):
            assert (await colleague.client.get(address)).status_code == 403, role


async def test_who_read_comments_stands_in_the_log(app: FastAPI) -> None:
    supervisor = await Colleague.comes(app, Role.SUPERVISOR)
    await supervisor.client.get(COMMENTS)
    await supervisor.client.get(COMMENTS_TABLE)

    async with app.state.database.reading() as session:
        noted = select(AuditEvent.what).where(AuditEvent.staff_id == supervisor.user.id)
        what = set(await session.scalars(noted))
    assert {"comments.read", "comments.exported"} <= what


async def test_every_figure_comes_as_a_table(app: FastAPI) -> None:
    supervisor = await Colleague.comes(app, Role.SUPERVISOR)
    for address in TABLES:
        answer = await supervisor.client.get(address)
        assert answer.content.startswith(b"\xef\xbb\xbf"), address


async def test_an_operator_gets_no_figures(app: FastAPI) -> None:
    operator = (await Colleague.comes(app, Role.OPERATOR)).client
    for address in (DETAILS, *TABLES):
        assert (await operator.get(address)).status_code == 403, address
    assert (await operator.get(REPORT, params=MONTH)).status_code == 403
    assert (await operator.get(OPEN_DATA, params=YEAR)).status_code == 403


@pytest.mark.parametrize(
    ("address", "query"),
    [
        (REPORT, {}),
        (REPORT, {"month": "2026-13"}),
        (REPORT, {"month": "2099-01"}),
        (REPORT, {"month": "下个月"}),
        (OPEN_DATA, {"year": str(TODAY.year)}),
        (OPEN_DATA, {"year": "99999"}),
        ("/api/desk/figures/tables/users.csv", {}),
        (COMMENTS, {"before": "0"}),
    ],
)
async def test_what_makes_no_sense_is_refused(
    app: FastAPI, address: str, query: dict[str, str]
) -> None:
    supervisor = await Colleague.comes(app, Role.SUPERVISOR)
    answer = await supervisor.client.get(address, params=query)

    assert answer.status_code == 422, answer.text
