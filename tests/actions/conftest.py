"""The actions with the real rules and a real database; only the search is played."""

from collections.abc import AsyncIterator
from datetime import date
from types import SimpleNamespace
from typing import Any, cast

import pytest

from actions.base import Services
from api.clock import Clock
from api.database import Database
from knowledge.base import KnowledgeBase
from knowledge.law.citations import citation
from knowledge.search.cards import Found
from knowledge.search.searcher import Searcher
from tests.actions.chat import Chat
from tests.content import STATUTES, knowledge_base


class FakeSearcher:
    """Finds the same article for every question, or nothing."""

    def __init__(self) -> None:
        self.finds = True
        self.answer: Found | None = None  # the written answer that comes closest
        self.matter = ""  # the words of the matter with which it was looked for last

    def answers(self, query: str, limit: int = 5, matter: str = "") -> list[Found]:
        self.matter = matter
        return [self.answer] if self.answer else []

    def search(self, query: str, on: date, limit: int) -> list[Any]:
        article = STATUTES.article("专利法", "第四十二条", on)
        hit = SimpleNamespace(
            title="专利法第四十二条", text=article.text, citation=citation(article)
        )
        return [hit][:limit] if self.finds else []


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


@pytest.fixture
def searcher() -> FakeSearcher:
    return FakeSearcher()


@pytest.fixture
def knowledge(searcher: FakeSearcher) -> KnowledgeBase:
    return knowledge_base(cast(Searcher, searcher))


class FakeParser:
    """The understanding of single texts, as the test says."""

    def __init__(self) -> None:
        self.intents: dict[str, str] = {}

    async def __call__(self, text: str) -> dict[str, Any]:
        name = next(
            (intent for words, intent in self.intents.items() if words in text), "nlu_fallback"
        )
        return {"intent": {"name": name, "confidence": 0.9}, "entities": []}


@pytest.fixture
def parser() -> FakeParser:
    return FakeParser()


@pytest.fixture
async def chat(
    clock: Clock, database: Database, knowledge: KnowledgeBase, parser: FakeParser
) -> AsyncIterator[Chat]:
    """A conversation that has just begun."""
    yield await Chat.opens(Services(clock, database, knowledge, parser))
