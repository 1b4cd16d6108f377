"""What the helpline itself writes into columns that analysts read, after a matter was told."""

from typing import Any

from fastapi import FastAPI
from sqlalchemy import column, select, table

from api.protection.classified import OPEN
from tests.api.privacy.conftest import PHONE, STORY
from tests.api.visitor import Visitor
from tests.conftest import ONE_DATABASE

pytestmark = ONE_DATABASE


async def test_no_word_number_or_contact_of_a_visitor_stands_in_an_open_column(
    app: FastAPI, visitor: Visitor, ticket: dict[str, Any]
) -> None:
    await visitor.says(f"{STORY}，再说一遍，{PHONE}")
    held: dict[str, str] = {}
    async with app.state.database.reading() as session:
        for name, columns in OPEN.items():
            wanted: Any = select(*map(column, columns)).select_from(table(name))
            held[name] = repr((await session.execute(wanted)).all())

    filled = {name for name, rows in held.items() if rows != "[]"}
    assert filled >= {"conversations", "turns", "messages", "tickets", "referrals", "ticket_notes"}
    told = {name: rows for name, rows in held.items() if name in filled}
    for secret in (PHONE, STORY[:6], ticket["number"], ticket["code"], visitor.token):
        assert [name for name, rows in told.items() if secret in rows] == []
