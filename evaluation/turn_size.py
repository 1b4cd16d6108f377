"""`python -m evaluation.turn_size`: the bytes that a turn leaves in the database.

Visitors hold the dialogues of `own_dialogues.jsonl` and say the looked-at cases of
`own_cases.jsonl`, with a service of their own that has the model and the index and no dialogue
engine; some of them say it to a person, so that suggestions are made. Told are the bytes of the
columns that hold most, per turn, and p50, p95 and the most of a turn by what the bot did with it;
then what the tables take on the disk. `--database-url` names an empty PostgreSQL database: there
columns count as they are stored, compressed by the server where it does so.
"""

import argparse
import asyncio
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Table,
    create_engine,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.engine import Connection

import api.keeping.structure  # noqa: F401 - it makes every table known
from api.conversations.models import Turn
from api.database import Base
from api.settings import OFF, ROOT
from evaluation.desk.house import PATIENCE_S, House, circumstances, house

FOLDER = Path(__file__).parent
WELCOME = {"channel": "web", "consent": True}
PEOPLE = 20  # cases that are said to a person
TOLD = 12  # columns and tables
QUIET_S = 20  # until suggestions have been made
NO_LIMIT = dict.fromkeys(
    ("HELPLINE_LIMIT_OPENING", "HELPLINE_LIMIT_MESSAGES", "HELPLINE_LIMIT_CONVERSATION"), OFF
)
OF_CONTENT = ("content_", "dictionaries")  # tables that no turn writes to
WITHOUT = "passed on"  # turns in which the bot said nothing


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evaluation.turn_size")
    parser.add_argument("--var", type=Path, default=ROOT / "var", help="model and index")
    parser.add_argument("--database-url", help="an empty database; else SQLite in a folder")
    parser.add_argument("--messages", type=int, default=240, help="of visitors, about so many")
    options = parser.parse_args()
    print(json.dumps(asyncio.run(_report(options)), ensure_ascii=False, indent=1))


async def _report(options: argparse.Namespace) -> dict[str, Any]:
    async with house(options.var, more=NO_LIMIT, database_url=options.database_url) as the_house:
        address = the_house.database.engine.url
        is_sqlite = address.get_backend_name() == "sqlite"
        engine = create_engine(address.set(drivername="sqlite") if is_sqlite else address)
        await _dictionary(the_house)
        before = _on_disk(engine)
        for said in _conversations(options.messages):
            await _hold(the_house, said)
        await _ask_people(the_house)
        told = measured(engine, before)
        engine.dispose()
    return {"machine": circumstances(), **told}


async def _dictionary(the_house: House) -> None:
    """Wait until there is something to pack by; raises TimeoutError."""
    packer = the_house.database.packer
    async with asyncio.timeout(PATIENCE_S):
        while packer.newest() is None:
            await asyncio.sleep(1)
            packer.renew()


def _conversations(messages: int) -> list[list[str]]:
    """What visitors say, a conversation each."""
    dialogues = [one["turns"] for one in _lines("own_dialogues.jsonl")]
    cases = [[one["text"]] for one in _lines("own_cases.jsonl") if one["part"] == "look"]
    said: list[list[str]] = []
    for pair in zip(dialogues, cases, strict=False):
        said.extend(pair)
    said += cases[len(dialogues) :]
    while sum(map(len, said)) > messages:
        said.pop()
    return said


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


async def _hold(the_house: House, said: Sequence[str]) -> None:
    opened = (await the_house.client.post("/api/conversations", json=WELCOME)).json()
    for words in said:
        await the_house.say((opened["id"], opened["token"]), words)


async def _ask_people(the_house: House) -> None:
    cases = [one["text"] for one in _lines("own_cases.jsonl") if one["part"] == "look"]
    for conversation, words in zip(
        await the_house.waiting(PEOPLE), reversed(cases[-PEOPLE:]), strict=True
    ):
        await the_house.say(conversation, words)
    await asyncio.sleep(QUIET_S)


def measured(engine: Engine, before: Mapping[str, int]) -> dict[str, Any]:
    """Bytes per turn of a database: by column, by what the bot did, and on the disk."""
    with engine.connect() as connection:
        turns = connection.scalar(select(func.count()).select_from(Turn.__table__)) or 1
        columns = {
            name: size
            for table in _tables()
            for name, size in _columns(connection, table).items()
            if not name.startswith(OF_CONTENT)
        }
        sizes = of_turns(connection)
        outcomes = dict(
            connection.execute(select(Turn.id, func.coalesce(Turn.outcome, WITHOUT))).all()
        )
    kinds: dict[str, list[int]] = defaultdict(list)
    for turn, size in sizes.items():
        kinds[outcomes[turn]].append(size)
    after = _on_disk(engine)
    grown = {
        name: (after[name] - before.get(name, 0)) // turns
        for name in after
        if not name.startswith(OF_CONTENT)
    }
    return {
        "turns": turns,
        "bytes a turn, all": _spread(list(sizes.values())),
        "bytes a turn, by what the bot did": {one: _spread(of) for one, of in kinds.items()},
        "columns, bytes per turn": _largest({one: of // turns for one, of in columns.items()}),
        "on the disk, bytes per turn": _largest(grown),
        "the disk in all, bytes per turn": sum(grown.values()),
    }


def _tables() -> list[Table]:
    return list(Base.metadata.sorted_tables)


def _columns(connection: Connection, table: Table) -> dict[str, int]:
    """Column → the bytes of its values."""
    sizes = [func.coalesce(func.sum(_size(connection, one.name)), 0) for one in table.columns]
    row = connection.execute(select(*sizes).select_from(table)).one()
    return {
        f"{table.name}.{column.name}": int(size)
        for column, size in zip(table.columns, row, strict=True)
    }


def _size(connection: Connection, column: str) -> Any:
    quoted = f'"{column}"'
    if connection.dialect.name == "sqlite":
        return literal_column(f"length(CAST({quoted} AS BLOB))")
    return literal_column(f"pg_column_size({quoted})")


def of_turns(connection: Connection) -> dict[str, int]:
    """Turn → the bytes of its row and of every row that names it."""
    sizes: dict[str, int] = defaultdict(int)
    for table in _tables():
        named = "id" if table.name == Turn.__tablename__ else "turn_id"
        if named not in table.columns or (named == "id" and table.name != Turn.__tablename__):
            continue
        size: ColumnElement[int] = sum(
            (func.coalesce(_size(connection, one.name), 0) for one in table.columns),
            start=literal_column("0"),
        )
        for turn, row in connection.execute(select(table.c[named], size).select_from(table)):
            if turn:
                sizes[turn] += int(row)
    return sizes


def _on_disk(engine: Engine) -> dict[str, int]:
    """Table → its bytes on the disk, with its indexes."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            sized = text(
                "SELECT m.tbl_name, sum(s.pgsize) FROM dbstat s"
                " JOIN sqlite_master m ON m.name = s.name GROUP BY m.tbl_name"
            )
        else:
            sized = text(
                "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
                " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
        return {name: int(size) for name, size in connection.execute(sized)}


def _spread(sizes: list[int]) -> dict[str, int]:
    sizes = sorted(sizes)
    cut = {"p50": 0.5, "p95": 0.95}
    told = {name: sizes[min(len(sizes) - 1, int(len(sizes) * at))] for name, at in cut.items()}
    return {"number": len(sizes), **told, "most": sizes[-1]}


def _largest(sizes: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(sizes.items(), key=lambda one: -one[1])[:TOLD])


if __name__ == "__main__":
    main()
