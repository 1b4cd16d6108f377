"""A language model's server, as the tests play one: real HTTP on this machine, played answers."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Model:
    """`asked` are the requests that it got, `headers` those of the last one; `answers` is sent as
    the body, after `delay_s`.
    """

    url: str = ""
    status: int = 200
    answers: bytes = b""
    delay_s: float = 0
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: str = ""

    def says(self, text: str, finish: str = "stop") -> None:
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "message": message, "finish_reason": finish}
        self.answers = json.dumps({"object": "chat.completion", "choices": [choice]}).encode()

    @property
    def heard(self) -> str:
        """Everything that left with the last request."""
        return json.dumps(self.asked[-1], ensure_ascii=False)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.headers = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line.split(":")[1])
            for line in self.headers.splitlines()
            if line.lower().startswith("content-length")
        )
        self.asked.append(json.loads(await reader.readexactly(length)))
        await asyncio.sleep(self.delay_s)
        head = (
            f"HTTP/1.1 {self.status} X\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(self.answers)}\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode() + self.answers)
        writer.close()


@asynccontextmanager
async def model() -> AsyncIterator[Model]:
    played = Model()
    server = await asyncio.start_server(played.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    played.url = f"http://127.0.0.1:{port}/v1"
    async with server:
        yield played
