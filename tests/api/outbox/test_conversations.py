"""What of a conversation reaches a visitor who writes over another channel, and what does not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api import metrics
from api.accounts.roles import Role
from api.contacts.models import Contact, Inbound
from api.conversations import handoffs
from api.conversations import service as conversations
from api.conversations.models import Conversation, Message
from api.conversations.schemas import NewMessage
from api.conversations.service import ConversationUnknown
from api.desk.rounds import Rounds
from api.outbox import service as outbox
from api.outbox import view
from api.outbox.courier import Held
from api.outbox.models import OutboxItem
from api.outbox.states import State
from api.privacy import service as privacy
from api.privacy.export import export
from api.suggestions.approvals import Policy
from api.suggestions.models import HeldReply
from knowledge.answers.responses import Said
from tests.api.desk import make_cheap
from tests.api.desk.operator import Operator
from tests.api.outbox.reaching import Writer, moves
from tests.api.problems import problem
from tests.api.visitor import Visitor
from tests.fakes import FakeRasa

OPENING = "有人卖我的假货"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database is enough; what hangs on locks is tested on both in test_sending.py."""
    return sqlite_url


@pytest.fixture
async def writer(app: FastAPI) -> Writer:
    return await Writer.comes(app)


@pytest.fixture
async def operator(app: FastAPI) -> Operator:
    make_cheap(app)
    return await Operator.comes(app, "李")


async def test_what_the_bot_answers_reaches_him_once_and_a_repeat_is_the_same_turn(
    writer: Writer, app: FastAPI
) -> None:
    message = NewMessage(text=OPENING, client_message_id=uuid4())
    await writer.says("您好")
    async with app.state.database.reading() as session:
        [came_in] = (await session.scalars(select(Inbound.id))).all()
    first = await app.state.receiver.receive_from(writer.contact_id, writer.id, message, came_in)
    again = await app.state.receiver.receive_from(writer.contact_id, writer.id, message, came_in)

    assert first == again
    assert "".join(await writer.reads()).count(OPENING) == 1
    assert await writer.reads() == []


async def test_nobody_speaks_in_a_conversation_that_is_not_his(
    writer: Writer, app: FastAPI
) -> None:
    other = await Writer.comes(app, "oXyz")

    with pytest.raises(ConversationUnknown):
        await app.state.receiver.receive_from(
            other.contact_id, writer.id, NewMessage(text=OPENING), 1
        )


async def test_a_visitor_of_the_page_is_written_to_nowhere(visitor: Visitor, app: FastAPI) -> None:
    await visitor.says(OPENING)

    async with app.state.database.reading() as session:
        assert (await session.scalars(select(OutboxItem))).all() == []


async def test_a_claim_keeps_the_bot_silent_there_too(
    writer: Writer, operator: Operator, rasa: FakeRasa
) -> None:
    async def claimed_meanwhile(message: dict[str, Any]) -> list[dict[str, Any]]:
        await operator.does(writer.id, "claim")
        return [{"text": "机器人说的"}]

    rasa.answer = claimed_meanwhile
    turn = await writer.says(OPENING)
    assert turn["messages"] == []
    assert ["接入" in text for text in await writer.reads()] == [True]

    await writer.says("在吗")
    assert await writer.reads() == []
    await operator.says(writer.id, "在，请讲")
    assert await writer.reads() == ["【李老师】在，请讲"]


async def test_an_operator_s_message_goes_there_only_while_the_visitor_speaks_there(
    writer: Writer, operator: Operator, app: FastAPI
) -> None:
    await writer.says(OPENING)
    await operator.does(writer.id, "claim")
    await writer.reads()
    async with app.state.database.session() as session:  # he goes on on a page
        (await session.get_one(Conversation, writer.id)).speaks_by_contact = False
    await operator.says(writer.id, "请看网页")
    assert await writer.reads() == []

    await writer.says("我又在微信了")
    await operator.says(writer.id, "好的")
    assert await writer.reads() == ["【李老师】好的"]


async def test_a_message_from_the_page_turns_what_follows_to_the_page(
    visitor: Visitor, app: FastAPI
) -> None:
    async with app.state.database.session() as session:
        (await session.get_one(Conversation, visitor.id)).speaks_by_contact = True
    await visitor.says(OPENING)

    async with app.state.database.reading() as session:
        assert not (await session.get_one(Conversation, visitor.id)).speaks_by_contact


