"""The office's own sign-in, against a provider that keeps to the protocol and one that lies."""

import base64
import json
import time
from datetime import timedelta
from typing import Any

import httpx
import httpx2
import pytest
from fastapi import FastAPI
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from sqlalchemy import func, select

from api.accounts.models import AuditEvent, User
from api.accounts.oidc import Provider
from api.accounts.roles import Role
from tests.api.accounts.provider import CLIENT, ISSUER, SECRET, Claims, OfficeProvider
from tests.api.desk import Colleague, MovableClock, browser, hired
from tests.api.problems import problem
from tests.conftest import KEYS


@pytest.fixture
def office(app: FastAPI, operator: User) -> OfficeProvider:
    """The provider that the service knows; it vouches for the operator."""
    office = OfficeProvider()
    app.state.oidc = Provider(ISSUER, CLIENT, SECRET, KEYS, office.transport)
    return office


async def leaves(client: httpx.AsyncClient, office: OfficeProvider) -> str:
    """The way to the provider; the address that it sends the browser back to."""
    there = await client.get("/api/desk/oidc/start")
    assert there.status_code == 303, there.text
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(office.app)) as network:
        answer = await network.get(there.headers["location"])
    return answer.headers["location"]


async def comes_back(client: httpx.AsyncClient, office: OfficeProvider) -> str:
    """The whole way; where the browser ends."""
    back = await client.get(await leaves(client, office))
    assert back.status_code == 303
    return back.headers["location"]


async def is_in(client: httpx.AsyncClient) -> bool:
    return (await client.get("/api/desk/session")).status_code == 200


REFUSED = "/desk#/sign-in?problem=oidc_failed"
UNKNOWN = "/desk#/sign-in?problem=oidc_unknown"
AWAY = "/desk#/sign-in?problem=oidc_away"


async def test_whom_the_provider_vouches_for_gets_in_under_his_name(
    client: httpx.AsyncClient, office: OfficeProvider, app: FastAPI
) -> None:
    assert await comes_back(client, office) == "/desk"

    me = (await client.get("/api/desk/session")).json()
    assert (me["name"], me["role"], me["oidc"]) == ("王芳", "operator", True)
    async with app.state.database.reading() as session:
        began = select(AuditEvent.detail).where(AuditEvent.what == "session.began")
        assert (await session.scalars(began)).all() == [{"by": "oidc"}]


async def test_the_cookie_of_the_way_is_lax_short_lived_and_gone_afterwards(
    client: httpx.AsyncClient, office: OfficeProvider
) -> None:
    begun = (await client.get("/api/desk/oidc/start")).headers["set-cookie"]
    assert "HttpOnly" in begun and "SameSite=lax" in begun and "Max-Age=600" in begun

    await comes_back(client, office)
    assert "helpline_oidc" not in client.cookies


@pytest.mark.parametrize("email", ["wang@office.example", "WANG@Office.example"])
async def test_who_is_known_by_a_checked_address_gets_in(
    client: httpx.AsyncClient, office: OfficeProvider, app: FastAPI, email: str
) -> None:
    await hired(app, Role.OPERATOR, "wang", email="wang@office.example")
    office.person = {"sub": "u-18", "email": email, "email_verified": True}

    assert await comes_back(client, office) == "/desk"
    assert (await client.get("/api/desk/session")).json()["name"] == "wang"


@pytest.mark.parametrize("checked", [False, None, "true", 1])
async def test_an_address_that_the_provider_did_not_check_opens_nothing(
    client: httpx.AsyncClient, office: OfficeProvider, app: FastAPI, checked: object
) -> None:
    await hired(app, Role.OPERATOR, "wang", email="wang@office.example")
    office.person = {"sub": "u", "email": "wang@office.example", "email_verified": checked}

    assert await comes_back(client, office) == UNKNOWN


async def test_names_that_only_userinfo_tells_count(
    client: httpx.AsyncClient, office: OfficeProvider
) -> None:
    office.person = {"sub": "u-17"}
    office.userinfo = {"sub": "u-17", "preferred_username": "王芳"}

    assert await comes_back(client, office) == "/desk"


async def test_userinfo_of_somebody_else_is_refused(
    client: httpx.AsyncClient, office: OfficeProvider
) -> None:
    office.person = {"sub": "u-17"}
    office.userinfo = {"sub": "u-99", "preferred_username": "王芳"}

    assert await comes_back(client, office) == REFUSED


