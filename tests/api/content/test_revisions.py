"""Items and revisions: found by pages, changed over what was seen, reviewed by a second person."""

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy import Select, insert, text

from api.accounts.access import Staff
from api.content import catalogue, schemas, service
from api.content.errors import ChangedMeanwhile
from api.content.models import Item
from api.database import Database
from knowledge.editing import folder
from tests.api.content.conftest import ON_BOTH
from tests.api.content.editing import ANSWER, NEW_ANSWER, NEW_TERM, PATH, TERM, Newsroom
from tests.api.problems import problem
from tests.api.staff import ANALYST, COLLEAGUE, OPERATOR, SUPERVISOR, signs_in


@ON_BOTH
async def test_what_is_shipped_is_listed_with_what_people_call_it(newsroom: Newsroom) -> None:
    signs_in(newsroom.app, OPERATOR)
    answers = (await newsroom.get("/items", kind="answer"))["items"]

    assert [(one["key"], one["title"], one["states"]) for one in answers] == [
        ("opposition", "异议期多久", [])
    ]
    found = (await newsroom.get("/items", q="公告期 反对"))["items"]
    assert {one["key"] for one in found} == {"异议", "opposition"}


async def test_what_waits_for_review_is_listed_the_oldest_first_with_its_item(
    newsroom: Newsroom,
) -> None:
    answer = await newsroom.proposes(NEW_ANSWER, named=ANSWER)
    await newsroom.submits(answer)
    term = await newsroom.proposes()
    await newsroom.submits(term)
    await newsroom.proposes("异议: 还没写完\n")

    waiting = await newsroom.get("/waiting")
    assert [(one["item"]["kind"], one["revision"]["id"]) for one in waiting] == [
        ("answer", answer["id"]),
        ("term", term["id"]),
    ]


async def test_what_is_new_is_listed_by_what_people_call_it_and_not_by_its_key(
    newsroom: Newsroom,
) -> None:
    named = {"kind": "institution", "file": "directory.yml", "key": "i-1"}
    await newsroom.proposes("id: i-1\nname: 某市调解室\n", named=named, over=0)
    assert (await newsroom.get("/items", q="i-1"))["items"][0]["title"] == "某市调解室"

    await newsroom.proposes("id: i-1\nname: 某县调解室\n", named=named)
    assert (await newsroom.get("/items", q="i-1"))["items"][0]["title"] == "某县调解室"

    file = "statutes/某办法(2026-10-20).json"
    law_text = {"kind": "law_text", "file": file, "key": file}
    await newsroom.proposes("{}", named=law_text, over=0)
    found = (await newsroom.get("/items", kind="law_text"))["items"]
    assert "某办法(2026-10-20)" in {one["title"] for one in found}


async def test_a_file_with_a_chinese_name_can_be_asked_for(newsroom: Newsroom) -> None:
    signs_in(newsroom.app, OPERATOR)
    named = {"kind": "digest", "file": "digests/反不正当竞争法(2019).yml"}
    path = f"/items/{named['kind']}/{named['file']}"
    problem(await newsroom.client.get(f"{PATH}{path}"), 404, "content_unknown")


async def test_a_change_waits_as_a_draft_and_shows_what_it_changes(newsroom: Newsroom) -> None:
    revision = await newsroom.proposes()
    item = await newsroom.get("/items/term/terms.yml", key="异议")

    assert (revision["state"], item["item"]["states"]) == ("draft", ["draft"])
    assert item["body"] == "异议: 在公告期里反对\n"
    changes = item["diffs"][str(revision["id"])]
    assert [line for line in changes if line[0] in "+-"] == [
        "-异议: 在公告期里反对",
        "+异议: 三个月里提出反对",
    ]
    assert [one["key"] for one in (await newsroom.get("/items", state="draft"))["items"]] == [
        "异议"
    ]


