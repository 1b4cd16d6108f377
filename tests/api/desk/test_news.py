"""Consoles and pages are told at once of what happens, and of nothing that is not theirs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from tests.api.desk.conftest import waits
from tests.api.desk.operator import Operator
from tests.api.events.listening import Stream, listening
from tests.api.problems import problem
from tests.api.visitor import Visitor


@asynccontextmanager
async def console(
    app: FastAPI, operator: Operator, last: int | None = None
) -> AsyncIterator[Stream]:
    """An operator's stream, past its beginning."""
    resume = {} if last is None else {"Last-Event-ID": str(last)}
    async with listening(app, "/api/desk/events", operator.headers | resume) as stream:
        yield stream


@asynccontextmanager
async def page(app: FastAPI, visitor: Visitor) -> AsyncIterator[Stream]:
    path = f"/api/conversations/{visitor.id}/events"
    async with listening(app, path, visitor.headers) as stream:
        yield stream


async def test_a_stream_is_plain_and_begins_with_where_it_stands(
    app: FastAPI, operator: Operator
) -> None:
    async with console(app, operator) as stream:
        ready = await stream.next()

    assert stream.headers["content-type"].startswith("text/event-stream")
    assert "content-encoding" not in stream.headers and stream.headers["x-accel-buffering"] == "no"
    assert (ready.kind, ready.id) == ("ready", 0)


async def test_an_operator_hears_who_waits_and_what_is_written(
    app: FastAPI, visitor: Visitor, operator: Operator
) -> None:
    async with console(app, operator) as stream:
        await waits(visitor, app)
        waiting = await stream.until("conversation.waiting")
        await visitor.says("快点呀")
        message = await stream.until("conversation.message")

    assert waiting.data["conversation_id"] == visitor.id
    assert message.data["role"] == "visitor" and "快点" not in str(message.data)


async def test_a_visitor_hears_of_the_claim_and_of_the_answer_and_not_of_other_peoples(
    app: FastAPI, waiting: Visitor, operator: Operator
) -> None:
    other = await waits(await Visitor.arrives(waiting.client), app)
    async with page(app, waiting) as stream:
        await stream.until("ready")
        await operator.does(other.id, "claim")
        moved = await stream.until("conversation.queue")
        await operator.does(waiting.id, "claim")
        claimed = await stream.until("conversation.claimed")
        await operator.says(waiting.id, "您好")
        said = await stream.until("conversation.message")

    assert (moved.kind, moved.data["conversation_id"]) == ("conversation.queue", None)
    assert claimed.kind == "conversation.claimed" and claimed.data["staff_id"] is None
    assert said.data["role"] == "operator" and said.data["staff_id"] is None


async def test_who_comes_back_is_told_what_he_missed(
    app: FastAPI, waiting: Visitor, operator: Operator
) -> None:
    async with console(app, operator) as stream:
        seen = await stream.until("ready")
    await operator.does(waiting.id, "claim")
    await operator.says(waiting.id, "您好")

    async with console(app, operator, last=seen.id) as again:
        heard = [(await again.next()).kind]
        while heard[-1] != "conversation.message":
            heard.append((await again.next()).kind)

    assert [kind for kind in heard if kind != "conversation.waiting"] == [
        "ready",
        "conversation.claimed",
        "conversation.message",
    ]


async def test_typing_is_told_and_not_stored(
    app: FastAPI, waiting: Visitor, operator: Operator, colleague: Operator
) -> None:
    await operator.does(waiting.id, "claim")
    async with console(app, colleague) as desk, page(app, waiting) as visitors:
        await desk.until("ready")
        await visitors.until("ready")
        await operator.does(waiting.id, "typing", typing=True)
        seen = await visitors.until("conversation.typing")
        response = await waiting.client.post(
            f"/api/conversations/{waiting.id}/typing",
            json={"typing": True},
            headers=waiting.headers,
        )
        assert response.status_code == 204
        told = [await desk.until("conversation.typing") for _ in range(2)]

    assert (seen.id, seen.data["name"], seen.data["typing"]) == (None, operator.name, True)
    assert [one.data["by"] for one in told] == ["operator", "visitor"]


async def test_a_stream_asks_for_a_session_and_a_token(app: FastAPI, visitor: Visitor) -> None:
    refused = await visitor.client.get("/api/desk/events")
    problem(refused, 401, "not_signed_in")
    refused = await visitor.client.get(f"/api/conversations/{visitor.id}/events")
    problem(refused, 401, "token_missing")
