"""A code moves one conversation, once, and tells a guesser nothing."""

import asyncio
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from limits.aio.storage import MemoryStorage
from limits.errors import StorageError
from sqlalchemy import func, select, update

from api.accounts.models import AuditEvent
from api.clock import SHANGHAI
from api.conversations.models import Conversation, ConversationToken
from api.conversations.states import State
from api.edge.limits import MOVE_ALL, USUAL_RATES, Limiter
from api.moving import service
from api.moving.models import MoveCode
from api.moving.service import CodeWrong, look
from tests.api.moving.conftest import STORY
from tests.api.problems import problem
from tests.api.staff import COLLEAGUE, OPERATOR, are_employed, signs_in
from tests.api.visitor import Visitor
from tests.conftest import ONE_DATABASE

AT = datetime(2026, 11, 22, 9, 30, tzinfo=SHANGHAI)


async def made(visitor: Visitor) -> dict[str, Any]:
    response = await visitor.client.post(
        f"/api/conversations/{visitor.id}/move", json={}, headers=visitor.headers
    )
    assert response.status_code == 201, response.text
    code: dict[str, Any] = response.json()
    return code


async def tried(client: httpx.AsyncClient, code: str) -> httpx.Response:
    return await client.post("/api/moves", json={"code": code})


def elsewhere(told: Visitor, moved: httpx.Response) -> Visitor:
    """The visitor in the browser that a conversation was moved to."""
    assert moved.status_code == 200, moved.text
    return Visitor(told.client, moved.json()["id"], moved.json()["token"], [])


def shape(response: httpx.Response) -> tuple[Any, ...]:
    """All that somebody who tries codes sees of an answer."""
    headers = {name for name in response.headers if name != "x-request-id"}
    return response.status_code, response.json(), headers


async def test_the_conversation_goes_on_where_the_code_is_used(told: Visitor) -> None:
    code = await made(told)
    moved = elsewhere(told, await tried(told.client, code["code"]))

    assert moved.id == told.id and moved.token != told.token
    assert (await moved.sees())["messages"] == (await told.sees())["messages"]
    await moved.says("还在吗")
    assert STORY in [text for _, text in await told.heard()]
    assert (await told.heard())[-2] == ("visitor", "还在吗")
    assert code["seconds"] == 15 * 60


async def test_whoever_made_a_code_is_told_once_that_it_was_used(told: Visitor) -> None:
    code = await made(told)
    before = await told.heard()
    await tried(told.client, code["code"])
    await tried(told.client, code["code"])  # it is good once

    [(role, text)] = [one for one in await told.heard() if one not in before]
    assert role == "system"
    assert "在另一处接着办" in text and "转人工" in text


@ONE_DATABASE
@pytest.mark.parametrize(
    "spelling",
    [str.lower, lambda code: f" {code.replace('-', ' ')} ，", lambda code: f"接着办 {code}"],
)
async def test_a_code_is_taken_however_it_is_typed(told: Visitor, spelling: Any) -> None:
    code = (await made(told))["code"]
    assert (await tried(told.client, spelling(code))).status_code == 200


async def test_no_code_can_be_misread_or_is_a_word_or_a_number(told: Visitor) -> None:
    for _ in range(20):
        code = (await made(told))["code"]
        bare = code.replace("-", "")
        assert len(bare) == 8 and not set(bare) & set("01OIL")
        assert not bare.isalpha() and not bare.isdecimal()
        assert look(f"接着办{code}") == code


async def test_a_guesser_is_told_the_same_of_every_code_that_does_not_open(
    told: Visitor, app: FastAPI
) -> None:
    client = told.client
    used = (await made(told))["code"]
    await tried(client, used)
    replaced = (await made(told))["code"]
    over = (await made(told))["code"]
    async with app.state.database.session() as session:
        await session.execute(update(MoveCode).values(expires_at=app.state.clock.now()))
    gone = await Visitor.arrives(client)
    of_deleted = (await made(gone))["code"]
    await client.delete(f"/api/conversations/{gone.id}", headers=gone.headers)

    answers = [
        shape(await tried(client, code))
        for code in (used, replaced, over, of_deleted, "ABCD-2345", "x", "", "接着办", "'; --")
    ]

    assert answers[0][0] == 404 and answers[0][1]["code"] == "code_wrong"
    assert answers == [answers[0]] * len(answers)


async def test_a_code_whose_conversation_was_emptied_opens_nothing(
    told: Visitor, app: FastAPI
) -> None:
    code = (await made(told))["code"]
    async with app.state.database.session() as session:
        await session.execute(update(Conversation).values(state=State.DELETED))

    problem(await tried(told.client, code), 404, "code_wrong")


async def test_of_two_who_use_a_code_at_once_one_gets_in(told: Visitor, app: FastAPI) -> None:
    code = (await made(told))["code"]

    answers = await asyncio.gather(*(tried(told.client, code) for _ in range(6)))

    assert sorted(answer.status_code for answer in answers) == [200, *[404] * 5]
    async with app.state.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(ConversationToken)) == 1


