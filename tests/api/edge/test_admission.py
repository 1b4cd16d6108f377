"""Who is let in, what a stranger cannot find out, and what every refusal has in common."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from api.dialogue.engine import Dialogue
from api.edge.admission import Crowd
from api.edge.middleware import SecurityHeaders
from api.settings import Settings
from tests.api.problems import problem
from tests.fakes import FakeKnowledge, FakeRasa


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"allowed_hosts": ("helpline.example.cn", "*.park.example")})


async def ask(
    app: FastAPI, host: str, path: str = "/api/search?q=x", address: str = "192.0.2.7"
) -> httpx.Response:
    transport = httpx.ASGITransport(app, client=(address, 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://helpline") as client:
        return await client.get(path, headers={"Host": host})


@pytest.mark.parametrize(
    "host",
    ["helpline.example.cn", "HELPLINE.example.cn", "helpline.example.cn:8443", "a.park.example"],
)
async def test_who_calls_one_of_our_names_is_let_in(app: FastAPI, host: str) -> None:
    assert (await ask(app, host)).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "helpline.example.cn.evil.example", "park.example.evil", "", "[::1]:8000"],
)
async def test_who_calls_another_name_is_not(app: FastAPI, host: str) -> None:
    problem(await ask(app, host), 400, "unknown_host")


async def test_this_machine_may_call_by_its_address(app: FastAPI) -> None:
    assert (await ask(app, "127.0.0.1:8000", "/healthz", "127.0.0.1")).status_code == 200


async def test_without_names_everybody_is_let_in(settings: Settings) -> None:
    plain = settings.model_copy(update={"allowed_hosts": ()})
    app = create_app(plain, Dialogue("http://rasa", 8, FakeRasa()), FakeKnowledge(), [])
    async with app.router.lifespan_context(app):
        assert (await ask(app, "whatever.example")).status_code == 200


async def test_no_redirect_follows_the_host_that_a_caller_names(app: FastAPI) -> None:
    for path in ("/docs/", "/healthz/", "/api/search/?q=x", "/api/conversations/"):
        answer = await ask(app, "helpline.example.cn", path)
        assert "location" not in answer.headers
        assert answer.status_code in (200, 404, 405)


@pytest.mark.parametrize("path", ["/docs", "/docs/", "/docs/start.js", "/openapi.json"])
async def test_the_description_can_be_switched_off(settings: Settings, path: str) -> None:
    silent = settings.model_copy(update={"docs": False, "allowed_hosts": ()})
    app = create_app(silent, Dialogue("http://rasa", 8, FakeRasa()), FakeKnowledge(), [])
    async with app.router.lifespan_context(app):
        problem(await ask(app, "helpline", path), 404, "not_found")


@pytest.mark.parametrize("channel", ["operator", "staff", "admin", "system", "wechat", "WEB", ""])
async def test_nobody_outside_comes_in_as_one_of_the_staff(
    client: httpx.AsyncClient, channel: str
) -> None:
    answer = await client.post("/api/conversations", json={"channel": channel, "consent": True})

    assert "channel：只能是 'web' 或 'h5'" in problem(answer, 422, "invalid_request")


@pytest.mark.parametrize("channel", ["web", "h5"])
async def test_a_visitor_comes_in_by_a_page(client: httpx.AsyncClient, channel: str) -> None:
    answer = await client.post("/api/conversations", json={"channel": channel, "consent": True})

    assert answer.status_code == 201


async def test_a_page_may_use_nothing_of_the_visitors_device(client: httpx.AsyncClient) -> None:
    allowed = (await client.get("/")).headers["permissions-policy"]

    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(allowed.split(", "))


async def test_the_description_promises_the_media_type_that_errors_have(
    client: httpx.AsyncClient,
) -> None:
    description = (await client.get("/openapi.json")).json()

    promised = [
        set(response["content"])
        for path in description["paths"].values()
        for call in path.values()
        for status, response in call["responses"].items()
        if status in ("4XX", "5XX")
    ]
    assert promised and all(types == {"application/problem+json"} for types in promised)


async def test_everything_that_is_away_says_when_to_come_back(
    client: httpx.AsyncClient, rasa: FakeRasa, knowledge: FakeKnowledge
) -> None:
    rasa.down, knowledge.missing = True, "没有索引"

    for path in ("/readyz", "/api/search?q=x", "/"):
        answer = await client.get(path)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0


async def test_a_full_house_asks_to_come_back_and_still_tells_its_health() -> None:
    inside, leave = asyncio.Event(), asyncio.Event()
    app = FastAPI()
    app.add_middleware(Crowd, most=2)
    app.add_middleware(SecurityHeaders)

    @app.get("/slow")
    async def slow() -> str:
        inside.set()
        await leave.wait()
        return "done"

    @app.get("/healthz")
    @app.get("/readyz")
    @app.post("/webhook")
    async def health() -> str:
        return "alive"

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://helpline"
    ) as client:
        held = [asyncio.create_task(client.get("/slow")) for _ in range(2)]
        await inside.wait()
        await asyncio.sleep(0)
        refused = await client.get("/slow")

        assert "不用重说" in problem(refused, 503, "too_crowded")
        assert int(refused.headers["retry-after"]) > 0
        for path in ("/healthz", "/readyz"):
            assert (await client.get(path)).status_code == 200
        assert (await client.post("/webhook")).status_code == 200
        leave.set()
        assert [(await one).status_code for one in held] == [200, 200]
        assert (await client.get("/slow")).status_code == 200
