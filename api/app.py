"""Puts the service together."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from rasa_sdk import Action
from starlette.datastructures import State
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

import api.answers.routes
import api.conversations.routes
import api.drafts.routes
import api.readiness
import api.reference.routes
import api.tickets.routes
from api.answers.service import Knowledge
from api.channels.web import serve_front_end
from api.clock import Clock
from api.conversations.receive import Receiver
from api.database import Database
from api.dialogue.engine import Dialogue
from api.edge import webhook
from api.edge.doors import Crowd, HostGuard
from api.edge.limits import limiter_of
from api.edge.middleware import (
    BodyGuard,
    Compression,
    ErrorBoundary,
    HeadAsGet,
    SecurityHeaders,
)
from api.errors import Problem, promise_problems, render_errors
from api.fallback.dialogue import FallbackDialogue
from api.fallback.responses import Responses
from api.fallback.understanding import Understanding
from api.settings import Settings
from api.tickets.service import LookUps


class _Service(FastAPI):
    """FastAPI, whose description of itself names the media type of our errors."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        promise_problems(document)
        return document


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
        state.database = Database(settings.database_url)
        state.limiter = limiter_of(settings, state.database)
        state.dialogue = dialogue or Dialogue(
            settings.rasa_url, settings.rasa_timeout_s, token=settings.rasa_token
        )
        state.knowledge = knowledge or await asyncio.to_thread(_load_knowledge, settings)
        understanding = await asyncio.to_thread(Understanding.load, settings.var / "models")
        state.executor = webhook.executor_of(
            _all_actions(state, understanding) if actions is None else actions
        )
        state.receiver = Receiver(
            state.database,
            state.clock,
            state.dialogue,
            FallbackDialogue(understanding, Responses(), webhook.run_with(state.executor)),
            state.knowledge.guard,
        )
        yield
        await state.dialogue.close()
        await state.database.close()

    app = _Service(
        title="江西知识产权维权援助热线",
        version="1",
        lifespan=lifespan,
        middleware=_edge(settings),
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if settings.docs else None,
        # It would lead to whatever host the caller names.
        redirect_slashes=False,
        responses={
            "4XX": {"model": Problem, "description": "出错时的统一格式"},
            "5XX": {"model": Problem, "description": "出错时的统一格式"},
        },
    )
    render_errors(app)
    app.include_router(api.conversations.routes.router)
    app.include_router(api.drafts.routes.router)
    app.include_router(api.tickets.routes.router)
    app.include_router(api.answers.routes.router)
    app.include_router(api.readiness.router)
    if settings.docs:
        app.include_router(api.reference.routes.router)
    app.include_router(webhook.routes(settings.action_secret))
    serve_front_end(app, settings.web_dist)
    return app


def _edge(settings: Settings) -> list[Middleware]:
    """What requests pass on their way in, from the outside in."""
    cross_origin = Middleware(
        CORSMiddleware,
        allow_origins=settings.embed_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=["Retry-After"],
    )
    return [
        Middleware(SecurityHeaders),
        *([cross_origin] if settings.embed_origins else []),
        Middleware(HeadAsGet),
        Middleware(Compression),
        Middleware(ErrorBoundary),
        Middleware(HostGuard, hosts=settings.allowed_hosts),
        Middleware(Crowd, most=settings.most_at_once),
        Middleware(BodyGuard),
    ]


def _load_knowledge(settings: Settings) -> Knowledge:
    # brings a model along: only where nothing was passed in
    from knowledge.base import (
        KnowledgeBase,
    )

    return KnowledgeBase.load(settings.var, settings.embedder, vector_store=settings.vector_store)


def _all_actions(state: State, understanding: Understanding) -> Iterable[Action]:
    from actions import Services, all_actions

    return all_actions(
        Services(
            state.clock,
            state.database,
            state.knowledge,
            understanding,
            LookUps(state.limiter),
        )
    )
