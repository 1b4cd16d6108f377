"""Calls to a platform, for one account."""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, ClassVar

import httpx

from api.channels.tencent.errors import Codes, Follows, Refused
from api.channels.tencent.tokens import Tokens

ANSWERS_WITHIN_S = 8.0
LARGEST_MEDIA = 10 * 1024 * 1024  # bytes of a picture, as the platforms bound them
TOO_LARGE = 40009  # their own code for it
WRONG_KIND = 40004  # the same
STALE = 40014  # the token counts no more

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Download:
    """A picture or the like, as it was sent; `media_type` is what the platform says that it is."""

    content: bytes
    media_type: str


def loop_time() -> float:
    """The event loop's seconds, which only go forward."""
    return asyncio.get_running_loop().time()


class Client(ABC):
    """One account's calls. Each raises Refused where the platform does not do it.

    `api` is the platform's address, `transport` stands in for the network, `now` for seconds that
    only go forward. No error and no log line holds an address: the access token stands in it.
    """

    codes: ClassVar[Codes]

    def __init__(
        self,
        api: str,
        transport: httpx.AsyncBaseTransport | None = None,
        now: Callable[[], float] = loop_time,
    ) -> None:
        self.told_at: datetime | None = None  # the platform's own time when it last answered
        self._http = httpx.AsyncClient(base_url=api, transport=transport, timeout=ANSWERS_WITHIN_S)
        self._tokens = Tokens(self._ask_for_token, now, self.codes.known[STALE])

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def token(self) -> str:
        """The access token."""
        return await self._tokens.get()

    async def download(self, media_id: str) -> Download:
        """What a visitor sent, within the three days that the platform keeps it."""
        answer = await self._with_token("GET", "/cgi-bin/media/get", query={"media_id": media_id})
        if len(answer.content) > LARGEST_MEDIA:
            raise self.codes.refused(TOO_LARGE)
        if _says_something(answer):  # where a film lies, and no picture
            raise self.codes.refused(WRONG_KIND)
        return Download(answer.content, answer.headers.get("content-type", "").partition(";")[0])

    @abstractmethod
    async def _ask_for_token(self, forced: bool) -> tuple[str, float]:
        """A token with the seconds that it lasts; another than before where it is forced."""

    def _token_in(self, answer: httpx.Response) -> tuple[str, float]:
        told = self._object(answer)
        try:
            return str(told["access_token"]), float(told["expires_in"])
        except (KeyError, TypeError, ValueError):
            raise Refused(self.codes.away) from None

    async def _with_token(
        self, method: str, path: str, body: Answer | None = None, query: Mapping[str, str] = {}
    ) -> httpx.Response:
        """A call with the token; where that is refused, once more with another."""
        token = await self._tokens.get()
        try:
            return await self._call(method, path, body, {**query, "access_token": token})
        except Refused as answer:
            if answer.problem.follows is not Follows.RENEW:
                raise
        token = await self._tokens.renewed(token)
        return await self._call(method, path, body, {**query, "access_token": token})

    async def _call(
        self, method: str, path: str, body: Answer | None = None, query: Mapping[str, str] = {}
    ) -> httpx.Response:
        # Characters as they are: WeChat shows \u… as it stands.
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"} if content else {}
        try:
            answer = await self._http.request(
                method, path, params=query, content=content, headers=headers
            )
        except httpx.HTTPError:
            raise Refused(self.codes.away) from None  # its words name the address
        self.told_at = _date_of(answer)
        if answer.status_code != HTTPStatus.OK:
            raise Refused(self.codes.away)
        self._raise_what_it_says(answer)
        return answer

    def _raise_what_it_says(self, answer: httpx.Response) -> None:
        """Raise Refused for an error code; media may come as any type, errors as JSON."""
        if not _says_something(answer):
            return
        told = self._object(answer)
        try:
            code = int(told.get("errcode", 0))
        except (TypeError, ValueError):
            raise Refused(self.codes.away) from None
        if code:
            raise self.codes.refused(code, str(told.get("errmsg", "")))

    def _object(self, answer: httpx.Response) -> Answer:
        """The JSON object of an answer. Raises Refused where it is none."""
        try:
            told = answer.json()
        except ValueError:
            raise Refused(self.codes.away) from None
        if not isinstance(told, dict):
            raise Refused(self.codes.away)
        return told


def _date_of(answer: httpx.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(answer.headers.get("date", ""))
    except ValueError:
        return None


def _says_something(answer: httpx.Response) -> bool:
    return answer.content.lstrip()[:1] == b"{"
