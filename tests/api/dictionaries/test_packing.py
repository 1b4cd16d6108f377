"""What turns leave is packed by a dictionary, comes back as it was, and is packed anew at night."""

import json
import os
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from alembic import command
from alembic.config import Config
from pydantic import SecretStr
from sqlalchemy import create_engine, func, make_url, select, text

from api.clock import SHANGHAI
from api.conversations import service as conversations
from api.conversations.models import Message, Turn
from api.database import MIGRATIONS, Database
from api.dialogue.replies import Reply
from api.dictionaries import service as dictionaries
from api.dictionaries.making import DRIFT, Words
from api.dictionaries.models import StoredDictionary
from api.privacy.rotation import rotate
from api.privacy.sweep import sweep
from api.protection.keys import DataKeys, new_key
from api.protection.packing import Dictionary, DictionaryMissing, id_of, stored_body
from api.referrals import service as referrals
from api.settings import Settings
from knowledge.base import KnowledgeBase
from tests.conftest import KEYS, TODAY, migrate
from tests.fakes import CITATION, REFERRAL

NOW = datetime(2026, 11, 22, 3, 30, tzinfo=SHANGHAI)
CONTENT, NEXT = json.dumps(REFERRAL, ensure_ascii=False), "换了一版的内容，一句也不一样。"
SAID, BUTTONS = "我叫陈华，他在章贡区卖冒牌茶油", [{"title": "办事材料", "payload": "/ask_papers"}]
ADVICE = {**REFERRAL, "as_of": "2026-11-22"}
# What of a turn is packed, as it lies in the database.
LYING = (
    "SELECT answer FROM turns",
    "SELECT body FROM referrals",
    "SELECT buttons FROM messages WHERE role = 'bot' AND turn_id IS NOT NULL",
    "SELECT citations FROM messages WHERE role = 'bot' AND turn_id IS NOT NULL",
)


async def tell(database: Database) -> str:
    """A turn with advice; its id."""
    async with database.session() as session:
        opened = await conversations.open_conversation(session, "web", True, at=NOW)
        conversation = await conversations.going_on(session, opened.id)
        stored = await conversations.store_message(session, conversation, SAID, None, at=NOW)
        await referrals.record(session, opened.id, stored.turn_id, ADVICE, at=NOW)
        replies = [Reply("先向市场监督管理局投诉。", BUTTONS, [CITATION])]
        await conversations.answer(session, stored.turn_id, replies, at=NOW)
    return stored.turn_id


async def keep(database: Database, words: str, since: datetime = NOW) -> str:
    """Let values be packed by these words; the id of the dictionary."""
    row = {"id": id_of(words.encode()), "made_of": words[:64], "since": since}
    async with database.session() as session:
        session.add(StoredDictionary(**row, body=stored_body(words.encode())))
    database.packer.renew()
    return str(row["id"])


async def shown(url: str, turn_id: str, keys: DataKeys = KEYS) -> Sequence[Any]:
    """What a process that has just begun reads of a turn."""
    database = Database(url, keys)
    async with database.reading() as session:
        turn = await session.get_one(Turn, turn_id)
        said = select(Message).where(Message.turn_id == turn_id).order_by(Message.position)
        messages = [conversations.shown(one) for one in await session.scalars(said)]
        told = (turn.answer, await referrals.of_turn(session, turn_id), messages)
    await database.close()
    return told


def lying(url: str) -> list[str]:
    """The packed columns as they lie there."""
    engine = create_engine(make_url(re.sub("aiosqlite", "pysqlite", url)))
    with engine.connect() as connection:
        values = [str(value) for one in LYING for value in connection.scalars(text(one))]
    engine.dispose()
    return [value.strip('"') for value in values]


async def test_what_was_stored_before_is_packed_at_night_and_says_the_same(
    database: Database, database_url: str
) -> None:
    turn = await tell(database)
    before, sizes = await shown(database_url, turn), sum(map(len, lying(database_url)))
    name = await keep(database, CONTENT)
    newer = await tell(database)

    assert before[0]["referral"]["remedies"][0]["basis"] == [CITATION]
    assert await dictionaries.repack(database) > 0
    assert all(value.startswith(f"{name}.") for value in lying(database_url))
    assert sum(map(len, lying(database_url))) < sizes * 2 * 0.6  # of two turns
    assert await shown(database_url, turn) == before
    assert (await shown(database_url, newer))[1] == before[1]
    assert await dictionaries.repack(database) == 0


