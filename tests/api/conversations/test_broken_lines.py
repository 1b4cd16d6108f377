"""What is promised of a message where the line to PostgreSQL breaks, also while it commits."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from api.conversations.models import Turn
from api.settings import Settings
from tests.api.problems import problem
from tests.api.visitor import Visitor
from tests.conftest import TODAY
from tests.fakes import FakeRasa
from tests.faults import Fault, Line, line_to_postgresql


@pytest.fixture
def line_and_url(postgresql_url: str) -> Iterator[tuple[Line, str]]:
    with line_to_postgresql(postgresql_url) as both:
        yield both


@pytest.fixture
def line(line_and_url: tuple[Line, str]) -> Line:
    return line_and_url[0]


@pytest.fixture
def settings(line_and_url: tuple[Line, str], tmp_path: Path) -> Settings:
    return Settings(var=tmp_path, database_url=line_and_url[1], as_of=TODAY, web_dist=tmp_path)


@pytest.mark.parametrize("way", ["lost", "unheard"])
@pytest.mark.parametrize(
    ("signs", "code"),
    [
        ((b"INSERT INTO messages",), "database_unavailable"),
        ((b"INSERT INTO turns", b"COMMIT"), "database_unavailable"),
        ((b"UPDATE turns", b"COMMIT"), "answer_delayed"),
    ],
    ids=["in the middle of storing", "as it is stored", "as its answer is stored"],
)
async def test_a_message_whose_line_breaks_gets_its_one_turn_when_it_is_sent_again(
    visitor: Visitor, line: Line, app: FastAPI, signs: tuple[bytes, ...], code: str, way: str
) -> None:
    line.fault = fault = Fault(signs, way)
    message = {"text": "有人卖假货", "client_message_id": str(uuid4())}

    problem(await visitor.posts(**message), 503, code)
    assert fault.happened.is_set()
    turn = await visitor.says(**message)

    assert turn["messages"][0]["text"] == "听到了：有人卖假货"
    assert await visitor.heard() == [("visitor", "有人卖假货"), ("bot", "听到了：有人卖假货")]
    async with app.state.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Turn)) == 1


async def test_a_message_that_lost_its_database_on_the_way_does_not_stand_in_its_own(
    visitor: Visitor, line: Line, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.lanes.lanes.LEASE_S", 3600.0)
    monkeypatch.setattr("api.lanes.lanes.RENEW_S", 0.01)

    async def loses_the_database(message: dict[str, Any]) -> list[dict[str, Any]]:
        line.refuses = True
        line.cut()
        return await rasa.echo(message)

    rasa.answer = loses_the_database
    message = {"text": "有人卖假货", "client_message_id": str(uuid4())}
    problem(await visitor.posts(**message), 503, "answer_delayed")
    line.refuses, rasa.answer = False, rasa.echo

    assert (await visitor.says(**message))["messages"][0]["text"] == "听到了：有人卖假货"
    assert len(await visitor.heard()) == 2
