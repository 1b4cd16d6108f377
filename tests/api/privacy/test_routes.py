"""A visitor reads what is kept of him, has it deleted, and is told what stays."""

from base64 import b64decode
from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update

from api.conversations import service as conversations
from api.conversations.models import Conversation, Message, Turn
from api.conversations.service import ConversationDeleted, ConversationUnknown, TurnOver
from api.privacy.models import Deletion
from api.referrals.models import RecordedReferral
from api.tickets import service as tickets
from api.tickets.models import Ticket, TicketFile, TicketNote
from tests.api.evidence.pictures import PNG, sends
from tests.api.privacy.conftest import PHONE, STORY
from tests.api.problems import problem
from tests.api.visitor import Visitor
from tests.conftest import TODAY
from tests.fakes import FakeRasa


async def count(app: FastAPI, *tables: type) -> list[int]:
    async with app.state.database.reading() as session:
        return [await session.scalar(select(func.count()).select_from(table)) for table in tables]


async def exported(visitor: Visitor) -> httpx.Response:
    return await visitor.client.get(
        f"/api/conversations/{visitor.id}/export", headers=visitor.headers
    )


async def deleted(visitor: Visitor) -> httpx.Response:
    return await visitor.client.delete(f"/api/conversations/{visitor.id}", headers=visitor.headers)


async def test_the_export_holds_everything_in_words_that_a_person_reads(
    visitor: Visitor, ticket: dict[str, Any]
) -> None:
    response = await exported(visitor)
    document = response.json()

    assert response.headers["content-disposition"].startswith("attachment")
    assert document["对话"]["编号"] == visitor.id
    assert document["对话"]["同意的隐私说明"] and document["对话"]["同意的时间"]
    assert [said["谁"] for said in document["说过的话"]] == ["自动助理", "来访者", "自动助理"]
    assert STORY in document["说过的话"][1]["内容"]
    assert document["给出的建议"][0]["办法"] == ["商标行政投诉"]
    [told] = document["工单"]
    assert (told["单号"], told["联系方式"], told["状态"]) == (
        ticket["number"],
        PHONE,
        "已登记，等待分派",
    )
    assert told["情况"] == {"市": "赣州市", "权利": "商标", "联系方式": PHONE}
    assert told["进展"][0]["内容"] == "工单已登记，等待分派。"


async def test_after_deletion_only_the_bare_ticket_is_left(
    visitor: Visitor, ticket: dict[str, Any], app: FastAPI
) -> None:
    response = await deleted(visitor)

    assert response.status_code == 200, response.text
    told = response.json()
    assert (told["subject"], told["counts"]["messages"]) == (ticket["number"], 3)
    assert "单号、状态、缓急和日期" in told["kept"]
    assert await count(app, Message, RecordedReferral, TicketNote) == [0, 0, 0]
    async with app.state.database.reading() as session:
        [row] = await session.scalars(select(Ticket))
        [conversation] = await session.scalars(select(Conversation))
        [turn] = await session.scalars(select(Turn))
    assert (row.status, row.contact, row.contact_hash, row.facts, row.next_step) == (
        "closed",
        None,
        None,
        {},
        None,
    )
    assert (turn.answer, turn.ticket, conversation.facts) == ({}, None, {})
    problem(await visitor.posts(text="还在吗"), 410, "conversation_deleted")
    problem(await exported(visitor), 410, "conversation_deleted")


async def test_pictures_are_exported_and_go_with_the_rest(
    visitor: Visitor, ticket: dict[str, Any], app: FastAPI
) -> None:
    response = await sends(visitor, "营业执照.png", PNG)
    assert response.status_code == 201, response.text

    [held] = (await exported(visitor)).json()["工单"][0]["图片"]
    told = (await deleted(visitor)).json()

    assert (held["名称"], held["大小（字节）"]) == ("营业执照.png", len(PNG))
    assert b64decode(held["内容（Base64）"]) == PNG and held["时间"]
    assert told["counts"]["ticket_files"] == 1
    assert await count(app, TicketFile) == [0]


async def test_without_a_ticket_nothing_at_all_is_left(visitor: Visitor, app: FastAPI) -> None:
    await visitor.says("有人卖我的假货")
    told = (await deleted(visitor)).json()

    assert (told["subject"], told["kept"]) == (visitor.id, None)
    assert await count(app, Conversation, Turn, Message) == [0, 0, 0]
    problem(await visitor.posts(text="还在吗"), 404, "conversation_unknown")


