"""What is promised of a message: answered once, in order, never lost, and never taken for a
command.
"""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import update

from api.conversations import service as conversations
from api.conversations.models import Turn
from api.conversations.receive import MAX_QUEUED
from api.database import Database, DatabaseUnavailable
from api.dialogue.queue import AT_ONCE
from api.referrals import service as referrals
from tests.api.problems import problem
from tests.api.visitor import Visitor
from tests.conftest import ONE_DATABASE
from tests.fakes import CITATION, GUARD, REFERRAL, FakeRasa


class CitationGuard:
    """Holds Rasa's answers back until it is opened."""

    def __init__(self, rasa: FakeRasa) -> None:
        self.rasa = rasa
        self.reached = asyncio.Event()
        self.opened = asyncio.Event()
        rasa.answer = self.answer

    async def answer(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        self.reached.set()
        await self.opened.wait()
        return await self.rasa.echo(message)


async def test_a_message_leads_to_a_turn(visitor: Visitor, rasa: FakeRasa) -> None:
    turn = await visitor.says("  有人卖我的假货 ")

    [message] = turn.pop("messages")
    assert (message["role"], message["text"]) == ("bot", "听到了：有人卖我的假货")
    assert turn == {"facts": {}, "referral": None, "ticket": None, "handoff": None}
    [heard] = rasa.heard
    assert heard["message"] == "有人卖我的假货"
    assert heard["metadata"] == {"turn": heard["sender"], "attempt": 1}


async def test_what_actions_record_meanwhile_stands_in_the_turn(
    visitor: Visitor, rasa: FakeRasa, app: FastAPI
) -> None:
    database, clock = app.state.database, app.state.clock

    async def act(message: dict[str, Any]) -> list[dict[str, Any]]:
        # A session that was still held out there would keep this one waiting for ever.
        async with database.session() as session:
            turn = message["metadata"]["turn"]
            await conversations.remember_facts(session, turn, {"city": "赣州市", "county": None})
            body = referrals.checked(REFERRAL, GUARD, "a test", at=clock.now())
            await referrals.record(session, visitor.id, turn, body, at=clock.now())
            await conversations.hand_off(session, visitor.id, "来访者要求", at=clock.now())
        return [{"text": "先找市监局。"}, {"custom": {"citations": [CITATION]}}]

    rasa.answer = act
    turn = await visitor.says("赣州有人卖假货")

    assert turn["facts"] == {"city": "赣州市"}
    assert turn["referral"] == REFERRAL
    assert (turn["handoff"]["state"], turn["handoff"]["position"]) == ("waiting", 1)
    assert turn["messages"][0]["citations"] == [CITATION]
    rasa.answer = rasa.echo
    later = await visitor.says("好的")
    assert (later["facts"], later["referral"], later["handoff"]) == (
        {"city": "赣州市"},
        None,
        turn["handoff"],
    )
    assert (await visitor.sees())["referral"] == REFERRAL


async def test_who_asks_for_them_is_shown_the_referrals_of_every_turn(
    visitor: Visitor, rasa: FakeRasa, app: FastAPI
) -> None:
    database, clock = app.state.database, app.state.clock

    async def advise(message: dict[str, Any]) -> list[dict[str, Any]]:
        body = REFERRAL | {"scope": "in" if message["message"] == "在赣州" else "clarify"}
        async with database.session() as session:
            turn = message["metadata"]["turn"]
            await referrals.record(session, visitor.id, turn, body, at=clock.now())
        return [{"text": "先找市监局。"}]

    rasa.answer = advise
    await visitor.says("有人卖我的假货")
    rasa.answer = rasa.echo
    await visitor.says("你好")
    rasa.answer = advise
    await visitor.says("在赣州")
    seen = await visitor.sees(referrals=True)

    said = {message["id"]: message["text"] for message in seen["messages"]}
    assert [
        (said[earlier["message_id"]], earlier["referral"]["scope"]) for earlier in seen["referrals"]
    ] == [("有人卖我的假货", "clarify"), ("在赣州", "in")]
    assert (await visitor.sees())["referrals"] == []


@ONE_DATABASE
@pytest.mark.parametrize(
    ("text", "code", "says"),
    [("", "text_empty", "0 个字"), (" \n\x00\u200b", "text_empty", "0 个字")],
)
async def test_an_empty_message_is_refused(
    visitor: Visitor, text: str, code: str, says: str
) -> None:
    assert says in problem(await visitor.posts(text=text), 422, code)
    assert await visitor.heard() == []


async def test_a_message_that_is_too_long_says_by_how_much(visitor: Visitor) -> None:
    detail = problem(await visitor.posts(text="长" * 2003), 422, "text_too_long")

    assert "2003 个字" in detail and "最多 2000 个字" in detail and "删去 3 个字" in detail
    assert (await visitor.says(f" {'长' * 2000} "))["messages"]


async def test_control_characters_are_taken_out(visitor: Visitor, rasa: FakeRasa) -> None:
    await visitor.says("有人\x00卖\x07假货\r\n在赣州")

    assert rasa.heard[0]["message"] == "有人卖假货\n在赣州"
    assert (await visitor.heard())[0] == ("visitor", "有人卖假货\n在赣州")


@ONE_DATABASE
@pytest.mark.parametrize(
    "body", [{}, {"text": 1}, {"text": None}, {"text": "您好", "client_message_id": "not-a-uuid"}]
)
async def test_a_message_of_the_wrong_form_is_refused(
    visitor: Visitor, body: dict[str, Any]
) -> None:
    problem(await visitor.posts(**body), 422, "invalid_request")


async def test_the_same_message_id_gives_the_same_turn_and_no_second_effect(
    visitor: Visitor, rasa: FakeRasa
) -> None:
    message_id = str(uuid4())

    first = await visitor.says("有人卖假货", client_message_id=message_id)
    await visitor.says("在赣州")
    again = await visitor.says("有人卖假货", client_message_id=message_id)

    assert again == first
    assert len(rasa.heard) == 2
    assert len(await visitor.heard()) == 4


async def test_a_repeat_in_another_spelling_of_the_ids_is_still_a_repeat(
    visitor: Visitor, rasa: FakeRasa
) -> None:
    message_id = str(uuid4())

    first = await visitor.says("有人卖假货", client_message_id=message_id)
    visitor.id = visitor.id.upper()

    assert await visitor.says("有人卖假货", client_message_id=message_id.upper()) == first
    assert len(rasa.heard) == 1


async def test_a_repeat_waits_for_a_message_that_is_still_in_flight(
    visitor: Visitor, rasa: FakeRasa
) -> None:
    guard, message_id = CitationGuard(rasa), str(uuid4())

    first = asyncio.create_task(visitor.says("有人卖假货", client_message_id=message_id))
    await guard.reached.wait()
    again = asyncio.create_task(visitor.says("有人卖假货", client_message_id=message_id))
    await asyncio.sleep(0.05)
    assert not again.done()
    guard.opened.set()

    assert await again == await first
    assert len(rasa.heard) == 1


async def test_a_message_stored_before_a_crash_is_answered_when_it_is_sent_again(
    visitor: Visitor, rasa: FakeRasa, database: Database
) -> None:
    message_id = str(uuid4())

    async def crash(_: dict[str, Any]) -> list[dict[str, Any]]:
        raise RuntimeError("the process dies here")

    rasa.answer = crash
    problem(await visitor.posts(text="有人卖假货", client_message_id=message_id), 500, "unexpected")
    assert await visitor.heard() == [("visitor", "有人卖假货")]

    rasa.answer = rasa.echo
    turn = await visitor.says("有人卖假货", client_message_id=message_id)

    assert turn["messages"][0]["text"] == "听到了：有人卖假货"
    assert await visitor.heard() == [("visitor", "有人卖假货"), ("bot", "听到了：有人卖假货")]
    [first, again] = [heard["metadata"] for heard in rasa.heard]
    assert again == {**first, "attempt": 2}


async def test_an_effect_that_comes_after_the_answer_is_refused(
    visitor: Visitor, rasa: FakeRasa, database: Database
) -> None:
    await visitor.says("有人卖假货")

    with pytest.raises(conversations.TurnOver):
        async with database.session() as session:
            await conversations.open_turn(session, rasa.heard[0]["metadata"]["turn"])


async def test_twenty_messages_at_once_are_all_answered_in_the_order_they_came(
    visitor: Visitor, rasa: FakeRasa, app: FastAPI
) -> None:
    async def slowly(message: dict[str, Any]) -> list[dict[str, Any]]:
        await asyncio.sleep(0.002 * (len(rasa.heard) % 3))
        return await rasa.echo(message)

    rasa.answer = slowly
    texts = [f"第{n}句" for n in range(20)]
    turns = await asyncio.gather(*(visitor.says(text) for text in texts))

    assert [turn["messages"][0]["text"] for turn in turns] == [f"听到了：{text}" for text in texts]
    assert [heard["message"] for heard in rasa.heard] == texts
    expected = [said for text in texts for said in (("visitor", text), ("bot", f"听到了：{text}"))]
    assert await visitor.heard() == expected
    assert len(app.state.receiver.queues) == 0


async def test_twenty_messages_over_twenty_connections_lose_nothing(
    app: FastAPI, rasa: FakeRasa
) -> None:
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=60) as client:
        visitor = await Visitor.arrives(client)
        turns = await asyncio.gather(*(visitor.says(f"第{n}句") for n in range(20)))
        said = await visitor.heard()
    server.should_exit = True
    await serving

    answers = [turn["messages"][0]["text"] for turn in turns]
    assert answers == [f"听到了：第{n}句" for n in range(20)]
    assert [text for role, text in said if role == "visitor"] == [
        heard["message"] for heard in rasa.heard
    ]
    assert all(
        bot == ("bot", f"听到了：{text}")
        for (_, text), bot in zip(said[::2], said[1::2], strict=True)
    )