@ON_BOTH
async def test_who_saves_over_anothers_change_sees_it_and_overwrites_nothing(
    newsroom: Newsroom,
) -> None:
    seen = await newsroom.version()
    first = await newsroom.proposes(by=OPERATOR, over=seen)
    mine = TERM | {"body": "异议: 另一种说法\n", "reason": "更好", "over": seen}
    refused = await newsroom.post("/revisions", mine, COLLEAGUE)

    problem(refused, 409, "changed_meanwhile", "theirs", "version", "diff")
    told = refused.json()
    assert told["theirs"] == {"body": NEW_TERM, "author": OPERATOR.display_name, "number": 1}
    assert {"-异议: 三个月里提出反对", "+异议: 另一种说法"} <= set(told["diff"])
    item = await newsroom.get("/items/term/terms.yml", key="异议")
    assert [one["body"] for one in item["revisions"]] == [first["body"]]

    kept = await newsroom.proposes("异议: 两边合起来\n", by=COLLEAGUE, over=told["version"])
    assert kept["number"] == 2


@ON_BOTH
async def test_of_two_who_save_at_the_same_moment_one_is_kept_and_the_other_told(
    newsroom: Newsroom, rows: Database
) -> None:
    at = newsroom.app.state.clock.now()
    new = schemas.NewRevision(
        **TERM, body=NEW_TERM, reason="更好", expires_on=None, over=await newsroom.version()
    )

    async def saves(by: Staff) -> object:
        try:
            async with rows.session() as session:
                return await service.propose(session, new, by, at=at)
        except ChangedMeanwhile as refused:
            return refused

    ends = await asyncio.gather(saves(OPERATOR), saves(COLLEAGUE))
    assert sorted(type(end).__name__ for end in ends) == ["ChangedMeanwhile", "RevisionShown"]
    item = await newsroom.get("/items/term/terms.yml", key="异议")
    assert len(item["revisions"]) == 1


async def test_ones_own_draft_is_written_over(newsroom: Newsroom) -> None:
    first = await newsroom.proposes()
    again = await newsroom.proposes("异议: 再改一次\n")

    assert (again["id"], again["number"], again["body"]) == (first["id"], 1, "异议: 再改一次\n")


async def test_a_text_that_cannot_be_loaded_is_not_taken_for_review_and_told_by_line(
    newsroom: Newsroom,
) -> None:
    revision = await newsroom.proposes("id: opposition\narticles: [第九百条]\n", named=ANSWER)
    refused = await newsroom.post(f"/revisions/{revision['id']}/submit", by=OPERATOR)

    problem(refused, 422, "content_invalid", "problems")
    assert refused.json()["problems"] == [{"line": 2, "message": "查无此条"}]


async def test_who_wrote_an_answer_does_not_review_it(newsroom: Newsroom) -> None:
    revision = await newsroom.proposes(NEW_ANSWER, by=SUPERVISOR, named=ANSWER)
    await newsroom.submits(revision, by=SUPERVISOR)
    release = await newsroom.proves(revision)

    refused = await newsroom.post(f"/releases/{release['id']}/activate", by=SUPERVISOR)
    problem(refused, 409, "needs_second_person")
    item = await newsroom.get("/items/answer/answers/marks.yml", key="opposition")
    assert [one["state"] for one in item["revisions"]] == ["in_review"]


async def test_who_wrote_a_term_may_publish_it(newsroom: Newsroom) -> None:
    revision = await newsroom.proposes(by=SUPERVISOR)
    await newsroom.submits(revision, by=SUPERVISOR)
    active = await newsroom.activates(await newsroom.proves(revision))

    assert active["in_use"]


async def test_a_reviewer_turns_down_with_a_reason(newsroom: Newsroom) -> None:
    revision = await newsroom.proposes()
    await newsroom.submits(revision)
    response = await newsroom.post(f"/revisions/{revision['id']}/reject", {"text": "缺出处"})
    assert response.status_code == 204
    item = await newsroom.get("/items/term/terms.yml", key="异议")

    assert item["revisions"][0]["state"] == "rejected"
    assert [one["text"] for one in item["comments"]] == ["缺出处"]
    problem(await newsroom.post(f"/revisions/{revision['id']}/prove"), 409, "content_wrong_state")


