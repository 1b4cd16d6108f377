"""What ./helpline privacy does: export, delete, sweep, a new key."""

import contextlib
import json
import re
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, make_url, select, text

from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.database import Database
from api.evidence import service as evidence
from api.privacy import rotation
from api.privacy.__main__ import main
from api.protection.keys import DataKeys, new_key
from api.settings import ROOT, Settings
from api.tickets import service as tickets
from tests.api.evidence.pictures import PNG
from tests.conftest import KEYS, TODAY

PHONE, STORY = "13812345678", "他在章贡区卖冒牌茶油"
SHOP = evidence.Picture("门头.png", "image/png", PNG)


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The key of the tests in a file, as an operator has it, instead of in the setting."""
    KEYS.write(tmp_path / "data.key")
    monkeypatch.setenv("HELPLINE_DATA_KEY", "")
    return tmp_path / "data.key"


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings that the command reads."""
    monkeypatch.setenv("HELPLINE_DATABASE_URL", database_url)
    monkeypatch.setenv("HELPLINE_VAR", str(tmp_path))
    return Settings()


@pytest.fixture
async def number(settings: Settings, database: Database, clock: Any) -> str:
    """The number of a ticket in whose conversation much was said."""
    at = clock.now()
    async with database.session() as session:
        opened = await conversations.open_conversation(session, "web", True, at=at)
        conversation = await session.get_one(Conversation, opened.id)
        stored = await conversations.store_message(session, conversation, STORY, None, at=at)
        facts = {"city": "赣州市", "contact": PHONE}
        told = await tickets.open(
            session, opened.id, stored.turn_id, facts, "urgent", STORY, at=at, contact=PHONE
        )
        await evidence.add(session, opened.id, SHOP, at=at)
    return told.number


def in_thread(*words: str) -> int:
    """The command's exit status; it runs a loop of its own, as in a process of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(main, words).result()


async def texts(database: Database) -> list[str]:
    async with database.reading() as session:
        return list(await session.scalars(select(Message.text)))


async def test_export_prints_everything_or_writes_it_for_its_owner(
    number: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert in_thread("export", number) == 0
    assert json.loads(capsys.readouterr().out)["工单"][0]["联系方式"] == PHONE

    assert in_thread("export", number.lower(), "--out", str(tmp_path / "x.json")) == 0
    assert json.loads((tmp_path / "x.json").read_text("utf-8"))["工单"][0]["单号"] == number
    assert stat.S_IMODE((tmp_path / "x.json").stat().st_mode) == 0o600


async def test_delete_asks_and_takes_no_for_an_answer(
    number: str,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("builtins.input", lambda _: "不")
    assert in_thread("delete", number) == 1
    assert "没有删除" in capsys.readouterr().out
    assert STORY in await texts(database)

    monkeypatch.setattr("builtins.input", lambda _: "删除")
    assert in_thread("delete", number) == 0
    said = capsys.readouterr().out
    assert re.search(r"工单图片：1\b", said)
    assert re.search(r"说过的话：2\b", said) and re.search(r"对话：1\b", said)
    assert await texts(database) == []


async def test_delete_takes_a_conversation_s_id_and_asks_nothing_with_yes(
    number: str, database: Database
) -> None:
    async with database.reading() as session:
        conversation_id = await session.scalar(select(Conversation.id))
    assert in_thread("delete", str(conversation_id), "--yes") == 0
    assert await texts(database) == []


@pytest.mark.parametrize("case", ["JX20261122-9999", "00000000-0000-4000-8000-000000000000", "x"])
async def test_what_does_not_exist_is_told_in_a_line(
    number: str, capsys: pytest.CaptureFixture[str], case: str
) -> None:
    assert in_thread("export", case) == 1
    assert capsys.readouterr().err.startswith("✗ 没有")


async def test_a_dry_run_lists_by_kind_and_deletes_nothing(
    number: str, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert in_thread("sweep", "--dry-run") == 0
    said = capsys.readouterr().out

    for kind in ("没有工单的对话", "已办结或关闭的工单", "删除记录", "日志文件"):
        assert re.search(rf"{kind}.*：\d", said)
    assert STORY in await texts(database)
    assert in_thread("sweep") == 0


async def test_a_new_key_opens_everything_and_the_old_one_nothing(
    key_file: Path, number: str, settings: Settings, database: Database
) -> None:
    old = DataKeys.of(settings)
    assert in_thread("rotate-key") == 0

    new = DataKeys.of(settings)
    assert len(new.keys) == 1 and new.keys != old.keys
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    fresh = Database(settings.database_url, new)
    assert STORY in await texts(fresh)
    async with fresh.reading() as session:
        [ticket] = await tickets.of_contact(session, PHONE)
        [file] = await evidence.pictures_of_ticket(session, ticket.id)
    assert (ticket.number, ticket.facts["contact"]) == (number, PHONE)
    assert (file.name, file.content) == ("门头.png", PNG)
    await fresh.check_keys()
    await fresh.close()
    for lying in _sealed(settings):
        assert new.has_sealed(lying) and not old.has_sealed(lying)


def _sealed(settings: Settings) -> list[str]:
    url = make_url(re.sub("aiosqlite", "pysqlite", settings.database_url))
    engine = create_engine(url)
    columns = {
        **{"messages": "text", "tickets": "contact", "key_checks": "word"},
        "ticket_files": "content",
    }
    with engine.connect() as connection:
        rows = [
            bytes(value).decode() if table == "ticket_files" else value
            for table, column in columns.items()
            for value in connection.scalars(text(f"SELECT {column} FROM {table}"))
        ]
    engine.dispose()
    return rows


async def test_cut_off_half_way_the_old_key_is_still_there_and_it_can_be_done_again(
    key_file: Path, number: str, settings: Settings, database: Database
) -> None:
    half_way = KEYS.with_new()
    half_way.write(key_file)  # written first, before any row is sealed anew

    assert in_thread("rotate-key") == 0
    fresh = Database(settings.database_url, DataKeys.of(settings))
    assert STORY in await texts(fresh)
    await fresh.close()


async def test_a_key_in_the_settings_is_changed_there(
    number: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert in_thread("rotate-key") == 1
    assert "HELPLINE_DATA_KEY" in capsys.readouterr().err

    newer = new_key()
    both = settings.model_copy(update={"data_key": SecretStr(f"{newer},{KEYS.keys[0]}")})
    assert rotation.rotate(both) > 0
    assert all(DataKeys((newer,)).has_sealed(lying) for lying in _sealed(settings))


def dump(file: Path) -> list[str]:
    with contextlib.closing(sqlite3.connect(file)) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("told", ["another", "none"])
def test_the_service_does_not_start_with_another_key_or_none(
    sqlite_url: str, tmp_path: Path, told: str
) -> None:
    key = new_key() if told == "another" else ""
    env = {
        "PATH": "/usr/bin:/bin",
        "HELPLINE_VAR": str(tmp_path / "var"),
        "HELPLINE_DATABASE_URL": sqlite_url,
        "HELPLINE_DATA_KEY": key,
        "HELPLINE_AS_OF": TODAY.isoformat(),
    }
    before = dump(tmp_path / "helpline.db")
    ended = subprocess.run(
        [sys.executable, "-m", "api"], cwd=ROOT, env=env, capture_output=True, text=True
    )

    assert ended.returncode == 1
    [line] = [line for line in ended.stderr.splitlines() if line]
    assert line.startswith("✗ ") and "系统没有改动任何数据" in line
    assert dump(tmp_path / "helpline.db") == before
    assert not (tmp_path / "var" / "data.key").exists()
