"""Every route of the desk, whoever wrote it: it says what it asks for, and nobody else gets in.

Routes are found in the application, so that one that is added later is held to the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from api.accounts import csrf
from api.accounts.access import May, signed_in
from api.accounts.roles import MAY, Permission, Role
from tests.api.desk import Colleague, MovableClock, browser, make_cheap

DESK = "/api/desk"
# Open to everybody: they are how one gets in.
OPEN = {
    ("GET", f"{DESK}/sign-in"),
    ("POST", f"{DESK}/session"),
    ("GET", f"{DESK}/oidc/start"),
    ("GET", f"{DESK}/oidc/back"),
}
# Open to whoever is signed in, also with a first password.
OWN = {
    ("GET", f"{DESK}/session"),
    ("DELETE", f"{DESK}/session"),
    ("PUT", f"{DESK}/password"),
}


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    permissions: frozenset[Permission]
    knows_who: bool

    @property
    def key(self) -> tuple[str, str]:
        return self.method, self.path

    @property
    def is_unsafe(self) -> bool:
        return self.method not in csrf.SAFE

    def closed_to(self) -> list[Role]:
        return [role for role in Role if not self.permissions <= MAY[role]]

    def open_to(self) -> list[Role]:
        return [role for role in Role if self.permissions <= MAY[role]]

    async def called_by(self, client: httpx.AsyncClient, **headers: str) -> tuple[int, str]:
        """Status and code of the answer to a request that names things that are not there."""
        path = re.sub(r"\{[^}]*\}", "1", self.path)
        body: dict[str, Any] = {"json": {}} if self.is_unsafe and self.method != "DELETE" else {}
        told = await client.request(self.method, path, headers=headers, **body)
        return told.status_code, told.json().get("code", "")


def calls(dependant: Dependant) -> Iterator[object]:
    """Everything that a route depends on, however deep."""
    for one in dependant.dependencies:
        yield one.call
        yield from calls(one)


def routes_of(app: FastAPI) -> list[Route]:
    found = []
    for route in iter_route_contexts(app.routes):
        if not (route.path or "").startswith("/api/") or not route.methods:
            continue
        asked = list(calls(route.dependant))
        permissions = frozenset(one.permission for one in asked if isinstance(one, May))
        for method in route.methods - {"HEAD"}:
            found.append(Route(method, str(route.path), permissions, signed_in in asked))
    return found


@pytest.fixture
def routes(app: FastAPI) -> list[Route]:
    """The routes of the desk that ask for a permission."""
    return [
        route
        for route in routes_of(app)
        if route.path.startswith(DESK) and route.key not in OPEN | OWN
    ]


@pytest.fixture
async def colleagues(app: FastAPI, clock: MovableClock) -> dict[Role, Colleague]:
    """One of each role, signed in."""
    make_cheap(app)
    return {role: await Colleague.comes(app, role) for role in Role}


def test_the_routes_of_the_desk_are_found(routes: list[Route]) -> None:
    assert {("GET", f"{DESK}/users"), ("GET", f"{DESK}/audit.csv")} <= {one.key for one in routes}


def test_every_route_of_the_desk_declares_a_permission(routes: list[Route]) -> None:
    assert [route.key for route in routes if not route.permissions] == []


def test_the_open_routes_are_these_and_ask_for_no_session(app: FastAPI) -> None:
    every = {route.key: route for route in routes_of(app)}

    assert every.keys() >= OPEN | OWN
    assert [key for key in OPEN if every[key].permissions or every[key].knows_who] == []
    assert [key for key in OWN if every[key].permissions or not every[key].knows_who] == []


def test_no_route_outside_the_desk_asks_for_staff(app: FastAPI) -> None:
    outside = [route for route in routes_of(app) if not route.path.startswith(DESK)]

    assert outside and [route.key for route in outside if route.knows_who] == []


async def test_without_a_session_nothing_opens(app: FastAPI, routes: list[Route]) -> None:
    own = [route for route in routes_of(app) if route.key in OWN]
    for client in (browser(app), browser(app, "0" * 43)):
        told = {one.key: await one.called_by(client) for one in [*routes, *own]}

        assert {key: one for key, one in told.items() if one != (401, "not_signed_in")} == {}


async def test_a_role_opens_nothing_that_it_may_not(
    routes: list[Route], colleagues: dict[Role, Colleague]
) -> None:
    told = {
        (*route.key, role): await route.called_by(colleagues[role].client)
        for route in routes
        for role in route.closed_to()
    }

    assert told and {key: one for key, one in told.items() if one != (403, "not_allowed")} == {}


async def test_nothing_is_changed_without_the_token_of_our_own_pages(
    routes: list[Route], colleagues: dict[Role, Colleague]
) -> None:
    for headers in ({csrf.HEADER: "wrong"}, {"Origin": "https://evil.example"}):
        told = {
            (*route.key, role): await route.called_by(colleagues[role].client, **headers)
            for route in routes
            if route.is_unsafe
            for role in Role
        }

        assert told
        assert {key: one for key, one in told.items() if one != (403, "csrf_failed")} == {}


async def test_with_a_first_password_nothing_opens(
    app: FastAPI, routes: list[Route], clock: MovableClock
) -> None:
    make_cheap(app)
    new = {role: await Colleague.comes(app, role, must_change=True) for role in Role}
    told = {
        (*route.key, role): await route.called_by(new[role].client)
        for route in routes
        for role in route.open_to()
    }

    assert {key: one for key, one in told.items() if one != (403, "password_change_needed")} == {}


async def test_who_was_turned_off_opens_nothing_with_the_session_that_he_had(
    app: FastAPI, routes: list[Route], colleagues: dict[Role, Colleague]
) -> None:
    async with app.state.database.session() as session:
        for one in colleagues.values():  # whoever turns them off, and however
            (await session.merge(one.user)).active = False
    told = {
        (*route.key, role): await route.called_by(colleagues[role].client)
        for route in routes
        for role in Role
    }

    assert {key: one for key, one in told.items() if one != (401, "not_signed_in")} == {}
