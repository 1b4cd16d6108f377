"""What the knowledge base answers to a search, and what the service needs of it."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request

from api.answers.schemas import Found, FoundPassage
from api.errors import HelplineError
from api.outgoing import guarded
from knowledge.answers.answers import Answer
from knowledge.law.citation_guard import CitationGuard, Days
from knowledge.places.institutions import Body
from knowledge.routing.triage import Triage


class IndexUnavailable(HelplineError):
    code = "index_unavailable"
    status = HTTPStatus.SERVICE_UNAVAILABLE
    title = "暂时查不了"
    detail = "法律资料暂时查不了，请稍后再试。"


class InJson(Protocol):
    """Something of the knowledge side that knows its form in the chat API."""

    def as_dict(self) -> dict[str, Any]:
        """That form."""


class Hit(InJson, Protocol):
    """One passage that was found; its form in the chat API is that of FoundPassage."""

    @property
    def citation(self) -> InJson:
        """What may be cited of it."""


class Knowledge(Protocol):
    """The knowledge side as the service needs it. All of it is plain computing; the service calls
    it in a thread.
    """

    @property
    def content(self) -> Path:
        """The folder of reviewed content that it was read from."""

    @property
    def guard(self) -> CitationGuard:
        """What citations pass on their way out."""

    @property
    def answers(self) -> Iterable[Answer]:
        """The written answers."""

    def search(self, query: str, on: date, limit: int) -> Sequence[Hit]:
        """Passages for a question on the law of the day `on`, best first, at most `limit`."""

    def read_facts(self, text: str, on: date) -> dict[str, Any]:
        """The facts (slot → value) that stand in a visitor's words, said on that day."""

    def referral(self, facts: Mapping[str, Any], on: date) -> InJson:
        """The Referral of the chat API for these facts on that day."""

    def triage(self, facts: Mapping[str, Any], on: date) -> Triage:
        """How urgent a ticket about these facts would be on that day, and what falls due next."""

    def checked_facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Facts as somebody writes them down by hand; None where one is forgotten. Raises
        knowledge.facts.checked.WrongFact.
        """

    def label(self, slot: str, value: Any) -> str:
        """The Chinese words for a fact's value."""

    def body(self, kind: str, city: str | None, county: str | None) -> Body:
        """The body of a kind that is nearest to a place; raises UnknownBody."""

    def trouble(self) -> str | None:
        """What keeps the index from answering, in Chinese; None when it is ready."""


async def search(knowledge: Knowledge, query: str, on: date, limit: int) -> Found:
    """Passages for a question, best first; raises IndexUnavailable."""
    if knowledge.trouble():
        raise IndexUnavailable
    hits = await asyncio.to_thread(knowledge.search, query, on, limit)
    shown, rejected = await asyncio.to_thread(
        guarded.hits,
        [FoundPassage.model_validate(hit.as_dict()) for hit in hits],
        knowledge.guard,
        Days(on),
    )
    return Found(as_of=on, hits=shown, notice=guarded.offer() if rejected else None)


async def _knowledge_of(request: Request) -> Knowledge:
    knowledge: Knowledge = request.app.state.voice().knowledge
    return knowledge


AppKnowledge = Annotated[Knowledge, Depends(_knowledge_of)]
