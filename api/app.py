"""Puts the service together."""

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import httpx
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from rasa_sdk import Action
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import State
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.types import Scope

from api.accounts.oidc import Provider
from api.accounts.passwords import Passwords
from api.answers.service import Knowledge
from api.asked.gathering import Gathering
from api.channels.intake import Intake
from api.channels.joining.channel import House, Joined
from api.channels.joining.offered import channels_of
from api.channels.renderer import Renderer
from api.channels.web import serve_front_end
from api.channels.working import Doors
from api.clock import Clock
from api.content.following import Following
from api.content.journeys import script
from api.content.journeys.script import Journey
from api.content.laws.reading import Reader
from api.content.looking.hits import HitTester
from api.content.press import Press
from api.content.proof import Proved
from api.content.workshop import Workshop
from api.conversations import service as conversations
from api.conversations.receive import Receiver
from api.database import Database
from api.desk import duty
from api.desk.rounds import Rounds
from api.desk.schemas import Duty
from api.desk.sending import Sender
from api.desk.viewing import Viewers
from api.dialogue.chosen import Model, chosen
from api.dialogue.engine import Dialogue
from api.dictionaries import service as dictionaries
from api.edge import webhook
from api.edge.admission import Crowd, HostGuard
from api.edge.door import Door, DoorKeeper
from api.edge.limits import limiter_of
from api.edge.middleware import (
    CHANNEL_CALLS,
    BodyGuard,
    Compression,
    ErrorBoundary,
    HeadAsGet,
    SecurityHeaders,
)
from api.edge.request_id import RequestId
from api.errors import render_errors
from api.events.hub import Hub
from api.events.line import wakes_of
from api.fallback.understanding import Understanding, UnderstandingInUse
from api.in_use import InUse
from api.lanes.lanes import Lanes
from api.logs import Outage
from api.lookup import indexing
from api.moving.links import Links
from api.outbox.courier import Courier
from api.outbox.mail import MailCourier
from api.outbox.worker import Outbox
from api.outgoing.wording import speak
from api.privacy import nightly
from api.protection.keys import DataKeys
from api.protection.notice import Notice
from api.readiness import parts
from api.readiness.monitor import Monitor
from api.reference import routes as reference
from api.replicas.reading import Readings, Replica
from api.routes import PROBLEMS, ROUTES, Service
from api.settings import Settings, SettingsWrong
from api.suggestions.approvals import Approvals, Policy
from api.suggestions.schemas import Composer
from api.suggestions.suggester import Suggester
from api.switches.gate import Gate
from api.telemetry import spans
from api.tickets import escalation
from api.training.engines import Engines
from api.training.studio import Studio
from api.training.switching import Switching
from api.training.trainer import Ground, Trainer
from api.voice import Voice, Voices
from knowledge.reviewed import CONTENT

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

    from api.telemetry.export import Traces
    from knowledge.base import KnowledgeBase
    from knowledge.search.searcher import Searcher


log = logging.getLogger(__name__)

END_AGAIN_S = 5.0  # so long a task that is to end may put things in order
LANES = "lanes"  # under this name processes tell each other that it is another's turn


