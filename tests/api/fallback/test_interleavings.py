"""Whether the dialogue engine is there, slow or away: facts and tickets come out the same.

The engine is played by the rules that the service falls back on, run as Rasa runs them: over the
executor, with the tracker of a turn. What is proved is that no order of presence, lateness and
absence wipes or doubles anything; that Rasa's own rules lead to the same is proved by the journeys.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from actions import Services, all_actions
from api.clock import Clock
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.conversations.receive import Receiver
from api.conversations.schemas import NewMessage
from api.database import Database
from api.dialogue.engine import Dialogue
from api.edge import webhook
from api.fallback.dialogue import FallbackDialogue, _Turn
from api.fallback.understanding import Understanding
from api.lanes.lanes import Lanes
from api.tickets.models import Ticket, TicketNote
from knowledge.answers.responses import Responses
from knowledge.law.citation_guard import CitationGuard
from tests.conftest import KEYS, TODAY
from tests.content import knowledge_base

INTENTS = {
    "有人在卖仿我们牌子的货": "infringed",
    "法院传票昨天到的": "accused_court",
    "在赣州章贡区": "inform",
    "牌子注册过": "inform",
    "帮我登记工单": "open_ticket",
    "13800001111": "provide_contact",
    "要带什么材料": "ask_papers",
    "谢谢": "thanks",
    "不清楚": "dont_know",
    "转人工": "human_handoff",
    "撤单": "ticket_withdraw",
    "催一下工单": "ticket_urge",
    "还是别撤单了": "ticket_keep",
    "算了": "cancel",
    "重新开始": "start_over",
    "是的": "affirm",
    "不留电话": "deny",
}
KNOWLEDGE = knowledge_base()


class Engine(Enum):
    """What the engine does with a message."""

    PRESENT = "answers"
    ABSENT = "cannot be reached"
    SILENT = "acts, and its answer is lost"
    LATE = "acts when the message was answered without it"
    TWICE = "answers, and acts once more when the message was answered"
    LOST = "acts, breaks off while another engine answers, and acts once more afterwards"


async def understand(text: str) -> dict[str, Any]:
    intent = {"name": INTENTS.get(text, "nlu_fallback"), "confidence": 0.9}
    return {"text": text, "intent": intent, "intent_ranking": [intent], "entities": []}


@dataclass
class PlayedRasa(httpx.AsyncBaseTransport):
    """Two Rasas, as the service meets them."""

    rules: FallbackDialogue
    does: Engine = Engine.PRESENT
    late: list[dict[str, Any]] = field(default_factory=list)
    begun: set[str] = field(default_factory=set)  # the turns of which one has heard

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.does is Engine.ABSENT:
            raise httpx.ConnectError("connection refused", request=request)
        body = json.loads(request.content)
        if self.does is not Engine.LATE:
            said = await self.act(body)
        if self.does is Engine.LOST and body["sender"] not in self.begun:
            self.begun.add(body["sender"])
            self.late.append(body)
            raise httpx.ReadError("connection reset", request=request)
        if self.does in (Engine.LATE, Engine.TWICE):
            self.late.append(body)
        if self.does in (Engine.LATE, Engine.SILENT):
            raise httpx.ReadTimeout("no answer", request=request)
        return httpx.Response(200, json=said)

    async def act(self, body: Mapping[str, Any]) -> list[dict[str, Any]]:
        parse = await understand(body["message"])
        turn = _Turn(self.rules, body["sender"], {**parse, "metadata": body["metadata"]})
        await turn.go(body["form"]["slots"]["requested_slot"] if "form" in body else None)
        return turn.said

    async def catch_up(self) -> None:
        """Do what it did not get round to."""
        for body in self.late:
            await self.act(body)
        self.late.clear()


@dataclass(frozen=True)
class Spoken:
    """What is said, and what it is checked with."""

    fallback: FallbackDialogue
    guard: CitationGuard


@dataclass
class Helpline:
    """The service around one database, with an engine that may be there or not."""

    database: Database
    receiver: Receiver
    rasa: PlayedRasa

    @classmethod
    def opened(cls, url: str) -> "Helpline":
        database, clock = Database(url, KEYS), Clock(TODAY)
        services = Services(clock, database, KNOWLEDGE, understand)
        run = webhook.Runner(webhook.executor_of(all_actions(services)), Responses.load())
        rules = FallbackDialogue(cast(Understanding, understand), run)
        rasa = PlayedRasa(rules)
        dialogue = Dialogue({1: "http://rasa:1", 2: "http://rasa:2"}, 8, rasa)
        voice = Spoken(rules, KNOWLEDGE.guard)
        receiver = Receiver(database, clock, dialogue, lambda: voice, Lanes(database))
        return cls(database, receiver, rasa)

    async def talks(self, texts: list[str], does: list[Engine]) -> dict[str, Any]:
        """What is known in the end of a conversation of these messages."""
        clock = self.receiver.clock
        async with self.database.session() as session:
            opened = await conversations.open_conversation(session, "web", True, at=clock.now())
        for text, self.rasa.does in zip(texts, does, strict=True):
            for engine in self.receiver.dialogue.engines:
                engine.breaker.reset()
            message = NewMessage(text=text, client_message_id=uuid4())
            turn = await self.receiver.receive(opened.id, opened.token, message)
            assert turn["messages"], text
            await self.rasa.catch_up()
            assert await self.receiver.receive(opened.id, opened.token, message) == turn
        return await self._known(opened.id)

    async def _known(self, conversation_id: str) -> dict[str, Any]:
        async with self.database.reading() as session:
            conversation = await session.get_one(Conversation, conversation_id)
            found = select(Ticket).where(Ticket.conversation_id == conversation_id)
            tickets = (await session.scalars(found.order_by(Ticket.id))).all()
            notes = select(TicketNote).where(TicketNote.ticket_id.in_([one.id for one in tickets]))
            return {
                "facts": conversation.facts,
                "memory": conversation.memory,
                "waits for a person": conversation.state,
                "tickets": [
                    (one.status, one.priority, one.contact, one.facts, one.summary, one.next_due)
                    for one in tickets
                ],
                "notes": [one.text for one in await session.scalars(notes.order_by(TicketNote.id))],
            }


async def both(url: str, texts: list[str], does: list[Engine]) -> tuple[Any, Any]:
    helpline = Helpline.opened(url)
    try:
        there = await helpline.talks(texts, [Engine.PRESENT] * len(texts))
        return there, await helpline.talks(texts, does)
    finally:
        await helpline.database.close()


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(INTENTS)), st.sampled_from(Engine)), min_size=1, max_size=7
    )
)
def test_any_dialogue_ends_in_the_same_facts_and_tickets(
    sqlite_url: str, dialogue: list[tuple[str, Engine]]
) -> None:
    texts, does = [text for text, _ in dialogue], [engine for _, engine in dialogue]

    there, interrupted = asyncio.run(both(sqlite_url, texts, does))

    assert interrupted == there


STORY = ["有人在卖仿我们牌子的货", "在赣州章贡区", "帮我登记工单", "13800001111", "撤单"]


@pytest.mark.parametrize("engine", Engine)
def test_a_ticket_that_is_asked_for_filled_and_withdrawn_is_the_same(
    sqlite_url: str, engine: Engine
) -> None:
    there, interrupted = asyncio.run(both(sqlite_url, STORY, [engine] * len(STORY)))

    assert interrupted == there
    [ticket] = there["tickets"]
    assert ticket[:3] == ("withdrawn", "normal", "13800001111")


async def sent_to_two_at_once(url: str) -> tuple[list[Any], int]:
    """What two copies of the service answer to one message sent to both, and how many messages the
    conversation holds then.
    """
    one, other = Helpline.opened(url), Helpline.opened(url)
    try:
        async with one.database.session() as session:
            opened = await conversations.open_conversation(
                session, "web", True, at=one.receiver.clock.now()
            )
        message = NewMessage(text="有人在卖仿我们牌子的货", client_message_id=uuid4())
        answers = await asyncio.gather(
            *(copy.receiver.receive(opened.id, opened.token, message) for copy in (one, other))
        )
        async with one.database.reading() as session:
            held = select(func.count()).where(Message.conversation_id == opened.id)
            return answers, await session.scalar(held) or 0
    finally:
        await one.database.close()
        await other.database.close()


def test_the_same_message_at_two_copies_of_the_service_gives_both_the_same_turn(
    sqlite_url: str,
) -> None:
    [first, second], held = asyncio.run(sent_to_two_at_once(sqlite_url))

    assert first == second
    assert held == 2 + len(first["messages"])  # the greeting, and what was said


def test_a_summons_told_while_the_engine_is_away_is_still_known_when_it_is_back(
    sqlite_url: str,
) -> None:
    texts = ["法院传票昨天到的", "在赣州章贡区", "牌子注册过"]
    _, known = asyncio.run(both(sqlite_url, texts, [Engine.LATE, Engine.ABSENT, Engine.PRESENT]))

    assert known["facts"]["doc_received"] == ["传票"]
    assert known["facts"]["doc_received_on"] == "2026-11-21"
