"""What a channel brings to the service, and what it may ask of it."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import httpx
from fastapi import APIRouter

from api.channels.incoming import Incoming, MediaSource
from api.clock import Clock
from api.database import Database
from api.outbox.courier import Courier


class TakesIn(Protocol):
    """Who takes in what comes over a channel whose requests carry no answer."""

    async def accept(self, incoming: Incoming, at: datetime) -> object:
        """Store it, and begin the work on it, whose answer the outbox sends. Raises
        DatabaseUnavailable.
        """
        ...


@dataclass(frozen=True)
class House:
    """The service, as far as a channel that fetches by itself needs it."""

    intake: TakesIn
    database: Database
    clock: Clock


async def nothing(house: House) -> None:
    """A channel that is called, and fetches nothing."""


@dataclass(frozen=True)
class Joined:
    """A channel in a running service: who sends, who fetches pictures, and what ends it.

    `fetch` runs from when the service takes in until it stops.
    """

    courier: Courier
    media: MediaSource
    close: Callable[[], Awaitable[None]]
    fetch: Callable[[House], Coroutine[Any, Any, None]] = nothing


@dataclass(frozen=True)
class Channel:
    """A channel that the settings name. `router` are its routes; `join` opens its connections, over
    another transport than the network where one is given.
    """

    name: str
    router: APIRouter
    join: Callable[[httpx.AsyncBaseTransport | None], Joined]
