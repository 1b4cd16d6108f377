"""The paths of the service, which every application of a process shares."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.types import Receive, Scope, Send

import api.accounts.admin
import api.accounts.routes
import api.answers.routes
import api.asked.routes
import api.calls.routes
import api.canned.routes
import api.content.laws.routes
import api.content.looking.routes
import api.content.routes
import api.conversations.routes
import api.desk.routes
import api.drafts.routes
import api.evidence.desk_routes
import api.evidence.routes
import api.experts.routes
import api.figures.papers
import api.figures.routes
import api.institutions.routes
import api.labels.routes
import api.lookup.directory
import api.lookup.routes
import api.lookup.vocabulary
import api.moving.routes
import api.outbox.routes
import api.privacy.routes
import api.readiness.routes
import api.suggestions.routes
import api.switches.routes
import api.tickets.routes
import api.tickets.staff.joint_routes
import api.tickets.staff.routes
import api.training.routes
from api.errors import Problem, promise_problems

ROUTERS = (
    api.conversations.routes.router,
    api.desk.routes.router,
    api.drafts.routes.router,
    api.tickets.routes.router,
    api.tickets.routes.conversation_router,
    api.tickets.staff.routes.router,
    api.tickets.staff.joint_routes.router,
    api.evidence.routes.router,
    api.evidence.desk_routes.router,
    api.figures.routes.router,
    api.figures.papers.router,
    api.accounts.routes.router,
    api.accounts.admin.router,
    api.answers.routes.router,
    api.lookup.routes.router,
    api.lookup.directory.router,
    api.lookup.vocabulary.router,
    api.outbox.routes.router,
    api.privacy.routes.router,
    api.calls.routes.router,
    api.calls.routes.telephone,
    api.moving.routes.router,
    api.canned.routes.router,
    api.suggestions.routes.router,
    api.switches.routes.router,
    api.switches.routes.public,
    api.content.routes.router,
    api.content.looking.routes.router,
    api.content.laws.routes.router,
    api.institutions.routes.router,
    api.experts.routes.router,
    api.labels.routes.router,
    api.asked.routes.router,
    api.training.routes.router,
    api.readiness.routes.router,
)
PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Problem, "description": "出错时的统一格式"},
    "5XX": {"model": Problem, "description": "出错时的统一格式"},
}
_serving: ContextVar[FastAPI] = ContextVar("serving")


class _OfTheServing:
    """What stands in the place of dependencies, which is each application's own affair."""

    @property
    def dependency_overrides(self) -> dict[Callable[..., Any], Callable[..., Any]]:
        return _serving.get().dependency_overrides


def _all() -> APIRouter:
    together = APIRouter(responses=PROBLEMS, dependency_overrides_provider=_OfTheServing())
    for router in ROUTERS:
        together.include_router(router)
    return together


# FastAPI works out what a path takes and answers when it is first asked for. For all of them that
# takes 0.2 s: made here they take it once, and not once an application.
ROUTES = _all().routes


class Service(FastAPI):
    """FastAPI, whose description of itself names the media type of our errors."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        serving = _serving.set(self)
        try:
            await super().__call__(scope, receive, send)
        finally:
            _serving.reset(serving)

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        promise_problems(document)
        return document
