"""The service ends when it is told to."""

import asyncio
from contextlib import suppress

import pytest
from fastapi import FastAPI

from api import app as service
from api.app import create_app
from api.dialogue.engine import Dialogue
from api.settings import Settings
from tests.conftest import ONE_DATABASE
from tests.fakes import FakeKnowledge, FakeRasa


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings, Dialogue("http://rasa", 8, FakeRasa()), FakeKnowledge(), actions=[])


@ONE_DATABASE
async def test_a_task_that_overhears_that_it_is_to_end_is_told_again(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "END_AGAIN_S", 0.01)

    async def overhears() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    async with app.router.lifespan_context(app):
        app.state.tasks.append(task := asyncio.create_task(overhears()))
        await asyncio.sleep(0)

    assert task.cancelled()


@ONE_DATABASE
async def test_when_something_breaks_while_it_serves_nothing_goes_on(app: FastAPI) -> None:
    with pytest.raises(ZeroDivisionError):
        async with app.router.lifespan_context(app):
            raise ZeroDivisionError

    assert all(task.done() for task in app.state.tasks)
