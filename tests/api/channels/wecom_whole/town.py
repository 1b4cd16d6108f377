"""A town: 企业微信, people who write to its accounts, and a service that may die."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from api.demo.wechat.followers import Side
from api.demo.wecom.customers import Customer, read
from api.demo.wecom.fake import FakeWecom
from api.demo.wecom.interface import app_of
from tests.api.channels.living import BEGAN, Living, mortal, settings_of
from tests.api.channels.wechat_whole.wire import Wire

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
NAMES = ("province", "city")


@dataclass(kw_only=True)
class Town(Living):
    """Everything that takes part."""

    fake: FakeWecom

    async def person(self, name: str = "甲", account: str = "province") -> Customer:
        """Somebody who opened the chat for the first time and was welcomed."""
        chat = self.fake.chat(account, name)
        self.fake.enters(chat)
        await asyncio.sleep(30)
        return chat


def seen(chat: Customer) -> list[str]:
    """What the account said to somebody, in order."""
    return [one.text for one in chat.shown if one.side is Side.ACCOUNT]


@asynccontextmanager
async def town(template: Path, folder: Path) -> AsyncIterator[Town]:
    """A town whose service runs on a copy of a migrated SQLite file."""
    accounts = folder / "wecom.yml"
    accounts.write_text(json.dumps([_account(name) for name in NAMES]))
    settings = settings_of(template, folder, wecom_file=str(accounts))
    mortal()
    loop = asyncio.get_running_loop()
    to_service, to_wecom = Wire(), Wire()
    fake = FakeWecom(
        read(accounts),
        "http://helpline",
        now=lambda: BEGAN.timestamp() + loop.time(),
        transport=to_service,
    )
    to_wecom.app = app_of(fake)
    one = Town(to_service=to_service, to_platform=to_wecom, settings=settings, fake=fake)
    await one.start()
    await asyncio.sleep(1)
    yield one
    await fake.close()
    await one.stop()


def _account(name: str) -> dict[str, str]:
    return {
        "name": name,
        "title": f"江西维权 {name}",
        "corp_id": "wwtown",
        "secret": "secret-of-the-town",
        "token": f"token{name}",
        "aes_key": KEY,
        "open_kfid": f"wk{name}",
    }