async def test_conversations_do_not_wait_for_each_other(
    client: httpx.AsyncClient, rasa: FakeRasa
) -> None:
    slow, quick = await Visitor.arrives(client), await Visitor.arrives(client)
    guard = CitationGuard(rasa)
    waiting = asyncio.create_task(slow.says("慢慢说"))
    await guard.reached.wait()
    rasa.answer = rasa.echo

    assert (await quick.says("快说"))["messages"]
    assert not waiting.done()
    guard.opened.set()
    await waiting


async def test_a_line_that_is_too_long_is_refused_and_what_stands_in_it_is_answered(
    visitor: Visitor, rasa: FakeRasa, app: FastAPI
) -> None:
    guard = CitationGuard(rasa)
    tasks = [asyncio.create_task(visitor.posts(text=f"第{n}句")) for n in range(MAX_QUEUED + 1)]
    await guard.reached.wait()
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    guard.opened.set()
    *answered, refused = await asyncio.gather(*tasks)

    problem(refused, 429, "conversation_busy")
    assert refused.headers["retry-after"] == "5"
    assert {response.status_code for response in answered} == {200}
    assert len(app.state.receiver.queues) == 0


async def offer(visitor: Visitor, rasa: FakeRasa) -> str:
    """Let the bot offer a button; gives its payload."""
    payload = '/inform{"right": "trademark"}'

    async def with_button(_: dict[str, Any]) -> list[dict[str, Any]]:
        return [{"text": "是哪一种？", "buttons": [{"title": "牌子、商标", "payload": payload}]}]

    rasa.answer = with_button
    await visitor.says("被人用了")
    rasa.answer = rasa.echo
    return payload