def create_app(
    settings: Settings,
    dialogue: Dialogue | None = None,
    knowledge: Knowledge | None = None,
    actions: Iterable[Action] | None = None,
    load: Callable[[Settings], Knowledge] | None = None,
    composer: Composer | None = None,
    clock: Clock | None = None,
    channels_transport: httpx.AsyncBaseTransport | None = None,
    workshop: Workshop | None = None,
    studio: Studio | None = None,
    engines: Engines | None = None,
    journeys: Sequence[Journey] | None = None,
    spans_to: "SpanExporter | None" = None,
    settle: Callable[[], None] | None = None,
) -> FastAPI:
    """The service as an ASGI application; whatever is not passed in is made from the settings.

    It answers /healthz at once. Knowledge that is not passed in loads behind, by `load`, and the
    door of the API opens when it is there; from then on what is published is followed. Knowledge
    that is passed in stays. Whoever has the process for himself passes `settle`, which looks
    through all of its memory when other content was taken in. Raises SettingsWrong where a file
    that the settings name cannot be used.
    """
    channels = channels_of(settings)
    traces = _traces(settings, spans_to)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        state = app.state
        state.clock = clock or Clock(settings.as_of)
        spans.use(traces.tracer if traces else None)
        state.notice = Notice.of(settings)
        state.database = Database(settings.database_url, DataKeys.of(settings))
        state.readings = _readings(state, settings)
        state.voice = InUse[Voice]()
        state.limiter = limiter_of(settings, state.database)
        state.links = Links.of(settings)
        state.passwords = Passwords()
        state.oidc = Provider.of(settings)
        looked_after = engines or Engines(settings.engines_folder, count=settings.engines)
        state.dialogue = dialogue or Dialogue(
            _rasa_urls(settings, looked_after), settings.rasa_timeout_s, token=settings.rasa_token
        )
        state.hub = Hub(state.database, wakes_of(settings, state.database), settings.most_streams)
        state.door.when_closing(state.hub.end)
        wake = partial(state.hub.signal, LANES)
        state.lanes = Lanes(state.database, wake, alone=settings.processes == 1)
        state.hub.hear_signal(LANES, state.lanes.hear)
        state.viewers = Viewers(state.hub)
        state.approvals = Approvals(
            state.database,
            state.clock,
            Policy.of(settings),
            partial(_duty, state),
        )
        state.channels = {one.name: one.join(channels_transport) for one in channels}
        state.renderer = Renderer(state.links, state.clock)
        state.outbox = _outbox(state, settings)
        state.monitor = _monitor(state, settings)
        voices = Voices(
            settings,
            state.clock,
            state.database,
            state.limiter,
            partial(_duty, state),
            actions,
            composer,
        )
        state.workshop = workshop or Workshop(
            settings.var, settings.embedder, settings.vector_store
        )
        state.law_reader = Reader()
        knowing = partial(_knowing, state)
        state.press = Press(
            state.database,
            state.clock,
            state.workshop,
            knowing,
            state.hub.tell,
            partial(_composers, state, voices),
            journeys=script.journeys if journeys is None else lambda: journeys,
        )
        state.tester = HitTester(state.database, state.workshop, knowing)
        state.following = Following(
            state.database,
            state.clock,
            state.workshop,
            state.press,
            partial(_speak_anew, state, voices),
            settle,
        )
        state.hub.hear(state.following.hear)
        state.trainer = Trainer(
            state.database,
            state.clock,
            studio or Studio(settings.var, settings.embedder),
            state.hub.tell,
            partial(_ground, state, settings),
        )
        state.switching = Switching(
            state.database,
            state.clock,
            settings.var,
            looked_after,
            state.dialogue,
            partial(_understand_anew, state, settings),
            state.hub.tell,
        )
        state.hub.hear(state.switching.hear)
        state.gathering = Gathering(state.database, state.clock, partial(_search, state))
        state.tasks = [
            asyncio.create_task(state.lanes.begin()),
            asyncio.create_task(state.monitor.watch()),
            asyncio.create_task(state.readings.watch()),
            asyncio.create_task(state.hub.run()),
            asyncio.create_task(Rounds.of(settings, state.database, state.clock, state.hub).walk()),
            asyncio.create_task(state.outbox.walk()),
            asyncio.create_task(nightly.sweep_every_night(state.database, settings)),
            asyncio.create_task(indexing.watch(state.database)),
            asyncio.create_task(state.gathering.run()),
            asyncio.create_task(state.trainer.watch()),
            asyncio.create_task(state.switching.watch()),
        ]
        if knowledge:
            understanding = await asyncio.to_thread(_understanding, settings)
            _furnish(state, voices.of(knowledge, understanding))
        else:
            loading = partial(load or _load_knowledge, settings)
            state.tasks.append(asyncio.create_task(_load(state, loading, voices)))
            if settings.listen == "loaded":
                state.tasks.append(asyncio.create_task(state.door.opened()))
                # One that cannot load ends, and opens nothing.
                await asyncio.wait(state.tasks[-2:], return_when=asyncio.FIRST_COMPLETED)
        try:
            yield
        finally:
            await _close(state)
            if traces:
                spans.use(None)
                await traces.close()

    app = Service(
        # Asked for with every message, and looked for in this order.
        routes=[*webhook.routes(settings.action_secret).routes, *ROUTES],
        title="江西知识产权维权援助热线",
        version="1",
        lifespan=lifespan,
        middleware=_edge(settings),
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if settings.docs else None,
        # It would lead to whatever host the caller names.
        redirect_slashes=False,
        responses=PROBLEMS,
        telemetry=_telemetry(traces),
    )
    app.state.settings, app.state.traces = settings, traces
    app.state.door = Door()
    render_errors(app)
    if settings.docs:
        app.include_router(reference.router)
    for channel in channels:
        app.include_router(channel.router)
    serve_front_end(app, settings.web_dist)
    return app


def _edge(settings: Settings) -> list[Middleware]:
    """What requests pass on their way in, from the outside in."""
    cross_origin = Middleware(
        CORSMiddleware,
        allow_origins=settings.embed_origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Last-Event-ID", spans.HEADER],
        expose_headers=["Retry-After"],
    )
    return [
        Middleware(RequestId),
        Middleware(SecurityHeaders),
        *([cross_origin] if settings.embed_origins else []),
        Middleware(HeadAsGet),
        Middleware(Compression),
        Middleware(DoorKeeper),
        Middleware(ErrorBoundary),
        Middleware(HostGuard, hosts=settings.allowed_hosts),
        Middleware(Crowd, most=settings.most_at_once),
        Middleware(BodyGuard),
    ]


