"""The desk with its tickets, on both kinds of database: each has its own way with the index."""

import pytest

from tests.api.tickets.staff.conftest import admin, li, number, opens, ticket

__all__ = ["admin", "li", "number", "opens", "ticket"]


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url
