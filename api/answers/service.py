"""What the knowledge base answers, and what the service says by itself while the dialogue engine is away."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any, Protocol

import yaml
from fastapi import Depends, Request

from api.answers import leaving
from api.answers.schemas import Found, FoundPassage
from api.errors import HelplineError
from knowledge.law.citation_guard import CitationGuard, Days
from knowledge.routing.triage import Triage

PROVISIONAL_HITS = 3
PROVISIONAL_REMEDIES = 3


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
    """The knowledge side as the service needs it. All of it is plain computing; the service calls it in a thread."""

    @property
    def gate(self) -> CitationGuard:
        """What citations pass on their way out."""

    def search(self, query: str, on: date, limit: int) -> Sequence[Hit]:
        """Passages for a question on the law of the day `on`, best first, at most `limit`."""

    def read_facts(self, text: str, on: date) -> dict[str, Any]:
        """The facts (slot → value) that stand in a visitor's words, said on that day."""

    def referral(self, facts: Mapping[str, Any], on: date) -> InJson:
        """The Referral of the chat API for these facts on that day."""

    def triage(self, facts: Mapping[str, Any], on: date) -> Triage:
        """How urgent a ticket about these facts would be on that day, and what falls due next."""

    def trouble(self) -> str | None:
        """What keeps the index from answering, in Chinese; None when it is ready."""


@dataclass(frozen=True)
class Provisional:
    """An answer given without the dialogue engine. `facts` are the ones known before and those in the text."""

    text: str
    buttons: list[dict[str, Any]]
    citations: list[dict[str, Any]]
    facts: dict[str, Any]
    referral: dict[str, Any]


async def search(knowledge: Knowledge, query: str, on: date, limit: int) -> Found:
    """Passages for a question, best first; raises IndexUnavailable."""
    if knowledge.trouble():
        raise IndexUnavailable
    hits = await asyncio.to_thread(knowledge.search, query, on, limit)
    shown, stopped = leaving.hits(
        (FoundPassage.model_validate(hit.as_dict()) for hit in hits),
        knowledge.gate,
        Days(on),
    )
    return Found(as_of=on, hits=shown, notice=leaving.offer() if stopped else None)


async def provisional(
    knowledge: Knowledge, text: str, facts: Mapping[str, Any], today: date
) -> Provisional:
    """Directions for what is known and said, with the passages that were found. It needs rules and index only."""
    known = {**facts, **await asyncio.to_thread(knowledge.read_facts, text, today)}
    referral = (await asyncio.to_thread(knowledge.referral, known, today)).as_dict()
    found: Sequence[Hit] = []
    if referral["scope"] != "out" and knowledge.trouble() is None:
        found = await asyncio.to_thread(knowledge.search, text, today, PROVISIONAL_HITS)
    citations = [hit.citation.as_dict() for hit in found]
    buttons = [] if referral["scope"] == "out" else _words()["buttons"]
    return Provisional(_compose(referral, bool(citations)), buttons, citations, known, referral)


def _compose(referral: Mapping[str, Any], has_passages: bool) -> str:
    words = _words()
    lines = [words["limited"]]
    if referral["scope"] == "out":
        return "\n".join([*lines, words["out"]])
    if remedies := referral["remedies"][:PROVISIONAL_REMEDIES]:
        lines.append(words["directions"])
        lines += [
            words["direction"].format(rank=rank, **remedy)
            for rank, remedy in enumerate(remedies, 1)
        ]
    if has_passages:
        lines.append(words["passages"])
    if asks := referral["asks"]:
        lines.append(words["asks"])
        lines += [words["ask"].format(**ask) for ask in asks]
    elif not remedies:
        lines.append(words["unclear"])
    return "\n".join([*lines, words["offer"]])


def limited() -> str:
    """The sentence that says that the assistant is away for a moment."""
    sentence: str = _words()["limited"]
    return sentence


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load(
        (Path(__file__).parent / "provisional.yml").read_text(encoding="utf-8")
    )
    return words


async def _knowledge_of(request: Request) -> Knowledge:
    knowledge: Knowledge = request.app.state.knowledge
    return knowledge


AppKnowledge = Annotated[Knowledge, Depends(_knowledge_of)]
