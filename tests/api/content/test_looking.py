"""What should be looked at again, what a question finds on a day, and what uses an item."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from api.content.laws.schemas import LawVersionShown
from api.content.looking.stale import REVIEWED_FOR, Looked, stale
from api.content.looking.uses import LATELY
from api.content.models import Item
from api.conversations.models import ToldContent
from api.conversations.service import open_conversation
from api.database import Database
from tests.api.content.conftest import ON_BOTH, FakeWorkshop, Speaking
from tests.api.content.editing import ANSWER, NEW_ANSWER, Newsroom
from tests.api.problems import problem
from tests.api.staff import ANALYST, OPERATOR, signs_in
from tests.conftest import TODAY

ASK = "异议期多久"
CITES_THE_OLD = "articles: [商标法(2019)第五十七条]"
TOMORROW = TODAY + timedelta(days=1)
PLAIN = Looked("answer", "answers/marks.yml", "a", "甲", "says: 好\n", None, 0)


@pytest.fixture
def known(workshop: FakeWorkshop) -> Speaking:
    return Speaking(workshop.base)


def whys(known: Speaking, *looked: Looked, day: date = TODAY) -> list[list[str]]:
    return [[why.code for why in one.why] for one in stale(looked, known, day)]


def test_what_cites_an_article_that_ends_soon_is_told_with_the_day(known: Speaking) -> None:
    [found] = stale([replace(PLAIN, body=CITES_THE_OLD)], known, TODAY)

    assert [why.code for why in found.why] == ["article_changed"]
    assert found.since == date(2027, 1, 1) and "2027-01-01 起将不再施行" in found.why[0].said


@pytest.mark.parametrize(
    "body",
    [
        "articles: [商标法(2026)第五十七条]",  # nobody holds that article yet
        "says: 商标法第五十七条怎么说",  # whichever version governs
        "articles: [月亮法(2019)第一条]",
    ],
)
def test_what_names_no_article_that_ends_is_left_alone(known: Speaking, body: str) -> None:
    assert whys(known, replace(PLAIN, body=body)) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f"verified_on: {TODAY - timedelta(days=366)}\n", "已超过一年"),
        ("name: 某中心\n", "从来没有人核对过"),
        (f"verified_on: {TODAY - timedelta(days=365)}\n", None),
    ],
)
def test_an_institution_that_was_not_checked_for_a_year_is_told(
    known: Speaking, body: str, said: str | None
) -> None:
    found = stale([replace(PLAIN, kind="institution", body=body)], known, TODAY)

    assert [said in why.said for one in found for why in one.why if said] == [True] * bool(said)
    assert bool(found) == bool(said)


def test_a_law_that_nobody_found_in_force_for_long_is_told(known: Speaking) -> None:
    version = LawVersionShown(
        **{"law": "灯塔法", "title": "灯塔法", "kind": "法律", "version_date": "2020-01-01"},
        **{"in_force_from": "2020-01-01", "in_force_to": None, "governs": True, "text": "none"},
        **{"articles": 0, "trust": "one_source", "confirmed_on": "2026-01-01", "note": ""},
        **{"confirmed_by": None, "source": "", "days": 100, "overdue": True},
    )
    law = replace(PLAIN, kind="law", file="laws.yml", key="灯塔法", body="short: 灯塔法\n")
    [found] = stale([law, replace(law, key="别的法")], known, TODAY, [version])

    assert (found.key, found.since) == ("灯塔法", date(2026, 4, 1))
    assert "100 天没有人确认仍然有效" in found.why[0].said


def test_a_review_is_old_after_half_a_year_and_publishing_is_one(known: Speaking) -> None:
    long_ago = TODAY - REVIEWED_FOR - timedelta(days=1)
    old = replace(PLAIN, kind="guidance", body=f"---\nreviewed_on: {long_ago}\n---\n")

    assert whys(known, old) == [["review_old"]]
    assert whys(known, old, day=TODAY - timedelta(days=1)) == []
    assert whys(known, replace(old, published_on=TODAY)) == []


def test_what_nobody_verified_is_told_and_what_is_told_most_comes_first(known: Speaking) -> None:
    unsure = replace(PLAIN, kind="body", key="b", body="- {trust: unconfirmed}")
    told = replace(PLAIN, body=CITES_THE_OLD, visitors=3)

    assert whys(known, unsure, told) == [["article_changed"], ["unverified"]]
    assert whys(known, replace(unsure, body="- {trust: two_sources}")) == []


async def told(newsroom: Newsroom, rows: Database, key: str, *days_ago: int) -> None:
    async with rows.session() as session:
        now = newsroom.app.state.clock.now()
        opened = await open_conversation(session, "web", True, at=now)
        for days in days_ago:
            at = now - timedelta(days=days)
            session.add(ToldContent(conversation_id=opened.id, kind="answer", key=key, told_at=at))


@ON_BOTH
async def test_the_list_of_what_is_stale_counts_the_turns_of_ninety_days(
    newsroom: Newsroom, rows: Database
) -> None:
    await newsroom.publishes(f"{NEW_ANSWER}{CITES_THE_OLD}\n", named=ANSWER)
    await told(newsroom, rows, "opposition", 0, 1, LATELY.days + 1)
    signs_in(newsroom.app, OPERATOR)
    found, *_ = await newsroom.get("/stale")

    assert (found["key"], found["visitors"], found["since"]) == ("opposition", 2, "2027-01-01")
    signs_in(newsroom.app, ANALYST)
    refused = await newsroom.client.get("/api/desk/content/stale")
    problem(refused, 403, "not_allowed")


@ON_BOTH
async def test_an_item_shows_who_names_it_and_how_many_were_told(
    newsroom: Newsroom, rows: Database
) -> None:
    async with rows.session() as session:
        blank: dict[str, Any] = {"version": 0, "updated_at": newsroom.app.state.clock.now()}
        named = [
            ("remedy", "remedies/letter.yml", "remedies/letter.yml", "key: letter"),
            ("remedy", "remedies/other.yml", "remedies/other.yml", "goes_with: [letter]"),
            ("answer", "answers/x.yml", "longer", "remedy: letter_of_counsel"),
        ]
        await session.execute(
            insert(Item),
            [
                blank | {"kind": kind, "file": file, "key": key, "title": key, "body": body}
                for kind, file, key, body in named
            ],
        )
    signs_in(newsroom.app, OPERATOR)
    await told(newsroom, rows, "opposition", 0)
    remedy = await newsroom.get("/items/remedy/remedies/letter.yml")
    answer = await newsroom.get("/items/answer/answers/marks.yml", key="opposition")

    assert [one["file"] for one in remedy["uses"]["by"]] == ["remedies/other.yml"]
    assert answer["uses"] == {"visitors": 1, "by": []}
    term = await newsroom.get("/items/term/terms.yml", key="异议")
    assert term["uses"] == {"visitors": None, "by": []}  # told in passing, which nobody counts


async def hits(newsroom: Newsroom, **asked: Any) -> Any:
    response = await newsroom.post("/hit-test", {"query": ASK} | asked, OPERATOR)
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_question_shows_what_it_finds_and_why(newsroom: Newsroom) -> None:
    found = await hits(newsroom, query=f"{ASK} 商标")
    assert found["published"]["answers"] == []

    found = await hits(newsroom)
    assert (found["day"], found["candidate"]) == (TODAY.isoformat(), None)
    [answer] = found["published"]["answers"]
    assert (answer["key"], answer["title"], answer["says"]) == ("opposition", ASK, "三个月。")
    assert answer["score"] == pytest.approx(sum(answer["parts"].values()))
    law = found["published"]["law"][0]
    assert (law["law"], law["article"], law["why"]) == ("商标法", "第五十七条", ["关键词"])


async def test_a_candidate_is_asked_beside_what_is_published(newsroom: Newsroom) -> None:
    revision = await newsroom.proposes(NEW_ANSWER, named=ANSWER)
    await newsroom.submits(revision)
    release = await newsroom.proves(revision)
    found = await hits(newsroom, release_id=release["id"])

    assert found["published"]["answers"][0]["says"] == "三个月。"
    assert "公告那天" in found["candidate"]["answers"][0]["says"]
    assert "公告那天" not in newsroom.told()


async def test_another_day_is_asked_with_what_holds_then(newsroom: Newsroom) -> None:
    await newsroom.publishes(NEW_ANSWER, named=ANSWER, effective_from=TOMORROW.isoformat())
    today, tomorrow = await hits(newsroom), await hits(newsroom, day=TOMORROW.isoformat())

    assert today["published"]["answers"][0]["says"] == "三个月。"
    assert "公告那天" in tomorrow["published"]["answers"][0]["says"]


async def test_a_hit_test_that_cannot_be_made_says_why(
    newsroom: Newsroom, workshop: FakeWorkshop
) -> None:
    await newsroom.publishes(NEW_ANSWER, named=ANSWER, effective_from=TOMORROW.isoformat())
    workshop.stops_at = "making"
    asked = {"query": ASK, "day": TOMORROW.isoformat()}

    problem(await newsroom.post("/hit-test", asked, OPERATOR), 409, "release_not_ready")
    unknown = await newsroom.post("/hit-test", {"query": ASK, "release_id": 999}, OPERATOR)
    problem(unknown, 404, "release_unknown")
