"""What the desk keeps of a visitor's matter is exported where it is his, and goes when it goes."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.database import Base, Database
from api.lookup import indexing
from api.lookup import service as lookup
from api.privacy import rotation
from api.privacy.sweep import sweep
from api.protection.columns import EncryptedBytes, EncryptedJSON, EncryptedText
from api.protection.keys import DataKeys, new_key
from api.settings import Settings
from tests.api.evidence.pictures import JPEG, sends
from tests.api.tickets.staff.conftest import PHONE, Opens, Operator
from tests.api.visitor import Visitor

SECRET = "龙南瓷器"


@pytest.fixture
async def told(
    li: Operator, app: FastAPI, client: httpx.AsyncClient, visitor: Visitor, opens: Opens
) -> dict[str, Any]:
    """A ticket in every corner of which the visitor's words stand."""
    facts = {"evidence": [SECRET]}
    ticket = await opens(visitor, f"我说的是{SECRET}", summary=f"仿冒{SECRET}", facts=facts)
    number = ticket["number"]
    added = (await sends(visitor, f"{SECRET}.jpg", JPEG)).json()
    await li.asks("GET", f"tickets/{number}/files/{added['id']}/thumbnail.webp")
    await li.changes(number, next_step=f"看{SECRET}", tags=[SECRET], assignee="me")
    await li.posts(f"tickets/{number}/notes", text=f"内部：{SECRET}", public=False)
    await li.posts(f"tickets/{number}/notes", text=f"公开：{SECRET}", public=True)
    sheet = await li.posts(
        f"tickets/{number}/referrals",
        to="mediation",
        body="调委会",
        share=["summary", "contact", "facts", "files"],
        agreed=True,
    )
    receipt = {"received_on": "2026-11-24", "number": SECRET, "note": SECRET}
    await li.asks("PUT", f"tickets/{number}/referrals/{sheet['id']}/receipt", json=receipt)
    part = await li.posts(f"tickets/{number}/split", summary=f"另一半{SECRET}")
    for one in (number, part["number"]):
        await li.changes(one, status="in_progress")
        await li.changes(one, status="done")
    await client.post(
        f"/api/tickets/{number}/satisfaction",
        json={"code": ticket["code"], "score": 4, "words": SECRET},
    )
    while await indexing.step(app.state.database):
        pass
    return ticket


async def kept(database: Database) -> dict[str, str]:
    """Table → everything in it, opened."""
    rows = {}
    async with database.reading() as session:
        for table in Base.metadata.sorted_tables:
            rows[table.name] = str((await session.execute(select(table))).all())
    return rows


async def test_the_export_holds_what_is_the_visitors_and_nothing_of_the_office(
    client: httpx.AsyncClient, visitor: Visitor, told: dict[str, Any]
) -> None:
    path = f"/api/conversations/{visitor.id}/export"
    document = (await client.get(path, headers=visitor.headers)).json()

    first, second = document["工单"]
    notes = [note["内容"] for note in first["进展"]]
    assert f"公开：{SECRET}" in notes and not any("内部" in note for note in notes)
    assert first["转交"][0]["同意转交的内容"]["contact"] == PHONE
    assert (first["图片"][0]["SHA-256"], second["摘要"]) != (None, None)
    assert second["摘要"] == f"另一半{SECRET}"
    assert document["评价"][0]["原话"] == SECRET


async def test_after_a_deletion_no_word_of_the_visitor_is_left_anywhere(
    li: Operator, app: FastAPI, client: httpx.AsyncClient, visitor: Visitor, told: dict[str, Any]
) -> None:
    before = await kept(app.state.database)
    sealed = {
        table.name
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText | EncryptedJSON | EncryptedBytes)
    }
    assert {name for name, rows in before.items() if SECRET in rows} >= {
        *("tickets", "ticket_notes", "ticket_changes", "ticket_files", "referral_sheets"),
        *("satisfactions", "conversation_news", "messages"),
    }
    assert {name for name, rows in before.items() if SECRET in rows} <= sealed

    gone = await client.delete(f"/api/conversations/{visitor.id}", headers=visitor.headers)

    assert gone.status_code == 200, gone.text
    after = await kept(app.state.database)
    assert {name for name, rows in after.items() if SECRET in rows or PHONE in rows} == set()
    assert after["ticket_clocks"] != "[]" and "score" not in after["search_grams"]
    full = await li.gets(f"tickets/{told['number']}")  # number, status and dates are left
    assert (full["status"], full["notes"], full["files"], full["tags"]) == ("done", [], [], [])
    assert full["satisfaction"]["score"] == 4 and full["satisfaction"]["words"] is None


async def test_what_is_old_goes_by_itself_withdrawn_tickets_too(
    li: Operator, app: FastAPI, visitor: Visitor, told: dict[str, Any]
) -> None:
    settings = app.state.settings
    later = app.state.clock.now() + timedelta(days=settings.keep_tickets_days + 1)

    counts = await sweep(app.state.database, settings, "schedule", at=later)

    assert counts["tickets"] == 1
    assert not any(SECRET in rows for rows in (await kept(app.state.database)).values())


async def test_with_a_new_key_everything_opens_and_is_found_again(
    li: Operator, app: FastAPI, told: dict[str, Any]
) -> None:
    settings: Settings = app.state.settings
    keys = ",".join((new_key(), *DataKeys.of(settings).keys))
    both = settings.model_copy(update={"data_key": type(settings.data_key)(keys)})

    assert rotation.rotate(both) > 10

    database = Database(settings.database_url, DataKeys.of(both).newest_alone())
    after = await kept(database)
    assert SECRET in after["ticket_changes"] and after["search_grams"] == "[]"
    assert await indexing.step(database) == 3
    async with database.reading() as session:
        assert len((await lookup.search(session, SECRET)).tickets) == 2
    await database.close()