async def test_a_row_is_packed_anew_where_the_work_before_was_cut_off(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        await tell(database)
    await keep(database, CONTENT)
    monkeypatch.setattr(dictionaries, "AT_ONCE", 2)
    whole = database.session
    monkeypatch.setattr(database, "session", sessions := Few(whole, 2))
    with pytest.raises(Few.CutOff):
        await dictionaries.repack(database)
    monkeypatch.setattr(database, "session", whole)

    rest = await dictionaries.repack(database)
    assert (sessions.left, await dictionaries.repack(database)) == (0, 0)
    await keep(database, NEXT, NOW + timedelta(days=1))
    assert 0 < rest < await dictionaries.repack(database)


class Few:
    """Hands out so many sessions, and is then cut off."""

    class CutOff(Exception):
        pass

    def __init__(self, hand_out: Any, left: int) -> None:
        self.hand_out, self.left = hand_out, left

    def __call__(self) -> Any:
        if not self.left:
            raise self.CutOff
        self.left -= 1
        return self.hand_out()


async def test_what_was_shown_comes_out_the_same_when_other_content_is_in_use(
    database: Database, database_url: str, tmp_path: Any
) -> None:
    old = await keep(database, CONTENT)
    turn = await tell(database)
    before = await shown(database_url, turn)
    new, much_later = await keep(database, NEXT, NOW + timedelta(days=1)), NOW + timedelta(days=32)

    assert await shown(database_url, turn) == before
    async with database.reading() as session:
        assert list(await dictionaries.unused(session, at=much_later)) == []
    await dictionaries.repack(database)
    assert all(value.startswith(f"{new}.") for value in lying(database_url))
    assert await shown(database_url, turn) == before

    settings = Settings(var=tmp_path, keep_conversations_days=90)
    assert (await sweep(database, settings, "operator", at=NOW + timedelta(days=20)))[
        "dictionaries"
    ] == 0  # a process may still pack by it
    swept = await sweep(database, settings, "operator", at=much_later)
    async with database.reading() as session:
        left = (await session.scalars(select(StoredDictionary.id))).all()
    assert (swept["dictionaries"], left) == (1, [new])
    assert await shown(database_url, turn) == before
    assert old not in left


async def test_taken_back_to_the_structure_before_everything_lies_as_it_did(
    database: Database, database_url: str
) -> None:
    name = await keep(database, CONTENT)
    turn = await tell(database)
    before = await shown(database_url, turn)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HELPLINE_DATABASE_URL", database_url)
        command.downgrade(Config(MIGRATIONS / "alembic.ini"), "0023")

    answer, body, *_ = lying(database_url)
    assert KEYS.opened_json(answer) == before[0]
    assert KEYS.opened_json(body) == before[1]
    assert not any(name in value for value in lying(database_url))
    migrate(database_url)
    assert await shown(database_url, turn) == before


async def test_a_new_data_key_seals_what_is_packed_anew(sqlite_url: str, tmp_path: Any) -> None:
    database = Database(sqlite_url, KEYS)
    await keep(database, CONTENT)
    turn = await tell(database)
    before = await shown(sqlite_url, turn)
    await database.close()
    both = SecretStr(" ".join((newest := new_key(), *KEYS.keys)))
    rotate(Settings(var=tmp_path, database_url=sqlite_url, data_key=both))

    assert await shown(sqlite_url, turn, DataKeys((newest,))) == before


async def test_without_its_dictionary_a_value_says_what_to_do(sqlite_url: str) -> None:
    database = Database(sqlite_url, KEYS)
    await keep(database, CONTENT)
    turn = await tell(database)
    async with database.session() as session:
        await session.execute(StoredDictionary.__table__.delete())
    await database.close()

    with pytest.raises(DictionaryMissing, match="请从备份里放回"):
        await shown(sqlite_url, turn)


def test_what_quotes_the_dictionary_takes_a_fraction_and_comes_back_to_the_byte() -> None:
    dictionary, content = Dictionary(CONTENT.encode()), CONTENT[50:900].encode() + os.urandom(20)
    dictionary.prepare()

    frame = dictionary.packed(content)
    assert len(frame) < len(content) / 10
    assert Dictionary(CONTENT.encode()).unpacked(frame) == content


class Told(Words):
    """Content that is given line by line."""

    @property
    def lines(self) -> tuple[str, ...]:  # type: ignore[override]
        return cast(tuple[str, ...], self.base)

    def body(self, on: Any) -> bytes:
        return "\n".join(self.lines).encode()


async def test_another_dictionary_is_made_only_where_much_is_said_anew(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dictionaries, "Words", Told)
    database, minutes = Database(sqlite_url, KEYS), iter(range(60))

    async def in_use(*lines: str) -> str:
        """The id of what is packed by when these lines are in use."""
        at, base = NOW + timedelta(minutes=next(minutes)), cast(KnowledgeBase, lines)
        await dictionaries.keep_up(database, base, on=TODAY, at=at)
        newest = database.packer.newest()
        return newest.id if newest else ""

    law = "新" * DRIFT
    first = await in_use("旧条文", "旧问答")
    assert first and await in_use("旧条文", "改了一句的问答") == first
    second = await in_use("旧条文", "旧问答", law)
    assert second != first
    assert await in_use("旧条文", "旧问答") == second  # which holds all of it
    assert await in_use("别" * DRIFT) not in (first, second)
    assert await in_use("旧条文", "旧问答", law) == second  # a release was taken back
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(StoredDictionary)) == 3
    await database.close()
