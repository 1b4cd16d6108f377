"""The service with the real rules and drafts behind it; only the search is missing."""

import pytest

from knowledge.base import KnowledgeBase
from knowledge.exits import Exits
from knowledge.triage import TriageRules
from tests.content import DRAFTS, GATE, INSTITUTIONS, READER, RULES, STATUTES, SUCCESSION


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


@pytest.fixture
def knowledge() -> KnowledgeBase:
    return KnowledgeBase(
        statutes=STATUTES,
        succession=SUCCESSION,
        gate=GATE,
        rules=RULES,
        exits=Exits.load(),
        triage_rules=TriageRules.load(),
        institutions=INSTITUTIONS,
        drafts=DRAFTS,
        reader=READER,
        searcher=None,
        search_trouble="没有索引",
    )
