"""A service that can die and start again on the same database, and whom it talks to."""

import asyncio
import shutil
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.util import await_only

from api.app import create_app
from api.clock import SHANGHAI, Clock
from api.demo.wechat.followers import Shown, Side
from api.dialogue.engine import Dialogue
from api.settings import Settings
from tests.api.channels.wechat_whole.wire import Wire
from tests.fakes import FakeKnowledge, FakeRasa, SaysAlways

BEGAN = datetime(2026, 11, 22, 9, 30, tzinfo=SHANGHAI)
SECRET = "只有我们知道"
WITHOUT_ENGINE = "没有引擎也能答。"
LOCKED_S = 5.0  # so long SQLite waits for a lock
LOOKS_EVERY_S = 0.5
TWICE_S = 45.0  # in which something might still come twice
MOST_S = 60.0  # the dialogue engine may take so long here, and be waited for
ALIVE: ContextVar[set["asyncio.Task[Any]"] | None] = ContextVar("alive", default=None)


class TownClock(Clock):
    """The loop's time with a date, and as far off as it was set."""

    def __init__(self) -> None:
        super().__init__()
        self.off = timedelta()

    def now(self) -> datetime:
        passed = asyncio.get_running_loop().time()
        return BEGAN + timedelta(seconds=passed) + self.off

    def moment(self) -> datetime:
        return self.now()


class Killed(Exception):
    """The process is no more: nothing that it still tries reaches the database."""


@dataclass
class Service:
    """One run of the service. `commits` are the units of work that it committed; it is killed at
    the one that `dies_at` names, before it is written or just afterwards.
    """

    app: FastAPI
    stack: AsyncExitStack
    tasks: set["asyncio.Task[Any]"]
    commits: int = 0
    dies_at: int | None = None
    after_it: bool = False
    is_dead: bool = False


@dataclass
class Living:
    """The service with what it needs; `to_platform` leads to whom it calls."""

    to_service: Wire
    to_platform: Wire
    settings: Settings
    rasa: FakeRasa = field(default_factory=FakeRasa)
    clock: TownClock = field(default_factory=TownClock)
    service: Service | None = None
    locked_until: float = 0.0
    at_commit: Callable[[], None] = lambda: None
    deaths: int = 0

    # --- the service ------------------------------------------------------------------------------

    async def start(self) -> Service:
        """Start the service on the database as it is."""
        tasks: set[asyncio.Task[Any]] = set()
        context = copy_context()
        context.run(ALIVE.set, tasks)
        dialogue = Dialogue("http://rasa", MOST_S, self.rasa)
        app = create_app(
            self.settings,
            dialogue,
            FakeKnowledge(),
            actions=[SaysAlways(WITHOUT_ENGINE)],
            clock=self.clock,
            channels_transport=self.to_platform,
        )
        service = self.service = Service(app, AsyncExitStack(), tasks)
        entering = service.stack.enter_async_context(app.router.lifespan_context(app))
        await asyncio.get_running_loop().create_task(entering, context=context)
        self._watch(service)

        async def inside(scope: Any, receive: Any, send: Any) -> None:
            ALIVE.set(tasks)
            await app(scope, receive, send)

        self.to_service.app = inside
        return service

    async def kill(self) -> None:
        """End it as kill -9 does: nothing that it still would do reaches anybody."""
        assert self.service is not None
        service, self.service = self.service, None
        service.is_dead = True
        self.deaths += 1
        self.to_service.cut()
        for task in list(service.tasks):
            task.cancel()
        await asyncio.gather(*service.tasks, return_exceptions=True)
        await service.app.state.database.close()

    async def stop(self) -> None:
        """End it as an operator does."""
        if self.service is not None:
            self.to_service.app = None
            service, self.service = self.service, None
            await service.stack.aclose()

    def _watch(self, service: Service) -> None:
        """Commits are counted, and fail where the process is dead or the database locked."""
        database = service.app.state.database
        engines = (database.engine, database._reader.sync_engine)  # both ways to the file
        for engine in engines:
            event.listen(engine, "begin", lambda _: self._begins(service), insert=True)
        event.listen(database.engine, "commit", lambda _: self._commits(service))

    def _begins(self, service: Service) -> None:
        if service.is_dead:
            raise Killed
        if asyncio.get_running_loop().time() < self.locked_until:
            await_only(asyncio.sleep(LOCKED_S))
            raise OperationalError("BEGIN", {}, Exception("database is locked"))

    def _commits(self, service: Service) -> None:
        if service.is_dead:
            raise Killed
        service.commits += 1
        self.at_commit()
        if service.dies_at != service.commits:
            return
        # Nobody of the service may be the one who ends it: he would end himself.
        context = copy_context()
        context.run(ALIVE.set, None)
        loop = asyncio.get_running_loop()
        loop.call_soon(lambda: loop.create_task(self.kill(), context=context), context=context)
        if not service.after_it:
            service.is_dead = True
            raise Killed

    async def until(self, is_so: Callable[[], bool], most_s: float = 240) -> None:
        """Wait until something is so, or for so long."""
        until = asyncio.get_running_loop().time() + most_s
        while not is_so() and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(LOOKS_EVERY_S)

    def thinks(self, seconds: float) -> None:
        """The dialogue engine takes so long for every answer."""

        async def answer(message: dict[str, Any]) -> list[dict[str, Any]]:
            await asyncio.sleep(seconds)
            return await self.rasa.echo(message)

        self.rasa.answer = answer


class Chat(Protocol):
    """What somebody sees."""

    @property
    def shown(self) -> Sequence[Shown]: ...


def answered(chat: Chat, words: str) -> int:
    """How often somebody sees the answer to what he said."""
    seen = "\n".join(one.text for one in chat.shown if one.side is Side.ACCOUNT)
    return seen.count(f"听到了：{words}")


def settings_of(template: Path, folder: Path, **more: Any) -> Settings:
    """Settings of a service on a copy of a migrated SQLite file."""
    shutil.copy(template, folder / "helpline.db")
    return Settings(
        var=folder,
        database_url=f"sqlite+aiosqlite:///{folder / 'helpline.db'}",
        action_secret=SecretStr(SECRET),
        web_dist=folder / "dist",
        public_url="https://helpline.example",
        limit_conversation="0",
        **more,
    )


def mortal() -> None:
    """From now on what a service begins dies with it."""
    asyncio.get_running_loop().set_task_factory(_registered)


def _registered(
    loop: asyncio.AbstractEventLoop, coroutine: Any, **options: Any
) -> "asyncio.Task[Any]":
    """A task that a service begins is the service's, and dies with it."""
    task = asyncio.Task(coroutine, loop=loop, **options)
    context = options.get("context")
    alive = context.get(ALIVE) if context is not None else ALIVE.get()
    if alive is not None:
        alive.add(task)
        task.add_done_callback(alive.discard)
    return task