def _traces(settings: Settings, spans_to: "SpanExporter | None") -> "Traces | None":
    """What makes traces, where the settings or the caller name who takes them."""
    if not settings.otlp_url and spans_to is None:
        return None
    # Brings the SDK along.
    from api.telemetry.export import Traces, exporter_to

    try:
        exporter = spans_to or exporter_to(settings.otlp_url)
        instance = f"{socket.gethostname()}:{settings.port}"
        return Traces(exporter, instance, Outage("the collector of traces"))
    except ValueError as error:
        raise SettingsWrong([f"OTEL_ 开头的环境变量里有一个不能用：{error}。"]) from error


def _telemetry(traces: "Traces | None") -> TelemetryConfig:
    """FastAPI's own spans of requests, and nothing else of it: its logs hold what was sent, and
    what it sets up by itself would send paths and queries.
    """
    config = TelemetryConfig(
        tracing=traces is not None,
        metrics=False,
        logs=False,
        operation_spans=False,
        auto_configure=False,
        exclude=_has_no_trace,
    )
    return {**config, "tracer_provider": traces.provider} if traces else config


def _has_no_trace(scope: Scope) -> bool:
    """Requests that are no work on somebody's behalf: files, monitors, streams that stay open; and
    the engine's calls, which go on with the trace that they carry.
    """
    path = scope["path"]
    return not path.startswith(("/api/", CHANNEL_CALLS)) or path.endswith("/events")


def _outbox(state: State, settings: Settings) -> Outbox:
    """Sends over every channel that the settings name."""
    joined = [channel.courier for channel in state.channels.values()]
    couriers: dict[str, Courier] = {
        courier.channel: courier for courier in (MailCourier.of(settings), *joined) if courier
    }
    return Outbox(
        state.database, state.clock, couriers, state.renderer, conversations.news_for_contact
    )


def _take_in(state: State) -> None:
    """Take in what comes over the channels, where the settings name any."""
    channels: Mapping[str, Joined] = state.channels
    if not channels:
        return
    doors = Doors(
        state.database,
        state.clock,
        state.receiver,
        state.limiter,
        state.links,
        state.notice,
        lambda: state.voice().regions,
        {name: channel.media for name, channel in channels.items()},
        lambda: state.dialogue.queue.seconds_for(len(state.dialogue.queue)),
    )
    several = not state.lanes.alone
    state.intake = Intake(doors, state.renderer, state.outbox.couriers, several=several)
    house = House(state.intake, state.database, state.clock)
    taking_in = [state.intake.run(), *(channel.fetch(house) for channel in channels.values())]
    state.taking_in = [asyncio.create_task(one) for one in taking_in]


async def _close(state: State) -> None:
    await _end(state.tasks)
    await state.press.close()
    await state.trainer.close()
    await state.switching.close()
    await _close_channels(state)
    await state.dialogue.close()
    await state.readings.close()
    await state.database.close()


