"""Half-open connections, silent ones and slow ones shut nobody out: real sockets against a real
server.
"""

import asyncio
import contextlib
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request
from starlette.middleware import Middleware

from api.edge.connections import GuardedProtocol, WaitingRoom
from api.edge.middleware import BodyGuard
from tests.api.problems import problem

HALF = b"GET /healthz HTTP/1.1\r\nHost: helpline\r\nX-Slow: "
PATIENCE_S = 30  # generous: the machine may be busy


def small_app() -> FastAPI:
    app = FastAPI(middleware=[Middleware(BodyGuard, body_s=0.2)])

    @app.get("/healthz")
    async def healthz() -> dict[str, bool]:
        return {"alive": True}

    @app.post("/said")
    async def said(request: Request) -> object:
        return await request.json()

    return app


def protocol_with(waiting: WaitingRoom, limit_s: float) -> type[GuardedProtocol]:
    class Small(GuardedProtocol):
        room = waiting
        head_s = limit_s

    return Small


@contextlib.asynccontextmanager
async def serving(protocol: type[GuardedProtocol], keep_alive: int = 5) -> AsyncIterator[int]:
    """The port of a real server, gone afterwards."""
    config = uvicorn.Config(
        small_app(),
        http=protocol,
        log_config=None,
        lifespan="off",
        timeout_keep_alive=keep_alive,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    running = asyncio.create_task(server.serve([listening]))
    await until(lambda: server.started)
    yield listening.getsockname()[1]
    server.should_exit = True
    await running


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, "waited too long"
        await asyncio.sleep(0.01)


@contextlib.contextmanager
def sockets(port: int, number: int, said: bytes) -> Iterator[list[socket.socket]]:
    """So many connections that each say the same and then nothing more."""
    with contextlib.ExitStack() as opened:
        many = [
            opened.enter_context(socket.create_connection(("127.0.0.1", port)))
            for _ in range(number)
        ]
        for one in many:
            one.sendall(said)
            one.setblocking(False)
        yield many


def was_ended(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


@pytest.mark.parametrize("said", [b"", HALF])
async def test_hundreds_of_half_open_connections_shut_nobody_out(said: bytes) -> None:
    room = WaitingRoom(most=512, most_each=64)
    async with serving(protocol_with(room, limit_s=600)) as port:
        with sockets(port, 270, said) as held:
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
                for _ in range(20):
                    answer = await client.get("/healthz", timeout=PATIENCE_S)
                    assert answer.status_code == 200
                await until(lambda: sum(map(was_ended, held)) >= 270 - 64)
            assert len(room) <= 64
    assert len(room) == 0


async def test_a_request_that_never_becomes_whole_is_given_up() -> None:
    async with serving(protocol_with(WaitingRoom(), limit_s=0.2)) as port:
        with sockets(port, 1, HALF) as [one], sockets(port, 1, b"") as [other]:
            await until(lambda: was_ended(one))
            await until(lambda: was_ended(other))


async def test_a_second_request_that_trickles_is_given_up_too() -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: helpline\r\n\r\n"
    async with serving(protocol_with(WaitingRoom(), limit_s=0.5), keep_alive=1) as port:
        with sockets(port, 1, whole + HALF) as [one]:
            await until(lambda: _is_over(one))


def _is_over(connection: socket.socket) -> bool:
    """Whether the connection is ended, once its answer is read; says a little more meanwhile."""
    with contextlib.suppress(BlockingIOError):
        try:
            connection.send(b"x")
            return connection.recv(4096) == b""
        except ConnectionError:
            return True
    return False


async def test_a_body_that_trickles_is_refused() -> None:
    head = b"POST /said HTTP/1.1\r\nHost: h\r\nContent-Length: 99\r\n"
    async with serving(protocol_with(WaitingRoom(), limit_s=10)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head + b"Content-Type: application/json\r\n\r\n{")
        async with asyncio.timeout(PATIENCE_S):
            answer = await reader.readuntil(b"}")
        writer.close()

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"body_too_slow" in answer and b"application/problem+json" in answer


async def test_who_speaks_in_time_is_served_again_and_again() -> None:
    room = WaitingRoom()
    async with (
        serving(protocol_with(room, limit_s=10)) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        for number in range(5):
            answer = await client.post("/said", json={"text": str(number)})
            assert answer.json() == {"text": str(number)}
        problem(await client.post("/said", content=b"x"), 415, "not_json")
        await until(lambda: len(room) == 1)  # one connection, kept for the next request


async def test_the_longest_waiting_of_all_goes_when_there_is_no_room() -> None:
    room = WaitingRoom(most=3, most_each=64)
    async with serving(protocol_with(room, limit_s=600)) as port:
        with sockets(port, 3, HALF) as first:
            await until(lambda: len(room) == 3)
            with sockets(port, 2, HALF):
                await until(lambda: was_ended(first[0]) and was_ended(first[1]))
                assert not was_ended(first[2])
                assert len(room) == 3
