"""Who is let in: by the name that was called, and only so many at once."""

import re
from collections.abc import Sequence
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from api.edge.middleware import ACTION_CALLS, CHANNEL_CALLS, from_this_machine
from api.edge.streams import until_it_streams
from api.errors import HelplineError, problem

_PORT = re.compile(r":\d+$")
HEALTH = ("/healthz", "/readyz")


class UnknownHost(HelplineError):
    code = "unknown_host"
    status = HTTPStatus.BAD_REQUEST
    title = "网址不对"
    detail = "这个网址不是本热线的，请核对网址后重新打开。"


class TooCrowded(HelplineError):
    code = "too_crowded"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "现在人多"
    detail = "现在来访的人很多，请等几秒再试；前面说过的都已记下，不用重说。"


class HostGuard:
    """Lets in who called one of our names (`*.example.cn` allows every name below it).

    What comes from this machine may call it as it likes: the supervisor and the dialogue engine
    use its address. Without names everything is let in.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self.app, self._hosts = app, tuple(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        guarded = scope["type"] == "http" and self._hosts and not from_this_machine(scope)
        if guarded and not self._is_ours(Headers(scope=scope).get("host", "")):
            return await problem(UnknownHost())(scope, receive, send)
        await self.app(scope, receive, send)

    def _is_ours(self, called: str) -> bool:
        name = _PORT.sub("", called.lower())
        return any(
            name == host or (host.startswith("*.") and name.endswith(host[1:]))
            for host in self._hosts
        )


class Crowd:
    """Serves at most `most` requests at once and asks the others to come back.

    A stream of events counts until it begins. Health is always told, and the dialogue engine's
    calls are always let in: a message that is being answered waits for them. So are the calls of
    channels: whoever wrote there would be told that the account is broken.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self._most, self._inside = app, most, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _always_let_in(scope):
            return await self.app(scope, receive, send)
        if self._inside >= self._most:
            return await problem(TooCrowded())(scope, receive, send)
        self._inside += 1
        inside = True

        def leave() -> None:
            nonlocal inside
            self._inside -= inside
            inside = False

        try:
            await self.app(scope, receive, until_it_streams(send, leave))
        finally:
            leave()


def _always_let_in(scope: Scope) -> bool:
    path = scope["path"]
    if path in HEALTH or path.startswith(CHANNEL_CALLS):
        return True
    return path == ACTION_CALLS and from_this_machine(scope)