async def test_a_newer_code_takes_the_place_of_the_one_before(told: Visitor) -> None:
    first, second = await made(told), await made(told)

    problem(await tried(told.client, first["code"]), 404, "code_wrong")
    assert (await tried(told.client, second["code"])).status_code == 200


async def test_the_database_holds_no_code_that_could_be_read_or_guessed(
    told: Visitor, app: FastAPI
) -> None:
    code = (await made(told))["code"].replace("-", "")
    async with app.state.database.reading() as session:
        [row] = await session.scalars(select(MoveCode))

    assert code.lower() not in str(vars(row)).lower()
    assert len(row.code_hash) == 64
    # not a bare hash of it either: eight signs can be tried through
    assert row.code_hash not in {
        sha256(spelt.encode()).hexdigest() for spelt in (code, code.lower())
    }


async def test_tries_are_counted_before_anything_is_looked_up(told: Visitor, app: FastAPI) -> None:
    app.state.limiter = Limiter(rates={**USUAL_RATES, "move": "2 per minute"})
    code = (await made(told))["code"]
    for _ in range(2):
        problem(await tried(told.client, "ABCD-2345"), 404, "code_wrong")

    refused = await tried(told.client, code)

    assert "再试" in problem(refused, 429, "too_many_moves")
    assert int(refused.headers["retry-after"]) > 0
    app.state.limiter = Limiter()
    assert (await tried(told.client, code)).status_code == 200  # it was not used up


async def test_everybody_together_has_so_many_tries(told: Visitor, app: FastAPI) -> None:
    app.state.limiter = Limiter(rates={**USUAL_RATES, MOVE_ALL: "3 per hour"})
    for network in range(3):
        transport = httpx.ASGITransport(app, client=(f"192.0.2.{network}", 4711))
        async with httpx.AsyncClient(transport=transport, base_url="http://helpline") as client:
            problem(await tried(client, "ABCD-2345"), 404, "code_wrong")

    problem(await tried(told.client, "ABCD-2345"), 429, "too_many_moves")


async def test_right_tries_count_as_well(told: Visitor, app: FastAPI) -> None:
    app.state.limiter = Limiter(rates={**USUAL_RATES, "move": "1 per minute"})
    assert (await tried(told.client, (await made(told))["code"])).status_code == 200

    problem(await tried(told.client, (await made(told))["code"]), 429, "too_many_moves")


async def test_no_code_is_tried_while_nobody_can_count(told: Visitor, app: FastAPI) -> None:
    class Away(MemoryStorage):
        async def incr(self, *args: Any, **kwargs: Any) -> int:
            raise StorageError(ConnectionError())

    code = (await made(told))["code"]
    app.state.limiter = Limiter(Away())

    problem(await tried(told.client, code), 503, "moves_unavailable")


async def test_who_asks_for_a_code_shows_the_token(told: Visitor) -> None:
    path = f"/api/conversations/{told.id}/move"
    problem(await told.client.post(path, json={}), 401, "token_missing")
    wrong = {"Authorization": "Bearer wrong"}
    problem(await told.client.post(path, json={}, headers=wrong), 401, "token_wrong")


async def test_the_token_of_a_code_ends(told: Visitor, app: FastAPI) -> None:
    moved = elsewhere(told, await tried(told.client, (await made(told))["code"]))
    await moved.sees()
    async with app.state.database.session() as session:
        over = app.state.clock.moment() - timedelta(seconds=1)
        await session.execute(update(ConversationToken).values(expires_at=over))

    problem(await moved.posts(text="还在吗"), 401, "token_wrong")
    assert (await told.posts(text="还在吗")).status_code == 200  # the first one lasts


async def test_a_token_opens_its_own_conversation_only(told: Visitor) -> None:
    moved = elsewhere(told, await tried(told.client, (await made(told))["code"]))
    other = await Visitor.arrives(told.client)
    other.token = moved.token

    problem(await other.posts(text="看看"), 401, "token_wrong")


async def test_deletion_ends_codes_and_tokens(told: Visitor, app: FastAPI) -> None:
    moved = elsewhere(told, await tried(told.client, (await made(told))["code"]))
    code = (await made(told))["code"]
    deletion = await told.client.delete(f"/api/conversations/{told.id}", headers=told.headers)

    assert (deletion.json()["counts"]["conversation_tokens"]) == 1
    assert (deletion.json()["counts"]["move_codes"]) == 1
    problem(await tried(told.client, code), 404, "code_wrong")
    problem(await moved.posts(text="还在吗"), 404, "conversation_unknown")
    async with app.state.database.reading() as session:
        for table in (MoveCode, ConversationToken):
            assert await session.scalar(select(func.count()).select_from(table)) == 0


