"""/healthz, /readyz and /metrics."""

import hmac
import ipaddress
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from sqlalchemy import func, select

from api import metrics
from api.conversations.models import Conversation
from api.database import AppDatabase
from api.errors import HelplineError
from api.outbox import view as outbox
from api.readiness.monitor import Monitor, Readiness
from api.settings import Settings

router = APIRouter(tags=["readiness"])


class Alive(BaseModel):
    alive: bool


class MetricsForbidden(HelplineError):
    code = "metrics_forbidden"
    status = HTTPStatus.FORBIDDEN
    title = "不对外开放"
    detail = "这个地址只供运维监控使用；允许的地址和令牌见设置 HELPLINE_METRICS_ALLOW。"


@router.get("/healthz")
async def healthz() -> Alive:
    """The process answers."""
    return Alive(alive=True)


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness}})
async def readyz(request: Request) -> JSONResponse:
    """Ready only when every part does its work; otherwise 503, saying of each what is wrong and
    what to do.
    """
    monitor: Monitor = request.app.state.monitor
    readiness = await monitor.look()
    return JSONResponse(
        readiness.model_dump(), HTTPStatus.OK if readiness.ready else HTTPStatus.SERVICE_UNAVAILABLE
    )


@router.get("/metrics", include_in_schema=False)
async def show_metrics(request: Request, database: AppDatabase) -> Response:
    """What was counted, for Prometheus."""
    if not may_read_metrics(request, request.app.state.settings):
        raise MetricsForbidden
    waiting = select(func.count()).where(Conversation.state == "waiting")
    async with database.reading() as session:
        metrics.handoffs_waiting(await session.scalar(waiting) or 0)
        await outbox.measure(session, at=request.app.state.clock.now())
    body, media_type = metrics.exposition()
    return Response(body, media_type=media_type)


def may_read_metrics(request: Request, settings: Settings) -> bool:
    """By the token from anywhere; by address only when the request came straight from there.

    Behind a proxy everybody has the proxy's address, or one that a header claims.
    """
    token = settings.metrics_token.get_secret_value()
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if token and scheme.lower() == "bearer":
        return hmac.compare_digest(given.strip().encode(), token.encode())
    handed_on = {"x-forwarded-for", "forwarded", "x-real-ip"} & set(request.headers.keys())
    return not handed_on and _is_in(request.client.host if request.client else "", settings)


def _is_in(host: str, settings: Settings) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(one) for one in settings.metrics_allow)
