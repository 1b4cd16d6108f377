"""Errands beside the talk of a fault run: tickets that are opened, and visitors who ask for a
person, are answered by one and sent back to the bot.

Each errand is a conversation of its own. Whatever fails is tried again, as the pages do, under the
same id where there is one; afterwards the database is asked what became of it.
"""

import asyncio
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

from api.clock import Clock
from api.conversations.models import Handoff, Message
from api.database import Database
from api.protection.keys import DataKeys
from api.settings import Settings
from api.tickets.models import Ticket
from evaluation.desk.house import Operator, signed_in

PAUSE_S = 1.0  # before anything is tried again
PATIENCE_S = 120  # after which an errand counts as not done
CHANGED = 409
PROBLEM = "有人在淘宝卖冒我们商标的货，我在上饶"
TICKET = (PROBLEM, "帮我登记一张工单", "不方便留电话")
PERSON = (PROBLEM, "转人工")
FAREWELL = "好的，谢谢"

Send = Callable[[], Awaitable[httpx.Response]]


class NotDone(Exception):
    """An errand that took longer than anybody waits."""


@dataclass
class Errands:
    """What visitors and an operator did, and how long the longest wait for a word was."""

    client: httpx.AsyncClient
    database: Database
    operator: Operator
    tickets: dict[str, str] = field(default_factory=dict)  # conversation → the number it was told
    handed_over: list[str] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)  # conversation → id of the operator's
    not_done: int = 0
    longest_s: float = 0

    async def open_ticket(self) -> None:
        """A visitor tells his problem and has a ticket opened."""
        id_, say = await self._visitor()
        told = [await say(text) for text in TICKET]
        if not (ticket := told[-1].get("ticket")):
            raise NotDone("no ticket")
        self.tickets[id_] = ticket["number"]

    async def ask_for_a_person(self) -> None:
        """A visitor asks for a person, is answered by one, and thanks him."""
        await self._until_done(self._present)
        id_, say = await self._visitor()
        for text in PERSON:
            await say(text)
        self.handed_over.append(id_)
        await self._staff("claim", id_, {})
        name = str(uuid.uuid4())
        await self._staff("messages", id_, {"text": "您好，我看一下。", "client_message_id": name})
        self.replies[id_] = name
        await say(FAREWELL)
        await self._staff("close", id_, {})

    async def until(self, end: float) -> None:
        """Errand after errand, of both kinds in turn, until that moment."""
        kinds = (self.open_ticket, self.ask_for_a_person)
        number = 0
        while time.monotonic() < end:
            try:
                await kinds[number % 2]()
            except NotDone:
                self.not_done += 1
            number += 1

    async def kept(self) -> dict[str, Any]:
        """What became of the errands, as the database has it."""
        async with self.database.reading() as session:
            opened = select(Ticket.conversation_id, Ticket.number)
            tickets = (await session.execute(opened)).all()
            asked = select(Handoff.conversation_id, func.count()).group_by(Handoff.conversation_id)
            handed: dict[str, int] = {id_: count for id_, count in await session.execute(asked)}
            by_staff = select(Message.conversation_id).where(Message.role == "operator")
            replied = Counter((await session.scalars(by_staff)).all())
        numbers = {id_: [n for one, n in tickets if one == id_] for id_ in self.tickets}
        return {
            "tickets opened": len(self.tickets),
            "tickets lost": sum(self.tickets[id_] not in there for id_, there in numbers.items()),
            "tickets doubled": sum(len(there) > 1 for there in numbers.values()),
            "handed over": len(self.handed_over),
            "handed over twice": sum(handed.get(id_, 0) > 1 for id_ in self.handed_over),
            "hand-overs lost": sum(id_ not in handed for id_ in self.handed_over),
            "operator's replies": len(self.replies),
            "replies lost": sum(not replied[id_] for id_ in self.replies),
            "replies doubled": sum(replied[id_] > 1 for id_ in self.replies),
            "errands not done": self.not_done,
            "longest wait in an errand, s": round(self.longest_s, 1),
        }

    async def _visitor(self) -> tuple[str, Callable[[str], Awaitable[dict[str, Any]]]]:
        """A new conversation's id, and what says something in it until that is answered."""
        body = {"channel": "web", "consent": True}
        opened = await self._until_done(lambda: self.client.post("/api/conversations", json=body))
        id_, headers = opened["id"], {"Authorization": f"Bearer {opened['token']}"}

        async def say(text: str) -> dict[str, Any]:
            message = {"text": text, "client_message_id": str(uuid.uuid4())}
            path = f"/api/conversations/{id_}/messages"
            return await self._until_done(
                lambda: self.client.post(path, json=message, headers=headers)
            )

        return id_, say

    async def _present(self) -> httpx.Response:
        """The operator is on duty; whoever has no page open is taken for gone after a while."""
        path, headers = "/api/desk/presence", dict(self.operator.headers)
        return await self.client.put(path, json={"state": "online"}, headers=headers)

    async def _staff(self, what: str, id_: str, body: Mapping[str, Any]) -> None:
        """Something an operator does. That it was done already, by a try whose answer was lost, is
        no trouble.
        """
        path, headers = f"/api/desk/conversations/{id_}/{what}", dict(self.operator.headers)
        await self._until_done(
            lambda: self.client.post(path, json=dict(body), headers=headers), or_was=what == "close"
        )

    async def _until_done(self, send: Send, or_was: bool = False) -> dict[str, Any]:
        """Send until it is done; raises NotDone."""
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_S:
            with suppress(httpx.TransportError):
                answer = await send()
                if answer.is_success or (or_was and answer.status_code == CHANGED):
                    self.longest_s = max(self.longest_s, time.monotonic() - began)
                    return dict(answer.json()) if isinstance(answer.json(), dict) else {}
            await asyncio.sleep(PAUSE_S)
        raise NotDone


async def errands(client: httpx.AsyncClient, var: Path, password: str, port: int) -> Errands:
    """Errands in the cluster on that data folder, whose PostgreSQL listens there, with an operator
    who is signed in.
    """
    url = f"postgresql://helpline:{password}@127.0.0.1:{port}/helpline"
    settings = Settings(var=var, database_url=url)
    database = Database(settings.database_url, DataKeys.of(settings))
    return Errands(client, database, await signed_in(database, Clock()))