async def _end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel these until none goes on: whoever waits by asyncio.wait_for, as libraries may, loses
    in Python 3.11 a cancellation that comes together with what he waits for.
    """
    running = set(tasks)
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=END_AGAIN_S)


async def _close_channels(state: State) -> None:
    intake: Intake | None = getattr(state, "intake", None)
    if intake:
        await _end(state.taking_in)
        await intake.close()
    for channel in state.channels.values():
        await channel.close()


def _readings(state: State, settings: Settings) -> Readings:
    """What the desk reads that may come from a replica, where the settings name one."""
    if not settings.replica_url:
        return Readings(state.database)
    keys = DataKeys.of(settings)
    return Readings(
        state.database,
        Replica(settings.replica_url, state.database, keys, settings.replica_behind_s),
    )


def _monitor(state: State, settings: Settings) -> Monitor:
    """Watches over the parts; what needs the knowledge is checked once that is there."""
    checks = {
        "service": parts.constant_check(parts.LOADING),
        "dialogue": parts.dialogue_check(state.dialogue, settings.var),
        "model": parts.model_check(settings.var),
        "index": parts.constant_check(parts.NOT_LOADED),
        "content": parts.constant_check(parts.NOT_LOADED),
        "database": state.database.trouble,
        "disk": parts.disk_check(settings.var, settings.min_free_mb),
    }
    if settings.replica_url:
        checks["replica"] = parts.noted(state.readings.trouble)
    return Monitor(checks, {"database": state.database.outage}, settled=False)


def _furnish(state: State, voice: Voice) -> None:
    """Everything that speaks; then the door opens."""
    _speak(state, voice)
    state.suggester = Suggester(state.database, state.clock, state.voice)
    state.receiver = Receiver(
        state.database,
        state.clock,
        state.dialogue,
        state.voice,
        state.lanes,
        listeners=(state.suggester,),
        approval=Gate(state.approvals.duty, state.approvals),
    )
    state.sender = Sender(state.database, state.clock, state.voice)
    _take_in(state)
    state.tasks += [
        asyncio.create_task(state.approvals.walk()),
        asyncio.create_task(
            escalation.watch(state.database, lambda: state.voice().office, state.clock)
        ),
    ]
    state.monitor.settle(service=parts.constant_check(None), content=state.following.trouble)
    state.door.open()


def _speak(state: State, voice: Voice) -> None:
    """Let everything speak with this voice from here on; who is in the middle of something goes on
    with the one that he took.
    """
    state.voice.put(voice)
    speak(voice.words)
    state.monitor.settle(index=parts.index_check(voice.knowledge, state.clock))


async def _speak_anew(state: State, voices: Voices, knowledge: Knowledge) -> None:
    """Let other knowledge be spoken from, between two turns."""
    voice = await asyncio.to_thread(voices.of, knowledge, state.voice().understanding)
    async with state.dialogue.queue.between():
        _speak(state, voice)
    await _pack_by(state, knowledge)


async def _pack_by(state: State, knowledge: Knowledge) -> None:
    """Let what is stored be packed by a dictionary that holds what is said now."""
    from knowledge.base import KnowledgeBase

    if isinstance(knowledge, KnowledgeBase):  # not what a test put in its place
        on, at = state.clock.today(), state.clock.moment()
        await dictionaries.keep_up(state.database, knowledge, on=on, at=at)


async def _composers(
    state: State, voices: Voices, before: Proved, after: Proved, day: date
) -> tuple[Composer, Composer]:
    """What thinks messages through by two knowledges on a day, by the model in use now."""
    understanding = UnderstandingInUse(state.voice().understanding.current)
    on_the_day = replace(voices, clock=Clock(day))

    def of(knowledge: Proved) -> Composer:
        return on_the_day.composer_of(cast(Knowledge, knowledge), understanding)

    return await asyncio.to_thread(of, before), await asyncio.to_thread(of, after)


def _knowing(state: State) -> Any:
    return state.voice().knowledge


async def _duty(state: State, session: AsyncSession) -> Duty:
    """Who is on duty, by the hours as they are then."""
    return await duty.of(state.voice().hours, state.clock, session)


async def _load(state: State, load: Callable[[], Knowledge], voices: Voices) -> None:
    """Load the knowledge; a service that cannot is of no use and ends, so that this is seen. Then
    follow what is published.
    """
    try:
        knowledge = await state.following.begin(load)
        understanding = await asyncio.to_thread(_understanding, voices.settings)
        _furnish(state, voices.of(knowledge, understanding))
    except Exception:
        log.exception("the knowledge cannot be loaded")
        signal.raise_signal(signal.SIGTERM)
        return
    await _pack_by(state, knowledge)
    await state.following.run()


def _understanding(settings: Settings) -> UnderstandingInUse:
    return UnderstandingInUse(_by(chosen(settings.var), settings))


def _by(model: Model, settings: Settings) -> Understanding:
    return Understanding.load(settings.var / "models", archive=model.archive)


async def _understand_anew(state: State, settings: Settings, model: Model) -> Callable[[], None]:
    """What lets this process understand by another model, in one step."""
    understanding: Understanding = await asyncio.to_thread(_by, model, settings)

    def use() -> None:
        state.voice().understanding.current = understanding

    return use


def _rasa_urls(settings: Settings, engines: Engines) -> dict[int, str]:
    """Where the engines with the model in use answer: after a switch, others than at first."""
    model = chosen(settings.var).name
    running = {number: one.url for number, one in engines.running().items() if one.model == model}
    return running or dict(enumerate(settings.rasa_url, start=1))


def _ground(state: State, settings: Settings) -> Ground:
    """The content in use and its index, for whoever compares models on it."""
    content = state.voice().content
    shipped = content == CONTENT
    return Ground(content, (settings.var if shipped else content.parent) / "index")


def _load_knowledge(settings: Settings) -> Knowledge:
    # brings a model along: only where nothing was passed in
    from knowledge.base import (
        KnowledgeBase,
    )

    return KnowledgeBase.load(settings.var, settings.embedder, vector_store=settings.vector_store)


def _search(state: State) -> "Searcher | None":
    """The search that is in use; None while nothing is loaded or the index cannot be opened."""
    try:
        return cast("KnowledgeBase", state.voice().knowledge).searcher
    except LookupError:
        return None
