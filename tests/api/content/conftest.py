"""The service with a workshop that makes real folders and loads fakes from them."""

import errno
import shutil
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from fastapi import FastAPI

from api.app import create_app
from api.content.check import Fault
from api.content.journeys.script import Journey
from api.content.workshop import Place, Workshop
from api.conversations.service import StoredMessage
from api.database import Database
from api.dialogue.engine import Dialogue
from api.dialogue.replies import Reply
from api.settings import Settings
from api.suggestions.schemas import Candidate, Composed
from knowledge.answers.answers import Answer
from knowledge.editing.folder import Change
from knowledge.law.succession import Succession
from knowledge.reviewed import CONTENT, ContentError
from knowledge.search.cards import Found
from tests.api.content.editing import Newsroom
from tests.api.staff import are_employed
from tests.conftest import TODAY
from tests.fakes import STATUTES, FakeKnowledge, FakeRasa

TERMS = """\
terms:
  异议: 在公告期里反对
  保全: 先停下来
"""
ANSWERS = """\
reviewed_on: 2026-11-20
answers:
- id: opposition
  asks: [异议期多久, 公告期几个月, 能反对多久]
  says: 三个月。
"""
STEPS = ("making", "indexing", "loading", "proving")
# One kind of database is enough where nothing hangs on it.
ON_BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
# What offices and hours are read from.
NEEDED = (
    *("holidays.yml", "dispatch.yml", "service_levels.yml", "canned.yml"),
    *("vocabulary.yml", "regions.yml"),
)


class Speaking(FakeKnowledge):
    """Speaks from a folder of content; it finds the written answers by their own wordings."""

    statutes, succession = STATUTES, Succession((), {}, {})

    def __init__(self, content: Path) -> None:
        super().__init__()
        self.content = content
        read = yaml.safe_load((content / "answers" / "marks.yml").read_text(encoding="utf-8"))
        self.answers = tuple(_answer(one, read["reviewed_on"]) for one in read["answers"])

    def find_answers(self, query: str) -> list[Found]:
        return [Found(one.id, 2.0, 0.5) for one in self.answers if query in one.asks]


def _answer(read: dict[str, Any], reviewed_on: date) -> Answer:
    return Answer(
        id=read["id"],
        asks=tuple(read["asks"]),
        says=read["says"],
        why="",
        unless="",
        articles=(),
        changes_on=None,
        later={},
        rights=(),
        situations=(),
        remedy=None,
        sources=(),
        reviewed_on=reviewed_on,
    )


async def saying(stored: StoredMessage, memory: dict[str, Any], seen: dict[str, Any]) -> Composed:
    """Thinks every message through alike, whatever the content says."""
    reply = Candidate("reply", [Reply("三个月。")], 1.0, "", "opposition")
    return Composed((reply,), seen, memory, None, "ask_article", 1.0, None)


class Killed(BaseException):
    """Whoever was at work is gone; nobody gets round to noting it."""


class Dying(Speaking):
    """Ends its process when it is asked."""

    def read_facts(self, text: str, on: date) -> dict[str, Any]:
        raise Killed


class FakeWorkshop(Workshop):
    """Makes folders as they are made, over a small base; what it loads speaks from the folder.

    `broken` are words that no content may hold. At the step `stops_at` the disk is full, at
    `killed_at` the process is killed.
    """

    def __init__(self, var: Path) -> None:
        super().__init__(var, "fake", "faiss", var / "shipped")
        self.broken = "打不开"
        self.begins_anew()

    def begins_anew(self) -> None:
        """Nothing but what is shipped is there, and nothing goes wrong."""
        for folder in (self.base, self.var / "content"):
            shutil.rmtree(folder, ignore_errors=True)
        self.__dict__.pop("_shipped", None)
        self.stops_at = self.killed_at = ""
        (self.base / "answers").mkdir(parents=True)
        (self.base / "terms.yml").write_text(TERMS, encoding="utf-8")
        (self.base / "answers" / "marks.yml").write_text(ANSWERS, encoding="utf-8")
        for name in NEEDED:
            shutil.copy(CONTENT / name, self.base / name)
        shutil.copytree(CONTENT / "responses", self.base / "responses")

    def faults(self, others: object, change: Change) -> list[Fault]:
        return [Fault(2, "查无此条")] if "第九百条" in (change.body or "") else []

    def make(self, changes: tuple[Change, ...]) -> Place:  # type: ignore[override]
        self._die("making")
        return super().make(changes)

    def build_index(self, place: Place) -> None:
        self._die("indexing")
        place.index.mkdir(exist_ok=True)
        (place.index / "current").write_text("built", encoding="utf-8")

    def load(self, place: Place) -> Speaking:  # type: ignore[override]
        self._die("loading")
        if self.broken in (place.content / "terms.yml").read_text(encoding="utf-8"):
            raise ContentError(place.content / "terms.yml", 3, "打不开")
        return (Dying if self.killed_at == "proving" else Speaking)(place.content)

    def _die(self, step: str) -> None:
        if self.stops_at == step:
            raise OSError(errno.ENOSPC, "No space left on device")
        if self.killed_at == step:
            raise Killed


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> FakeWorkshop:
    """The workshop of all these tests, over one folder."""
    return FakeWorkshop(tmp_path_factory.mktemp("content"))


@pytest.fixture
def workshop(made: FakeWorkshop) -> FakeWorkshop:
    """The same with nothing made yet."""
    made.begins_anew()
    return made


@pytest.fixture
def database_url(request: pytest.FixtureRequest, made: FakeWorkshop, migrated_sqlite: Path) -> str:
    """An empty migrated database: SQLite, always in the same place, unless marked ON_BOTH."""
    if getattr(request, "param", "sqlite") == "postgresql":
        url: str = request.getfixturevalue("postgresql_url")
        return url
    for left in made.var.glob("helpline.db*"):
        left.unlink()
    shutil.copy(migrated_sqlite, made.var / "helpline.db")
    return f"sqlite+aiosqlite:///{made.var / 'helpline.db'}"


@pytest.fixture
def settings(database_url: str, made: FakeWorkshop) -> Settings:
    return Settings(var=made.var, database_url=database_url, as_of=TODAY)


def service(settings: Settings, workshop: Workshop) -> FastAPI:
    """A copy of the service that follows what is published."""
    return create_app(
        settings,
        Dialogue("http://rasa", 8, FakeRasa()),
        Speaking(workshop.base),
        actions=[],
        workshop=workshop,
        composer=saying,
        journeys=[Journey("异议: 多久", ("异议期多久",))],
    )


@pytest.fixture
async def app(settings: Settings, workshop: FakeWorkshop) -> AsyncIterator[FastAPI]:
    app = service(settings, workshop)
    async with app.router.lifespan_context(app):
        await are_employed(app)
        yield app


@pytest.fixture
async def newsroom(app: FastAPI, client: httpx.AsyncClient) -> Newsroom:
    room = Newsroom(app, client)
    await room.settles()
    return room


@pytest.fixture
def rows(app: FastAPI) -> Database:
    database: Database = app.state.database
    return database
