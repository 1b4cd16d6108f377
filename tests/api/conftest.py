"""The service with fakes at its doors, on either database."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from api.app import create_app
from api.dialogue.engine import Dialogue
from api.settings import Settings
from tests.api.visitor import Visitor
from tests.conftest import TODAY
from tests.fakes import FakeKnowledge, FakeRasa

SECRET = "只有我们知道"
EMBEDDING_SITE = "https://sme.example"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        var=tmp_path,
        database_url=database_url,
        as_of=TODAY,
        action_secret=SecretStr(SECRET),
        embed_origins=(EMBEDDING_SITE,),
        web_dist=tmp_path / "dist",
    )


@pytest.fixture
def rasa() -> FakeRasa:
    return FakeRasa()


@pytest.fixture
def knowledge() -> FakeKnowledge:
    return FakeKnowledge()


@pytest.fixture
async def app(
    settings: Settings, rasa: FakeRasa, knowledge: FakeKnowledge
) -> AsyncIterator[FastAPI]:
    app = create_app(settings, Dialogue("http://rasa", 8, rasa), knowledge, actions=[])
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://helpline"
    ) as client:
        yield client


@pytest.fixture
async def visitor(client: httpx.AsyncClient) -> Visitor:
    """A visitor who has just been greeted."""
    return await Visitor.arrives(client)
