"""A helpline of its own for measuring the desk: a real service in another process over an empty
database, with operators who are signed in. It has the model and the index, and no dialogue engine.
"""

import asyncio
import os
import secrets
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import quantiles
from typing import TypeVar

import httpx

from api.accounts import csrf, sessions, users
from api.accounts.access import COOKIE, Staff
from api.accounts.roles import Role
from api.accounts.users import Newcomer
from api.clock import Clock
from api.conversations import handoffs
from api.conversations import service as conversations
from api.database import Database
from api.protection.keys import DataKeys
from api.settings import ROOT, Settings
from evaluation.desk.room import machine

PATIENCE_S = 600.0  # until a service that starts has loaded, on a machine that is busy
NO_PASSWORD = "-"  # nobody signs in with one: every session is begun by hand

Result = TypeVar("Result")


class NotStarted(Exception):
    """The service did not start; why stands in what it printed."""


@dataclass(frozen=True)
class Operator:
    """An operator with a session; `headers` sign his requests."""

    staff: Staff
    headers: Mapping[str, str]


@dataclass(frozen=True)
class House:
    """A running service, its database, and a client that speaks to it."""

    url: str
    database: Database
    clock: Clock
    client: httpx.AsyncClient
    die: Callable[[], Awaitable[None]]  # the service is killed without a word, and started anew

    async def operators(self, number: int, role: Role = Role.OPERATOR) -> list[Operator]:
        """So many people of a role, each with a session of his own."""
        return [await signed_in(self.database, self.clock, role) for _ in range(number)]

    async def waiting(self, number: int, said: Sequence[str] = ()) -> list[tuple[str, str]]:
        """So many conversations that wait for a person, in which this was said: id and token of
        each. They are written into the database beside the service.
        """
        opened = []
        for _ in range(number):
            at = self.clock.now()
            async with self.database.session() as session:
                one = await conversations.open_conversation(session, "web", True, at=at)
                await conversations.hand_off(session, one.id, "转人工", at=at)
                conversation = await conversations.going_on(session, one.id)
                for text in said:
                    stored = await conversations.store_message(
                        session, conversation, text, None, at=at
                    )
                    await handoffs.pass_on(session, stored, at=at)
            opened.append((one.id, one.token))
        return opened

    async def say(self, conversation: tuple[str, str], text: str) -> None:
        """A visitor says something."""
        id_, token = conversation
        answer = await self.client.post(
            f"/api/conversations/{id_}/messages",
            json={"text": text},
            headers={"Authorization": f"Bearer {token}"},
        )
        answer.raise_for_status()


async def signed_in(database: Database, clock: Clock, role: Role = Role.OPERATOR) -> Operator:
    """Somebody new of that role, with a session; he is written into the database beside the
    service.
    """
    at, name = clock.now(), f"bench-{secrets.token_hex(4)}"
    async with database.session() as session:
        user = await users.add(session, Newcomer(name, role, name), NO_PASSWORD, None, at=at)
        user.must_change_password = False
        token = await sessions.begin(session, user, "password", at=at)
        staff = Staff(user.id, user.name, user.display_name, role)
    headers = {"Cookie": f"{COOKIE}={token}", csrf.HEADER: csrf.token_of(token)}
    return Operator(staff, headers)


@asynccontextmanager
async def house(
    var: Path = ROOT / "var",
    connections: int = 300,
    more: Mapping[str, str] = {},
    database_url: str | None = None,
) -> AsyncIterator[House]:
    """A house that is torn down when the block ends; model and index are those under `var`, `more`
    are further settings. `database_url` names an empty database in the place of one of its own.
    """
    with tempfile.TemporaryDirectory(prefix="helpline-house-") as folder:
        own = Path(folder)
        for name in ("models", "index", "laws"):
            (own / name).symlink_to((var / name).resolve())
        settings = Settings(
            var=own,
            port=_free_port(),
            database_url=database_url or f"sqlite:///{own / 'helpline.db'}",
        )
        env = {**_environment(settings), **more}
        await _run(env, "alembic", "-c", "api/migrations/alembic.ini", "upgrade", "head")
        process = await _started(env, "api")

        async def die() -> None:
            nonlocal process
            process.kill()
            await process.wait()
            process = await _started(env, "api")
            await _loaded(client, process)

        url = f"http://127.0.0.1:{settings.port}"
        limits = httpx.Limits(max_connections=connections)
        database = Database(settings.database_url, DataKeys.of(settings))
        try:
            async with httpx.AsyncClient(
                base_url=url, timeout=60, limits=limits, trust_env=False
            ) as client:
                await _loaded(client, process)
                yield House(url, database, Clock(), client, die)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()
            await database.close()


def _environment(settings: Settings) -> dict[str, str]:
    """No setting of the caller's helpline holds in the house."""
    own = {
        "HELPLINE_VAR": str(settings.var),
        "HELPLINE_DATABASE_URL": settings.database_url,
        "HELPLINE_PORT": str(settings.port),
        "HELPLINE_RASA_URL": f"http://127.0.0.1:{_free_port()}",
        # Nobody is missed while it is measured.
        "HELPLINE_ABANDON_MINUTES": "1440",
        "HELPLINE_ABSENT_MINUTES": "1440",
        "HELPLINE_LOG_LEVEL": "ERROR",
        "PYTHONPATH": str(ROOT),
    }
    others = {name: told for name, told in os.environ.items() if not name.startswith("HELPLINE_")}
    return {**others, **own}


async def _started(env: Mapping[str, str], *words: str) -> asyncio.subprocess.Process:
    """A module of Python, running from the repository's root."""
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", *words, cwd=ROOT, env=env, stdout=asyncio.subprocess.DEVNULL
    )


async def _run(env: Mapping[str, str], *words: str) -> None:
    """The same, to its end; raises NotStarted."""
    process = await _started(env, *words)
    if await process.wait():
        raise NotStarted(f"{words[0]} ended with code {process.returncode}")


async def _loaded(client: httpx.AsyncClient, process: asyncio.subprocess.Process) -> None:
    """Wait until the service answers questions; raises NotStarted, TimeoutError."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            if process.returncode is not None:
                raise NotStarted(f"the service ended with code {process.returncode}")
            try:
                answer = await client.get("/readyz")
                if answer.json()["parts"]["service"]["ok"]:
                    return
            except (httpx.HTTPError, KeyError, ValueError):
                pass
            await asyncio.sleep(0.5)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p95, p99 and the longest, in milliseconds."""
    cuts = quantiles(seconds, n=100, method="inclusive") if len(seconds) > 1 else [*seconds] * 99
    told = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "longest": max(seconds)}
    return {name: round(1000 * value, 1) for name, value in told.items()}


def ratios(these: Mapping[str, float], those: Mapping[str, float]) -> dict[str, float]:
    """How many times as long, by percentile."""
    return {name: round(these[name] / those[name], 2) for name in these if those[name]}


def circumstances() -> str:
    """The machine, and how busy it was with other things as well."""
    return f"{machine()}, load average {os.getloadavg()[0]:.1f}"


async def timed(work: Awaitable[Result]) -> tuple[float, Result]:
    """Seconds that an awaitable took, and what it gave."""
    began = time.perf_counter()
    given = await work
    return time.perf_counter() - began, given


def seconds_since(moment: str) -> float:
    """Seconds since a moment that the service wrote; both run by the same clock."""
    return time.time() - datetime.fromisoformat(moment).timestamp()
