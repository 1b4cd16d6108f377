"""The only door to the dialogue engine (Rasa)."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from api.errors import HelplineError


class DialogueUnavailable(HelplineError):
    """The dialogue engine is down, slow, or said nothing that can be shown."""

    code = "dialogue_unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "智能助理暂时不在"
    detail = "智能助理暂时没有应答，请稍后再试。"


class _Button(BaseModel):
    title: str
    payload: str


class _Custom(BaseModel):
    citations: list[dict[str, Any]] = []
    drafts: list[dict[str, Any]] = []


class _Entry(BaseModel):
    text: str = ""
    buttons: list[_Button] = []
    custom: _Custom = _Custom()


_ENTRIES = TypeAdapter(list[_Entry])


@dataclass
class Reply:
    """One thing the bot says. Buttons are {"title", "payload"}, drafts {"key", "title"}, citations
    as the API's.
    """

    text: str
    buttons: list[dict[str, Any]] = field(default_factory=list)
    citations: list[dict[str, Any]] = field(default_factory=list)
    drafts: list[dict[str, Any]] = field(default_factory=list)


class Dialogue:
    """Speaks to Rasa's REST channel at `url` and never waits longer than `timeout_s` seconds for an
    answer.
    """

    def __init__(
        self, url: str, timeout_s: float, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._timeout_s = timeout_s
        # Rasa is on the loopback: a proxy from the environment must never see what visitors say.
        self._client = httpx.AsyncClient(
            base_url=url, timeout=timeout_s, transport=transport, trust_env=False
        )

    async def send(
        self, conversation_id: str, text: str, metadata: Mapping[str, Any]
    ) -> list[Reply]:
        """What the bot answers to `text`, at least one reply; raises DialogueUnavailable."""
        message = {"sender": conversation_id, "message": text, "metadata": dict(metadata)}
        try:
            # httpx limits each read; this limits the whole answer.
            async with asyncio.timeout(self._timeout_s):
                response = await self._client.post("/webhooks/rest/webhook", json=message)
            response.raise_for_status()
            replies = read_replies(response.content)
        except (httpx.HTTPError, TimeoutError) as error:
            raise DialogueUnavailable(f"对话引擎没有应答：{type(error).__name__}") from error
        except ValidationError as error:
            raise DialogueUnavailable("对话引擎的应答读不懂") from error
        if not replies:
            # Rasa answers an inner failure with success and an empty list.
            raise DialogueUnavailable("对话引擎没有说话")
        return replies

    async def parse(self, text: str) -> dict[str, Any] | None:
        """What Rasa understands of a text outside any conversation: intent, intent_ranking,
        entities.

        None while it is away.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._client.post("/model/parse", json={"text": text})
            response.raise_for_status()
            return dict(response.json())
        except (httpx.HTTPError, TimeoutError, ValueError):
            return None

    async def understands(self, text: str) -> bool:
        """Whether Rasa reads a sentence with a trained model: an intent and how others ranked.

        Without a model its channel answers, and nothing else does. Raises DialogueUnavailable when
        nobody is there, TimeoutError when no answer came in the time of a turn.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                response = await self._client.post("/model/parse", json={"text": text})
        except httpx.TimeoutException as slow:
            raise TimeoutError from slow
        except httpx.HTTPError as error:
            raise DialogueUnavailable(f"对话引擎没有应答：{type(error).__name__}") from error
        return response.is_success and ranks_intents(response.content)

    async def close(self) -> None:
        """Close the connections to Rasa."""
        await self._client.aclose()


class _Intent(BaseModel):
    name: str


class _Parsed(BaseModel):
    intent: _Intent
    intent_ranking: list[_Intent]


def ranks_intents(sent: bytes) -> bool:
    """Whether what /model/parse sent names an intent and others beside it."""
    try:
        return bool(_Parsed.model_validate_json(sent).intent_ranking)
    except ValidationError:
        return False


def read_replies(sent: bytes) -> list[Reply]:
    """The replies in what Rasa's REST channel sent; raises pydantic.ValidationError.

    Rasa sends `custom` as an entry of its own after the text it belongs to, and cuts a text at
    blank lines.
    """
    replies: list[Reply] = []
    early = _Custom()  # what came before any text
    for entry in _ENTRIES.validate_json(sent):
        if text := entry.text.strip():
            buttons = [button.model_dump() for button in entry.buttons]
            replies.append(
                Reply(
                    text,
                    buttons,
                    early.citations + entry.custom.citations,
                    early.drafts + entry.custom.drafts,
                )
            )
            early = _Custom()
        else:
            last = replies[-1] if replies else early
            last.citations += entry.custom.citations
            last.drafts += entry.custom.drafts
    return replies
