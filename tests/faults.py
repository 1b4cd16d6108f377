"""A line between two parts that fails where a test wants it to: it stands still, breaks before or
behind what was sent, breaks in the middle of an answer, or brings one twice.
"""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from anyio.from_thread import BlockingPortal, start_blocking_portal
from sqlalchemy import make_url

AT_ONCE = 65_536  # bytes

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Reach = Callable[[], Awaitable[Streams]]


@dataclass(eq=False)
class Fault:
    """What happens to one connection, once: when `signs` were sent on it, in this order.

    `lost`: the line breaks, and the server does not get what held the last sign. `unheard`: the
    server gets it, and the line breaks behind the first `passes` bytes of its answer. `twice`: its
    answer comes, and comes again when the next thing is sent on the same connection.
    """

    signs: tuple[bytes, ...]
    way: Literal["lost", "unheard", "twice"]
    passes: int = 0
    happened: threading.Event = field(default_factory=threading.Event)


@dataclass(eq=False)
class _Connection:
    near: Streams
    far: Streams
    fault: Fault | None = None  # whose signs are looked for
    met: int = 0
    now: Fault | None = None  # what happens to the answer that comes next
    again: bytes = b""  # an answer that will come again

    def end(self) -> None:
        for _, writer in (self.near, self.far):
            writer.close()


class Line:
    """Passes on what is sent from `port` to a server and back, as long as nothing is wrong.

    It has a thread of its own: whoever waits on his own loop for what comes over it waits for
    nobody else.
    """

    def __init__(self, reach: Reach, portal: BlockingPortal) -> None:
        self._reach, self._portal, self.port = reach, portal, 0
        self.fault: Fault | None = None
        self.refuses = False  # whether a new connection ends at once
        self._flows = asyncio.Event()
        self._flows.set()
        self._open: set[_Connection] = set()
        self._served: set[asyncio.Task[None]] = set()

    def hold(self) -> None:
        """Pass on nothing more, in neither direction, and break nothing."""
        self._portal.call(self._flows.clear)

    def flow(self) -> None:
        """Pass on what was held, and all that follows."""
        self._portal.call(self._flows.set)

    def cut(self) -> None:
        """Break every connection."""
        self._portal.call(self._cut)

    async def begin(self) -> asyncio.Server:
        """Take connections from here on."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def end(self, server: asyncio.Server) -> None:
        """Take none any more, and wait until nothing is left of those that there were."""
        server.close()
        self._flows.set()
        self._cut()
        await asyncio.gather(*self._served)

    def _cut(self) -> None:
        for connection in self._open:
            connection.end()

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served = asyncio.create_task(self._serve(reader, writer))
        self._served.add(served)
        served.add_done_callback(self._served.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        if self.refuses:
            return writer.close()
        connection = _Connection((reader, writer), await self._reach())
        self._open.add(connection)
        ways = [asyncio.create_task(one(connection)) for one in (self._there, self._back)]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        connection.end()
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)
        self._open.discard(connection)

    async def _there(self, connection: _Connection) -> None:
        while sent := await connection.near[0].read(AT_ONCE):
            await self._flows.wait()
            if connection.again:
                connection.near[1].write(connection.again)
                connection.again, connection.now = b"", None
            fault = self._met(connection, sent)
            if fault and fault.way == "lost":
                return fault.happened.set()
            connection.now = fault or connection.now
            connection.far[1].write(sent)

    async def _back(self, connection: _Connection) -> None:
        while answer := await connection.far[0].read(AT_ONCE):
            await self._flows.wait()
            if fault := connection.now:
                fault.happened.set()
                if fault.way == "unheard":
                    return connection.near[1].write(answer[: fault.passes])
                connection.again += answer
            connection.near[1].write(answer)

    def _met(self, connection: _Connection, sent: bytes) -> Fault | None:
        """The fault whose last sign this is."""
        if connection.fault is not self.fault:
            connection.fault, connection.met = self.fault, 0
        fault = connection.fault
        if fault is None:
            return None
        while connection.met < len(fault.signs) and fault.signs[connection.met] in sent:
            connection.met += 1
        if connection.met < len(fault.signs):
            return None
        self.fault = None
        return fault


@contextmanager
def line_to(reach: Reach) -> Iterator[Line]:
    """A line on a port of its own, to where `reach` connects."""
    with start_blocking_portal() as portal:
        line = Line(reach, portal)
        server = portal.call(line.begin)
        try:
            yield line
        finally:
            portal.call(line.end, server)


@contextmanager
def line_to_postgresql(url: str) -> Iterator[tuple[Line, str]]:
    """A line to the tests' own server, which listens on a file, and the URL that leads over it."""
    address = make_url(url)
    socket = f"{address.query['host']}/.s.PGSQL.5432"
    with line_to(lambda: asyncio.open_unix_connection(socket)) as line:
        by_line = address.set(host="127.0.0.1", port=line.port, query={})
        yield line, by_line.render_as_string(hide_password=False)
