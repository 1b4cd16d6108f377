"""Staff as the tests play them: people with an account, and browsers that are signed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

from api.accounts import access, csrf, sessions, users
from api.accounts.models import User
from api.accounts.passwords import Passwords
from api.accounts.roles import Role
from api.accounts.sessions import By
from api.accounts.users import Newcomer
from api.clock import Clock

# A hash that costs next to nothing; the real one takes a tenth of a second each.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORD = "安静的茶山 seven 47"
HASHED = CHEAP.hash(PASSWORD)


class MovableClock(Clock):
    """A clock that can be put forward and back."""

    passed = timedelta()

    def moment(self) -> datetime:
        return super().moment() + self.passed


def make_cheap(app: FastAPI) -> None:
    """Let passwords of this app cost nothing."""
    app.state.passwords = Passwords(CHEAP)


async def hired(
    app: FastAPI, role: Role, name: str = "", *, must_change: bool = False, **more: Any
) -> User:
    """Somebody with an account, whose password is PASSWORD."""
    newcomer = Newcomer(name or f"{role}-one", role, **more)
    async with app.state.database.session() as session:
        user = await users.add(session, newcomer, HASHED, None, at=app.state.clock.now())
        user.must_change_password = must_change
        return user


@dataclass
class Colleague:
    """Somebody in front of the console: a browser that is signed in."""

    user: User
    token: str
    client: httpx.AsyncClient

    @classmethod
    async def comes(
        cls, app: FastAPI, role: Role, name: str = "", *, by: By = "password", **more: Any
    ) -> "Colleague":
        """Somebody is given an account and signs in; his password is not asked for."""
        return await cls.returns(app, await hired(app, role, name, **more), by)

    @classmethod
    async def returns(cls, app: FastAPI, user: User, by: By = "password") -> "Colleague":
        """Somebody who has an account signs in, in another browser."""
        async with app.state.database.session() as session:
            again = await session.get_one(User, user.id)
            token = await sessions.begin(session, again, by, at=app.state.clock.moment())
        return cls(user, token, browser(app, token))


def browser(app: FastAPI, token: str | None = None) -> httpx.AsyncClient:
    """A browser with a session's cookie, whose pages send the CSRF token along."""
    cookies, headers = {}, {}
    if token is not None:
        cookies = {access.COOKIE: token}
        headers = {csrf.HEADER: csrf.token_of(token)}
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="http://helpline",
        cookies=cookies,
        headers=headers,
    )
