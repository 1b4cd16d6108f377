"""The demo plays its scripts through the services, in its own empty database and nowhere else."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from api.accounts.models import User
from api.accounts.passwords import Passwords
from api.clock import SHANGHAI, Clock
from api.content.models import Revision
from api.conversations.models import Conversation, Handoff, Message
from api.database import Base, Database
from api.demo.__main__ import MARK, NotTheDemos, check, fill
from api.demo.proposals import PROPOSALS
from api.demo.script import Script
from api.demo.stage import Mind
from api.fallback.understanding import Understanding
from api.settings import Settings
from api.tickets.models import Satisfaction, Ticket, TicketNote
from tests.content import knowledge_base

INTENTS = {
    "有人在卖仿我们牌子的货": "infringed",
    "转人工": "human_handoff",
    "登记工单": "open_ticket",
    "王示例 000-00001234": "provide_contact",
}

TAKEN = {
    "name": "坐席接手",
    "channel": "web",
    "steps": [
        {"says": "有人在卖仿我们牌子的货"},
        {"says": "转人工"},
        {"claims": "2m"},
        {"replies": "您好，我是{me}，请把小票留好。"},
        {"says": "好的"},
        {"notes": "等小票"},
        {"tags": ["售假"]},
        {"ticket": {"summary": "售假", "contact": "000-0000{n}"}},
        {"closes": "已登记"},
        {"rates": {"score": 4}},
        {"waits": "1h"},
        {"moves": {"to": "assigned"}},
        {"moves": {"to": "in_progress", "note": "小票收到。", "next": "核对小票"}},
        {"moves": {"to": "done", "note": "材料理好了。"}},
    ],
}
LEFT = {
    "name": "等不及",
    "channel": "h5",
    "steps": [{"says": "转人工"}, {"waits": "12m"}, {"leaves": True}],
}
WAITS = {"name": "正在等", "channel": "h5", "ago": "9m", "steps": [{"says": "转人工"}]}
NIGHT = {"name": "夜里", "channel": "web", "at": "night", "steps": [{"says": "转人工"}]}
CALL = {
    "name": "来电",
    "channel": "phone",
    "steps": [{"says": "来电问续展"}, {"replies": "清单念给您了。"}, {"closes": "已结束"}],
}


async def understand(text: str) -> dict[str, Any]:
    intent = {"name": INTENTS.get(text, "nlu_fallback"), "confidence": 0.9}
    return {"text": text, "intent": intent, "intent_ranking": [intent], "entities": []}


CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
MIND = Mind(knowledge_base(), cast(Understanding, understand))


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The demo lives in SQLite alone."""
    return sqlite_url


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    (tmp_path / MARK).write_text('{"filled": false}', "utf-8")
    return Settings(var=tmp_path, database_url=database_url)


async def played(settings: Settings, *scripts: dict[str, Any]) -> list[str]:
    """Fill the database with these; returns what the services refused."""
    return await fill(settings, [Script.model_validate(one) for one in scripts], MIND, CHEAP)


async def rows(database: Database, table: type[Base]) -> Sequence[Any]:
    async with database.reading() as session:
        return (await session.scalars(select(table))).all()


async def test_a_conversation_goes_through_bot_operator_and_ticket(
    settings: Settings, database: Database
) -> None:
    assert await played(settings, TAKEN) == []

    [conversation] = await rows(database, Conversation)
    said = [(one.role, one.text) for one in await rows(database, Message)]
    [handoff] = await rows(database, Handoff)
    [ticket] = await rows(database, Ticket)
    notes = [one.text for one in await rows(database, TicketNote) if one.public]
    [judged] = await rows(database, Satisfaction)
    assert conversation.state == "closed"
    assert ("visitor", "好的") in said
    [reply] = [text for role, text in said if role == "operator"]
    assert reply in {f"您好，我是{one}，请把小票留好。" for one in ("林示例", "何样例")}
    assert handoff.claimed_at and handoff.first_reply_at > handoff.claimed_at
    assert (ticket.status, ticket.summary) == ("done", "售假")
    assert ticket.contact.startswith("000-0000")
    assert "小票收到。" in notes and "材料理好了。" in notes
    assert ticket.next_step is None  # it was done
    assert judged.score == 4


