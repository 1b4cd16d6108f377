import httpx
import pytest
from fastapi import FastAPI

from api.accounts.access import Staff, staff_of
from api.accounts.roles import Role
from knowledge.slots import BY_NAME
from tests.api.problems import problem


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


@pytest.fixture
def signed_in(app: FastAPI) -> None:
    """An operator sends every request."""
    operator = Staff(1, "zhou", "周敏", Role.OPERATOR)
    app.dependency_overrides[staff_of] = lambda: operator


@pytest.fixture
def analyst(app: FastAPI) -> None:
    """Somebody who may see sums only sends every request."""
    app.dependency_overrides[staff_of] = lambda: Staff(2, "tong", "统计", Role.ANALYST)


@pytest.mark.usefixtures("signed_in")
async def test_a_body_is_named_for_the_city_that_is_asked_for(client: httpx.AsyncClient) -> None:
    found = await client.get(
        "/api/desk/directory", params={"q": "市场监督管理局 商标", "city": "赣州市"}
    )

    names = [item["name"] for item in found.json()["items"]]
    assert "赣州市市场监督管理局" in names


@pytest.mark.usefixtures("signed_in")
async def test_everything_in_the_directory_names_its_source(client: httpx.AsyncClient) -> None:
    items = (await client.get("/api/desk/directory")).json()["items"]

    assert {item["kind"] for item in items} == {
        *("body", "institution", "centre", "hotline", "site")
    }
    assert all(source["text"] for item in items for source in item["sources"])
    assert [item["name"] for item in items if not item["sources"]] == []


@pytest.mark.usefixtures("signed_in")
async def test_a_number_that_may_not_be_told_says_so_and_why(client: httpx.AsyncClient) -> None:
    found = await client.get("/api/desk/directory", params={"q": "12330"})

    (hotline,) = found.json()["items"]
    assert (hotline["give"], hotline["trust"]) == (False, "unconfirmed")
    assert hotline["note"]


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize("q", ["' OR 1=1 --", "%", "<script>alert(1)</script>"])
async def test_words_that_mean_something_to_a_machine_are_words(
    client: httpx.AsyncClient, q: str
) -> None:
    assert (await client.get("/api/desk/directory", params={"q": q})).json()["items"] == []


@pytest.mark.usefixtures("signed_in")
async def test_a_centre_of_another_city_is_not_shown_for_this_one(
    client: httpx.AsyncClient,
) -> None:
    found = await client.get("/api/desk/directory", params={"city": "景德镇市"})

    centres = [item for item in found.json()["items"] if item["kind"] == "centre"]
    assert {centre["city"] for centre in centres} == {"景德镇市"}


@pytest.mark.usefixtures("signed_in")
async def test_every_fact_that_can_be_told_has_a_name_and_its_values(
    client: httpx.AsyncClient,
) -> None:
    slots = {
        slot["name"]: slot for slot in (await client.get("/api/desk/vocabulary")).json()["slots"]
    }

    assert set(slots) == {slot.name for slot in BY_NAME.values() if not slot.derived}
    assert {"value": "trademark", "label": "商标"} in slots["right"]["options"]
    closed = [slot for slot in slots.values() if slot["kind"] in ("choice", "choices")]
    assert [slot["name"] for slot in closed if not slot["options"]] == []


@pytest.mark.parametrize("path", ["/api/desk/directory", "/api/desk/vocabulary"])
async def test_nobody_looks_up_without_a_session(client: httpx.AsyncClient, path: str) -> None:
    problem(await client.get(path), 401, "not_signed_in")


@pytest.mark.usefixtures("analyst")
@pytest.mark.parametrize("path", ["/api/desk/directory", "/api/desk/vocabulary"])
async def test_who_sees_sums_only_does_not_look_up(client: httpx.AsyncClient, path: str) -> None:
    problem(await client.get(path), 403, "not_allowed")
