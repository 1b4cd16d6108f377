"""What people really ask: questions that went badly, together with those that ask the same."""

import json

import numpy as np
import pytest
from sqlalchemy import func, select, text

from api.accounts.models import AuditEvent
from api.asked.models import AskedTurn, Group
from api.labels.models import Sentence
from api.privacy import service as privacy
from api.privacy.export import export
from tests.api.asked.conftest import House
from tests.api.problems import problem
from tests.api.staff import ANALYST, SUPERVISOR, signs_in

LIVE = "直播间卖我们的仿品怎么投诉"
POST = "快递里全是假货找谁"
PHONE = "13800001111"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What depends on the kind of database stands in test_on_both.py."""
    return sqlite_url


async def test_questions_that_ask_the_same_are_one_group_with_reasons_and_weeks(
    house: House,
) -> None:
    await house.asks((LIVE, "unclear"))
    await house.asks((f"{LIVE}呀", "unclear"), weeks_ago=2)
    await house.asks((f"{LIVE}，急", "asked"), ("赣州", "asked"), ("不清楚", "asked"))
    await house.asks((POST, "unclear"), ("谢谢", "served"))
    await house.asks(("商标怎么注册", "answered"))
    assert (await house.groups())["built"] is None

    await house.gathers()

    told = await house.groups()
    [live, post] = told["items"]
    assert (live["count"], post["count"]) == (3, 1)
    assert live["reasons"] == {"unanswered": 2, "asked_back": 1, "abandoned": 3}
    assert (post["reasons"], post["sentence"]) == ({"unanswered": 1}, POST)
    assert [week["count"] for week in live["weeks"]][-3:] == [1, 0, 2]
    assert (live["nearest"]["id"], live["nearest"]["distance"]) == ("tm-opposition", 1.0)
    assert (told["built"]["turns"], told["built"]["groups"]) == (4, 2)
    assert told["counts"] == {"open": 2, "aside": 0, "not_ours": 0}


async def test_a_reason_shows_the_groups_that_have_it(house: House) -> None:
    await house.asks((LIVE, "unclear"))
    await house.asks((POST, "asked"), ("x", "asked"), ("y", "asked"), ("谢谢", "answered"))
    await house.gathers()

    assert await house.sentences(reason="asked_back") == [POST]
    assert await house.sentences(reason="badly_rated") == []


async def test_personal_data_is_masked_wherever_it_is_shown(house: House) -> None:
    await house.asks((f"{LIVE}，我电话{PHONE}", "unclear"))
    await house.gathers()

    [group] = (await house.groups())["items"]
    whole = await house.sees(f"/groups/{group['id']}")

    assert "〔电话〕" in group["sentence"]
    assert PHONE not in json.dumps([group, whole], ensure_ascii=False)
    assert all(PHONE not in said for said in house.meaning.asked)


async def test_a_group_shows_its_sentences_what_is_near_and_what_is_said_now(house: House) -> None:
    id_ = await house.asks((LIVE, "unclear"))
    await house.gathers()
    [group] = (await house.groups())["items"]

    whole = await house.sees(f"/groups/{group['id']}")

    [one] = whole["examples"]
    assert (one["conversation_id"], one["text"], one["labelled"]) == (id_, LIVE, False)
    assert whole["now"]["intent"] == "infringed" and whole["now"]["situation"] == "infringed"
    assert [near["id"] for near in whole["near"]] == ["tm-opposition"]


async def test_not_ours_needs_a_reason_hides_it_and_stands_in_the_audit_log(house: House) -> None:
    await house.asks((LIVE, "unclear"))
    await house.gathers()
    [group] = (await house.groups())["items"]
    path = f"/groups/{group['id']}/aside"

    problem(await house.does(path, what="not_ours"), 422, "invalid_request")
    assert (await house.does(path, what="not_ours", reason="找平台")).status_code == 204

    assert await house.sentences() == []
    [hidden] = (await house.groups(standing="not_ours"))["items"]
    assert (hidden["aside"]["reason"], hidden["aside"]["by"]) == ("找平台", "李坐席")
    async with house.app.state.database.reading() as session:
        noted = select(AuditEvent.detail).where(AuditEvent.what == "asked.aside")
        assert [detail["what"] for detail in await session.scalars(noted)] == ["not_ours"]


async def test_it_comes_back_when_it_has_grown_by_half(house: House) -> None:
    for number in range(4):
        await house.asks((f"{LIVE}{number}", "unclear"))
    await house.gathers()
    [group] = (await house.groups())["items"]
    await house.does(f"/groups/{group['id']}/aside", what="not_ours", reason="找平台")

    await house.asks((f"{LIVE}了", "unclear"))
    await house.gathers()
    assert await house.sentences() == []

    await house.asks((f"{LIVE}吗", "unclear"))
    await house.gathers()
    [back] = (await house.groups())["items"]
    assert (back["id"], back["count"], back["grown"]) == (group["id"], 6, True)


async def test_a_group_that_was_put_aside_by_mistake_is_put_back(house: House) -> None:
    await house.asks((LIVE, "unclear"))
    await house.gathers()
    [group] = (await house.groups())["items"]
    await house.does(f"/groups/{group['id']}/aside", what="new_answer")
    assert (await house.groups())["counts"] == {"open": 0, "aside": 1, "not_ours": 0}

    await house.does(f"/groups/{group['id']}/back")
    assert [one["aside"] for one in (await house.groups())["items"]] == [None]


async def test_a_group_keeps_its_number_when_it_is_made_anew(house: House) -> None:
    await house.asks((LIVE, "unclear"))
    await house.asks((POST, "unclear"))
    await house.gathers()
    before = {one["sentence"]: one["id"] for one in (await house.groups())["items"]}

    await house.asks((f"{POST}呢", "unclear"))
    await house.gathers()

    after = {one["id"]: one["count"] for one in (await house.groups())["items"]}
    assert after == {before[LIVE]: 1, before[POST]: 2}


async def test_sentences_are_taken_for_training_once_with_what_the_model_takes_them_for(
    house: House,
) -> None:
    await house.asks((LIVE, "unclear"))
    await house.gathers()
    [group] = (await house.groups())["items"]
    [one] = (await house.sees(f"/groups/{group['id']}"))["examples"]
    path, body = f"/groups/{group['id']}/sentences", {"turn_ids": [one["turn_id"], "made-up"]}

    assert (await house.does(path, **body)).json() == {"added": 1}
    assert (await house.does(path, **body)).json() == {"added": 0}

    [one] = (await house.sees(f"/groups/{group['id']}"))["examples"]
    assert one["labelled"]
    told = (await house.client.get("/api/desk/labels/next")).json()["sentence"]
    assert (told["text"], told["place"], told["own"]) == (LIVE, 1, False)
    assert told["proposed"] == {
        "intent": "infringed",
        "situation": "infringed",
        "right": "trademark",
        "facts": {"venue": "ecommerce"},
    }


async def test_what_a_visitor_deletes_is_gone_from_groups_and_sentences(house: House) -> None:
    gone = await house.asks((f"{LIVE}，找我{PHONE}", "unclear"))
    await house.asks((LIVE, "unclear"))
    await house.gathers()
    [group] = (await house.groups())["items"]
    turns = [one["turn_id"] for one in (await house.sees(f"/groups/{group['id']}"))["examples"]]
    await house.does(f"/groups/{group['id']}/sentences", turn_ids=turns)
    [sentence, _] = await _sentences(house)
    label = {"intent": "infringed"}
    await house.client.post(f"/api/desk/labels/sentences/{sentence}/readings", json=label)

    async with house.app.state.database.session() as session:
        await privacy.delete_case(session, gone, "visitor", at=house.app.state.clock.now())

    [left] = (await house.groups(standing="aside"))["items"]
    assert (left["count"], left["sentence"]) == (1, LIVE)
    assert await _numbers(house) == (1, 1)


async def test_a_group_goes_with_its_last_conversation(house: House) -> None:
    gone = await house.asks((LIVE, "unclear"))
    await house.gathers()
    [group] = (await house.groups())["items"]
    async with house.app.state.database.session() as session:
        await privacy.delete_case(session, gone, "visitor", at=house.app.state.clock.now())

    assert (await house.groups())["items"] == []
    unknown = await house.client.get(f"/api/desk/asked/groups/{group['id']}")
    problem(unknown, 404, "asked_group_unknown")
    await house.gathers()
    async with house.app.state.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Group)) == 0


async def test_the_visitor_may_read_why_his_question_is_looked_at(house: House) -> None:
    id_ = await house.asks((LIVE, "unclear"))
    await house.gathers()
    async with house.app.state.database.reading() as session:
        found = await privacy.find(session, id_)
        document = await export(session, found, at=house.app.state.clock.now())
    assert [one["原因"] for one in document["归入大家在问的"]] == [["没有答上", "问后离开"]]


async def test_no_word_and_no_meaning_lies_open_in_the_database(house: House) -> None:
    await house.asks((LIVE, "unclear"))
    await house.gathers()
    async with house.app.state.database.reading() as session:
        [stored] = await session.execute(text("SELECT * FROM asked_turns"))
    assert LIVE not in str(stored)
    raw = house.meaning.meaning(LIVE).astype(np.float16).tobytes()
    assert not any(isinstance(value, bytes) and raw in value for value in stored)


async def test_without_an_encoder_nothing_is_gathered_and_nothing_breaks(house: House) -> None:
    await house.asks((LIVE, "unclear"))
    house.meaning.space = None
    house.app.state.clock.moves(minutes=1)
    assert not await house.gathering.gather()
    assert (await house.groups())["items"] == []


async def test_one_copy_of_the_service_does_the_work(house: House) -> None:
    await house.asks((LIVE, "unclear"))
    await house.gathers()
    assert not await house.gathering.gather()


async def test_another_encoder_gives_every_sentence_its_meaning_anew(house: House) -> None:
    await house.asks((LIVE, "unclear"))
    await house.gathers()
    house.meaning.asked.clear()
    await house.gathers()
    assert house.meaning.asked == []

    house.meaning.space = "another"
    await house.gathers()
    assert house.meaning.asked == [LIVE]


async def test_who_may_not_edit_content_sees_nothing_of_it(house: House) -> None:
    signs_in(house.app, ANALYST)
    problem(await house.client.get("/api/desk/asked/groups"), 403, "not_allowed")
    signs_in(house.app, SUPERVISOR)
    assert (await house.client.get("/api/desk/asked/groups")).status_code == 200


async def _sentences(house: House) -> list[int]:
    async with house.app.state.database.reading() as session:
        return list(await session.scalars(select(Sentence.id).order_by(Sentence.id)))


async def _numbers(house: House) -> tuple[int, int]:
    async with house.app.state.database.reading() as session:
        turns = await session.scalar(select(func.count()).select_from(AskedTurn))
        sentences = await session.scalar(select(func.count()).select_from(Sentence))
    return turns or 0, sentences or 0
