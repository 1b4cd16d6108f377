"""WeChat's API in one place of memory: it answers as it is told and remembers what it was asked."""

import json
from collections.abc import Callable
from typing import Any

import httpx

Answer = dict[str, Any] | bytes | Exception


class FakeApi(httpx.AsyncBaseTransport):
    """Hands out tokens t1, t2, …; `answers` are what the next calls get, else they succeed.

    A call with a token that counts no more is refused, unless `answers` says something else.
    `told` is what the token's call answers instead, as long as it is set.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []  # path, and query with body
        self.answers: list[Answer] = []
        self.told: Answer | None = None
        self.tokens = 0
        self.lasts_s = 7200
        self.before: Callable[[], Any] | None = None  # runs before a token is handed out

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content) if request.content else {}
        self.calls.append((request.url.path, {**request.url.params, **body}))
        if request.url.path.endswith("/stable_token"):
            return _response(await self._token(body) if self.told is None else self.told)
        if self.answers:
            return _response(self.answers.pop(0))
        if request.url.params.get("access_token") != self.current:
            return _response({"errcode": 40001, "errmsg": "invalid credential"})
        return _response({"errcode": 0, "errmsg": "ok"})

    @property
    def current(self) -> str:
        return f"t{self.tokens}"

    def revoke(self) -> None:
        """The token counts no more, as when somebody else has forced another."""
        self.tokens += 1

    def sent(self) -> list[str]:
        """The texts of all customer-service messages that were tried."""
        return [body["text"]["content"] for path, body in self.calls if path.endswith("/send")]

    def asked(self, end: str) -> list[dict[str, Any]]:
        """Query and body of all calls to what ends so."""
        return [body for path, body in self.calls if path.endswith(end)]

    async def _token(self, body: dict[str, Any]) -> dict[str, Any]:
        if self.before:
            await self.before()
        if body["force_refresh"] or not self.tokens:
            self.tokens += 1
        return {"access_token": self.current, "expires_in": self.lasts_s}


def _response(answer: Answer) -> httpx.Response:
    if isinstance(answer, Exception):
        raise answer
    if isinstance(answer, bytes):
        return httpx.Response(200, content=answer, headers={"Content-Type": "image/jpeg"})
    return httpx.Response(200, json=answer)
