"""`python -m evaluation.desk.figures`: how long the figures take with many conversations.

An SQLite file of its own is filled with a year of invented conversations, and each figure counted
over a month and over the year. Nothing is spoken over HTTP.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, make_url
from sqlalchemy.ext.asyncio import AsyncSession

from api.clock import SHANGHAI, Clock
from api.conversations.models import Conversation, Handoff, ToldContent, Turn
from api.database import Base, Database
from api.figures import details, monthly, service, yearly
from api.figures.details import Labels
from api.figures.service import Period
from api.keeping import structure
from api.protection.keys import DataKeys, new_key
from api.tickets.models import Satisfaction, Ticket, TicketClock
from evaluation.desk.house import circumstances
from knowledge.routing.rulebook import load_vocabulary

NOW = datetime(2027, 1, 1, 0, 0, tzinfo=SHANGHAI)
DAYS, TURNS_EACH, ROWS_AT_ONCE = 365, 3, 5000
CITIES = ("南昌市", "赣州市", "九江市", "上饶市", "吉安市", "宜春市", "抚州市", None)
OUTCOMES = ("answered", "answered", "asked", "unclear", "served", None)
ANSWER: dict[str, Any] = {"messages": [{"text": "办法和依据" * 150}], "facts": {}, "referral": None}
Rows = Iterator[tuple[type[Base], dict[str, Any]]]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.desk.figures")
    parser.add_argument("--conversations", type=int, default=100_000)
    print(json.dumps(asyncio.run(report(parser.parse_args())), ensure_ascii=False, indent=1))


async def report(args: argparse.Namespace) -> dict[str, Any]:
    """Seconds of each figure over a month and over the year."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'helpline.db'}"
        await asyncio.to_thread(structure.migrate, make_url(url))
        database = Database(url, DataKeys((new_key(),)))
        try:
            await _fill(database, args.conversations)
            words = load_vocabulary()
            labels = Labels(words["situation"], words["right"], {})
            month = Period(NOW.date() - timedelta(days=31), NOW.date() - timedelta(days=1))
            year = Period(NOW.date() - timedelta(days=DAYS), NOW.date() - timedelta(days=1))
            return {
                "machine": circumstances(),
                "conversations": args.conversations,
                "month": await _timed(database, month, labels),
                "year": await _timed(database, year, labels),
            }
        finally:
            await database.close()


class _Standing(Clock):
    def now(self) -> datetime:
        return NOW

    def moment(self) -> datetime:
        return NOW


async def _timed(database: Database, period: Period, labels: Labels) -> dict[str, float]:
    async def page(session: AsyncSession) -> None:
        situations = labels.situations
        await service.figures(session, period, situations, oversees=True, clock=_Standing())

    async def more(session: AsyncSession) -> None:
        await details.details(session, period, labels, oversees=True, at=NOW)

    async def report(session: AsyncSession) -> None:
        await monthly.month(session, period, labels, at=NOW)

    async def open_data(session: AsyncSession) -> None:
        await yearly.year(session, period, at=NOW)

    counted: dict[str, Callable[[AsyncSession], Awaitable[None]]] = {
        "page_s": page,
        "details_s": more,
        "report_s": report,
        "open_data_s": open_data,
    }
    return {name: await _seconds(database, count) for name, count in counted.items()}


async def _seconds(database: Database, count: Callable[[AsyncSession], Awaitable[None]]) -> float:
    begun = time.perf_counter()
    async with database.reading() as session:
        await count(session)
    return round(time.perf_counter() - begun, 2)


async def _fill(database: Database, conversations: int) -> None:
    """Write a year of conversations with their turns, people, tickets and ratings."""
    chance = random.Random(1)
    held: dict[type[Base], list[dict[str, Any]]] = {}
    for number in range(conversations):
        for table, row in _conversation(number, chance):
            held.setdefault(table, []).append(row)
        if number % ROWS_AT_ONCE == ROWS_AT_ONCE - 1 or number == conversations - 1:
            async with database.session() as session:
                for table, rows in held.items():
                    await session.execute(insert(table), rows)
            held = {}


def _conversation(number: int, chance: random.Random) -> Rows:
    id_ = str(uuid4())
    opened = NOW - timedelta(seconds=chance.randrange(1, DAYS * 86_400))
    facts = {
        "situation": chance.choice(("infringed", "squatted", "accused", None)),
        "right": chance.choice(("trademark", "patent", "copyright", None)),
        "city": chance.choice(CITIES),
    }
    yield (
        Conversation,
        {
            **{"id": id_, "channel": chance.choice(("web", "h5", "wechat", "phone"))},
            **{"token_sha256": "", "state": "closed", "facts": facts, "memory": facts},
            **{"last_position": 6, "opened_at": opened},
        },
    )
    for at in range(TURNS_EACH):
        received = opened + timedelta(minutes=at)
        yield (
            Turn,
            {
                **{"id": str(uuid4()), "conversation_id": id_, "answer": ANSWER},
                **{"received_at": received, "outcome": chance.choice(OUTCOMES)},
            },
        )
        told = {"kind": "answer", "key": f"answer-{chance.randrange(2700)}", "told_at": received}
        yield ToldContent, {"conversation_id": id_, **told}
    yield from _with_people(number, id_, opened, chance)


def _with_people(number: int, id_: str, opened: datetime, chance: random.Random) -> Rows:
    later = opened + timedelta(minutes=3)
    if chance.random() < 0.3:
        yield (
            Handoff,
            {
                **{"conversation_id": id_, "asked_at": opened, "claimed_at": opened},
                **{"claimed_by": 1, "first_reply_at": later, "ended_at": later},
                "ending": "closed",
            },
        )
        rated = {"about": "conversation", "score": chance.randrange(1, 6), "said_at": later}
        yield Satisfaction, {"conversation_id": id_, **rated}
    if chance.random() < 0.2:
        yield (
            Ticket,
            {
                **{"id": number + 1, "number": f"JX{number:012}", "code_sha256": ""},
                **{"conversation_id": id_, "status": "done", "priority": "normal"},
                **{"summary": "权利被侵犯", "facts": {}, "opened_on": opened.date()},
                **{"created_at": opened, "updated_at": later},
            },
        )
        for kind in ("first", "next", "solution"):
            yield (
                TicketClock,
                {
                    **{"ticket_id": number + 1, "kind": kind, "started_at": opened},
                    **{"warn_at": later, "due_at": later, "met_at": opened},
                },
            )


if __name__ == "__main__":
    main()
