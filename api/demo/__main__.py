"""Fills the demo's database: `python -m api.demo`, which `./helpline demo` runs.

It plays every script at its moment of the last 60 days and writes down who may sign in. It refuses
any database but an empty SQLite file in a folder that is marked as the demo's.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, make_url, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.accounts.models import User
from api.accounts.passwords import Passwords
from api.clock import Clock
from api.conversations.models import Conversation
from api.database import Database
from api.demo import script
from api.demo.cast import Login, sign_up
from api.demo.plan import DAYS, plan
from api.demo.play import Play
from api.demo.proposals import propose_all
from api.demo.script import Script
from api.demo.stage import Mind, MovingClock, set_stage
from api.protection.keys import DataKeys
from api.settings import Settings, read_or_exit
from api.tickets.models import Ticket

MARK = "demo.json"  # the command writes it when it makes the folder
EVERY = 10  # percent after which it is told how far it is


class NotTheDemos(Exception):
    """The database is not the demo's, or holds something already; the text says so in Chinese."""


def main() -> int:
    """Fill the database of the settings; returns 0, or 1 where it is not the demo's to fill."""
    settings = read_or_exit()
    logging.disable(logging.WARNING)  # each turn would tell that there is no dialogue engine
    try:
        check(settings)
        asyncio.run(fill(settings, script.read()))
    except NotTheDemos as refused:
        print(f"✗ {refused}", file=sys.stderr)
        return 1
    finally:
        logging.disable(logging.NOTSET)
    return 0


def check(settings: Settings) -> None:
    """Raises NotTheDemos where the settings name a database that is not the demo's own file."""
    address = make_url(settings.database_url)
    if address.get_backend_name() != "sqlite":
        raise NotTheDemos("演示只用自己文件夹里的 SQLite 数据库，不碰别的数据库。")
    folder = Path(address.database or "").resolve().parent
    if folder != settings.var.resolve() or not (folder / MARK).is_file():
        raise NotTheDemos(f"{folder} 不是演示的文件夹（没有 {MARK}），没有动里面的数据。")


async def fill(
    settings: Settings,
    scripts: Sequence[Script],
    mind: Mind | None = None,
    hasher: Passwords | None = None,
) -> list[str]:
    """Play the scripts up to now, and write down who may sign in.

    Returns the steps that were refused: the bot may have taken another course than the script
    expected. Raises NotTheDemos where the database holds anything.
    """
    now = Clock().now()
    database = Database(settings.database_url, DataKeys.of(settings))
    try:
        async with database.reading() as session:
            await _must_be_empty(session)
        if mind is None:
            print("  正在读入法规和模型……", flush=True)
            mind = await asyncio.to_thread(Mind.load, settings)
        stage = await set_stage(settings, database, MovingClock(now), mind)
        before = now - timedelta(days=DAYS + 1)
        staff, logins = await sign_up(database, hasher or Passwords(), at=before)
        cues = plan(scripts, now)
        play = Play(stage, staff)
        await play.perform(cues, lambda number: _tell(number, len(cues)))
        await propose_all(database, staff, now)
        await stage.close()
    finally:
        await database.close()
    _write_down(settings.var / MARK, logins)
    return play.failed


async def _must_be_empty(session: AsyncSession) -> None:
    for table in (Conversation, Ticket, User):
        if await session.scalar(select(func.count()).select_from(table)):
            raise NotTheDemos("这个数据库里已经有内容，没有动它。")


def _tell(number: int, of: int) -> None:
    percent, before = number * 100 // of, (number - 1) * 100 // of
    if percent // EVERY > before // EVERY:
        print(f"  已生成 {percent}%", flush=True)


def _write_down(mark: Path, logins: Sequence[Login]) -> None:
    """Whole or not at all: what is filled by half is filled anew."""
    partial = mark.with_suffix(".partial")
    written = {"filled": True, "logins": [asdict(one) for one in logins]}
    partial.write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
    partial.replace(mark)


if __name__ == "__main__":
    sys.exit(main())