async def test_who_waits_for_a_person_there_needs_no_page_and_may_stop_waiting(
    writer: Writer, app: FastAPI
) -> None:
    await writer.says(OPENING)
    await writer.reads()
    async with app.state.database.session() as session:
        at = app.state.clock.now()
        await conversations.hand_off(session, writer.id, "转人工", at=at)
        conversation = await session.get_one(Conversation, writer.id)
        conversation.visitor_seen_at = at.replace(year=at.year - 1)
    rounds = Rounds.of(app.state.settings, app.state.database, app.state.clock, app.state.hub)
    await rounds.once()
    async with app.state.database.reading() as session:
        assert await conversations.state_of(session, writer.id) == "waiting"

    await writer.says("不等了")
    assert ["不排队了" in text for text in await writer.reads()] == [True]


async def test_what_the_quota_does_not_cover_is_seen_by_the_operator(
    writer: Writer, operator: Operator, app: FastAPI
) -> None:
    await writer.says(OPENING)
    await writer.reads()
    await operator.does(writer.id, "claim")
    await writer.reads()
    told = (await operator.sees(writer.id))["contact"]
    assert (told["channel"], told["account"], told["subscribed"]) == ("wechat", "jx", True)
    assert told["by_contact"] and told["allowance"]["left"] == 3 and told["allowance"]["until"]

    async with app.state.database.session() as session:
        (await session.get_one(Contact, writer.contact_id)).grants = []
    await operator.says(writer.id, "请补充商标注册证")
    assert await writer.reads() == []
    told = (await operator.sees(writer.id))["contact"]
    assert (told["allowance"]["left"], told["held"], told["dead"]) == (0, 1, 0)

    await writer.says("好")
    assert await writer.reads() == ["【李老师】请补充商标注册证"]


async def test_a_conversation_of_the_page_has_no_contact(
    visitor: Visitor, operator: Operator
) -> None:
    assert (await operator.sees(visitor.id))["contact"] is None


async def test_ticket_news_are_pushed_once_all_together(writer: Writer, app: FastAPI) -> None:
    await writer.says(OPENING)
    await writer.reads()
    await moves(app, writer.id, "已受理。")
    number = await moves(app, writer.id, "已通知对方。")
    [read] = await writer.reads()

    assert number in read and "已受理" in read and "已通知对方" in read
    await writer.says("好")
    assert [text for text in await writer.reads() if number in text] == []


async def test_news_that_may_not_be_pushed_are_told_by_the_next_turn(
    writer: Writer, app: FastAPI
) -> None:
    async with app.state.database.session() as session:
        (await session.get_one(Contact, writer.contact_id)).grants = []
    number = await moves(app, writer.id, "已受理。")
    assert await writer.reads() == []

    await writer.says("有进展吗")
    told = "\n".join(await writer.reads())
    assert told.count(number) == 1 and "已受理" in told
    async with app.state.database.reading() as session:
        [news] = await session.scalars(select(OutboxItem).where(OutboxItem.kind == "news"))
    assert news.state == State.DROPPED


async def test_an_approved_reply_follows_the_word_that_it_waits(
    writer: Writer, operator: Operator, app: FastAPI, rasa: FakeRasa
) -> None:
    await operator.is_there()
    policy = Policy(frozenset({"infringed"}), 0.5, timedelta(minutes=5))
    app.state.approvals = replace(app.state.approvals, policy=policy)
    app.state.receiver = replace(app.state.receiver, approval=app.state.approvals)

    async def advises(message: dict[str, Any]) -> list[dict[str, Any]]:
        turn = message["metadata"]["turn"]
        async with app.state.database.session() as session:
            await conversations.remember_facts(session, turn, {"situation": "infringed"})
            await conversations.keep_memory(session, turn, {"situation": "infringed"}, 0.9)
        return [{"text": "先投诉"}]

    rasa.answer = advises
    await writer.says(OPENING)
    assert ["核对" in text and "先投诉" not in text for text in await writer.reads()] == [True]

    async with app.state.database.reading() as session:
        [turn_id] = await session.scalars(select(HeldReply.turn_id))
    sent = await operator.asks("POST", f"/approvals/{turn_id}", json={"decision": "send"})
    assert sent.status_code == 204, sent.text
    assert await writer.reads() == ["先投诉"]


