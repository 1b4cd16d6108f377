"""What an administrator does with accounts, and what stands in the log of it."""

import csv
import io
import re
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.accounts import audit
from api.accounts.models import User
from api.accounts.roles import Role
from tests.api.desk import PASSWORD, Colleague, MovableClock, browser
from tests.api.problems import problem

FIRST = re.compile(r"([a-z2-9]{4}-){3}[a-z2-9]{4}")
LI = {"name": "Li.Ming", "display_name": "李老师", "role": "operator"}


async def added(admin: Colleague, **more: Any) -> dict[str, Any]:
    told = await admin.client.post("/api/desk/users", json={**LI, **more})
    assert told.status_code == 201, told.text
    body: dict[str, Any] = told.json()
    return body


async def enters(app: FastAPI, name: str, password: str) -> httpx.AsyncClient:
    client = browser(app)
    told = await client.post("/api/desk/session", json={"name": name, "password": password})
    assert told.status_code == 200, told.text
    client.headers["X-CSRF-Token"] = told.json()["csrf"]
    return client


async def events(admin: Colleague, **query: Any) -> list[dict[str, Any]]:
    told = await admin.client.get("/api/desk/audit", params=query)
    assert told.status_code == 200, told.text
    items: list[dict[str, Any]] = told.json()["items"]
    return items


async def test_who_is_added_gets_a_password_at_random_that_he_has_to_change(
    app: FastAPI, admin: Colleague
) -> None:
    told = [await added(admin, name=name) for name in ("one", "two")]

    assert all(FIRST.fullmatch(one["password"]) for one in told)
    assert told[0]["password"] != told[1]["password"]
    client = await enters(app, "one", told[0]["password"])
    problem(await client.get("/api/desk/users"), 403, "password_change_needed")
    body = {"old": told[0]["password"], "new": "红土地上的脐橙 five"}
    assert (await client.put("/api/desk/password", json=body)).status_code == 200


async def test_the_list_holds_everybody_and_no_secret(admin: Colleague, operator: User) -> None:
    told = await admin.client.get("/api/desk/users")

    entry = next(one for one in told.json() if one["id"] == operator.id)
    assert entry == {
        **{"id": operator.id, "name": "王芳", "display_name": "王老师", "role": "operator"},
        **{"email": None, "extension": None, "active": True, "must_change_password": False},
        **{"created_at": entry["created_at"], "last_seen_at": None},
    }
    assert "argon2" not in told.text


async def test_what_is_changed_is_changed_and_the_rest_stays(
    admin: Colleague, operator: User
) -> None:
    address = f"/api/desk/users/{operator.id}"
    changes = {"display_name": "王芳芳", "extension": "8001", "email": "Wang@Office.example"}
    told = (await admin.client.patch(address, json=changes)).json()
    assert (told["display_name"], told["extension"], told["email"]) == (
        *("王芳芳", "8001"),
        "wang@office.example",
    )

    told = (await admin.client.patch(address, json={"email": None, "role": None})).json()
    assert (told["email"], told["extension"], told["role"]) == (None, "8001", "operator")


async def test_who_is_turned_off_is_out_at_once_and_comes_back_when_turned_on(
    app: FastAPI, admin: Colleague, operator: User
) -> None:
    client = await enters(app, "王芳", PASSWORD)
    address = f"/api/desk/users/{operator.id}"

    await admin.client.patch(address, json={"active": False})
    problem(await client.get("/api/desk/session"), 401, "not_signed_in")
    await admin.client.patch(address, json={"active": True})
    problem(await client.get("/api/desk/session"), 401, "not_signed_in")
    await enters(app, "王芳", PASSWORD)


async def test_a_reset_signs_out_unlocks_and_tells_another_first_password(
    app: FastAPI, admin: Colleague, operator: User
) -> None:
    client = await enters(app, "王芳", PASSWORD)
    for _ in range(6):
        await browser(app).post("/api/desk/session", json={"name": "王芳", "password": "wrong"})

    told = await admin.client.post(f"/api/desk/users/{operator.id}/reset", json={})
    assert list(told.json()) == ["password"] and FIRST.fullmatch(told.json()["password"])
    problem(await client.get("/api/desk/session"), 401, "not_signed_in")
    again = await enters(app, "王芳", told.json()["password"])
    assert (await again.get("/api/desk/session")).json()["must_change_password"] is True


