"""Events as server-sent events: how a stream begins, and what is written on it."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Header
from fastapi.sse import ServerSentEvent

from api.events.hub import AppHub, Hub, Key, TooManyStreams, Wants

LONGEST_ID = 20
ASK_AGAIN_S = 20.0


async def _room(hub: AppHub) -> Hub:
    if hub.full:
        raise TooManyStreams(headers={"Retry-After": "30"})
    return hub


async def _last_seen(
    last_event_id: Annotated[
        str | None,
        Header(
            max_length=LONGEST_ID,
            description="The id of the last event that was seen: the stream resumes behind it.",
        ),
    ] = None,
) -> int | None:
    # What is no number was never an id of ours: such a reader begins now.
    seen = last_event_id or ""
    return int(seen) if seen.isascii() and seen.isdecimal() else None


# A place for a stream; raises TooManyStreams.
RoomInHub = Annotated[Hub, Depends(_room)]
# The event behind which a stream resumes; None begins now.
LastSeen = Annotated[int | None, Depends(_last_seen)]


async def streamed(
    hub: Hub,
    key: Key,
    wants: Wants,
    last: int | None,
    may_go_on: Callable[[], Awaitable[bool]] | None = None,
) -> AsyncIterator[ServerSentEvent]:
    """The events that somebody is told, in the form of the wire.

    A comment every 15 seconds keeps proxies from closing it; FastAPI writes it. `may_go_on` is
    asked now and then, before something is told.
    """
    asked = time.monotonic()
    async for event in hub.follow(key, wants, last):
        if may_go_on is not None and time.monotonic() - asked > ASK_AGAIN_S:
            asked = time.monotonic()
            if not await may_go_on():
                return
        yield ServerSentEvent(
            raw_data=event.sent,
            event=event.kind,
            id=None if event.id is None else str(event.id),
        )