async def test_deleting_the_conversation_lets_nothing_of_it_leave_and_no_word_stay(
    writer: Writer, app: FastAPI
) -> None:
    writer.courier.outcomes = [Held("45015")]
    await writer.says(OPENING)
    assert await writer.reads() == []
    at = app.state.clock.now()
    async with app.state.database.session() as session:
        await privacy.delete_case(session, writer.id, "visitor", at=at)
        await outbox.wake(session, writer.contact_id, at=at)
    assert await writer.reads() == []

    async with app.state.database.reading() as session:
        contact = await session.get_one(Contact, writer.contact_id)
        items = (await session.scalars(select(OutboxItem))).all()
        came_in = (await session.scalars(select(Inbound))).all()
    assert contact.conversation_id is None
    assert {(item.state, item.payload is None) for item in items} == {(State.DROPPED, True)}
    assert {str(row.body) for row in came_in} == {"{}"}


async def test_who_deletes_by_a_message_hears_that_it_is_done(
    writer: Writer, rasa: FakeRasa, app: FastAPI
) -> None:
    async def delete(message: dict[str, Any]) -> list[dict[str, Any]]:
        turn, at = message["metadata"]["turn"], app.state.clock.now()
        async with app.state.database.session() as session:
            await privacy.delete_case(session, writer.id, "visitor", at=at, present_turn=turn)
        return [{"text": "已经删除。"}]

    rasa.answer = delete
    await writer.says("删除我的信息")

    assert await writer.reads() == ["已经删除。"]


async def test_a_visitor_may_read_what_was_kept_of_the_other_channel(
    writer: Writer, app: FastAPI
) -> None:
    await writer.says(OPENING)
    async with app.state.database.reading() as session:
        found = await privacy.find(session, writer.id)
        told = (await export(session, found, at=app.state.clock.now()))["其他渠道"]

    assert told["联系账号"]["账号标识"] == "oAbc"
    assert told["发来的"][0]["内容"] == {"text": OPENING}
    assert told["发出的"][0]["状态"] in ("待发送", "已送到")


async def test_supervisors_see_what_waits_or_died_and_settle_it(
    writer: Writer, app: FastAPI
) -> None:
    make_cheap(app)
    supervisor = await Operator.comes(app, "周", Role.SUPERVISOR)
    operator = await Operator.comes(app, "李")
    problem(await operator.asks("GET", "/outbox"), 403, "not_allowed")
    async with app.state.database.session() as session:
        (await session.get_one(Contact, writer.contact_id)).grants = []
        conversation = await session.get_one(Conversation, writer.id)
        conversation.speaks_by_contact = True
        for text in ("一", "二"):
            await handoffs._say(session, conversation, Said(text, []), app.state.clock.now())
    await writer.reads()

    held = await supervisor.gets("/outbox", state="held")
    assert held["counts"] == {"pending": 0, "held": 2, "dead": 0}
    second, first = held["items"]
    assert (first["channel"], first["account"], first["problem"]) == (
        "wechat",
        "jx",
        "nothing_left",
    )
    assert first["conversation_id"] == writer.id

    dropped = await supervisor.asks("POST", f"/outbox/{first['id']}/drop")
    assert dropped.status_code == 204, dropped.text
    problem(
        await supervisor.asks("POST", f"/outbox/{first['id']}/retry"), 409, "outbox_item_settled"
    )
    problem(await supervisor.asks("POST", "/outbox/999/retry"), 404, "outbox_item_unknown")
    async with app.state.database.session() as session:
        contact = await session.get_one(Contact, writer.contact_id)
        writer.courier.on_inbound(contact, "text", app.state.clock.now())
    retried = await supervisor.asks("POST", f"/outbox/{second['id']}/retry")
    assert retried.status_code == 204, retried.text
    assert await writer.reads() == ["二"]
    async with app.state.database.reading() as session:
        assert (await session.scalars(select(Message.text))).all() == ["一", "二"]


async def test_monitors_see_what_waits_and_for_how_long(writer: Writer, app: FastAPI) -> None:
    async with app.state.database.session() as session:
        (await session.get_one(Contact, writer.contact_id)).grants = []
        conversation = await session.get_one(Conversation, writer.id)
        conversation.speaks_by_contact = True
        await handoffs._say(session, conversation, Said("一", []), app.state.clock.now())
    await writer.reads()
    async with app.state.database.reading() as session:
        await view.measure(session, at=app.state.clock.now())
    read = metrics.exposition()[0].decode()

    assert 'helpline_outbox_items{state="held"} 1.0' in read
    assert "helpline_outbox_oldest_seconds 0.0" in read
