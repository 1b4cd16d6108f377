"""A turn of each kind takes at most 6 KB in the database, by the content that is shipped."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from sqlalchemy import create_engine, select

from actions import Services, all_actions
from api.clock import Clock
from api.conversations import service as conversations
from api.conversations.receive import Receiver
from api.conversations.schemas import NewMessage
from api.database import Database
from api.dialogue.engine import Dialogue
from api.dictionaries import service as dictionaries
from api.dictionaries.models import StoredDictionary
from api.edge import webhook
from api.fallback.dialogue import FallbackDialogue
from api.fallback.understanding import Understanding
from api.lanes.lanes import Lanes
from api.protection.packing import body_of
from evaluation.turn_size import of_turns
from knowledge.answers.responses import Responses
from knowledge.search.cards import Found
from knowledge.search.searcher import Searcher
from tests.actions.conftest import FakeSearcher
from tests.actions.likelihood import SURELY
from tests.conftest import KEYS, TODAY
from tests.content import knowledge_base

MOST = 6 * 1024  # bytes
PROBLEM = "有人在赣州章贡区卖仿我们牌子的货，牌子注册过"
NAME, PHONE = "饶振邦", "13870112233"
INTENTS = {
    PROBLEM: "infringed",
    "异议期到底多长": "ask_whether",
    "商标法第五十七条是怎么规定的": "ask_law",
    "帮我登记工单": "open_ticket",
    PHONE: "provide_contact",
}
ANSWER = Found("tmo-opp-how-long", SURELY)


async def understand(text: str) -> dict[str, Any]:
    intent = {"name": INTENTS.get(text, "nlu_fallback"), "confidence": 0.9}
    return {"text": text, "intent": intent, "intent_ranking": [intent], "entities": []}


class Away(httpx.AsyncBaseTransport):
    """A dialogue engine that is not there: the service's own rules answer."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("connection refused", request=request)


class Talk:
    """Conversations with the real rules and content."""

    def __init__(self, url: str) -> None:
        self.database, self.searcher = Database(url, KEYS), FakeSearcher()
        self.knowledge = knowledge_base(cast(Searcher, self.searcher))
        services = Services(Clock(TODAY), self.database, self.knowledge, understand)
        run = webhook.Runner(webhook.executor_of(all_actions(services)), Responses.load())
        self.fallback = FallbackDialogue(cast(Understanding, understand), run)
        self.guard = self.knowledge.guard
        dialogue = Dialogue("http://rasa", 8, Away())
        lanes = Lanes(self.database)
        self.receiver = Receiver(self.database, Clock(TODAY), dialogue, lambda: self, lanes)

    async def of(self, *texts: str) -> list[dict[str, Any]]:
        """The turns of one conversation."""
        async with self.database.session() as session:
            at = self.receiver.clock.now()
            opened = await conversations.open_conversation(session, "web", True, at=at)
        return [
            await self.receiver.receive(opened.id, opened.token, NewMessage(text=text))
            for text in texts
        ]


@pytest.fixture(scope="module")
def packed_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with a dictionary of the shipped content, from which others are copied."""
    file = tmp_path_factory.mktemp("packed") / "helpline.db"
    shutil.copy(migrated_sqlite, file)

    async def make() -> None:
        database = Database(f"sqlite+aiosqlite:///{file}", KEYS)
        at, day_before = Clock().moment(), TODAY - timedelta(days=1)
        await dictionaries.keep_up(database, knowledge_base(), on=day_before, at=at)
        await database.close()

    asyncio.run(make())
    return file


@pytest.fixture
def sqlite_url(packed_sqlite: Path, tmp_path: Path) -> str:
    shutil.copy(packed_sqlite, tmp_path / "helpline.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'helpline.db'}"


@pytest.fixture
async def talk(sqlite_url: str) -> AsyncIterator[Talk]:
    """A helpline that packs by the shipped content."""
    talk = Talk(sqlite_url)
    yield talk
    await talk.database.close()


async def test_a_turn_of_each_kind_takes_at_most_six_kilobytes(talk: Talk, sqlite_url: str) -> None:
    [referral] = await talk.of(PROBLEM)
    talk.searcher.answer = ANSWER
    [answer] = await talk.of("异议期到底多长")
    talk.searcher.answer = None
    [article] = await talk.of("商标法第五十七条是怎么规定的")
    *_, ticket = await talk.of(PROBLEM, "帮我登记工单", PHONE)

    assert referral["referral"]["remedies"]
    assert answer["messages"][0]["text"].startswith("三个月")
    assert any(message["citations"] for message in article["messages"])
    assert ticket["ticket"]["created"]
    engine = create_engine(sqlite_url.replace("+aiosqlite", ""))
    with engine.connect() as connection:
        sizes = of_turns(connection)
    engine.dispose()
    assert len(sizes) == 6
    assert {turn: size for turn, size in sizes.items() if size > MOST} == {}


async def test_nothing_that_was_said_stands_in_a_dictionary(talk: Talk) -> None:
    await talk.of(PROBLEM, "帮我登记工单", f"{NAME}，{PHONE}")
    await dictionaries.repack(talk.database)

    async with talk.database.reading() as session:
        [body] = await session.scalars(select(StoredDictionary.body))
    words = body_of(body).decode()
    assert "商标行政投诉" in words
    assert not [said for said in (PROBLEM, NAME, PHONE) if said in words]
