from datetime import date

import httpx
import pytest

from tests.api.problems import problem
from tests.fakes import CITATION, FakeKnowledge


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


async def test_a_search_answers_with_what_may_be_cited(
    client: httpx.AsyncClient, knowledge: FakeKnowledge
) -> None:
    response = await client.get(
        "/api/search", params={"q": " 假冒商标 \x00", "as_of": "2026-12-31", "limit": 2}
    )

    assert response.status_code == 200
    found = response.json()
    assert found["as_of"] == "2026-12-31"
    assert [hit["id"] for hit in found["hits"]] == ["hit-1", "hit-2"]
    assert found["hits"][0]["citation"] == CITATION
    assert knowledge.searched == [("假冒商标", date(2026, 12, 31), 2)]


async def test_a_search_without_a_date_is_about_today(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/search", params={"q": "商标"})).json()["as_of"] == "2026-11-22"


@pytest.mark.parametrize(
    ("params", "says"),
    [
        ({}, "q：缺少这一项"),
        ({"q": "  "}, "q：太短"),
        ({"q": "长" * 201}, "q：太长"),
        ({"q": "商标", "as_of": "2026-02-30"}, "as_of：应是日期，如 2026-11-22"),
        ({"q": "商标", "as_of": "0001-01-01"}, "as_of：太小"),
        ({"q": "商标", "limit": "0"}, "limit：太小，最小为 1"),
        ({"q": "商标", "limit": "21"}, "limit：太大，最大为 20"),
        ({"q": "商标", "limit": "many"}, "limit：应是整数"),
    ],
)
async def test_what_is_wrong_with_a_search_is_said(
    client: httpx.AsyncClient, params: dict[str, str], says: str
) -> None:
    assert says in problem(await client.get("/api/search", params=params), 422, "invalid_request")


async def test_a_search_without_an_index_says_so(
    client: httpx.AsyncClient, knowledge: FakeKnowledge
) -> None:
    knowledge.missing = "索引还没有建立"

    problem(await client.get("/api/search", params={"q": "商标"}), 503, "index_unavailable")
