"""Signing in, staying in, going out: who gets in, and who does not."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from argon2 import extract_parameters
from fastapi import FastAPI
from sqlalchemy import select

from api.accounts import access, csrf, sessions
from api.accounts.models import AuditEvent, SignInTries, StaffSession, User
from api.accounts.passwords import Passwords
from api.accounts.roles import Role
from tests.api.desk import (
    CHEAP,
    PASSWORD,
    Colleague,
    MovableClock,
    browser,
    hired,
    make_cheap,
)
from tests.api.problems import problem


async def tries(client: httpx.AsyncClient, name: str, password: str, **more: Any) -> httpx.Response:
    body = {"name": name, "password": password}
    return await client.post("/api/desk/session", json=body, **more)


async def is_in(client: httpx.AsyncClient) -> bool:
    return (await client.get("/api/desk/session")).status_code == 200


async def test_nobody_gets_in_before_there_is_an_account(
    client: httpx.AsyncClient, app: FastAPI
) -> None:
    make_cheap(app)
    told = await client.get("/api/desk/sign-in")

    assert told.json() == {"oidc": None, "accounts": False}
    for name in ("admin", "helpline", "root"):
        for password in ("admin", "", "helpline", "password"):
            assert (await tries(client, name, password)).status_code in (401, 422)


async def test_who_knows_the_password_gets_in_and_is_told_what_he_may(
    client: httpx.AsyncClient, operator: User
) -> None:
    told = await tries(client, " 王芳 ", PASSWORD)

    assert told.status_code == 200, told.text
    me = told.json()
    assert me == {
        "id": operator.id,
        "name": "王芳",
        "display_name": "王老师",
        "role": "operator",
        "permissions": ["chat", "content", "lookup", "state", "tickets"],
        "must_change_password": False,
        "csrf": me["csrf"],
        "oidc": False,
    }
    assert (await client.get("/api/desk/session")).json() == me
    assert (await client.get("/api/desk/sign-in")).json()["accounts"] is True


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: httpx.AsyncClient, operator: User
) -> None:
    cookie = (await tries(client, "王芳", PASSWORD)).headers["set-cookie"]

    assert cookie.startswith(f"{access.COOKIE}=")
    for part in ("HttpOnly", "SameSite=strict", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie and "Max-Age" not in cookie


async def test_over_https_the_cookie_is_bound_to_the_host_and_no_other_counts(
    app: FastAPI, operator: User
) -> None:
    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="https://helpline.example"
    )
    cookie = (await tries(client, "王芳", PASSWORD)).headers["set-cookie"]

    assert cookie.startswith(f"{access.SECURE_COOKIE}=") and "Secure" in cookie
    assert await is_in(client)
    client.cookies = httpx.Cookies({access.COOKIE: client.cookies[access.SECURE_COOKIE]})
    assert not await is_in(client)


async def test_behind_a_proxy_that_nobody_named_the_cookie_is_secure_all_the_same(
    app: FastAPI, operator: User
) -> None:
    client = browser(app)
    told = await tries(client, "王芳", PASSWORD, headers={"Origin": "https://helpline"})

    assert told.headers["set-cookie"].startswith(access.SECURE_COOKIE)
    token = told.headers["set-cookie"].partition("=")[2].partition(";")[0]
    client.cookies = httpx.Cookies({access.SECURE_COOKIE: token})
    assert await is_in(client)


async def test_of_a_session_only_a_hash_is_stored(
    client: httpx.AsyncClient, operator: User, app: FastAPI
) -> None:
    await tries(client, "王芳", PASSWORD)
    token = client.cookies[access.COOKIE]

    async with app.state.database.reading() as session:
        [stored] = await session.scalars(select(StaffSession))
        [user] = await session.scalars(select(User))
    assert stored.token_sha256 == sessions.digest(token) and token not in repr(vars(stored))
    assert user.password_hash.startswith("$argon2id$") and PASSWORD not in user.password_hash


async def test_hashes_cost_what_the_library_advises() -> None:
    stored = await Passwords().hash(PASSWORD)
    cost = extract_parameters(stored)

    assert (cost.memory_cost, cost.time_cost) >= (65536, 3)
    assert cost.type.name == "ID"


@pytest.mark.parametrize("name", ["王芳", "不存在"])
async def test_a_wrong_password_and_an_unknown_name_are_answered_alike(
    client: httpx.AsyncClient, operator: User, name: str
) -> None:
    told = [await tries(client, name, f"{PASSWORD}{n}") for n in range(7)]

    details = [problem(one, 401, "sign_in_wrong") for one in told[:5]]
    assert len(set(details)) == 1
    for one in told[5:]:
        assert "1 分钟" in problem(one, 429, "sign_in_locked") or "秒后" in one.json()["detail"]
        assert 0 < int(one.headers["retry-after"]) <= 60


class Counting(Passwords):
    """Counts what is compared."""

    def __init__(self) -> None:
        super().__init__(CHEAP)
        self.compared: list[str] = []

    def _is_right(self, password: str, stored: str) -> bool:
        self.compared.append(stored)
        return super()._is_right(password, stored)


async def test_an_unknown_name_costs_the_same_work_as_a_known_one(
    client: httpx.AsyncClient, operator: User, app: FastAPI
) -> None:
    app.state.passwords = counting = Counting()
    await tries(client, "王芳", "wrong")
    await tries(client, "不存在", "wrong")

    known, unknown = map(extract_parameters, counting.compared)
    assert known == unknown


async def test_a_locked_name_stays_out_with_the_right_password_and_each_lock_is_longer(
    client: httpx.AsyncClient, operator: User, clock: MovableClock
) -> None:
    for _ in range(5):
        await tries(client, "王芳", "wrong")

    waits = []
    for _ in range(8):
        told = await tries(client, "王芳", PASSWORD)
        problem(told, 429, "sign_in_locked")
        waits.append(int(told.headers["retry-after"]))
        clock.passed += timedelta(seconds=waits[-1] + 1)
        problem(await tries(client, "王芳", "wrong"), 401, "sign_in_wrong")
    assert waits == sorted(waits) and waits[0] <= 60 and waits[1] > 60
    assert waits[-1] <= 3600 and waits[-2:] == [waits[-1]] * 2


async def test_after_the_lock_the_right_password_opens_and_is_forgiven_everything(
    client: httpx.AsyncClient, operator: User, clock: MovableClock, app: FastAPI
) -> None:
    for _ in range(5):
        await tries(client, "王芳", "wrong")
    clock.passed += timedelta(minutes=2)

    assert (await tries(client, "王芳", PASSWORD)).status_code == 200
    async with app.state.database.reading() as session:
        assert (await session.scalars(select(SignInTries))).all() == []


async def test_four_wrong_tries_a_quarter_of_an_hour_lock_nobody(
    client: httpx.AsyncClient, operator: User, clock: MovableClock
) -> None:
    for _ in range(3):
        for _ in range(4):
            problem(await tries(client, "王芳", "wrong"), 401, "sign_in_wrong")
        clock.passed += timedelta(minutes=16)
    assert (await tries(client, "王芳", PASSWORD)).status_code == 200


async def test_who_tries_many_names_from_one_address_is_held_off(
    app: FastAPI, operator: User
) -> None:
    transport = httpx.ASGITransport(app, client=("203.0.113.9", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://helpline") as client:
        told = [await tries(client, f"name{n}", "wrong") for n in range(61)]
        problem(told[-1], 429, "too_many_requests")
        assert {one.status_code for one in told[:-1]} == {401}


async def test_what_was_typed_as_a_name_stands_nowhere(
    client: httpx.AsyncClient, operator: User, app: FastAPI, caplog: pytest.LogCaptureFixture
) -> None:
    await tries(client, "Mein-Geheimwort-77", "王芳")
    await tries(client, "王芳", "Mein-Geheimwort-77")

    async with app.state.database.reading() as session:
        kept = [vars(row) for row in await session.scalars(select(SignInTries))]
        logged = [vars(row) for row in await session.scalars(select(AuditEvent))]
    assert "geheimwort" not in f"{kept}{logged}{caplog.text}".casefold()


async def test_who_is_off_gets_neither_in_nor_another_answer(
    client: httpx.AsyncClient, operator: User, admin: Colleague
) -> None:
    await admin.client.patch(f"/api/desk/users/{operator.id}", json={"active": False})

    problem(await tries(client, "王芳", PASSWORD), 401, "sign_in_wrong")


async def test_who_signs_out_is_out_and_the_cookie_is_worth_nothing(
    app: FastAPI, operator: User
) -> None:
    colleague = await Colleague.returns(app, operator)
    assert await is_in(colleague.client)

    assert (await colleague.client.delete("/api/desk/session")).status_code == 204
    assert not await is_in(browser(app, colleague.token))


@pytest.mark.parametrize("token", ["", "x", "0" * 43, "../../etc", "'; DROP TABLE users; --"])
async def test_a_forged_cookie_lets_nobody_in(app: FastAPI, operator: User, token: str) -> None:
    problem(await browser(app, token).get("/api/desk/session"), 401, "not_signed_in")


async def test_a_stored_hash_is_no_cookie(app: FastAPI, operator: User) -> None:
    colleague = await Colleague.returns(app, operator)

    assert not await is_in(browser(app, sessions.digest(colleague.token)))


async def test_a_session_without_a_sign_of_its_user_ends_and_one_with_signs_goes_on(
    app: FastAPI, operator: User, clock: MovableClock
) -> None:
    idle, busy = [await Colleague.returns(app, operator) for _ in range(2)]

    for _ in range(4):
        clock.passed += timedelta(minutes=40)
        assert await is_in(busy.client)
    assert not await is_in(idle.client)


async def test_a_page_that_asks_by_itself_is_no_sign_of_its_user(
    app: FastAPI, operator: User, clock: MovableClock
) -> None:
    colleague = await Colleague.returns(app, operator)
    colleague.client.headers[access.BY_ITSELF] = "1"

    clock.passed += timedelta(minutes=70)
    assert await is_in(colleague.client)
    clock.passed += timedelta(minutes=70)
    assert not await is_in(colleague.client)


async def test_after_half_a_day_everybody_signs_in_anew(
    app: FastAPI, operator: User, clock: MovableClock
) -> None:
    colleague = await Colleague.returns(app, operator)

    for _ in range(11):
        clock.passed += timedelta(hours=1)
        assert await is_in(colleague.client)
    clock.passed += timedelta(hours=1)
    assert not await is_in(colleague.client)


async def test_a_clock_that_went_wrong_keeps_nobody_in_for_ever(
    app: FastAPI, operator: User, clock: MovableClock
) -> None:
    clock.passed = timedelta(days=400)
    colleague = await Colleague.returns(app, operator)
    clock.passed = timedelta()

    assert not await is_in(colleague.client)


async def test_copies_whose_clocks_differ_a_little_let_the_same_people_in(
    app: FastAPI, operator: User, clock: MovableClock
) -> None:
    clock.passed = timedelta(minutes=2)
    colleague = await Colleague.returns(app, operator)
    clock.passed = timedelta()

    assert await is_in(colleague.client)


async def test_sessions_that_are_over_are_cleared_away(
    app: FastAPI, operator: User, clock: MovableClock, client: httpx.AsyncClient
) -> None:
    await Colleague.returns(app, operator)
    clock.passed += timedelta(hours=3)
    await tries(client, "王芳", PASSWORD)

    async with app.state.database.reading() as session:
        assert len((await session.scalars(select(StaffSession))).all()) == 1


# --- the first password ---------------------------------------------------------------------------


@pytest.fixture
async def newcomer(app: FastAPI, clock: MovableClock) -> Colleague:
    """Somebody who has not changed his first password yet."""
    make_cheap(app)
    return await Colleague.comes(app, Role.ADMIN, "newcomer", must_change=True)


async def test_with_the_first_password_one_can_do_nothing_but_change_it(
    newcomer: Colleague,
) -> None:
    told = await newcomer.client.get("/api/desk/users")
    problem(told, 403, "password_change_needed")
    assert (await newcomer.client.get("/api/desk/session")).json()["must_change_password"] is True

    mine = "红土地上的脐橙 five"
    told = await newcomer.client.put("/api/desk/password", json={"old": PASSWORD, "new": mine})
    assert told.status_code == 200 and told.json()["must_change_password"] is False
    assert (await newcomer.client.get("/api/desk/users")).status_code == 200


async def test_another_password_signs_out_every_other_browser_and_renews_this_one(
    app: FastAPI, operator: User
) -> None:
    here, there = [await Colleague.returns(app, operator) for _ in range(2)]

    told = await here.client.put(
        "/api/desk/password", json={"old": PASSWORD, "new": "红土地上的脐橙 five"}
    )

    assert told.status_code == 200, told.text
    assert await is_in(here.client) and not await is_in(there.client)
    assert not await is_in(browser(app, here.token))
    assert told.json()["csrf"] != csrf.token_of(here.token)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("短短短", "12 到 128"),
        ("x9" * 80, "12 到 128"),
        (PASSWORD, "不能和原来的一样"),
        ("安静的茶山 ｓｅｖｅｎ 47", "不能和原来的一样"),
        ("ababababababab", "重复的字符"),
        ("111111111111111", "重复的字符"),
        ("newcomer2026!", "自己的账号或姓名"),
        ("1234567890qwertyuiop", "太常见"),
        ("Password1234", "太常见"),
        ("woaini1314520", "太常见"),
        ("P@ssw0rdP@ssw0rd", "太常见"),
    ],
)
async def test_a_weak_password_is_refused_with_what_is_wrong(
    newcomer: Colleague, new: str, said: str
) -> None:
    told = await newcomer.client.put("/api/desk/password", json={"old": PASSWORD, "new": new})

    assert said in problem(told, 422, "password_weak")


async def test_who_does_not_know_the_old_password_sets_no_other(newcomer: Colleague) -> None:
    body = {"old": "wrong", "new": "红土地上的脐橙 five"}
    for _ in range(5):
        told = await newcomer.client.put("/api/desk/password", json=body)
        problem(told, 422, "old_password_wrong")
    problem(await newcomer.client.put("/api/desk/password", json=body), 429, "sign_in_locked")


async def test_who_came_by_the_offices_own_sign_in_needs_no_password_here(app: FastAPI) -> None:
    colleague = await Colleague.comes(app, Role.ANALYST, by="oidc", must_change=True)
    me = (await colleague.client.get("/api/desk/session")).json()

    assert (me["must_change_password"], me["oidc"]) == (False, True)


# --- other sites ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://helpline.evil.example"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {csrf.HEADER: ""},
        {csrf.HEADER: "0" * 64},
        {csrf.HEADER: "令牌".encode()},
    ],
)
async def test_what_another_site_sends_in_somebodys_name_is_refused(
    app: FastAPI, operator: User, headers: dict[str, str | bytes]
) -> None:
    colleague = await Colleague.returns(app, operator)

    told = await colleague.client.delete("/api/desk/session", headers=headers)
    problem(told, 403, "csrf_failed")
    assert await is_in(colleague.client)


async def test_a_token_of_another_session_does_not_count(app: FastAPI, operator: User) -> None:
    mine, other = [await Colleague.returns(app, operator) for _ in range(2)]
    headers = {csrf.HEADER: csrf.token_of(other.token)}

    told = await mine.client.delete("/api/desk/session", headers=headers)
    problem(told, 403, "csrf_failed")


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
async def test_another_site_signs_nobody_in(
    client: httpx.AsyncClient, operator: User, origin: str
) -> None:
    told = await tries(client, "王芳", PASSWORD, headers={"Origin": origin})

    problem(told, 403, "csrf_failed")


async def test_our_own_page_is_let_in_also_behind_a_proxy_that_drops_the_port(
    app: FastAPI, operator: User
) -> None:
    colleague = await Colleague.returns(app, operator)
    headers = {"Origin": "http://helpline:8443", "Sec-Fetch-Site": "same-origin"}

    told = await colleague.client.delete("/api/desk/session", headers=headers)
    assert told.status_code == 204


async def test_a_site_that_embeds_the_chat_reads_nothing_of_the_desk(
    app: FastAPI, operator: User
) -> None:
    colleague = await Colleague.returns(app, operator)
    headers = {"Origin": "https://sme.example"}
    told = await colleague.client.get("/api/desk/session", headers=headers)

    assert "access-control-allow-credentials" not in told.headers


async def test_a_change_of_role_counts_from_the_next_request(
    app: FastAPI, admin: Colleague, clock: MovableClock
) -> None:
    second = await Colleague.comes(app, Role.ADMIN, "second")
    assert (await second.client.get("/api/desk/users")).status_code == 200

    await admin.client.patch(f"/api/desk/users/{second.user.id}", json={"role": "analyst"})
    problem(await second.client.get("/api/desk/users"), 403, "not_allowed")


async def test_an_account_of_another_spelling_is_the_same_account(
    client: httpx.AsyncClient, app: FastAPI, clock: MovableClock
) -> None:
    make_cheap(app)
    await hired(app, Role.OPERATOR, "Li.Ming")

    assert (await tries(client, "ｌi.MING", PASSWORD)).status_code == 200
