"""The directory as it is edited: what is in use, what is to come, what is old, alike or missing."""

from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.content import catalogue
from api.content.models import Release, Revision, Stage, State
from api.institutions import service
from api.lookup.directory import read_content
from knowledge.editing.folder import Change, make
from knowledge.editing.kinds import KINDS
from knowledge.places.directory import FILE
from knowledge.reviewed import CONTENT
from tests.api.problems import problem
from tests.api.staff import ANALYST, OPERATOR, SUPERVISOR, are_employed, signs_in
from tests.conftest import TODAY
from tests.fakes import FakeKnowledge

PATH = "/api/desk/institutions"
ROOM = """\
id: jiujiang-room
name: 九江市浔阳区知识产权调解室
kind: people_mediation
city: 九江市
county: 浔阳区
address: 长虹大道1号
phone: 0792-8580000
sources: [浔阳区司法局电话答复]
verified_on: 2026-11-20
verified_by: 李坐席
"""
NAMED = {"kind": "institution", "file": FILE, "key": "jiujiang-room"}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


@pytest.fixture
async def desk(app: FastAPI) -> FastAPI:
    """An operator sends every request, unless somebody else signs in."""
    await are_employed(app)
    signs_in(app, OPERATOR)
    return app


async def overview(client: httpx.AsyncClient) -> dict[str, Any]:
    response = await client.get(PATH)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


