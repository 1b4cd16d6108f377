"""What the desk keeps of a visitor is his too: he may read it, and it goes with the rest."""

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, text

from api.conversations.models import Handoff
from api.desk.models import ConversationNote, ConversationTag, ConversationWatcher
from api.events.models import DeskEvent
from api.privacy import service
from api.privacy.export import export
from tests.api.desk import make_cheap
from tests.api.desk.conftest import waits
from tests.api.desk.operator import Operator
from tests.api.visitor import Visitor

NOTE, REASON = "像是上月那位老客户", "转人工"
TABLES = (Handoff, ConversationNote, ConversationTag, ConversationWatcher)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Nothing here depends on the kind of database."""
    return sqlite_url


@pytest.fixture
async def worked_on(visitor: Visitor, app: FastAPI) -> Visitor:
    """A visitor whom an operator had, noted something about and handed back."""
    make_cheap(app)
    operator = await Operator.comes(app, "李")
    await visitor.says("有人卖我的假货")
    await waits(visitor, app)
    await operator.does(visitor.id, "claim")
    await operator.says(visitor.id, "您好")
    await operator.does(visitor.id, "notes", text=NOTE)
    await operator.does(visitor.id, "watch")
    await operator.asks("PUT", f"/conversations/{visitor.id}/tags", json={"tags": ["回访"]})
    await operator.does(visitor.id, "hand-back", note="已说清走哪条路")
    return visitor


async def numbers(app: FastAPI) -> list[int]:
    async with app.state.database.reading() as session:
        return [
            await session.scalar(select(func.count()).select_from(table)) or 0 for table in TABLES
        ]


async def test_a_visitor_may_read_what_people_kept_of_him(worked_on: Visitor, app: FastAPI) -> None:
    async with app.state.database.reading() as session:
        found = await service.find(session, worked_on.id)
        document = await export(session, found, at=app.state.clock.now())

    [handoff] = document["转人工"]
    assert (handoff["原话"], handoff["怎样结束"]) == (REASON, "交回自动应答")
    assert handoff["坐席写的"] == "已说清走哪条路" and handoff["第一次答复"]
    assert [note["内容"] for note in document["坐席备注"]] == [NOTE]
    assert document["标签"] == ["回访"]
    assert "李老师" in {said["谁"] for said in document["说过的话"]}


async def test_all_of_it_goes_with_the_conversation(worked_on: Visitor, app: FastAPI) -> None:
    assert await numbers(app) == [1, 1, 1, 1]
    response = await worked_on.client.delete(
        f"/api/conversations/{worked_on.id}", headers=worked_on.headers
    )

    counts = response.json()["counts"]
    assert (counts["handoffs"], counts["conversation_notes"]) == (1, 1)
    assert await numbers(app) == [0, 0, 0, 0]
    async with app.state.database.reading() as session:
        [left] = await session.scalars(
            select(DeskEvent).where(DeskEvent.conversation_id == worked_on.id)
        )
    assert (left.kind, left.data) == ("conversation.closed", {"state": "deleted"})


async def test_no_word_of_it_lies_open_in_the_database(worked_on: Visitor, app: FastAPI) -> None:
    async with app.state.database.reading() as session:
        lying = [
            str(tuple(row))
            for table in ("handoffs", "conversation_notes", "desk_events", "messages")
            for row in await session.execute(text(f"SELECT * FROM {table}"))
        ]

    words = (NOTE, "已说清", "您好", "假货")
    assert lying and not [line for line in lying if any(word in line for word in words)]
