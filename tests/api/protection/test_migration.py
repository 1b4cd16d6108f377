"""Migration 0008 seals what is there, may be cut off and begun again, and can be taken back."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text
from sqlalchemy.orm import Session

from api.conversations.models import Conversation, Message, Turn
from api.database import MIGRATIONS
from api.protection.columns import use_keys
from api.protection.keys import DataKeys, new_key
from api.protection.packing import Packer, fetch_from
from api.referrals.models import RecordedReferral
from api.tickets.models import Ticket, TicketNote
from tests.conftest import KEYS, migrate

BEFORE, SEALING = "0007", "0008"
CONTACT = "138-1234-5678（陈华）"
FACTS = {"city": "赣州市", "contact": CONTACT}
ANSWER = {"messages": [{"text": "先取证。"}], "facts": FACTS}
WHEN = "2026-11-22 01:30:00"

ROWS: dict[str, dict[str, Any]] = {
    "conversations": {
        "id": "c",
        "channel": "web",
        "token_sha256": "",
        "state": "waiting",
        "waiting_since": WHEN,
        "handoff_reason": "我要转人工，我叫陈华",
        "facts": json.dumps(FACTS),
        "memory": json.dumps(FACTS),
        "last_position": 1,
        "opened_at": WHEN,
    },
    "turns": {
        "id": "t",
        "conversation_id": "c",
        "answer": json.dumps(ANSWER),
        "working": json.dumps({"facts": FACTS}),
        "attempt": 1,
        "received_at": WHEN,
    },
    "messages": {
        "id": "m",
        "conversation_id": "c",
        "turn_id": "t",
        "position": 1,
        "role": "visitor",
        "text": "gAAAA 我叫陈华",
        "buttons": "[]",
        "citations": "[]",
        "said_at": WHEN,
    },
    "referrals": {
        "id": 1,
        "conversation_id": "c",
        "turn_id": "t",
        "body": json.dumps({"remedies": []}),
        "recorded_at": WHEN,
    },
    "tickets": {
        "id": 1,
        "number": "JX20261122-0001",
        "code_sha256": "",
        "conversation_id": "c",
        "opened_in_turn": "t",
        "status": "new",
        "priority": "normal",
        "summary": "商标被仿冒",
        "facts": json.dumps(FACTS),
        "contact": CONTACT,
        "opened_on": "2026-11-22",
        "created_at": WHEN,
        "updated_at": WHEN,
    },
    "ticket_notes": {"id": 1, "ticket_id": 1, "text": "来访者补充：又进货了", "written_at": WHEN},
}


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """A database of the revision before, with a row in every table that is sealed."""
    to(database_url, BEFORE)
    engine = create_engine(make_url(re.sub("aiosqlite", "pysqlite", database_url)))
    use_keys(engine.dialect, KEYS, Packer(fetch_from(engine.url)))
    with engine.begin() as connection:
        for table, row in ROWS.items():
            columns, values = ", ".join(row), ", ".join(f":{name}" for name in row)
            connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), row)
    yield engine
    engine.dispose()
    migrate(database_url, "head")


def to(url: str, revision: str) -> None:
    """Up to the sealed columns, or back to the revision before."""
    if revision == SEALING:
        migrate(url, revision)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HELPLINE_DATABASE_URL", url)
        command.downgrade(Config(MIGRATIONS / "alembic.ini"), revision)


def words(connection: Connection) -> str:
    """Everything that lies in the sealed tables, as it lies there."""
    return "\n".join(
        str(tuple(row))
        for table in ROWS
        for row in connection.execute(text(f"SELECT * FROM {table}"))
    )


def check_opened(engine: Engine, url: str) -> None:
    migrate(url, "head")  # the models are those of the newest revision
    with Session(engine) as session:
        conversation = session.get_one(Conversation, "c")
        assert (conversation.facts, conversation.handoff_reason) == (FACTS, "我要转人工，我叫陈华")
        assert session.get_one(Turn, "t").answer == ANSWER
        assert session.get_one(Message, "m").text == "gAAAA 我叫陈华"
        assert session.get_one(RecordedReferral, 1).body == {"remedies": []}
        ticket = session.get_one(Ticket, 1)
        assert (ticket.facts, ticket.contact, ticket.summary) == (FACTS, CONTACT, "商标被仿冒")
        assert ticket.contact_hash == KEYS.hashed("13812345678")
        assert session.get_one(TicketNote, 1).text == "来访者补充：又进货了"


def test_what_is_there_is_sealed_and_opens(engine: Engine, database_url: str) -> None:
    to(database_url, SEALING)

    with engine.connect() as connection:
        lying = words(connection)
    for word in ("陈华", "1234-5678", "赣州", "\\u8d63", "进货", "仿冒"):
        assert word not in lying
    check_opened(engine, database_url)


def test_begun_again_after_it_was_cut_off_it_seals_nothing_twice(
    engine: Engine, database_url: str
) -> None:
    to(database_url, SEALING)
    with engine.begin() as connection:  # cut off before the end: one row is still in plain
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{BEFORE}'"))
        plain = {"text": ROWS["messages"]["text"]}
        connection.execute(text("UPDATE messages SET text = :text"), plain)

    to(database_url, SEALING)

    check_opened(engine, database_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM key_checks")) == 1


def test_taken_back_everything_is_as_it_was(engine: Engine, database_url: str) -> None:
    with engine.connect() as connection:
        before = words(connection)
    to(database_url, SEALING)
    to(database_url, BEFORE)

    with engine.connect() as connection:
        assert words(connection) == before
        assert "deletions" not in inspect(connection).get_table_names()


@pytest.mark.parametrize("told", ["another", "none"])
def test_with_another_key_or_none_it_stops_before_anything_is_written(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str
) -> None:
    to(database_url, SEALING)
    with engine.connect() as connection:
        before = words(connection)
    with monkeypatch.context() as patch:
        patch.setenv("HELPLINE_VAR", str(tmp_path / "elsewhere"))
        patch.setenv("HELPLINE_DATA_KEY", new_key() if told == "another" else "")
        with pytest.raises(SystemExit, match="没有改动任何数据"):
            to(database_url, SEALING)

    with engine.connect() as connection:
        assert words(connection) == before
    assert not (tmp_path / "elsewhere" / "data.key").exists()


def test_an_empty_database_gets_a_key_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELPLINE_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("HELPLINE_DATA_KEY", "")
    migrate(f"sqlite:///{tmp_path / 'var' / 'helpline.db'}")

    [key] = (tmp_path / "var" / "data.key").read_text().split()
    assert DataKeys((key,)).opened(DataKeys((key,)).seal("您好")) == "您好"
