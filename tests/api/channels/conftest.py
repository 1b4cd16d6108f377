"""The intake in a service with fakes at its doors."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI

from api.channels.intake import Intake
from api.channels.renderer import Renderer
from api.channels.working import Doors
from api.settings import Settings
from knowledge.places.regions import Regions
from knowledge.reviewed import CONTENT
from tests.api.channels.person import Album, Courier, House, Person, SetClock


@pytest.fixture(scope="session")
def regions() -> Regions:
    return Regions.load(CONTENT / "regions.yml")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"public_url": "https://ip.example.cn"})


@pytest.fixture
async def house(app: FastAPI, regions: Regions) -> AsyncIterator[House]:
    state = app.state
    clock = SetClock(state.clock.now())
    album, courier = Album(), Courier()
    renderer = Renderer(state.links, clock)
    doors = Doors(
        database=state.database,
        clock=clock,
        hearer=replace(state.receiver, clock=clock),
        limiter=state.limiter,
        links=state.links,
        notice=state.notice,
        regions=lambda: regions,
        media={"wechat": album},
    )
    made: list[Intake] = []

    def another(**differing: Any) -> Intake:
        # Nothing here depends on how fast the tests' machine is.
        patient: dict[str, Any] = {
            "doors": doors,
            "renderer": renderer,
            "couriers": {"wechat": courier},
            "again_s": (0, 0),
            "patience_s": 600,
            "deciding_s": 600,
        }
        intake = Intake(**patient | differing)
        made.append(intake)
        return intake

    yield House(another(), renderer, state.database, clock, courier, album, another)
    for intake in made:
        await intake.close()


@pytest.fixture
def person(house: House) -> Person:
    return Person(house)
