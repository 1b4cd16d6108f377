"""Fills an SQLite file with many invented conversations, to see how long it takes to move them.

`python -m evaluation.deploying.many FILE --conversations 100000` makes the file anew, with the data
key of the settings; then `./helpline move-database --to postgresql://…` with that file as the
database. Texts are a few, sealed once and used again: what is moved has the length and the form of
real rows.
"""

import argparse
import json
import random
import sqlite3
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from api.database import Base
from api.keeping import structure
from api.protection.keys import DataKeys
from api.settings import read_or_exit

BEGAN = datetime(2025, 11, 1)
TURNS = 4  # of a conversation, each with a question and an answer
PAIRS = 60  # of characters, by which a conversation is searched for
EVENTS = 3
AT_ONCE = 2_000  # conversations a transaction

Rows = dict[str, list[dict[str, Any]]]


class Sealed:
    """A few texts of each length, sealed as the program seals them."""

    def __init__(self, keys: DataKeys) -> None:
        self._random = random.Random(7)
        self._texts = {
            length: [
                keys.seal(f"{number} 虚构的一句话".ljust(length, "。")) for number in range(50)
            ]
            for length in (20, 120, 400, 1500)
        }

    def text(self, length: int) -> str:
        return self._random.choice(self._texts[length])

    def json(self, length: int) -> str:
        return json.dumps(self.text(length))


def conversation(number: int, sealed: Sealed) -> Rows:
    """The rows of one conversation, as SQLite keeps them, by table."""
    at = BEGAN + timedelta(minutes=number * 5)
    name, rows = str(uuid.uuid4()), defaultdict[str, list[dict[str, Any]]](list)
    rows["conversations"].append(
        {
            **{"id": name, "channel": "web", "token_sha256": uuid.uuid4().hex * 2, "state": "bot"},
            **{"facts": sealed.json(120), "memory": sealed.json(400), "last_position": 2 * TURNS},
            **{"opened_at": str(at), "last_at": str(at), "watched": 0, "approval_pending": 0},
            **{"read_position": 0, "speaks_by_contact": 0},
        }
    )
    for turn in range(TURNS):
        _turn(rows, name, turn, at + timedelta(minutes=turn), sealed)
    rows["search_documents"].append(
        {
            **{"id": number, "kind": "conversation", "ref": name, "conversation_id": name},
            **{"seen": "1", "newest_at": str(at)},
        }
    )
    pairs = random.Random(number).sample(range(1 << 40), PAIRS)
    rows["search_grams"] += [{"gram": pair, "document_id": number} for pair in pairs]
    rows["desk_events"] += [
        {"kind": "message", "conversation_id": name, "data": '{"position": 1}', "at": str(at)}
        for _ in range(EVENTS)
    ]
    return rows


def _turn(rows: Rows, name: str, turn: int, at: datetime, sealed: Sealed) -> None:
    turn_id = str(uuid.uuid4())
    rows["turns"].append(
        {
            **{"id": turn_id, "conversation_id": name, "client_message_id": str(uuid.uuid4())},
            **{"answer": sealed.json(1500), "attempt": 1, "received_at": str(at)},
            **{"answered_at": str(at), "outcome": "engine"},
        }
    )
    for role in ("visitor", "bot"):
        rows["messages"].append(
            {
                **{"id": str(uuid.uuid4()), "conversation_id": name, "turn_id": turn_id},
                **{"position": 2 * turn + (role == "bot") + 1, "role": role},
                **{"text": sealed.text(20 if role == "visitor" else 400), "buttons": "[]"},
                **{"citations": "[]", "said_at": str(at), "held": 0},
            }
        )
    if turn == 0:
        rows["referrals"].append(
            {
                **{"conversation_id": name, "turn_id": turn_id, "body": sealed.json(1500)},
                **{"recorded_at": str(at)},
            }
        )


def fill(file: Path, number: int, keys: DataKeys) -> Iterator[int]:
    """Write so many conversations; tells how many are there, now and then."""
    structure.migrate(make_url(f"sqlite:///{file}"))
    sealed = Sealed(keys)
    order = [table.name for table in Base.metadata.sorted_tables]
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for first in range(1, number + 1, AT_ONCE):
            rows = defaultdict[str, list[dict[str, Any]]](list)
            for one in range(first, min(first + AT_ONCE, number + 1)):
                for table, more in conversation(one, sealed).items():
                    rows[table] += more
            for table in sorted(rows, key=order.index):
                names = list(rows[table][0])
                marks = ", ".join(f":{name}" for name in names)
                sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
                connection.executemany(sql, rows[table])
            connection.commit()
            yield min(first + AT_ONCE - 1, number)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.deploying.many")
    parser.add_argument("file", type=Path)
    parser.add_argument("--conversations", type=int, default=100_000)
    args = parser.parse_args()
    if args.file.exists():
        parser.error(f"{args.file} is there already")
    began = time.monotonic()
    for there in fill(args.file.resolve(), args.conversations, DataKeys.of(read_or_exit())):
        print(f"\r{there:,}", end="", flush=True)
    print(f"\n{args.file.stat().st_size / 2**20:.0f} MB in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
