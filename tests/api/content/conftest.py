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
from api.content.workshop import Place, Workshop
from api.database import Database
from api.dialogue.engine import Dialogue
from api.settings import Settings
from knowledge.answers.answers import Answer
from knowledge.editing.folder import Change
from knowledge.editing.kinds import KINDS
from knowledge.law.succession import Succession
from knowledge.reviewed import CONTENT, ContentError
from knowledge.search.cards import Found
from tests.api.content.editing import Newsroom
from tests.api.staff import are_employed
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
# What offices, hours and the directory are read from.
NEEDED = (
    *("holidays.yml", "dispatch.yml", "service_levels.yml", "canned.yml", "vocabulary.yml"),
    *("institutions.yml", "regions.yml"),
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
        self.stops_at = self.killed_at = ""
        self.base.mkdir()
        (self.base / "answers").mkdir()
        (self.base / "terms.yml").write_text(TERMS, encoding="utf-8")
        (self.base / "answers" / "marks.yml").write_text(ANSWERS, encoding="utf-8")
        for name in NEEDED:
            shutil.copy(CONTENT / name, self.base / name)

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


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty migrated database: SQLite, unless a test is marked ON_BOTH."""
    url: str = request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")
    return url


@pytest.fixture
def workshop(tmp_path: Path) -> FakeWorkshop:
    assert KINDS["term"].holds("terms.yml")
    return FakeWorkshop(tmp_path)


def service(settings: Settings, workshop: Workshop) -> FastAPI:
    """A copy of the service that follows what is published."""
    return create_app(
        settings,
        Dialogue("http://rasa", 8, FakeRasa()),
        Speaking(workshop.base),
        actions=[],
        workshop=workshop,
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