@pytest.mark.parametrize("name", ["a", "王 芳", "x" * 41, "<b>x</b>", "a/b", "'; --"])
async def test_a_name_that_cannot_be_read_out_is_refused(admin: Colleague, name: str) -> None:
    told = await admin.client.post("/api/desk/users", json={**LI, "name": name})

    assert told.status_code == 422


@pytest.mark.parametrize(
    "more",
    [
        {"role": "root"},
        {"display_name": " "},
        {"email": "no address"},
        {"extension": "内线一"},
        {"name": ""},
    ],
)
async def test_what_no_account_can_have_is_refused(admin: Colleague, more: dict[str, str]) -> None:
    problem(await admin.client.post("/api/desk/users", json={**LI, **more}), 422, "invalid_request")


@pytest.mark.parametrize("name", ["王芳", " 王芳 "])
async def test_a_name_belongs_to_one(admin: Colleague, operator: User, name: str) -> None:
    told = await admin.client.post("/api/desk/users", json={**LI, "name": name})

    problem(told, 409, "user_exists")


async def test_an_address_belongs_to_one_and_none_belongs_to_all(admin: Colleague) -> None:
    first = await added(admin, name="first", email="a@office.example")
    await added(admin, name="second")
    third = await added(admin, name="third")

    address = f"/api/desk/users/{third['user']['id']}"
    told = await admin.client.patch(address, json={"email": "A@office.example"})
    problem(told, 409, "user_exists")
    told = await admin.client.patch(
        f"/api/desk/users/{first['user']['id']}", json={"email": "a@office.example"}
    )
    assert told.status_code == 200


async def test_the_last_admin_stays(admin: Colleague) -> None:
    address = f"/api/desk/users/{admin.user.id}"
    for changes in ({"active": False}, {"role": "operator"}):
        problem(await admin.client.patch(address, json=changes), 409, "last_admin")
    assert (await admin.client.patch(address, json={"display_name": "主任"})).status_code == 200


@pytest.mark.parametrize(("method", "path"), [("PATCH", ""), ("POST", "/reset")])
async def test_whom_there_is_not_is_told_as_such(admin: Colleague, method: str, path: str) -> None:
    told = await admin.client.request(method, f"/api/desk/users/999{path}", json={})

    problem(told, 404, "user_unknown")


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_a_body_is_bounded_whatever_the_method(admin: Colleague, method: str) -> None:
    path = {"PUT": "password", "PATCH": f"users/{admin.user.id}"}[method]
    told = await admin.client.request(
        method, f"/api/desk/{path}", json={"display_name": "长" * 70_000}
    )
    problem(told, 413, "body_too_large")
    told = await admin.client.request(method, f"/api/desk/{path}", content="old=1")
    problem(told, 415, "not_json")


# --- the log --------------------------------------------------------------------------------------


async def test_the_log_tells_who_did_what_to_whom(
    app: FastAPI, admin: Colleague, operator: User
) -> None:
    client = await enters(app, "王芳", PASSWORD)
    await client.delete("/api/desk/session")
    await browser(app).post("/api/desk/session", json={"name": "王芳", "password": "wrong"})
    address = f"/api/desk/users/{operator.id}"
    await admin.client.patch(address, json={"role": "supervisor", "email": "w@office.example"})
    await admin.client.post(f"{address}/reset", json={})

    told = await events(admin, object_id=str(operator.id))
    who = [
        {"id": user.id, "name": user.name, "display_name": user.display_name}
        for user in (operator, admin.user)
    ]
    assert [(one["what"], one["staff"], one["detail"]) for one in told] == [
        ("user.reset", who[1], {}),
        ("user.changed", who[1], {"changed": ["email", "role"], "role": "supervisor"}),
        ("session.refused", None, {"tries": 1, "active": True}),
        ("session.ended", who[0], {}),
        ("session.began", who[0], {"by": "password"}),
        ("user.added", None, {"name": "王芳", "role": "operator"}),
    ]
    assert {one["object_kind"] for one in told} == {"user"}


async def test_no_password_and_no_address_stands_in_the_log(
    admin: Colleague, operator: User
) -> None:
    first = (await added(admin, email="li@office.example"))["password"]
    reset = await admin.client.post(f"/api/desk/users/{operator.id}/reset", json={})

    told = (await admin.client.get("/api/desk/audit")).text
    assert all(one not in told for one in (first, reset.json()["password"], "office.example"))


