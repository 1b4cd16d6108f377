"""Traces: whole, free of what anybody sent, and of no weight for a turn."""

import ast
import asyncio
import io
import json
import logging
from collections.abc import AsyncIterator, Sequence
from contextvars import Context
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind
from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from sqlalchemy import text
from starlette.types import Message

from api.app import create_app
from api.database import DatabaseUnavailable
from api.dialogue.engine import Dialogue
from api.logs import ContextFilter, JsonLines
from api.settings import Settings
from api.telemetry.export import exporter_to
from tests.api.conftest import EMBEDDING_SITE, SECRET
from tests.api.visitor import Visitor
from tests.conftest import ONE_DATABASE
from tests.content import knowledge_base
from tests.fakes import FakeKnowledge, FakeRasa
from tests.test_imports import EVERY_MODULE

TRACE, BROWSER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
HEADER = {"traceparent": f"00-{TRACE}-{BROWSER}-01"}
TELEPHONE, CODE, NAME = "13812345678", "AC3467", "章三丰"


class Look(Action):
    """Says into the log that it was called, and fails in the end."""

    def name(self) -> str:
        return "action_turn"

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any
    ) -> list[dict[str, Any]]:
        logging.getLogger("an action").error("called")
        raise RuntimeError(f"cannot reach {TELEPHONE}")


@pytest.fixture
def spans_to() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
async def app(
    settings: Settings, rasa: FakeRasa, knowledge: FakeKnowledge, spans_to: SpanExporter
) -> AsyncIterator[FastAPI]:
    """A service with traces, and an engine that calls its action back as Rasa does."""
    app = create_app(
        settings, Dialogue("http://rasa", 8, rasa), knowledge, [Look()], spans_to=spans_to
    )

    async def calls_back(message: dict[str, Any]) -> list[dict[str, Any]]:
        said = {"text": message["message"], "metadata": message["metadata"]}
        tracker = {"sender_id": "c1", "slots": {}, "latest_message": said, "events": []}
        call = {"next_action": "action_turn", "sender_id": "c1", "tracker": tracker}
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://helpline") as engine:
            posting = engine.post("/webhook", params={"token": SECRET}, json=call)
            # Another process: it knows of the trace what it is told.
            response = await asyncio.create_task(posting, context=Context())
        assert response.status_code == 200
        return await rasa.echo(message)

    rasa.answer = calls_back
    async with app.router.lifespan_context(app):
        yield app


def told(app: FastAPI, spans_to: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    """What the collector was told so far, by name; of spans of one name the last one."""
    app.state.traces.provider.force_flush()
    return {span.name: span for span in spans_to.get_finished_spans()}


def parent_of(span: ReadableSpan, spans: dict[str, ReadableSpan]) -> str | None:
    """The name of the span that another one is part of."""
    by_id = {one.context.span_id: one.name for one in spans.values() if one.context}
    return by_id.get(span.parent.span_id) if span.parent else None


async def test_a_message_is_one_trace_from_the_browser_to_the_action_and_the_database(
    app: FastAPI, visitor: Visitor, spans_to: InMemorySpanExporter
) -> None:
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    handler.setFormatter(JsonLines())
    handler.addFilter(ContextFilter())
    logging.getLogger("an action").addHandler(handler)
    told(app, spans_to)
    spans_to.clear()

    visitor.client.headers.update(HEADER)
    await visitor.says("有人卖假货")

    logging.getLogger("an action").removeHandler(handler)
    spans = told(app, spans_to)
    request = spans["POST /api/conversations/{conversation_id}/messages"]
    assert {f"{span.context.trace_id:032x}" for span in spans.values() if span.context} == {TRACE}
    assert request.parent and f"{request.parent.span_id:016x}" == BROWSER
    ours = {
        name: parent_of(span, spans)
        for name, span in spans.items()
        if span.kind is not SpanKind.CLIENT
    }
    assert ours == {
        request.name: None,
        "turn": request.name,
        **dict.fromkeys(("lane", "store", "queue", "engine", "answer"), "turn"),
        "guard": "answer",
        "actions": "engine",
        "action": "actions",
    }
    assert parent_of(spans["INSERT"], spans) in ("store", "answer")
    assert "INSERT INTO" in str((spans["INSERT"].attributes or {})["db.query.text"])
    assert json.loads(log.getvalue().splitlines()[0])["trace"] == TRACE


@ONE_DATABASE
async def test_without_the_engine_searches_and_ways_are_told_all_the_same(
    settings: Settings, rasa: FakeRasa, spans_to: InMemorySpanExporter
) -> None:
    rasa.down = True
    app = create_app(
        settings, Dialogue("http://rasa", 8, rasa), knowledge_base(), spans_to=spans_to
    )
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://helpline") as client,
    ):
        visitor = await Visitor.arrives(client)
        await visitor.says("有人在赣州的店里卖冒我注册商标的货")
        spans = told(app, spans_to)

    assert parent_of(spans["action"], spans) == "fallback"
    assert {parent_of(spans[name], spans) for name in ("search", "route")} == {"action"}
    assert (spans["engine"].attributes or {})["error.type"] == "EngineLost"


