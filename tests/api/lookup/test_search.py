"""Sealed words are found, by whoever may look, and by nobody else in what lies in the database."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from api.accounts.models import AuditEvent
from api.lookup import grams, index, indexing
from api.lookup.models import SearchDocument, SearchGram
from tests.api.problems import problem
from tests.api.tickets.at_the_desk import *  # noqa: F403 - the desk and its tickets
from tests.api.tickets.at_the_desk import PHONE, Operator
from tests.api.visitor import Visitor
from tests.conftest import KEYS


async def finds(li: Operator, q: str) -> dict[str, Any]:
    found: dict[str, Any] = await li.gets("search", q=q)
    return found


async def test_what_a_visitor_said_is_found_with_its_surroundings(
    li: Operator, visitor: Visitor
) -> None:
    await visitor.says("有人在章贡区卖冒牌茶油，我该怎么办")

    found = await finds(li, "冒牌茶油")

    [conversation] = found["conversations"]
    assert (conversation["id"], conversation["channel"]) == (visitor.id, "web")
    assert "卖冒牌茶油，我" in conversation["excerpt"]
    assert found["complete"] and not found["tickets"] and not found["callers"]


@pytest.mark.parametrize(
    "question", ["Pinduoduo 茶油", "ＰＩＮＤＵＯＤＵＯ", "茶油 pinduo", "duoduo上"]
)
async def test_spelling_blanks_and_the_order_of_words_make_no_difference(
    li: Operator, visitor: Visitor, question: str
) -> None:
    await visitor.says("在PinDuoDuo 上卖茶油")

    assert len((await finds(li, question))["conversations"]) == 1


@pytest.mark.parametrize("question", ["茶油酒", "油茶", "卖酒 茶油", "茶  醋"])
async def test_pairs_that_stand_apart_are_no_find(
    li: Operator, visitor: Visitor, question: str
) -> None:
    await visitor.says("茶油、油酒、茶叶")

    found = await finds(li, question)

    assert found["conversations"] == []


async def test_tickets_are_found_by_summary_note_number_and_contact(
    li: Operator, number: str
) -> None:
    await li.posts(f"tickets/{number}/notes", text="对方住在龙南", public=False)

    for question in ("假茶油", "住在龙南", number, number.lower(), "赣州市"):
        assert [one["number"] for one in (await finds(li, question))["tickets"]] == [number]
    by_contact = await finds(li, "138-1234-5678")
    [caller] = by_contact["callers"]
    assert (caller["contact_masked"], caller["tickets"]) == ("138****5678", [number])
    assert PHONE not in str(by_contact["callers"])


async def test_what_was_said_later_is_found_too(
    li: Operator, visitor: Visitor, number: str
) -> None:
    assert (await finds(li, "瓷器"))["conversations"] == []
    await visitor.says("还有瓷器的事")

    assert len((await finds(li, "瓷器"))["conversations"]) == 1


async def test_what_colleagues_noted_beside_a_conversation_is_found(
    li: Operator, visitor: Visitor
) -> None:
    await visitor.says("有人在章贡区卖冒牌茶油")
    assert (await finds(li, "对方经销商"))["conversations"] == []
    await li.posts(f"conversations/{visitor.id}/notes", text="像是对方经销商的货")

    for question in ("对方经销商", "对方经销商 茶油"):
        [found] = (await finds(li, question))["conversations"]
        assert found["id"] == visitor.id
    assert found["excerpt"] == "像是对方经销商的货"


@pytest.mark.parametrize(
    "question",
    [
        "' OR 1=1 --",
        "'; DROP TABLE tickets; --",
        "%%",
        "__",
        "\\\\",
        "\x00\x00",
        "𠮷𠮷",
        "🙂🙂",
        "  ",
        "((((",
    ],
)
async def test_nothing_that_is_asked_is_taken_for_a_command(
    li: Operator, number: str, question: str
) -> None:
    found = await finds(li, question)

    assert (found["tickets"], found["conversations"]) == ([], [])
    assert len((await li.gets("tickets", q=question))["items"]) in (0, 1)
    assert (await li.gets(f"tickets/{number}"))["number"] == number


async def test_one_character_is_too_few(li: Operator) -> None:
    problem(await li.asks("GET", "search", params={"q": "茶"}), 422, "invalid_request")


async def test_what_was_deleted_is_not_found_and_leaves_no_trace_in_the_index(
    li: Operator, app: FastAPI, visitor: Visitor, client: httpx.AsyncClient, number: str
) -> None:
    assert (await finds(li, "假茶油"))["tickets"]
    gone = await client.delete(f"/api/conversations/{visitor.id}", headers=visitor.headers)
    assert gone.status_code == 200

    found = await finds(li, "假茶油")

    assert (found["tickets"], found["conversations"]) == ([], [])
    assert (await finds(li, PHONE))["callers"] == []
    async with app.state.database.reading() as session:
        for table in (SearchDocument, SearchGram):
            assert await session.scalar(select(func.count()).select_from(table)) == 0


async def test_the_index_holds_no_words_and_the_log_no_questions(
    li: Operator, app: FastAPI, visitor: Visitor
) -> None:
    await visitor.says("卖冒牌茶油")
    await finds(li, "冒牌茶油")

    async with app.state.database.reading() as session:
        rows = (await session.execute(text("SELECT * FROM search_documents"))).all()
        held = set(await session.scalars(select(SearchGram.gram)))
        logged = (await session.scalars(select(AuditEvent))).all()
    assert held == set(grams.hashed(grams.pairs("卖冒牌茶油"), KEYS))
    assert "茶" not in str(rows)
    [run] = [one for one in logged if one.what == "search.run"]
    assert run.staff_id == li.staff.id and run.detail == {"tickets": 0, "conversations": 1}


async def test_what_two_processes_index_at_once_is_indexed_once(
    li: Operator, app: FastAPI, client: httpx.AsyncClient
) -> None:
    for number in range(3):
        await (await Visitor.arrives(client)).says(f"第{number}个茶油")

    await asyncio.gather(*(indexing.step(app.state.database) for _ in range(3)))
    while await indexing.step(app.state.database):
        pass

    async with app.state.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(SearchDocument)) == 3
        assert not await index.is_behind(session)
    assert len((await finds(li, "茶油"))["conversations"]) == 3


async def test_who_may_not_look_people_up_finds_nothing(admin: Operator) -> None:
    problem(await admin.asks("GET", "search", params={"q": "茶油"}), 403, "not_allowed")


@given(st.text(max_size=30), st.text(max_size=30), st.text(min_size=2, max_size=10))
def test_the_pairs_of_a_word_are_among_those_of_every_text_that_holds_it(
    before: str, after: str, word: str
) -> None:
    if grams.folded(word) in grams.folded(before + word + after):
        assert grams.pairs(word) <= grams.pairs(before + word + after)
