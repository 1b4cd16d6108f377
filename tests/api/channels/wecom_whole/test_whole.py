"""People in 微信客服 are welcomed, heard and answered over the same intake and outbox."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from api.contacts.models import Contact
from api.demo.wechat.followers import Side
from api.outbox.models import OutboxItem
from tests.api.channels.living import answered
from tests.api.channels.wecom_whole.town import Town, seen, town
from tests.virtual_time import run


async def contact(it: Town) -> Contact:
    """The only contact that there is."""
    assert it.service is not None
    async with it.service.app.state.database.reading() as session:
        return (await session.scalars(select(Contact))).one()


def test_a_whole_case(migrated_sqlite: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            assert await it.fake.verify("province")
            chat = it.fake.chat("province", "甲")
            it.fake.enters(chat)
            await asyncio.sleep(10)
            welcome = seen(chat)
            assert len(welcome) == 1 and "同意" in welcome[0]

            it.fake.enters(chat)  # again, without a code
            it.fake.says(chat, "我的牌子被人用了")
            await asyncio.sleep(30)
            assert answered(chat, "我的牌子被人用了") == 1

            it.fake.sends(chat, "voice", {"media_id": "voice-1"})
            await asyncio.sleep(30)
            it.fake.sends(chat, "location", {"address": "江西省赣州市章贡区", "name": "某处"})
            await asyncio.sleep(30)
            it.fake.shows(chat, b"\xff\xd8\xff")
            await asyncio.sleep(30)
            it.fake.sends(chat, "video", {"media_id": "video-1"})
            await asyncio.sleep(30)
            assert len(seen(chat)) == 6
            assert answered(chat, "我在赣州市章贡区") == 1

            one = await contact(it)
            assert (one.channel, one.account) == ("wecom", "province")
            assert one.consented_at is not None and one.conversation_id is not None

    run(scenario())


def test_all_accounts_of_a_company_are_called_over_any_of_them(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            province, city = it.fake.accounts["province"], it.fake.accounts["city"]
            # What the company entered is the province's address: it signs with that account's.
            it.fake.accounts["city"] = city.model_copy(
                update={"name": "province", "token": province.token}
            )
            chat = await it.person(account="city")
            it.fake.says(chat, "在吗")
            await asyncio.sleep(30)
            assert answered(chat, "在吗") == 1
            assert (await contact(it)).account == "city"

    run(scenario())


def test_what_was_sent_before_the_helpline_was_there_is_not_answered(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            await it.stop()
            chat = it.fake.chat("province", "甲")
            it.fake.says(chat, "早先的话")
            await it.fake.settled()
            await asyncio.sleep(600)
            with sqlite3.connect(tmp_path / "helpline.db") as database:
                database.execute("DELETE FROM wecom_cursors")
            await it.start()
            await asyncio.sleep(20)
            it.fake.says(chat, "后来的话")
            await asyncio.sleep(30)
            assert (answered(chat, "早先的话"), answered(chat, "后来的话")) == (0, 1)

    run(scenario())


def test_many_messages_come_in_several_pages(migrated_sqlite: Path, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            it.fake.page_size = 2
            people = [await it.person(f"{number}") for number in range(5)]
            for chat in people:
                it.fake.says(chat, f"我是{chat.person}")
            await asyncio.sleep(60)
            assert [answered(chat, f"我是{chat.person}") for chat in people] == [1] * 5

    run(scenario())


def test_a_welcome_that_comes_too_late_goes_with_the_first_answer(
    migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            await it.stop()
            chat = it.fake.chat("province", "甲")
            it.fake.enters(chat)
            await it.fake.settled()
            await asyncio.sleep(30)
            await it.start()
            await asyncio.sleep(60)
            assert seen(chat) == []
            it.fake.says(chat, "在吗")
            await asyncio.sleep(60)
            assert answered(chat, "在吗") == 1
            assert "".join(seen(chat)).count("同意") == 1

    run(scenario())


@pytest.mark.parametrize("quota_used", [True, False])
def test_what_may_not_be_sent_waits_for_the_next_message(
    quota_used: bool, migrated_sqlite: Path, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with town(migrated_sqlite, tmp_path) as it:
            chat = await it.person()
            it.thinks(20)
            it.fake.says(chat, "第一句")
            await asyncio.sleep(10)
            # Somebody else sent for the account, or somebody of the staff took the chat over.
            chat.left, chat.with_staff = (0, False) if quota_used else (5, True)
            await asyncio.sleep(120)
            assert answered(chat, "第一句") == 0
            assert it.service is not None
            async with it.service.app.state.database.reading() as session:
                held = (await session.scalars(select(OutboxItem).order_by(OutboxItem.id))).all()
            assert (held[-1].state, held[-1].problem) == (
                "held",
                "95001" if quota_used else "95018",
            )
            chat.with_staff = False
            it.thinks(0)
            it.fake.says(chat, "第二句")
            await asyncio.sleep(60)
            assert (answered(chat, "第一句"), answered(chat, "第二句")) == (1, 1)
            assert not [one for one in chat.shown if one.side is Side.SYSTEM]

    run(scenario())