async def test_nobody_gets_an_account_by_it(
    client: httpx.AsyncClient, office: OfficeProvider, app: FastAPI
) -> None:
    office.person = {"sub": "u-20", "preferred_username": "stranger"}

    assert await comes_back(client, office) == UNKNOWN
    assert not await is_in(client)
    async with app.state.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(User)) == 1


async def test_who_is_off_stays_out(
    client: httpx.AsyncClient, office: OfficeProvider, app: FastAPI, operator: User
) -> None:
    async with app.state.database.session() as session:
        (await session.merge(operator)).active = False

    assert await comes_back(client, office) == UNKNOWN


async def test_a_name_that_was_given_to_somebody_else_opens_nothing(
    app: FastAPI, client: httpx.AsyncClient, office: OfficeProvider
) -> None:
    assert await comes_back(client, office) == "/desk"
    office.person = {"sub": "u-another", "preferred_username": "王芳"}

    assert await comes_back(browser(app), office) == UNKNOWN


async def test_who_got_another_name_there_keeps_his_account(
    app: FastAPI, client: httpx.AsyncClient, office: OfficeProvider
) -> None:
    await comes_back(client, office)
    office.person = {"sub": "u-17", "preferred_username": "wang.fang.2"}

    again = browser(app)
    assert await comes_back(again, office) == "/desk"
    assert (await again.get("/api/desk/session")).json()["name"] == "王芳"


async def test_after_a_reset_another_identity_may_take_the_account(
    app: FastAPI, client: httpx.AsyncClient, office: OfficeProvider, operator: User
) -> None:
    await comes_back(client, office)
    admin = await Colleague.comes(app, Role.ADMIN)
    reset = await admin.client.post(f"/api/desk/users/{operator.id}/reset", json={})
    assert reset.status_code == 200
    office.person = {"sub": "u-another", "preferred_username": "王芳"}

    assert await comes_back(browser(app), office) == "/desk"


async def test_a_name_and_an_address_of_two_accounts_open_neither(
    app: FastAPI, client: httpx.AsyncClient, office: OfficeProvider
) -> None:
    await hired(app, Role.ADMIN, "wang", email="wang@office.example")
    office.person["email"], office.person["email_verified"] = "wang@office.example", True

    assert await comes_back(client, office) == UNKNOWN


# --- a provider, or somebody on the way, that lies ------------------------------------------------


def unsigned(claims: Claims) -> str:
    parts = ({"alg": "none"}, claims)
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts
    )
    return f"{head}.{body}."


def by_a_shared_secret(claims: Claims) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET.ljust(40, "x")))


def by_a_strange_key(claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, claims, RSAKey.generate_key(2048))


def by_an_unknown_key(claims: Claims) -> str:
    return jwt.encode({"alg": "RS256", "kid": "two"}, claims, RSAKey.generate_key(2048))


@pytest.mark.parametrize(
    "sign", [unsigned, by_a_shared_secret, by_a_strange_key, by_an_unknown_key]
)
async def test_a_token_that_the_provider_did_not_sign_is_refused(
    client: httpx.AsyncClient, office: OfficeProvider, sign: Any
) -> None:
    office.sign = sign

    assert await comes_back(client, office) == REFUSED
    assert not await is_in(client)


async def test_the_public_key_used_as_a_secret_is_refused(
    client: httpx.AsyncClient, office: OfficeProvider
) -> None:
    as_secret = OctKey.import_key(office.key.as_pem(private=False).replace(b"-----", b"====="))
    office.sign = lambda claims: jwt.encode({"alg": "HS256", "kid": "one"}, claims, as_secret)

    assert await comes_back(client, office) == REFUSED


@pytest.mark.parametrize(
    "changed",
    [
        {"nonce": "of another time"},
        {"nonce": None},
        {"aud": "another client"},
        {"aud": None},
        {"aud": [CLIENT, "another client"], "azp": "another client"},
        {"iss": "https://login.evil.example"},
        {"iss": None},
        {"exp": int(time.time()) - 3600},
        {"exp": None},
        {"iat": int(time.time()) + 3600},
        {"nbf": int(time.time()) + 3600},
        {"sub": None},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
    ids=lambda claims: ",".join(claims),
)
async def test_a_token_that_is_not_for_us_this_once_is_refused(
    client: httpx.AsyncClient, office: OfficeProvider, changed: Claims
) -> None:
    office.claims = lambda claims: {
        name: value for name, value in {**claims, **changed}.items() if value is not None
    }

    assert await comes_back(client, office) == REFUSED
    assert not await is_in(client)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "....", "é.é.é"])
