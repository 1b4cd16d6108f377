"""A town: WeChat, telephones, and a service that can die and start again on the same database."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from api.demo.wechat.accounts import read
from api.demo.wechat.app import app_of
from api.demo.wechat.fake import FakeWeChat
from api.demo.wechat.followers import Follower, Side
from tests.api.channels.living import BEGAN, Living, mortal, settings_of
from tests.api.channels.wechat_whole.wire import Wire

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@dataclass(kw_only=True)
class Town(Living):
    """Everything that takes part."""

    fake: FakeWeChat

    async def person(self, name: str = "甲", account: str = "plain") -> Follower:
        """Somebody who follows an account and was welcomed."""
        chat = self.fake.chat(account, name)
        self.fake.follow(chat)
        await self.fake.settled()
        await asyncio.sleep(1)
        return chat


def failures(chat: Follower) -> int:
    """How often he was told that the service failed."""
    return sum(one.side is Side.SYSTEM for one in chat.shown)


@asynccontextmanager
async def town(template: Path, folder: Path) -> AsyncIterator[Town]:
    """A town whose service runs on a copy of a migrated SQLite file."""
    accounts = folder / "wechat.yml"
    accounts.write_text(json.dumps([_account(mode) for mode in ("plain", "compatible", "safe")]))
    settings = settings_of(template, folder, wechat_file=str(accounts))
    mortal()
    loop = asyncio.get_running_loop()
    to_service, to_wechat = Wire(), Wire()
    fake = FakeWeChat(
        read(accounts),
        "http://helpline",
        now=lambda: BEGAN.timestamp() + loop.time(),
        transport=to_service,
    )
    to_wechat.app = app_of(fake)
    one = Town(to_service=to_service, to_platform=to_wechat, settings=settings, fake=fake)
    await one.start()
    yield one
    await fake.close()
    await one.stop()


def _account(mode: str) -> dict[str, str]:
    return {
        "name": mode,
        "title": f"江西维权 {mode}",
        "app_id": f"wx{mode}",
        "app_secret": f"secret{mode}",
        "token": f"token{mode}",
        "aes_key": KEY,
        "mode": mode,
    }