async def test_a_deletion_is_recorded_without_anything_personal(
    visitor: Visitor, ticket: dict[str, Any], app: FastAPI
) -> None:
    await deleted(visitor)

    async with app.state.database.reading() as session:
        [record] = await session.scalars(select(Deletion))
    assert (record.subject, record.by, record.reason) == (ticket["number"], "visitor", "asked")
    assert record.counts["tickets"] == 1
    assert record.deleted_at.date() == TODAY
    assert PHONE not in str(vars(record)) and STORY not in str(vars(record))


@pytest.mark.parametrize("with_ticket", [False, True])
async def test_what_is_deleted_while_it_is_answered_does_not_come_back(
    visitor: Visitor,
    rasa: FakeRasa,
    app: FastAPI,
    with_ticket: bool,
) -> None:
    if with_ticket:
        await visitor.says("先说一句")
        async with app.state.database.session() as session:
            turn = await session.scalar(select(Turn.id))
            at = app.state.clock.now()
            await session.execute(update(Turn).values(answer=None))
            await tickets.open(session, visitor.id, turn, {}, "normal", "", at=at)

    async def deletes_meanwhile(message: dict[str, Any]) -> list[dict[str, Any]]:
        await deleted(visitor)
        turn = message["metadata"]["turn"]
        for late in (
            lambda session: conversations.open_turn(session, turn),
            lambda session: conversations.hand_off(session, visitor.id, STORY, at=at_once()),
        ):
            with pytest.raises((TurnOver, ConversationDeleted, ConversationUnknown)):
                async with app.state.database.session() as session:
                    await late(session)
        return [{"text": STORY}]

    def at_once() -> datetime:
        return app.state.clock.now()

    rasa.answer = deletes_meanwhile
    response = await visitor.posts(text=STORY)

    assert response.status_code in (404, 409, 410), response.text
    assert await count(app, Message) == [0]


async def test_other_conversations_are_left_alone(
    visitor: Visitor, ticket: dict[str, Any], client: httpx.AsyncClient
) -> None:
    other = await Visitor.arrives(client)
    await other.says("我的专利被仿冒")
    await deleted(visitor)

    assert [text for _, text in await other.heard()] == ["我的专利被仿冒", "听到了：我的专利被仿冒"]


async def test_nobody_exports_or_deletes_with_another_token(
    visitor: Visitor, client: httpx.AsyncClient
) -> None:
    other = await Visitor.arrives(client)
    own, visitor.token = visitor.token, other.token

    problem(await exported(visitor), 401, "token_wrong")
    problem(await deleted(visitor), 401, "token_wrong")
    visitor.token = own
    assert (await exported(visitor)).status_code == 200


@pytest.mark.parametrize("act", ["export", "delete"])
async def test_the_code_of_a_ticket_opens_the_same_and_a_wrong_one_nothing(
    visitor: Visitor, ticket: dict[str, Any], client: httpx.AsyncClient, act: str
) -> None:
    address = f"/api/tickets/{ticket['number']}/{act}"
    wrong = await client.post(address, json={"code": "AAAAAA"})
    problem(wrong, 404, "ticket_not_found")

    right = await client.post(address, json={"code": ticket["code"]})

    assert right.status_code == 200, right.text
    if act == "export":
        assert right.json()["工单"][0]["联系方式"] == PHONE
    else:
        problem(await visitor.posts(text="还在吗"), 410, "conversation_deleted")
        look = await client.get(f"/api/tickets/{ticket['number']}", params={"code": ticket["code"]})
        assert (look.json()["status"], look.json()["notes"]) == ("closed", [])


async def test_guessing_codes_is_counted_as_for_looking_up(
    ticket: dict[str, Any], client: httpx.AsyncClient
) -> None:
    address = f"/api/tickets/{ticket['number']}"
    for act in ("export", "delete", "export", "delete", "export"):
        await client.post(f"{address}/{act}", json={"code": "AAAAAA"})

    problem(
        await client.post(f"{address}/delete", json={"code": ticket["code"]}), 429, "too_many_tries"
    )
    problem(await client.get(address, params={"code": ticket["code"]}), 429, "too_many_tries")