async def test_a_pressed_button_reaches_rasa_and_shows_its_title(
    visitor: Visitor, rasa: FakeRasa
) -> None:
    payload = await offer(visitor, rasa)

    await visitor.says(payload)

    assert rasa.heard[-1]["message"] == payload
    assert (await visitor.heard())[2] == ("visitor", "牌子、商标")


@ONE_DATABASE
@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ('/inform{"right": "patent"}', 'inform{"right": "patent"}'),
        (
            '/inform{"right": "trademark"} ',
            '/inform{"right": "trademark"}',
        ),  # stripped, it is what was offered
        ('/inform{"right":"trademark"}', 'inform{"right":"trademark"}'),
        ("//restart", "restart"),
        ("／restart", "restart"),
        ("\u200b/restart", "restart"),
        (" / /open_ticket", "open_ticket"),
        ("/session_start", "session_start"),
    ],
)
async def test_a_command_that_no_button_offered_is_only_text(
    visitor: Visitor, rasa: FakeRasa, typed: str, heard: str
) -> None:
    await offer(visitor, rasa)

    await visitor.says(typed)

    assert rasa.heard[-1]["message"] == heard


async def test_a_button_of_another_conversation_is_not_ours(
    visitor: Visitor, rasa: FakeRasa
) -> None:
    payload = await offer(visitor, rasa)
    other = await Visitor.arrives(visitor.client)

    await other.says(payload)

    assert rasa.heard[-1]["message"] == payload.removeprefix("/")