async def test_only_the_author_takes_back_what_is_in_review(newsroom: Newsroom) -> None:
    revision = await newsroom.proposes()
    await newsroom.submits(revision)
    path = f"/revisions/{revision['id']}/withdraw"

    problem(await newsroom.post(path, by=COLLEAGUE), 403, "not_author")
    assert (await newsroom.post(path, by=OPERATOR)).status_code == 204


@pytest.mark.parametrize(
    "named",
    [
        {"kind": "term", "file": "answers/marks.yml", "key": "异议"},
        {"kind": "nothing", "file": "terms.yml", "key": "异议"},
        {"kind": "remedy", "file": "remedies/new.yml", "key": "other"},
    ],
)
async def test_an_item_stands_only_where_its_kind_belongs(
    newsroom: Newsroom, named: dict[str, str]
) -> None:
    told = named | {"body": "x: y", "reason": "试", "over": 0}

    problem(await newsroom.post("/revisions", told, OPERATOR), 422, "content_wrong_place")


@pytest.mark.parametrize("file", ["../secret.yml", "/etc/passwd", "answers/../../x.yml"])
async def test_no_name_of_a_file_leads_out_of_the_content(newsroom: Newsroom, file: str) -> None:
    told = {"kind": "answer", "file": file, "key": "x", "body": "x", "reason": "试", "over": 0}

    problem(await newsroom.post("/revisions", told, OPERATOR), 422, "invalid_request")


async def test_operators_propose_and_do_not_publish(newsroom: Newsroom) -> None:
    revision = await newsroom.proposes()
    await newsroom.submits(revision)

    refused = await newsroom.post(f"/revisions/{revision['id']}/prove", by=OPERATOR)
    problem(refused, 403, "not_allowed")
    problem(await newsroom.post("/revisions", TERM, by=ANALYST), 403, "not_allowed")


async def scanned(rows: Database, wanted: Select[Any]) -> list[str]:
    """The tables that a query looks through whole, as SQLite plans it."""
    sql = str(wanted.compile(rows.engine, compile_kwargs={"literal_binds": True}))
    async with rows.reading() as session:
        plan = [row.detail for row in await session.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]
    return [step for step in plan if step.startswith("SCAN")]


async def test_fifty_thousand_items_are_listed_by_pages(
    newsroom: Newsroom, rows: Database, client: httpx.AsyncClient
) -> None:
    async with rows.session() as session:
        at = newsroom.app.state.clock.now()
        named = {"kind": "answer", "file": "answers/many.yml", "version": 0, "updated_at": at}
        await session.execute(
            insert(Item),
            [
                named | {"key": f"k{n}", "title": f"第{n}问", "body": f"says: {n}"}
                for n in range(50_000)
            ],
        )
    signs_in(newsroom.app, OPERATOR)
    first = await newsroom.get("/items", kind="answer")
    second = await newsroom.get("/items", kind="answer", before=first["before"])

    assert (len(first["items"]), len(second["items"])) == (service.PAGE, service.PAGE)
    assert first["items"][-1]["id"] > second["items"][0]["id"]
    assert await scanned(rows, service.wanted(kind="answer", before=100)) == []
    assert await scanned(rows, service.wanted(state="in_review")) == []
    found = await newsroom.get("/items", q="第49999问")
    assert ([one["key"] for one in found["items"]], found["before"]) == (["k49999"], None)
    assert (await client.get(f"{PATH}/items", params={"q": "%"})).json()["items"] == []


@ON_BOTH
async def test_the_list_follows_the_folder_in_use(newsroom: Newsroom, rows: Database) -> None:
    at = newsroom.app.state.clock.now()
    items = [folder.Item("term", "terms.yml", "保全", "保全: 别的话\n")]

    assert await catalogue.take_in(rows, items, at=at) > 0
    assert await catalogue.take_in(rows, items, at=at) == 0
    signs_in(newsroom.app, OPERATOR)
    terms = (await newsroom.get("/items", kind="term"))["items"]
    shown = {one["key"]: one["in_use"] for one in terms}
    assert (shown["保全"], shown["异议"]) == (True, False)
