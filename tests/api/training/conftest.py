"""The service with a studio and engines that are played."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.database import Database
from api.dialogue.engine import Dialogue
from api.settings import Settings
from api.training.trainer import Trainer
from tests.api.staff import SUPERVISOR, are_employed, signs_in
from tests.api.training.studio import EngineRoom, FakeStudio, LookedAfter
from tests.fakes import FakeKnowledge


@pytest.fixture
def studio(tmp_path: Path) -> FakeStudio:
    return FakeStudio(tmp_path)


@pytest.fixture
def engines() -> int:
    """How many engines there are."""
    return 1


@pytest.fixture
def room(tmp_path: Path, engines: int) -> EngineRoom:
    return EngineRoom(tmp_path / "engines", engines)


@pytest.fixture
async def app(settings: Settings, studio: FakeStudio, room: EngineRoom) -> AsyncIterator[FastAPI]:
    app = create_app(
        settings,
        Dialogue(
            {number: f"http://{model}:{number}" for number, model in room.running.items()}, 8, room
        ),
        FakeKnowledge(),
        actions=[],
        studio=studio,
        engines=LookedAfter(room),
    )
    async with app.router.lifespan_context(app):
        await are_employed(app)
        signs_in(app, SUPERVISOR)
        yield app


@pytest.fixture
def trainer(app: FastAPI) -> Trainer:
    trainer: Trainer = app.state.trainer
    return trainer


@pytest.fixture
def rows(app: FastAPI) -> Database:
    database: Database = app.state.database
    return database