async def test_slashes_alone_are_an_empty_message(visitor: Visitor) -> None:
    problem(await visitor.posts(text="//"), 422, "text_empty")


async def test_a_button_pressed_before_a_crash_is_the_same_button_afterwards(
    visitor: Visitor, rasa: FakeRasa, database: Database
) -> None:
    payload, message_id = await offer(visitor, rasa), str(uuid4())
    await visitor.says(payload, client_message_id=message_id)
    async with database.session() as session:
        await session.execute(update(Turn).values(answer=None))

    await visitor.says(payload, client_message_id=message_id)

    [first, again] = rasa.heard[-2:]
    assert (again["sender"], again["message"]) == (first["sender"], payload)


async def place_of(visitor: Visitor) -> dict[str, int] | None:
    response = await visitor.client.get(
        f"/api/conversations/{visitor.id}/place", headers=visitor.headers
    )
    assert response.status_code == 200, response.text
    place: dict[str, int] | None = response.json()
    return place


async def test_who_waits_for_the_engine_is_told_his_place(
    client: httpx.AsyncClient, rasa: FakeRasa, app: FastAPI
) -> None:
    guard, queue = CitationGuard(rasa), app.state.dialogue.queue
    visitors = [await Visitor.arrives(client) for _ in range(AT_ONCE + 2)]
    tasks = []
    for visitor in visitors:
        tasks.append(asyncio.create_task(visitor.says("有人卖假货")))
        while len(rasa.heard) + len(queue) < len(tasks):
            await asyncio.sleep(0.01)
    first, next_but_one, last = visitors[0], visitors[AT_ONCE], visitors[AT_ONCE + 1]

    assert await place_of(first) is None
    assert (await place_of(next_but_one) or {})["ahead"] == 0
    assert (await place_of(last) or {})["ahead"] == 1
    guard.opened.set()
    await asyncio.gather(*tasks)
    assert await place_of(last) is None


async def test_a_full_queue_refuses_before_anything_is_stored(
    visitor: Visitor, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.dialogue.queue.MOST_WAITING", 0)

    refused = await visitor.posts(text="有人卖假货")

    problem(refused, 429, "helpline_busy")
    assert int(refused.headers["retry-after"]) >= 1
    assert await visitor.heard() == []


async def test_a_message_that_is_stored_is_never_told_that_it_was_not(
    visitor: Visitor, app: FastAPI, rasa: FakeRasa
) -> None:
    message_id = str(uuid4())
    receiver = app.state.receiver

    async def breaks(*_: Any) -> Any:
        raise DatabaseUnavailable

    app.state.receiver = replace(receiver)
    object.__setattr__(app.state.receiver, "_answer", breaks)
    delayed = await visitor.posts(text="有人卖假货", client_message_id=message_id)
    app.state.receiver = receiver

    assert "已经存好" in problem(delayed, 503, "answer_delayed")
    assert delayed.headers["retry-after"]
    assert (await visitor.says("有人卖假货", client_message_id=message_id))["messages"]
    assert [text for role, text in await visitor.heard() if role == "visitor"] == ["有人卖假货"]
