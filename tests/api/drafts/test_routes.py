"""The drafts that fit a conversation can be downloaded by its visitor, and by nobody else."""

from io import BytesIO
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from docx import Document
from fastapi import FastAPI

from api.conversations import service as conversations
from knowledge.base import KnowledgeBase
from tests.api.problems import problem
from tests.api.speaking import speaks_with
from tests.api.visitor import Visitor
from tests.fakes import GUARD, FakeRasa

FACTS = {
    "situation": "infringed",
    "right": "trademark",
    "right_status": "registered",
    "city": "赣州市",
    "county": "章贡区",
    "venue": "offline_store",
}


async def knows(app: FastAPI, visitor: Visitor, facts: dict[str, Any]) -> None:
    """Let the conversation know these facts."""
    async with app.state.database.session() as session:
        conversation = await conversations.authenticate(session, visitor.id, visitor.token)
        conversation.facts = {**conversation.facts, **facts}


async def drafts(visitor: Visitor, path: str = "", **headers: str) -> httpx.Response:
    return await visitor.client.get(
        f"/api/conversations/{visitor.id}/drafts{path}", headers=headers or visitor.headers
    )


async def test_the_drafts_that_fit_are_listed_with_what_they_lack(
    app: FastAPI, visitor: Visitor
) -> None:
    await knows(app, visitor, FACTS)

    listed = (await drafts(visitor)).json()

    assert [set(draft) for draft in listed] == [{"key", "title", "missing"}] * len(listed)
    first = listed[0]
    assert (first["key"], first["title"]) == ("trademark_complaint", "商标侵权投诉书")
    assert (
        "手里已有的证据" in first["missing"]
        and "在什么场合（门店、市场、网店、厂房等）" not in first["missing"]
    )


async def test_where_nothing_is_known_there_is_nothing_to_list(visitor: Visitor) -> None:
    response = await drafts(visitor)

    assert (response.status_code, response.json()) == (200, [])


async def test_a_draft_is_a_word_file_with_a_chinese_name(app: FastAPI, visitor: Visitor) -> None:
    await knows(app, visitor, FACTS)

    response = await drafts(visitor, "/trademark_complaint.docx")

    assert response.status_code == 200
    assert response.headers["content-type"].endswith("wordprocessingml.document")
    assert response.headers["cache-control"] == "no-store"
    plain, _, extended = response.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert plain == 'attachment; filename="trademark_complaint.docx"'
    assert unquote(extended) == "商标侵权投诉书（草稿）.docx"
    text = "\n".join(paragraph.text for paragraph in Document(BytesIO(response.content)).paragraphs)
    assert "章贡区市场监督管理局" in text and "《中华人民共和国商标法》第五十七条" in text


async def test_a_draft_says_what_is_known_now(app: FastAPI, visitor: Visitor) -> None:
    await knows(app, visitor, FACTS)
    await knows(app, visitor, {"evidence": ["截图"]})

    response = await drafts(visitor, "/trademark_complaint.docx")

    assert "截图。" in "".join(
        paragraph.text for paragraph in Document(BytesIO(response.content)).paragraphs
    )


async def test_an_unknown_draft_is_refused(app: FastAPI, visitor: Visitor) -> None:
    await knows(app, visitor, FACTS)

    problem(await drafts(visitor, "/love_letter.docx"), 404, "draft_unknown")


async def test_a_draft_for_another_matter_is_refused_with_what_to_do(
    app: FastAPI, visitor: Visitor
) -> None:
    await knows(app, visitor, FACTS)

    assert "模板" in problem(
        await drafts(visitor, "/patent_adjudication_request.docx"), 409, "draft_unfit"
    )


@pytest.mark.parametrize("path", ["", "/trademark_complaint.docx"])
async def test_only_who_has_the_token_gets_drafts(
    app: FastAPI, client: httpx.AsyncClient, visitor: Visitor, path: str
) -> None:
    await knows(app, visitor, FACTS)
    stranger = await Visitor.arrives(client)

    problem(
        await drafts(visitor, path, Authorization=f"Bearer {stranger.token}"), 401, "token_wrong"
    )
    problem(await drafts(visitor, path, Accept="*/*"), 401, "token_missing")


async def test_a_draft_with_an_article_that_does_not_pass_the_gate_is_withheld(
    app: FastAPI, visitor: Visitor, knowledge: KnowledgeBase
) -> None:
    await knows(app, visitor, FACTS)
    fields = {name: getattr(knowledge, name) for name in knowledge.__dataclass_fields__}
    # one that knows a single article
    speaks_with(app, knowledge=KnowledgeBase(**{**fields, "guard": GUARD}))

    assert "转人工" in problem(
        await drafts(visitor, "/trademark_complaint.docx"), 503, "draft_withheld"
    )


async def test_a_message_that_offers_drafts_keeps_them(visitor: Visitor, rasa: FakeRasa) -> None:
    offered = [{"key": "trademark_complaint", "title": "商标侵权投诉书"}]

    async def offer(_: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {"text": "可以先用《商标侵权投诉书》。"},
            {"custom": {"drafts": offered}},
            {"text": "还缺一些。"},
        ]

    rasa.answer = offer
    turn = await visitor.says("帮我写个投诉书")

    assert [message["drafts"] for message in turn["messages"]] == [offered, []]
    assert [message["drafts"] for message in (await visitor.sees())["messages"][-2:]] == [
        offered,
        [],
    ]