async def proposed(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    told = NAMED | {"body": ROOM, "reason": "新设的调解室", "over": 0} | changes
    response = await client.post("/api/desk/content/revisions", json=told)
    assert response.status_code == 201, response.text
    revision: dict[str, Any] = response.json()
    return revision


def entry(told: dict[str, Any], key: str) -> Any:
    return next((one for one in told["institutions"] if one["id"] == key), None)


async def test_what_is_in_use_says_whether_it_may_be_told_today(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    told = await overview(client)

    centre = entry(told, "nanchang-protection-centre")
    assert centre["fields"]["name"] == "中国（南昌）知识产权保护中心"
    assert (centre["checked"], centre["check_by"]) == (False, "2025-03-07")
    assert (told["day"], told["file"]) == (TODAY.isoformat(), FILE)


async def test_the_form_gets_the_places_and_kinds_that_one_can_choose(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    told = await overview(client)

    [jiujiang] = [one for one in told["cities"] if one["name"] == "九江市"]
    assert "浔阳区" in jiujiang["counties"]
    kinds = {one["key"]: one for one in told["kinds"]}
    assert kinds["people_mediation"]["told"] and not kinds["commercial_mediation"]["told"]
    gaps = {one["kind"]: one for one in told["gaps"]}
    assert "九江市" in gaps["people_mediation"]["cities"]


async def test_a_draft_of_an_entry_that_is_not_there_yet_is_seen_with_who_wrote_it(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    await proposed(client)

    room = entry(await overview(client), "jiujiang-room")

    assert room["fields"] is None and room["version"] == 1
    assert (room["pending"]["state"], room["pending"]["author"]) == ("draft", OPERATOR.display_name)
    assert room["pending"]["fields"]["county"] == "浔阳区"


@pytest.mark.parametrize("body", ["name: [", "- 1", "kind: {a: b}"])
async def test_a_draft_that_somebody_wrote_by_hand_and_no_form_can_show_says_so(
    desk: FastAPI, client: httpx.AsyncClient, body: str
) -> None:
    await proposed(client, body=body)

    pending = entry(await overview(client), "jiujiang-room")["pending"]

    assert pending["unreadable"] and pending["fields"] is None


async def test_a_draft_that_takes_an_entry_away_is_told_apart_from_one_that_cannot_be_read(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    await proposed(client, key="cnipa-window", body=None)

    pending = entry(await overview(client), "cnipa-window")["pending"]

    assert pending["fields"] is None and not pending["unreadable"]


async def test_what_was_put_away_is_to_come_no_longer(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    revision = await proposed(client)

    put = await client.post(f"/api/desk/content/revisions/{revision['id']}/archive", json={})
    assert put.status_code == 204, put.text

    assert entry(await overview(client), "jiujiang-room") is None


async def test_what_is_published_and_in_use_is_to_come_no_longer(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    revision = await proposed(client)
    async with desk.state.database.session() as session:
        (await session.get(Revision, revision["id"])).state = State.PUBLISHED
    assert entry(await overview(client), "jiujiang-room")["pending"]["state"] == "published"

    async with desk.state.database.session() as session:
        session.add(in_use(revision["id"], at=desk.state.clock.now()))

    assert entry(await overview(client), "jiujiang-room") is None  # the fake has not loaded it


def in_use(revision_id: int, *, at: datetime) -> Release:
    """A release in use that holds this revision."""
    changes = [{"item_id": 1, "revision_id": revision_id, "gone": False}]
    return Release(
        day=TODAY,
        hash="",
        state=Stage.ACTIVE,
        in_use=True,
        changes=changes,
        candidates=[],
        made_at=at,
    )


async def test_two_who_change_one_entry_do_not_overwrite_each_other(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    await proposed(client)
    signs_in(desk, SUPERVISOR)

    late = await client.post(
        "/api/desk/content/revisions",
        json=NAMED | {"body": ROOM.replace("1号", "9号"), "reason": "门牌", "over": 0},
    )

    problem(late, 409, "changed_meanwhile", "theirs", "version", "diff")
    assert late.json()["theirs"]["body"] == ROOM


async def test_who_sees_sums_only_sees_no_directory_to_edit(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    signs_in(desk, ANALYST)

    problem(await client.get(PATH), 403, "not_allowed")


async def test_an_entry_from_the_form_is_loaded_and_told_on_the_day(
    desk: FastAPI, client: httpx.AsyncClient, knowledge: FakeKnowledge, tmp_path: Path
) -> None:
    """As a release makes and loads it, and as the bot then names it."""
    made = tmp_path / "made"
    make(made, [Change(**NAMED, body=ROOM)], CONTENT)
    knowledge.content = made

    room = entry(await overview(client), "jiujiang-room")

    assert room["checked"] and room["check_by"] == "2027-11-20"
    found = await client.get("/api/desk/directory", params={"q": "浔阳区 调解室"})
    [item] = found.json()["items"]
    assert (item["phone"], item["unverified"]) == ("0792-8580000", False)
    _, institutions = read_content(made)
    body = institutions.body("people_mediation", "county", "九江市", "浔阳区", TODAY)
    assert body.name == "九江市浔阳区知识产权调解室" and "0792-8580000" in (body.note or "")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("county: 浔阳区", "county: 南康区", 5, "「南康区」不在「九江市」"),
        ("kind: people_mediation", "kind: planning", 3, "没有「planning」这种机构"),
        ("phone: 0792-8580000", "phone: <b>0792</b>", 7, "不能写 HTML 标签"),
        ("verified_on: 2026-11-20", "verified_on: 昨天", 9, "verified_on"),
        ("verified_by: 李坐席", "opened_by: 李坐席", 10, "opened_by"),
    ],
)
async def test_an_entry_that_cannot_be_loaded_is_refused_by_its_line(
    desk: FastAPI, client: httpx.AsyncClient, old: str, new: str, line: int, said: str
) -> None:
    told = NAMED | {"body": ROOM.replace(old, new)}

    found = await client.post("/api/desk/content/check", json=told)

    [problem_found] = found.json()["problems"]
    assert problem_found["line"] == line and said in problem_found["message"]


async def test_an_entry_that_can_be_loaded_is_handed_in(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    revision = await proposed(client)

    handed = await client.post(f"/api/desk/content/revisions/{revision['id']}/submit", json={})

    assert handed.status_code == 204, handed.text
    room = entry(await overview(client), "jiujiang-room")
    assert room["pending"]["state"] == "in_review"


async def test_every_entry_that_is_shipped_stands_in_the_list_of_content(app: FastAPI) -> None:
    items = [one for one in catalogue.read(CONTENT) if one.kind == service.KIND]

    assert KINDS["institution"].files == ["directory.yml"]
    _, institutions = read_content(CONTENT)
    assert {one.key for one in items} == {one.id for one in institutions.directory.institutions}


async def test_of_an_institution_that_is_old_an_operator_is_told_so(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    found = await client.get("/api/desk/directory", params={"q": "东乡区 调解中心"})

    [item] = [one for one in found.json()["items"] if one["kind"] == "institution"]
    assert item["unverified"] and item["verified_on"] == "2019-03-20"


async def test_a_centre_is_listed_once_with_what_is_known_of_it(
    desk: FastAPI, client: httpx.AsyncClient
) -> None:
    found = await client.get("/api/desk/directory", params={"city": "赣州市"})

    named = [one for one in found.json()["items"] if one["name"] == "中国（赣州）知识产权保护中心"]
    [centre] = [one for one in named if one["kind"] == "centre"]
    assert centre["not_claimed"] and centre["facts"]