async def test_a_change_that_changes_nothing_is_no_event(admin: Colleague, operator: User) -> None:
    await admin.client.patch(f"/api/desk/users/{operator.id}", json={"display_name": "王老师"})

    assert await events(admin, what="user.changed") == []


async def many(app: FastAPI, number: int) -> None:
    async with app.state.database.session() as session:
        for n in range(number):
            await audit.record(
                session, None, "ticket.read", "ticket", f"JX-{n}", at=app.state.clock.now()
            )


async def test_the_log_comes_by_pages_of_a_hundred(app: FastAPI, admin: Colleague) -> None:
    await many(app, 150)
    first = (await admin.client.get("/api/desk/audit", params={"what": "ticket"})).json()
    then = await admin.client.get(
        "/api/desk/audit", params={"what": "ticket", "before": first["before"]}
    )

    ids = [one["object_id"] for one in [*first["items"], *then.json()["items"]]]
    assert ids == [f"JX-{n}" for n in reversed(range(150))]
    assert (len(first["items"]), then.json()["before"]) == (100, None)


async def test_the_log_names_people_by_both_their_names(
    app: FastAPI, admin: Colleague, operator: User, clock: MovableClock
) -> None:
    await enters(app, "王芳", PASSWORD)
    await admin.client.patch(f"/api/desk/users/{operator.id}", json={"display_name": "王主任"})

    [began] = await events(admin, user=operator.id)
    assert began["staff"] == {"id": operator.id, "name": "王芳", "display_name": "王主任"}


async def test_the_log_is_searched_by_day_person_and_deed(
    app: FastAPI, admin: Colleague, operator: User, clock: MovableClock
) -> None:
    await many(app, 2)
    await enters(app, "王芳", PASSWORD)

    assert len(await events(admin, what="ticket.read")) == 2
    assert await events(admin, what="tick") == [] and await events(admin, what="%") == []
    assert {one["what"] for one in await events(admin, user=operator.id)} == {"session.began"}
    day = clock.today().isoformat()
    assert len(await events(admin, what="ticket", **{"from": day, "to": day})) == 2
    assert await events(admin, to="2026-11-21") == []
    assert await events(admin, **{"from": "2026-11-23"}) == []


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "gestern", "2026-02-30"])
async def test_a_day_that_is_none_is_refused(admin: Colleague, day: str) -> None:
    for name in ("from", "to"):
        told = await admin.client.get("/api/desk/audit", params={name: day})
        problem(told, 422, "invalid_request")


async def test_the_log_leaves_as_a_table_whole_and_without_formulas(
    app: FastAPI, admin: Colleague
) -> None:
    await many(app, audit.AT_ONCE + 5)
    async with app.state.database.session() as session:
        await audit.record(
            session, None, "=1+1", "ticket", '=HYPERLINK("x")', at=app.state.clock.now()
        )

    told = await admin.client.get("/api/desk/audit.csv")
    assert told.headers["content-type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(
        r'attachment; filename="audit-2026-11-22\.csv"', told.headers["content-disposition"]
    )
    assert told.text.startswith("\ufeff编号,时间,账号,动作")
    rows = list(csv.reader(io.StringIO(told.text.lstrip("\ufeff"))))
    assert len(rows) > audit.AT_ONCE + 5 and len({len(row) for row in rows}) == 1
    assert [row[3] for row in rows[1:3]] == ["audit.exported", "'=1+1"]
    assert rows[2][5] == '\'=HYPERLINK("x")'


async def test_the_table_obeys_what_was_asked_for(app: FastAPI, admin: Colleague) -> None:
    await many(app, 3)
    told = await admin.client.get("/api/desk/audit.csv", params={"what": "ticket"})

    assert told.text.count("ticket.read") == 3 and "user.added" not in told.text


async def test_only_who_may_sees_the_log(app: FastAPI, clock: MovableClock) -> None:
    for role in (Role.OPERATOR, Role.SUPERVISOR, Role.ANALYST):
        colleague = await Colleague.comes(app, role)
        for path in ("audit", "audit.csv", "users"):
            problem(await colleague.client.get(f"/api/desk/{path}"), 403, "not_allowed")
