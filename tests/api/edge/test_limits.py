"""How often: by address, by conversation, by ticket number; on either storage."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from api.app import create_app
from api.database import Database
from api.dialogue.engine import Dialogue
from api.edge.counts import DatabaseStorage
from api.edge.limits import (
    CODES_ALL,
    CODES_ASKER,
    CODES_NUMBER,
    MOST_ASKERS,
    OPENING,
    REDIS_S,
    USUAL_RATES,
    CountsUnavailable,
    Limiter,
    TooManyTries,
    in_words,
    limiter_of,
)
from api.settings import Settings
from tests.api.problems import problem
from tests.conftest import KEYS
from tests.fakes import FakeKnowledge, FakeRasa

OPEN = {"channel": "web", "consent": True}
RATES = {
    "limit_opening": "3 per minute",
    "limit_messages": "6 per minute",
    "limit_conversation": "2 per minute",
    "limit_reading": "4 per minute",
}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update=RATES)


@pytest.fixture(params=["memory", "database"])
async def limiter(request: pytest.FixtureRequest, postgresql_url: str) -> AsyncIterator[Limiter]:
    """A limiter with the usual rates, on either storage."""
    database = Database(postgresql_url, KEYS)
    yield Limiter(DatabaseStorage(database) if request.param == "database" else None)
    await database.close()


def visitor_at(app: FastAPI, address: str) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, client=(address, 4711))
    return httpx.AsyncClient(transport=transport, base_url="http://helpline")


async def says(
    client: httpx.AsyncClient, conversation: dict[str, Any], text: str, name: str | None = None
) -> httpx.Response:
    return await client.post(
        f"/api/conversations/{conversation['id']}/messages",
        json={"text": text, "client_message_id": name or str(uuid.uuid4())},
        headers={"Authorization": f"Bearer {conversation['token']}"},
    )


async def test_who_opens_too_many_conversations_is_told_when_to_come_back(app: FastAPI) -> None:
    async with visitor_at(app, "192.0.2.7") as one, visitor_at(app, "192.0.2.8") as other:
        for _ in range(3):
            assert (await one.post("/api/conversations", json=OPEN)).status_code == 201

        refused = await one.post("/api/conversations", json=OPEN)

        assert "后再打开" in problem(refused, 429, "too_many_requests")
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert (await other.post("/api/conversations", json=OPEN)).status_code == 201


async def test_who_talks_too_fast_is_stopped_and_what_was_stored_is_answered_again(
    app: FastAPI,
) -> None:
    async with visitor_at(app, "192.0.2.7") as client:
        conversation = (await client.post("/api/conversations", json=OPEN)).json()
        name = str(uuid.uuid4())
        first = await says(client, conversation, "有人冒用商标", name)
        assert (await says(client, conversation, "在赣州")).status_code == 200

        refused = await says(client, conversation, "还有一件事")
        again = await says(client, conversation, "有人冒用商标", name)

        problem(refused, 429, "too_many_requests")
        assert (again.status_code, again.json()) == (200, first.json())
        snapshot = await client.get(
            f"/api/conversations/{conversation['id']}",
            headers={"Authorization": f"Bearer {conversation['token']}"},
        )
        told = [message["text"] for message in snapshot.json()["messages"]]
        assert "还有一件事" not in told  # what was refused was not stored


async def test_one_address_may_send_so_many_messages_over_all_its_conversations(
    app: FastAPI,
) -> None:
    async with visitor_at(app, "192.0.2.7") as client:
        conversations = [
            (await client.post("/api/conversations", json=OPEN)).json() for _ in range(3)
        ]
        answers = [
            (await says(client, conversation, "您好")).status_code
            for conversation in conversations * 2
        ]

        assert answers == [200] * 6
        app.state.limiter = Limiter(rates={"messages": "1 per minute"})
        await says(client, conversations[0], "您好")
        problem(await says(client, conversations[1], "您好"), 429, "too_many_requests")


async def test_who_reads_too_much_is_stopped(app: FastAPI) -> None:
    async with visitor_at(app, "192.0.2.7") as client:
        for _ in range(4):
            assert (await client.get("/api/search", params={"q": "商标"})).status_code == 200

        problem(await client.get("/api/search", params={"q": "商标"}), 429, "too_many_requests")
        assert (await client.get("/healthz")).status_code == 200


async def test_this_machine_is_exempt_but_not_what_a_proxy_on_it_hands_on(
    app: FastAPI, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(9):
        assert (await client.post("/api/conversations", json=OPEN)).status_code == 201

    handed_on = {"X-Forwarded-For": "192.0.2.7"}
    answers = [
        (await client.post("/api/conversations", json=OPEN, headers=handed_on)).status_code
        for _ in range(5)
    ]

    assert answers == [201, 201, 201, 429, 429]
    told = [one for one in caplog.records if "HELPLINE_TRUSTED_PROXIES" in one.getMessage()]
    assert len(told) == 1


@pytest.mark.parametrize(
    ("proxies", "headers", "counted"),
    [
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1, 192.0.2.7"}, True),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1", "Forwarded": "for=192.0.2.7"}, True),
        ("127.0.0.1", {"X-Forwarded-For": "localhost"}, True),
        ("10.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, True),  # as a visitor may write himself
        ("", {"X-Forwarded-For": "127.0.0.1"}, True),
    ],
)
def test_this_machine_is_exempt_behind_its_own_proxy_when_that_is_believed(
    tmp_path: Path, proxies: str, headers: dict[str, str], counted: bool
) -> None:
    believing = Settings(trusted_proxies=proxies)
    limiter = limiter_of(believing, Database(f"sqlite+aiosqlite:///{tmp_path}/x.db", KEYS))
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    visit = Request({"type": "http", "client": ("127.0.0.1", 4711), "headers": raw})

    assert limiter.address_of(visit) == ("127.0.0.1" if counted else None)


async def test_a_network_of_ipv6_counts_as_one_address(app: FastAPI) -> None:
    answers = []
    for number in range(4):
        async with visitor_at(app, f"2001:db8:1:2::{number:x}") as client:
            answers.append((await client.post("/api/conversations", json=OPEN)).status_code)

    assert answers == [201, 201, 201, 429]


async def test_a_rate_of_nothing_counts_nothing() -> None:
    limiter = Limiter(rates={**USUAL_RATES, OPENING: "0"})

    for _ in range(500):
        await limiter.visit(OPENING, "192.0.2.7")


# --- look-up codes --------------------------------------------------------------------------------


async def guesses(limiter: Limiter, number: str, asker: str, times: int) -> int:
    """How many of so many wrong codes were looked at."""
    looked_at = 0
    for _ in range(times):
        try:
            await limiter.try_code(number, asker)
        except TooManyTries:
            continue
        looked_at += 1
        await limiter.wrong_code(number, asker)
    return looked_at


async def test_one_asker_has_five_wrong_codes_for_a_number(limiter: Limiter) -> None:
    assert await guesses(limiter, "JX1", "192.0.2.7", 9) == 5

    with pytest.raises(TooManyTries) as refused:
        await limiter.try_code("JX1", "192.0.2.7")
    assert 0 < int(refused.value.headers["Retry-After"]) <= 900
    assert "约 15 分钟后" in refused.value.detail
    await limiter.try_code("JX1", "192.0.2.8")
    await limiter.try_code("JX2", "192.0.2.7")


async def test_a_right_code_forgets_the_wrong_ones(limiter: Limiter) -> None:
    for _ in range(20):
        await limiter.try_code("JX1", "192.0.2.7")
        await limiter.right_code("JX1", "192.0.2.7")


async def test_one_asker_cannot_try_number_after_number() -> None:
    limiter = Limiter(rates={CODES_ASKER: "30 per minute"})

    looked_at = [await guesses(limiter, f"JX{n}", "192.0.2.7", 1) for n in range(200)]

    assert sum(looked_at) == 30


async def test_many_askers_cannot_try_one_number_for_ever() -> None:
    limiter = Limiter(rates={CODES_NUMBER: "30 per hour"})

    looked_at = [await guesses(limiter, "JX1", f"asker {n}", 1) for n in range(200)]

    assert sum(looked_at) == 30


async def test_many_askers_cannot_try_many_numbers_for_ever() -> None:
    limiter = Limiter(rates={CODES_ALL: "50 per hour"})

    looked_at = [await guesses(limiter, f"JX{n}", f"asker {n}", 1) for n in range(200)]

    assert sum(looked_at) == 50


async def test_other_numbers_do_not_push_a_count_out(limiter: Limiter) -> None:
    assert await guesses(limiter, "JX1", "192.0.2.7", 5) == 5
    for n in range(100):
        await guesses(limiter, f"other {n}", f"asker {n}", 1)

    assert await guesses(limiter, "JX1", "192.0.2.7", 1) == 0


async def test_a_look_up_in_the_chat_counts_for_the_address_that_it_comes_from() -> None:
    limiter = Limiter()
    await limiter.heard("c1", "192.0.2.7")
    await limiter.heard("c2", "192.0.2.7")
    await limiter.heard("c3", None)

    assert await limiter.asker_of("c1") == await limiter.asker_of("c2") == "192.0.2.7"
    assert await limiter.asker_of("c3") == "c3"


async def test_the_memory_of_addresses_is_bounded() -> None:
    limiter = Limiter()
    for number in range(MOST_ASKERS + 10):
        await limiter.heard(f"c{number}", "192.0.2.7")

    assert await limiter.asker_of("c0") == "c0"
    assert await limiter.asker_of(f"c{MOST_ASKERS + 9}") == "192.0.2.7"


# --- several copies of the service, and a storage that is away ------------------------------------


async def test_two_copies_of_the_service_count_together(postgresql_url: str) -> None:
    databases = [Database(postgresql_url, KEYS), Database(postgresql_url, KEYS)]
    one, other = [Limiter(DatabaseStorage(database)) for database in databases]

    assert await guesses(one, "JX1", "192.0.2.7", 3) == 3
    assert await guesses(other, "JX1", "192.0.2.7", 9) == 2
    for database in databases:
        await database.close()


async def test_look_ups_in_a_conversation_count_for_its_address_in_whichever_process(
    postgresql_url: str,
) -> None:
    databases = [Database(postgresql_url, KEYS), Database(postgresql_url, KEYS)]
    one, other = [Limiter(DatabaseStorage(database)) for database in databases]

    await one.heard("c1", "192.0.2.7")
    await other.heard("c1", "192.0.2.8")
    await one.heard("c2", "192.0.2.7")
    await other.heard("c2", None)

    assert [await one.asker_of("c1"), await other.asker_of("c1")] == ["192.0.2.8"] * 2
    assert await one.asker_of("c2") == "c2"
    for database in databases:
        await database.close()


async def test_a_window_that_is_over_begins_anew(postgresql_url: str) -> None:
    database = Database(postgresql_url, KEYS)
    storage = DatabaseStorage(database)

    assert [await storage.incr("key", -1) for _ in range(3)] == [1, 1, 1]
    assert await storage.incr("key", 60) == 1
    assert await storage.incr("key", 60, amount=2) == 3
    assert await storage.get("key") == 3
    assert await storage.check()
    await storage.clear("key")
    assert await storage.get("key") == 0
    await storage.incr("key", 60)
    await storage.reset()
    assert await storage.get("key") == 0
    await database.close()


async def test_a_redis_that_stands_still_shuts_nobody_out(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.edge.limits.REDIS_S", 0.01)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        limits = f"redis://127.0.0.1:{port}"
        settings = Settings(database_url=sqlite_url, limits=limits, limit_opening="1 per minute")
        limiter = limiter_of(settings, Database(sqlite_url, KEYS))
        async with asyncio.timeout(REDIS_S):
            for _ in range(3):
                await limiter.visit(OPENING, "192.0.2.7")


async def test_a_storage_that_is_away_shuts_nobody_out_but_lets_no_code_be_tried() -> None:
    database = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing", KEYS)
    limiter = Limiter(DatabaseStorage(database))

    await limiter.visit(OPENING, "192.0.2.7")
    with pytest.raises(CountsUnavailable):
        await limiter.try_code("JX1", "192.0.2.7")
    await database.close()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"limits": "disk"}, "HELPLINE_LIMITS 应是"),
        ({"limits": "database"}, "要用 PostgreSQL"),
        ({"limit_opening": "many"}, "HELPLINE_LIMIT_OPENING 应写成"),
        ({"limits_exempt": "home"}, "HELPLINE_LIMITS_EXEMPT 应是网段"),
    ],
)
def test_a_wrong_setting_is_named(wrong: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Settings(**wrong)


def test_the_wait_is_told_as_people_say_it() -> None:
    assert [in_words(30), in_words(60), in_words(61)] == [" 30 秒后", "约 1 分钟后", "约 2 分钟后"]


async def test_the_service_starts_with_the_counts_in_its_database(
    settings: Settings, postgresql_url: str
) -> None:
    shared = settings.model_copy(update={"database_url": postgresql_url, "limits": "database"})
    for _ in range(2):  # a copy of the service, and another one
        app = create_app(shared, Dialogue("http://rasa", 8, FakeRasa()), FakeKnowledge(), [])
        async with app.router.lifespan_context(app), visitor_at(app, "192.0.2.7") as client:
            answers = [
                (await client.post("/api/conversations", json=OPEN)).status_code for _ in range(2)
            ]
    assert answers == [201, 429]
