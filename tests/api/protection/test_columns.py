"""Nothing that a visitor said, and no way to reach him, stands readable in the database."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import MetaData, create_engine, make_url, select
from sqlalchemy import inspect as look_into

from api.tickets import service as tickets
from api.tickets.models import Ticket
from tests.api.visitor import Visitor
from tests.fakes import FakeRasa

PHONE, NAME, STORY = "13812345678", "陈华", "他在章贡区卖冒牌茶油"


def everything_in(database_url: str) -> Iterator[str]:
    """Every value of every row, as it lies there."""
    engine = create_engine(make_url(re.sub("aiosqlite", "pysqlite", database_url)))
    with engine.connect() as connection:
        bare = MetaData()
        bare.reflect(connection)
        for table in bare.sorted_tables:
            for row in connection.execute(select(table)):
                yield from map(str, row)
    engine.dispose()


@pytest.fixture
async def talked(visitor: Visitor, rasa: FakeRasa, app: FastAPI) -> Visitor:
    """A visitor who told his story, left a contact in a ticket, and added to it."""

    async def open_ticket(message: dict[str, Any]) -> list[dict[str, Any]]:
        contact = f"{PHONE}（{NAME}）"
        turn, at = message["metadata"]["turn"], app.state.clock.now()
        facts = {"contact": contact, "amount": STORY}
        async with app.state.database.session() as session:
            await tickets.open(
                session, visitor.id, turn, facts, "normal", STORY, at=at, contact=contact
            )
            await tickets.take_word(session, visitor.id, turn, "add", STORY, at=at)
        return [{"text": f"联系方式记的是 {PHONE}，{STORY}。"}]

    rasa.answer = open_ticket
    await visitor.says(f"我叫{NAME}，{STORY}，电话{PHONE}")
    return visitor


async def test_what_was_said_cannot_be_read_in_the_database(
    talked: Visitor, database_url: str
) -> None:
    values = list(everything_in(database_url))

    assert len(values) > 50
    for word in (PHONE, NAME, STORY, "章贡区"):
        assert [value for value in values if word in value or repr(word)[1:-1] in value] == []
        escaped = word.encode("unicode_escape").decode()
        assert [value for value in values if escaped in value and escaped != word] == []


async def test_whoever_has_the_key_reads_it(talked: Visitor) -> None:
    assert STORY in str(await talked.heard())


async def test_the_tickets_of_a_caller_are_found_however_the_number_is_spelt(
    talked: Visitor, app: FastAPI
) -> None:
    async with app.state.database.reading() as session:
        for spelt in (PHONE, "138 1234 5678", "138-1234-5678"):
            [ticket] = await tickets.of_contact(session, spelt)
            assert ticket.contact == f"{PHONE}（{NAME}）"
        assert await tickets.of_contact(session, "13812345679") == []


def test_the_hash_of_a_contact_is_indexed(database_url: str) -> None:
    engine = create_engine(make_url(re.sub("aiosqlite", "pysqlite", database_url)))
    columns = [index["column_names"] for index in look_into(engine).get_indexes("tickets")]
    engine.dispose()

    assert [Ticket.contact_hash.key] in columns
