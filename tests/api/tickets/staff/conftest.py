"""The desk with its tickets. What is the database's business is tested on both kinds where it says
so; here one is enough.
"""

import pytest

from tests.api.tickets.at_the_desk import admin, chen, li, number, opens, ticket, wang

__all__ = ["admin", "chen", "li", "number", "opens", "ticket", "wang"]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url
