"""A desk over content that holds made-up laws."""

import httpx
import pytest
from fastapi import FastAPI

from tests.api.content.conftest import FakeWorkshop
from tests.api.content.laws.desk import LawDesk
from tests.api.content.laws.texts import stand_in


@pytest.fixture
def workshop(workshop: FakeWorkshop) -> FakeWorkshop:
    stand_in(workshop.base)
    return workshop


@pytest.fixture
async def desk(app: FastAPI, client: httpx.AsyncClient) -> LawDesk:
    desk = LawDesk(app, client)
    await desk.settles()
    return desk
