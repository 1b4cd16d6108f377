"""Puts the service together."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from rasa_sdk import Action
from starlette.datastructures import State
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

import api.answers.routes
import api.conversations.routes
import api.drafts.routes
import api.privacy.routes
import api.readiness
import api.reference.routes
import api.tickets.routes
from api.answers.service import Knowledge
from api.channels.web import serve_front_end
from api.clock import Clock
from api.conversations.receive import Receiver
from api.database import Database
from api.dialogue import Dialogue
from api.edge import webhook
from api.edge.middleware import (
    BodyGuard,
    Compression,
    ErrorBoundary,
    HeadAsGet,
    SecurityHeaders,
)
from api.errors import Problem, render_errors
from api.fallback.responder import FallbackResponder
from api.privacy import nightly
from api.protection.keys import DataKeys
from api.protection.notice import Notice
from api.settings import Settings
from api.tickets.throttle import Throttle


def create_app(
    settings: Settings,
    dialogue: Dialogue | None = None,
    knowledge: Knowledge | None = None,
    actions: Iterable[Action] | None = None,
) -> FastAPI:
    """The service as an ASGI application; whatever is not passed in is made from the settings."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        state = app.state
        state.clock = Clock(settings.as_of)
        state.throttle = Throttle()
        state.notice = Notice.of(settings)
        state.database = Database(settings.database_url, DataKeys.of(settings))
        state.dialogue = dialogue or Dialogue(settings.rasa_url, settings.rasa_timeout_s)
        state.knowledge = knowledge or await asyncio.to_thread(_load_knowledge, settings)
        fallback = FallbackResponder(state.database, state.clock, state.knowledge)
        state.receiver = Receiver(
            state.database,
            state.clock,
            state.dialogue,
            fallback,
            state.knowledge.guard,
        )
        state.executor = webhook.executor_of(_all_actions(state) if actions is None else actions)
        sweeps = asyncio.create_task(nightly.sweep_every_night(state.database, settings))
        yield
        sweeps.cancel()
        await state.dialogue.close()
        await state.database.close()

    app = FastAPI(
        title="江西知识产权维权援助热线",
        version="1",
        lifespan=lifespan,
        middleware=_edge(settings),
        docs_url=None,
        redoc_url=None,
        responses={"4XX": {"model": Problem, "description": "出错时的统一格式"}},
    )
    render_errors(app)
    app.include_router(api.conversations.routes.router)
    app.include_router(api.drafts.routes.router)
    app.include_router(api.tickets.routes.router)
    app.include_router(api.answers.routes.router)
    app.include_router(api.privacy.routes.router)
    app.include_router(api.readiness.router)
    app.include_router(api.reference.routes.router)
    app.include_router(webhook.routes(settings.action_secret))
    serve_front_end(app, settings.web_dist)
    return app


def _edge(settings: Settings) -> list[Middleware]:
    """What requests pass on their way in, from the outside in."""
    cross_origin = Middleware(
        CORSMiddleware,
        allow_origins=settings.embed_origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=["Retry-After"],
    )
    return [
        Middleware(SecurityHeaders),
        *([cross_origin] if settings.embed_origins else []),
        Middleware(HeadAsGet),
        Middleware(Compression),
        Middleware(ErrorBoundary),
        Middleware(BodyGuard),
    ]


def _load_knowledge(settings: Settings) -> Knowledge:
    # brings a model along: only where nothing was passed in
    from knowledge.base import (
        KnowledgeBase,
    )

    return KnowledgeBase.load(settings.var, settings.embedder, vector_store=settings.vector_store)


def _all_actions(state: State) -> Iterable[Action]:
    from actions import Services, all_actions

    return all_actions(Services(state.clock, state.database, state.knowledge, state.dialogue.parse))
