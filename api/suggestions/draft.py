"""One flowing draft by a language model, for the operator alone and only where one is set.

The model stands behind an address of the form that OpenAI's chat completions have. It is given the
suggestions that stand already, personal data masked, and asked to put them into one text. What it
writes is offered only where it says no more than it was given (`grounds`) and passes the citation
guard; else the suggestions stand as they are. Nobody waits for it.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import yaml
from circuitbreaker import CircuitBreaker
from pydantic import BaseModel, ValidationError

from api.dialogue.replies import Reply
from api.protection.masking import mask
from api.protection.numbers import without_refused
from api.settings import Settings
from api.suggestions.grounds import Grounds
from api.suggestions.schemas import Candidate
from api.suggestions.service import Checked

log = logging.getLogger(__name__)

WORDS = Path(__file__).with_suffix(".yml")
LONGEST_DRAFT = 1200  # characters
MOST_BYTES = 64 * 1024  # of an answer
MOST_TOKENS = 1200
LONGEST_EXTRACT = 300  # characters of an article's words
FAILURES = 3  # in a row, after which the model is left alone
LEFT_ALONE_S = 60
_MASKED = "〔"  # begins whatever stands in the place of personal data


class ModelUnusable(Exception):
    """The model did not answer, or nothing that can be read."""


class _Said(BaseModel):
    content: str


class _Choice(BaseModel):
    message: _Said
    finish_reason: str | None = None


class _Answer(BaseModel):
    choices: list[_Choice]


@dataclass(frozen=True)
class Material:
    """What a draft may be made of: the visitor's message, and suggestions that passed the guard."""

    question: str
    suggestions: Sequence[Checked]

    def sources(self) -> list[str]:
        """The texts, and the words of the articles that they stand on."""
        articles = {
            f"《{cited['law']}》{cited['article']}：{str(cited['text'])[:LONGEST_EXTRACT]}"
            for one in self.suggestions
            for cited in one.citations
        }
        return [*(one.text for one in self.suggestions), *sorted(articles)]

    def citations_of(self, text: str) -> list[dict[str, Any]]:
        """The citations whose article the text names, each once."""
        named = {
            (cited["law"], cited["article"]): dict(cited)
            for one in self.suggestions
            for cited in one.citations
            if str(cited["article"]) in text
        }
        return list(named.values())


class Drafter:
    """Asks the model at `url` (up to and with /v1); a model that failed several times in a row is
    left alone for a while.
    """

    def __init__(self, settings: Settings, grounds: Grounds) -> None:
        key = settings.llm_key.get_secret_value()
        self._model, self._timeout_s = settings.llm_model, settings.llm_timeout_s
        self._grounds = grounds
        self._url = f"{settings.llm_url.rstrip('/')}/chat/completions"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._breaker = CircuitBreaker(
            failure_threshold=FAILURES,
            recovery_timeout=LEFT_ALONE_S,
            expected_exception=ModelUnusable,
        )

    async def draft(self, material: Material) -> Candidate | None:
        """A draft that says no more than its sources; None where there is none. Never raises for
        what the model does.
        """
        if self._breaker.opened:
            return None
        sources = material.sources()
        try:
            with self._breaker:
                text = await self._ask(material.question, sources)
        except ModelUnusable as trouble:
            log.warning("the language model gave no draft: %s", trouble)
            return None
        if reason := await asyncio.to_thread(self._objection, text, sources):
            log.info("a draft of the language model was not offered: %s", reason)
            return None
        reply = Reply(text, citations=material.citations_of(text))
        return Candidate("draft", (reply,), None, _words()["why"])

    def _objection(self, text: str, sources: Sequence[str]) -> str | None:
        if not text or len(text) > LONGEST_DRAFT:
            return "length"
        if _MASKED in text:
            return "mask"
        missing = self._grounds.missing(text, sources)
        return f"{missing} without a source" if missing else None

    async def _ask(self, question: str, sources: Sequence[str]) -> str:
        said = _words()
        material = "\n\n".join(f"【{n}】{_hidden(one)}" for n, one in enumerate(sources, 1))
        request = {
            "model": self._model,
            "temperature": 0,
            "max_tokens": MOST_TOKENS,
            "messages": [
                {"role": "system", "content": said["system"]},
                {
                    "role": "user",
                    "content": said["user"].format(question=_hidden(question), material=material),
                },
            ],
        }
        try:
            # httpx limits each read; this limits the whole answer.
            async with asyncio.timeout(self._timeout_s):
                return _read(await self._post(request))
        except (httpx.HTTPError, TimeoutError) as error:
            raise ModelUnusable(type(error).__name__) from error

    async def _post(self, request: dict[str, Any]) -> bytes:
        """The body of the answer, which may not be longer than anybody would write."""
        body = b""
        async with (
            httpx.AsyncClient(timeout=self._timeout_s, trust_env=False) as client,
            client.stream("POST", self._url, json=request, headers=self._headers) as response,
        ):
            response.raise_for_status()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise ModelUnusable("an endless answer")
        return body


def _read(body: bytes) -> str:
    try:
        choices = _Answer.model_validate_json(body).choices
    except ValidationError as error:
        raise ModelUnusable("an answer that cannot be read") from error
    if not choices or choices[0].finish_reason not in (None, "stop"):
        raise ModelUnusable("an answer that was cut off")
    return choices[0].message.content.strip()


@cache
def _words() -> dict[str, str]:
    """What the model is asked, and how its draft is shown."""
    words: dict[str, str] = yaml.load(WORDS.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return words


def _hidden(text: str) -> str:
    return mask(without_refused(text))