async def test_what_is_no_token_is_refused(
    client: httpx.AsyncClient, office: OfficeProvider, token: str
) -> None:
    office.sign = lambda _: token

    assert await comes_back(client, office) == REFUSED


async def test_clocks_that_differ_by_half_a_minute_are_no_reason(
    client: httpx.AsyncClient, office: OfficeProvider
) -> None:
    office.claims = lambda claims: {**claims, "iat": claims["iat"] + 30, "nbf": claims["iat"] + 30}

    assert await comes_back(client, office) == "/desk"


async def test_a_key_that_came_after_we_asked_is_fetched(
    app: FastAPI, client: httpx.AsyncClient, office: OfficeProvider
) -> None:
    assert await comes_back(client, office) == "/desk"
    newer = ECKey.generate_key("P-256", {"kid": "two", "use": "sig"})
    office.published.append(newer)
    office.sign = lambda claims: jwt.encode({"alg": "ES256", "kid": "two"}, claims, newer)

    assert await comes_back(browser(app), office) == "/desk"
    assert office.seen.count("/realm/keys") == 2
    assert office.seen.count("/realm/.well-known/openid-configuration") == 1


async def test_a_way_that_another_browser_began_is_refused(
    app: FastAPI, client: httpx.AsyncClient, office: OfficeProvider
) -> None:
    back = await leaves(client, office)
    victim = browser(app)
    await victim.get("/api/desk/oidc/start")

    for one in (victim, browser(app)):
        assert (await one.get(back)).headers["location"] == REFUSED
        assert not await is_in(one)


async def test_a_code_opens_once(
    app: FastAPI, client: httpx.AsyncClient, office: OfficeProvider
) -> None:
    back = await leaves(client, office)
    kept = dict(client.cookies)
    assert (await client.get(back)).headers["location"] == "/desk"

    thief = browser(app)
    thief.cookies.update(kept)
    assert (await thief.get(back)).headers["location"] == REFUSED


async def test_a_way_that_took_too_long_is_refused(
    client: httpx.AsyncClient, office: OfficeProvider, clock: MovableClock
) -> None:
    back = await leaves(client, office)
    clock.passed += timedelta(minutes=11)

    assert (await client.get(back)).headers["location"] == REFUSED


@pytest.mark.parametrize(
    "query",
    ["", "?error=access_denied", "?code=x", "?state=x", "?code=x&state=%E4%B8%AD", "?code=&state="],
)
async def test_coming_back_without_an_answer_is_refused(
    client: httpx.AsyncClient, office: OfficeProvider, query: str
) -> None:
    await client.get("/api/desk/oidc/start")

    told = await client.get(f"/api/desk/oidc/back{query}")
    assert told.headers["location"] == REFUSED


@pytest.mark.parametrize(
    "kept", ["", "x", KEYS.seal("no json"), "gAAAAA"], ids=["none", "short", "no JSON", "cut off"]
)
async def test_a_forged_cookie_of_the_way_is_refused(
    client: httpx.AsyncClient, office: OfficeProvider, kept: str
) -> None:
    back = await leaves(client, office)
    client.cookies = httpx.Cookies({"helpline_oidc": kept})

    assert (await client.get(back)).headers["location"] == REFUSED


async def test_an_answer_of_another_issuer_is_refused(
    client: httpx.AsyncClient, office: OfficeProvider
) -> None:
    back = f"{await leaves(client, office)}&iss=https%3A%2F%2Flogin.evil.example"

    assert (await client.get(back)).headers["location"] == REFUSED


async def test_a_provider_that_is_away_is_told_and_the_password_still_opens(
    client: httpx.AsyncClient, office: OfficeProvider
) -> None:
    office.down = True
    assert (await client.get("/api/desk/oidc/start")).headers["location"] == AWAY

    office.down = False
    back = await leaves(client, office)
    office.down = True
    assert (await client.get(back)).headers["location"] == AWAY


async def test_a_provider_that_calls_itself_otherwise_is_not_believed(
    client: httpx.AsyncClient, office: OfficeProvider
) -> None:
    office.issuer = "https://login.evil.example"

    assert (await client.get("/api/desk/oidc/start")).headers["location"] == AWAY


async def test_without_a_provider_there_is_no_such_way(
    client: httpx.AsyncClient, operator: User
) -> None:
    for path in ("start", "back?code=x&state=y"):
        problem(await client.get(f"/api/desk/oidc/{path}"), 404, "oidc_off")
