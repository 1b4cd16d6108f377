"""Connections that are held open without a request: each has its time, and there is room for so
many.

uvicorn waits for a request for as long as it takes. A few hundred half-open connections would use
up what this process may hold, and shut everybody out.
"""

import asyncio
from collections import Counter
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_S = 10.0  # for a first request's head, from the connection on
WRITE_S = 60.0  # for who does not read his answer


class WaitingRoom:
    """The connections on which no request is being served, the longest waiting first.

    When one address holds more than `most_each`, or all together more than `most`, the longest
    waiting one goes: a newcomer who says what he wants is always served. Behind a proxy all come
    from one address; a proxy sends whole requests, so that few of them wait.
    """

    def __init__(self, most: int = 512, most_each: int = 64) -> None:
        self.most, self.most_each = most, most_each
        self._waiting: dict[GuardedProtocol, str] = {}
        self._of_address: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._waiting)

    def enter(self, connection: "GuardedProtocol") -> None:
        """A connection waits from now on."""
        self.leave(connection)
        address = connection.client[0] if connection.client else ""
        self._waiting[connection] = address
        self._of_address[address] += 1
        if self._of_address[address] > self.most_each:
            self._turn_out(next(one for one, of in self._waiting.items() if of == address))
        elif len(self._waiting) > self.most:
            self._turn_out(next(iter(self._waiting)))

    def leave(self, connection: "GuardedProtocol") -> None:
        """A connection is served, or gone."""
        address = self._waiting.pop(connection, None)
        if address is not None:
            self._of_address[address] -= 1
            if not self._of_address[address]:
                del self._of_address[address]

    def _turn_out(self, connection: "GuardedProtocol") -> None:
        self.leave(connection)
        connection.give_up()


class GuardedProtocol(HttpToolsProtocol):
    """uvicorn's protocol with a time limit for every wait for a request, and for a reader who has
    stopped.
    """

    room: ClassVar[WaitingRoom] = WaitingRoom()
    head_s: ClassVar[float] = HEAD_S

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._patience: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait(self.head_s)

    def connection_lost(self, exc: Exception | None) -> None:
        self._served()
        self.resume_writing()
        super().connection_lost(exc)

    def on_headers_complete(self) -> None:
        self._served()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        more = bool(self.pipeline)
        super().on_response_complete()
        if not more and not self.transport.is_closing():
            # uvicorn ends a silent connection earlier, but not one that sends a byte now and then
            self._wait(self.timeout_keep_alive + self.head_s)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self.loop.call_later(WRITE_S, self.give_up)

    def resume_writing(self) -> None:
        if self._unread:
            self._unread.cancel()
            self._unread = None
        super().resume_writing()

    def give_up(self) -> None:
        """End the connection at once, whatever it still holds."""
        self.transport.abort()

    def _wait(self, patience_s: float) -> None:
        self._served()
        self._patience = self.loop.call_later(patience_s, self.give_up)
        self.room.enter(self)

    def _served(self) -> None:
        if self._patience:
            self._patience.cancel()
            self._patience = None
        self.room.leave(self)