@ONE_DATABASE
async def test_nothing_that_anybody_sent_leaves_with_a_trace(
    app: FastAPI, visitor: Visitor, client: httpx.AsyncClient, spans_to: InMemorySpanExporter
) -> None:
    smuggled = {"tracestate": f"vendor={TELEPHONE}", "baggage": f"who={TELEPHONE}"}
    client.headers.update(HEADER | smuggled | {"User-Agent": NAME.encode()})
    await visitor.says(f"我是{NAME}，电话{TELEPHONE}")
    await client.get("/api/tickets/JX20261122-0001", params={"code": CODE})
    await client.get("/api/search", params={"q": NAME})
    await client.get(f"/api/nothing/{CODE}", headers={"Host": f"{CODE}.example"})
    with pytest.raises(DatabaseUnavailable):
        async with app.state.database.session() as session:
            with app.state.traces.tracer.start_as_current_span("a span that tells too much") as one:
                one.set_attributes({"enduser.id": NAME, "url.query": CODE})
                one.add_event(TELEPHONE)
                await session.execute(text("SELECT nobody FROM nowhere WHERE :one"), {"one": NAME})

    told(app, spans_to)
    sent = encode_spans(spans_to.get_finished_spans()).SerializeToString().decode("latin-1")
    assert "a span that tells too much" in sent and "SELECT nobody" in sent
    secrets = (TELEPHONE, CODE, NAME, visitor.id, visitor.token, "nothing", "127.0.0.1")
    assert [one for one in secrets if one.encode().decode("latin-1") in sent] == []


@ONE_DATABASE
async def test_monitors_files_and_the_service_s_own_work_are_no_traces(
    app: FastAPI, client: httpx.AsyncClient, spans_to: InMemorySpanExporter
) -> None:
    for path in ("/healthz", "/readyz", "/", "/docs"):
        await client.get(path)

    assert told(app, spans_to) == {}


class Broken(SpanExporter):
    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        raise RuntimeError(f"cannot send what {TELEPHONE} said")


def to_nobody() -> SpanExporter:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.1")
        return exporter_to("http://127.0.0.1:9")


@pytest.mark.parametrize("spans_to", [to_nobody(), Broken()])
@ONE_DATABASE
async def test_a_collector_that_fails_disturbs_no_turn_and_is_told_once(
    app: FastAPI, visitor: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    for said in ("有人卖假货", "在赣州"):
        turn = await visitor.says(said)
        assert turn["messages"][0]["text"] == f"听到了：{said}"
        app.state.traces.provider.force_flush()

    loggers = ("api.logs", "opentelemetry", "urllib3", "requests")
    lines = [one.getMessage() for one in caplog.records if one.name.startswith(loggers)]
    assert len(lines) == 1 and lines[0].startswith("the collector of traces fails: ")
    assert TELEPHONE not in lines[0]


@ONE_DATABASE
async def test_a_page_that_embeds_the_chat_may_send_the_beginning_of_a_trace(
    client: httpx.AsyncClient,
) -> None:
    asks = {
        "Origin": EMBEDDING_SITE,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type,traceparent",
    }

    assert (await client.options("/api/conversations/1/messages", headers=asks)).is_success


@ONE_DATABASE
async def test_no_variable_of_the_framework_s_own_sends_anything(
    settings: Settings, rasa: FakeRasa, knowledge: FakeKnowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    app = create_app(settings, Dialogue("http://rasa", 8, rasa), knowledge, [])
    sent: list[Message] = []

    async def to_server(message: Message) -> None:
        sent.append(message)

    events = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])
    await app({"type": "lifespan"}, lambda: asyncio.sleep(0, next(events)), to_server)

    assert [one["type"] for one in sent] == [
        "lifespan.startup.complete",
        "lifespan.shutdown.complete",
    ]
    assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)


def test_the_sdk_is_imported_where_a_collector_is_set_and_nowhere_else() -> None:
    brings = ("opentelemetry.sdk", "opentelemetry.exporter", "api.telemetry.export")
    at_once = {
        module
        for module, path in EVERY_MODULE.items()
        if not module.startswith("tests")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom | ast.Import)
        for name in (
            [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
        if name.startswith(brings)
    }

    assert at_once == {"api.telemetry.export"}
