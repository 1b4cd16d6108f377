"""What the callbacks of all platforms have in common: one address an account, whose question is
answered before the platform calls it.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, Protocol, TypeVar

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import PlainTextResponse, Response

from api.clock import AppClock
from api.errors import NotFound


class Echoing(Protocol):
    """One account's side of the platform's calls."""

    def echo(self, query: Mapping[str, str], now: datetime) -> str:
        """What the platform wants to hear before it takes the address."""
        ...


Callback = TypeVar("Callback", bound=Echoing)


def router_of(
    channel: str, callbacks: Mapping[str, Callback], unknown: str
) -> tuple[APIRouter, Callable[[str], Awaitable[Callback]]]:
    """A channel's router, which answers the platform's question, and the dependency by which a call
    finds the callback of its account; `unknown` is what the caller reads where there is none.
    """
    router = APIRouter(prefix=f"/channels/{channel}", include_in_schema=False)

    async def callback_of(name: Annotated[str, Path(max_length=40)]) -> Callback:
        if name not in callbacks:
            raise NotFound(unknown)
        return callbacks[name]

    @router.get("/{name}")
    async def echo(
        callback: Annotated[Any, Depends(callback_of)], request: Request, clock: AppClock
    ) -> Response:
        return PlainTextResponse(callback.echo(request.query_params, clock.moment()))

    return router, callback_of
