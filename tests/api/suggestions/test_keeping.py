"""What is kept of suggestions is the visitor's too: it is shown to him, and goes with the rest."""

import httpx
from sqlalchemy import func, select

from api.suggestions.models import KnowledgeGap, StoredSet, StoredSuggestion
from tests.api.problems import problem
from tests.api.staff import SUPERVISOR
from tests.api.suggestions.conftest import Desk

STORY = "有人在卖仿我们牌子的货"
PHONE = "13800001111"


async def rejected(desk: Desk, suggestion: str, **body: str) -> httpx.Response:
    return await desk.client.post(f"/api/desk/suggestions/{suggestion}/reject", json=body)


async def test_a_rejected_suggestion_is_a_gap_in_the_knowledge(desk: Desk) -> None:
    await desk.hears(f"{STORY}")
    [first, *_] = (await desk.sees())["suggestions"]

    done = await rejected(desk, first["id"], reason="wrong_law", words=f"引错了，打{PHONE}问我")

    assert done.status_code == 204
    assert (await desk.sees())["suggestions"][0]["state"] == "rejected"
    desk.signs_in(SUPERVISOR)
    told = (await desk.client.get("/api/desk/gaps")).json()
    [gap] = told["items"]
    assert (told["counts"], told["before"]) == ({"wrong_law": 1}, None)
    assert gap["conversation_id"] == desk.visitor.id
    assert (gap["reason"], gap["by"], gap["situation"]) == ("wrong_law", "李坐席", "infringed")
    assert (gap["text"], gap["question"]) == (first["text"], STORY)
    assert gap["source"].startswith("rule:") and PHONE not in gap["words"]


async def test_rejected_again_it_is_one_gap_with_the_latest_reason(desk: Desk) -> None:
    await desk.hears(STORY)
    [first, *_] = (await desk.sees())["suggestions"]
    await rejected(desk, first["id"], reason="tone")
    await rejected(desk, first["id"], reason="not_asked")

    desk.signs_in(SUPERVISOR)
    told = (await desk.client.get("/api/desk/gaps", params={"reason": "not_asked"})).json()

    assert (len(told["items"]), told["counts"]) == (1, {"not_asked": 1})


async def test_an_operator_sees_no_gaps_and_a_made_up_suggestion_is_none(desk: Desk) -> None:
    problem(await desk.client.get("/api/desk/gaps"), 403, "not_allowed")
    unknown = "00000000-0000-4000-8000-000000000000"
    problem(await rejected(desk, unknown, reason="tone"), 404, "suggestion_unknown")
    problem(await rejected(desk, unknown, reason="rude"), 422, "invalid_request")


async def test_the_visitor_may_read_what_was_suggested_about_him(desk: Desk) -> None:
    await desk.hears(STORY)
    offered = [one["text"] for one in (await desk.sees())["suggestions"]]

    response = await desk.client.get(
        f"/api/conversations/{desk.visitor.id}/export", headers=desk.visitor.headers
    )

    assert [one["内容"] for one in response.json()["给工作人员的答复建议"]] == offered


async def test_deleted_with_the_conversation_nothing_of_it_is_left(desk: Desk) -> None:
    await desk.hears(STORY)
    [first, *_] = (await desk.sees())["suggestions"]
    await rejected(desk, first["id"], reason="other")

    response = await desk.client.delete(
        f"/api/conversations/{desk.visitor.id}", headers=desk.visitor.headers
    )

    assert response.status_code == 200, response.text
    async with desk.app.state.database.reading() as session:
        left = [
            await session.scalar(select(func.count()).select_from(table))
            for table in (StoredSet, StoredSuggestion, KnowledgeGap)
        ]
    assert left == [0, 0, 0]