async def test_a_deleted_conversation_gets_no_code(told: Visitor, app: FastAPI) -> None:
    async with app.state.database.session() as session:
        await session.execute(update(Conversation).values(state=State.DELETED))
    response = await told.client.post(
        f"/api/conversations/{told.id}/move", json={}, headers=told.headers
    )
    problem(response, 410, "conversation_deleted")


async def test_the_export_tells_when_codes_were_made_and_used_and_no_code(told: Visitor) -> None:
    code = (await made(told))["code"]
    await tried(told.client, code)
    response = await told.client.get(f"/api/conversations/{told.id}/export", headers=told.headers)

    document = response.json()
    [row], [token] = document["接续码"], document["在别处接着办"]
    assert row["谁要的"] == "来访者" and row["用掉的时间"] and row["到期"]
    assert token["凭"] == "接续码" and token["到期"]
    assert code not in response.text and code.replace("-", "") not in response.text


async def test_an_operator_gets_a_code_for_whom_he_serves_and_the_log_holds_it_not(
    told: Visitor, app: FastAPI
) -> None:
    await are_employed(app)
    path = f"/api/desk/conversations/{told.id}"
    signs_in(app, OPERATOR)
    await told.client.post(f"{path}/claim", json={})

    response = await told.client.post(f"{path}/move", json={})

    assert response.status_code == 201, response.text
    code = response.json()["code"]
    async with app.state.database.reading() as session:
        events = (await session.scalars(select(AuditEvent))).all()
    assert (OPERATOR.id, "conversation.move", told.id) in [
        (event.staff_id, event.what, event.object_id) for event in events
    ]
    assert code not in str([vars(event) for event in events])
    moved = elsewhere(told, await tried(told.client, code))
    assert (await moved.sees())["status"] == "operator"


async def test_a_colleague_gets_no_code(told: Visitor, app: FastAPI) -> None:
    await are_employed(app)
    path = f"/api/desk/conversations/{told.id}"
    signs_in(app, OPERATOR)
    await told.client.post(f"{path}/claim", json={})
    signs_in(app, COLLEAGUE)

    problem(await told.client.post(f"{path}/move", json={}), 409, "not_yours")


async def test_nobody_gets_a_code_for_what_is_not_there(told: Visitor, app: FastAPI) -> None:
    signs_in(app, OPERATOR)
    response = await told.client.post(f"/api/desk/conversations/{uuid4()}/move", json={})
    problem(response, 409, "not_yours")


async def test_a_contact_s_code_is_used_in_the_unit_of_work_that_binds_it(
    told: Visitor, app: FastAPI
) -> None:
    async with app.state.database.session() as session:
        code = await service.make(session, told.id, "contact", at=AT)
    assert code.expires_at == AT + timedelta(minutes=15)

    with pytest.raises(RuntimeError):
        async with app.state.database.session() as session:
            await service.use(session, code.text, at=AT)
            raise RuntimeError("whoever should have been bound was not")
    async with app.state.database.session() as session:
        assert await service.use(session, code.text, at=AT) == told.id
    with pytest.raises(CodeWrong):
        async with app.state.database.session() as session:
            await service.use(session, code.text, at=AT)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("ABCD-2345", "ABCD-2345"),
        ("abcd2345", "ABCD-2345"),
        ("「ＡＢＣＤ－２３４５」。", "ABCD-2345"),
        ("接着办 AB3D 2345", "AB3D-2345"),
        ("我想接着办，接续码是ab3d-2345，谢谢", "AB3D-2345"),
        ("换手机了，接续码：AB3D2345", "AB3D-2345"),
        ("我的型号是 ABCD-2345，有人仿冒", None),
        ("接着办", None),
        ("接着办这件事，申请号 ZL202312345678", None),
        ("HANDMADE", None),
        ("23456789", None),
        ("ABCD-0345", None),
        ("12345678901", None),
        ("JX-20261122-0001", None),
        ("", None),
    ],
)
def test_a_code_is_found_alone_or_behind_its_word_and_nowhere_else(
    said: str, code: str | None
) -> None:
    assert look(said) == code


async def test_a_caller_s_code_leads_the_operator_to_what_he_told_once(
    told: Visitor, app: FastAPI
) -> None:
    await are_employed(app)
    made = await told.client.post(
        f"/api/conversations/{told.id}/move", json={}, headers=told.headers
    )
    code = made.json()["code"]
    signs_in(app, OPERATOR)

    found = await told.client.post("/api/desk/moves", json={"code": code.lower()})
    again = await told.client.post("/api/desk/moves", json={"code": code})

    assert (found.status_code, found.json()) == (200, {"conversation_id": told.id})
    problem(again, 404, "code_wrong")
    async with app.state.database.reading() as session:
        events = (await session.scalars(select(AuditEvent))).all()
    assert (OPERATOR.id, "conversation.moved_here", told.id) in [
        (event.staff_id, event.what, event.object_id) for event in events
    ]