async def test_an_open_ticket_tells_what_is_done_next_and_by_when(
    settings: Settings, database: Database
) -> None:
    await played(settings, {**TAKEN, "steps": TAKEN["steps"][:-1]})

    [ticket] = await rows(database, Ticket)
    assert (ticket.status, ticket.next_step) == ("in_progress", "核对小票")
    assert ticket.next_due == (ticket.updated_at + timedelta(days=2)).astimezone(SHANGHAI).date()


async def test_a_change_of_content_waits_for_the_review_of_another_person(
    settings: Settings, database: Database
) -> None:
    await played(settings)

    stored = await rows(database, Revision)
    assert len(stored) == len(PROPOSALS)  # each is of an item that is shipped
    states = {one.author: one.state for one in stored if one.state == "in_review"}
    assert states == {"林示例": "in_review"}
    [sent_back] = [one for one in stored if one.state == "rejected"]
    assert sent_back.reviewer == "郑演示"


async def test_operators_were_seen_at_the_desk(settings: Settings, database: Database) -> None:
    await played(settings, TAKEN)

    users = {user.name: user for user in await rows(database, User)}
    assert users["operator1"].seen_at and users["operator2"].seen_at


async def test_it_happened_when_the_plan_says(settings: Settings, database: Database) -> None:
    before = Clock().now()
    await played(settings, TAKEN, WAITS)

    moments: list[datetime] = [one.said_at for one in await rows(database, Message)]
    waiting = [one for one in await rows(database, Conversation) if one.state == "waiting"]
    assert all(before - timedelta(days=61) < at <= Clock().now() for at in moments)
    assert len(waiting) == 1
    assert timedelta(minutes=8) < Clock().now() - waiting[0].opened_at < timedelta(minutes=11)


async def test_whoever_waited_in_vain_left_the_queue(
    settings: Settings, database: Database
) -> None:
    await played(settings, LEFT)

    [handoff] = await rows(database, Handoff)
    assert handoff.ending == "abandoned" and handoff.claimed_at is None


async def test_at_night_nobody_is_there(settings: Settings, database: Database) -> None:
    await played(settings, NIGHT)

    assert await rows(database, Handoff) == []
    [conversation] = await rows(database, Conversation)
    assert conversation.state == "bot"


async def test_a_call_is_with_whoever_picked_it_up(settings: Settings, database: Database) -> None:
    assert await played(settings, CALL) == []

    [conversation] = await rows(database, Conversation)
    said = [one.role for one in await rows(database, Message)]
    assert (conversation.channel, conversation.state) == ("phone", "closed")
    assert said.count("bot") == 1  # the greeting; a person has the call


async def test_a_step_that_is_refused_is_told_and_left_out(
    settings: Settings, database: Database
) -> None:
    moves = {"moves": {"to": "done", "note": "已办结。"}}
    told = await played(settings, {**LEFT, "name": "无单", "steps": [{"says": "你好"}, moves]})

    assert told == ["无单：moves ticket_not_found"]


async def test_everybody_can_sign_in_at_once_and_no_password_is_another_s(
    settings: Settings, database: Database
) -> None:
    await played(settings, WAITS)

    mark = json.loads((settings.var / MARK).read_text("utf-8"))
    users = {user.name: user for user in await rows(database, User)}
    assert mark["filled"] is True
    assert {login["name"] for login in mark["logins"]} == {*users}
    assert {user.role for user in users.values()} == {"operator", "supervisor", "admin", "analyst"}
    assert not any(user.must_change_password for user in users.values())
    assert len({login["password"] for login in mark["logins"]}) == len(users)
    first = mark["logins"][0]
    assert await Passwords().fits(first["password"], users[first["name"]].password_hash)


async def test_a_database_that_holds_something_is_refused_and_left_as_it_is(
    settings: Settings, database: Database
) -> None:
    await played(settings, WAITS)
    with pytest.raises(NotTheDemos, match="已经有内容"):
        await played(settings, LEFT)

    assert len(await rows(database, Conversation)) == 1


def test_a_folder_without_the_demo_s_mark_is_refused(settings: Settings, tmp_path: Path) -> None:
    check(settings)
    (tmp_path / MARK).unlink()
    with pytest.raises(NotTheDemos, match="不是演示的文件夹"):
        check(settings)


@pytest.mark.parametrize(
    "url", ["postgresql://office/helpline", "sqlite:////elsewhere/helpline.db"]
)
def test_any_other_database_is_refused(settings: Settings, url: str) -> None:
    with pytest.raises(NotTheDemos):
        check(Settings(var=settings.var, database_url=url))
