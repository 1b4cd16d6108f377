"""The service with the real rules and drafts behind it; only the search is missing."""

import pytest

from knowledge.base import KnowledgeBase
from tests.content import knowledge_base


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


@pytest.fixture
def knowledge() -> KnowledgeBase:
    return knowledge_base()
