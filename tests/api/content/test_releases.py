"""Releases: proved before they are in use, put in use at once or on their day, taken back, never
half in use.
"""

import asyncio
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from api.accounts import audit
from api.clock import Clock
from api.content import releases
from api.content.models import Release, Stage
from api.content.workshop import KEPT
from api.database import Database
from api.settings import Settings
from tests.api.content.conftest import ON_BOTH, STEPS, TERMS, FakeWorkshop, Killed, service
from tests.api.content.editing import ANSWER, NEW_ANSWER, NEW_TERM, Newsroom
from tests.api.problems import problem
from tests.api.staff import OPERATOR, SUPERVISOR
from tests.conftest import TODAY

TOMORROW = TODAY + timedelta(days=1)
pytestmark = ON_BOTH


async def on(newsroom: Newsroom, day: date) -> str:
    """What the terms say when the day has come and the service has looked."""
    newsroom.app.state.clock = Clock(day)
    newsroom.app.state.press._clock = newsroom.app.state.clock
    await newsroom.app.state.press.renew()
    await newsroom.app.state.following.look()
    return newsroom.told()


async def time_passes(database: Database) -> None:
    """Let everything have been begun so long ago that nobody is at it any more."""
    async with database.session() as session:
        for row in await session.scalars(select(Release)):
            row.made_at -= 2 * releases.LONGEST_MAKING


async def in_use(database: Database) -> list[int]:
    async with database.reading() as session:
        return list(await session.scalars(select(Release.id).where(Release.in_use.is_(True))))


async def test_nothing_is_in_use_before_somebody_says_so(newsroom: Newsroom) -> None:
    revision = await newsroom.proposes()
    await newsroom.submits(revision)
    release = await newsroom.proves(revision)
    await newsroom.app.state.following.look()

    assert (release["state"], release["in_use"]) == ("ready", False)
    assert release["report"]["cases"]["changed"] == []
    assert release["report"]["journeys"] == {
        **{"looked_at": 1, "total": 1, "picked": 1, "messages": 1},
        **{"changed_in": 0, "changed": [], "said": {}},
    }
    assert "三个月里" not in newsroom.told()

    await newsroom.activates(release)
    assert "三个月里提出反对" in newsroom.told()
    assert newsroom.app.state.workshop.base.joinpath("terms.yml").read_text("utf-8") == TERMS


async def test_what_is_in_use_is_the_body_that_the_list_shows(newsroom: Newsroom) -> None:
    await newsroom.publishes()
    item = await newsroom.get("/items/term/terms.yml", key="异议")

    assert item["body"] == NEW_TERM
    assert [(one["state"], one["reviewer"]) for one in item["revisions"]] == [
        ("published", SUPERVISOR.display_name)
    ]


async def test_one_step_takes_the_newest_release_back_and_another_one_more(
    newsroom: Newsroom,
) -> None:
    first = await newsroom.publishes("异议: 第一版\n")
    second = await newsroom.publishes("异议: 第二版\n")
    assert "第二版" in newsroom.told()
    problem(await newsroom.post(f"/releases/{first['id']}/roll-back"), 409, "nothing_to_roll_back")

    back = (await newsroom.post(f"/releases/{second['id']}/roll-back")).json()
    await newsroom.app.state.following.look()
    assert back["in_use"] and "第一版" in newsroom.told()
    await newsroom.app.state.press.renew()
    assert await in_use(newsroom.app.state.database) == [back["id"]]
    item = await newsroom.get("/items/term/terms.yml", key="异议")
    assert [one["state"] for one in item["revisions"]] == ["archived", "published"]


async def test_the_first_release_taken_back_leaves_what_is_shipped(newsroom: Newsroom) -> None:
    first = await newsroom.publishes()
    await newsroom.post(f"/releases/{first['id']}/roll-back")
    await newsroom.app.state.following.look()

    assert newsroom.told() == TERMS


async def test_what_is_in_use_already_is_not_put_in_use_once_more(
    newsroom: Newsroom, rows: Database
) -> None:
    first = await newsroom.publishes()
    at = newsroom.app.state.clock.now()
    async with rows.session() as session:  # as another copy does that looked a moment before
        held = await releases.plan(session, at.date())
        again = await releases.begin(session, held, "hash", (), None, at=at)
        await releases.move(session, again, Stage.READY)
        await releases.activate(session, again, None, at=at)

    assert await in_use(rows) == [first["id"]]
    back = await newsroom.post(f"/releases/{first['id']}/roll-back")
    assert back.status_code == 200, back.text


async def test_a_change_for_a_later_day_is_told_from_that_day_on(newsroom: Newsroom) -> None:
    planned = await newsroom.publishes(effective_from=TOMORROW.isoformat())

    assert (planned["state"], planned["day"]) == ("scheduled", TOMORROW.isoformat())
    assert newsroom.told() == TERMS
    calendar = await newsroom.get("/calendar")
    assert [(one["day"], one["what"], one["title"]) for one in calendar] == [
        (TOMORROW.isoformat(), "begins", "异议")
    ]
    assert "三个月里" not in await on(newsroom, TODAY)
    assert "三个月里" in await on(newsroom, TOMORROW)
    assert "三个月里" in await on(newsroom, TOMORROW + timedelta(days=1))


async def test_an_item_is_told_no_longer_after_its_last_day(newsroom: Newsroom) -> None:
    await newsroom.publishes(expires_on=TOMORROW.isoformat())

    assert "异议" in await on(newsroom, TODAY)
    assert "异议" in await on(newsroom, TOMORROW)
    assert "异议" not in await on(newsroom, TOMORROW + timedelta(days=1))


async def test_a_release_that_was_proved_before_another_was_published_is_proved_again(
    newsroom: Newsroom,
) -> None:
    revision = await newsroom.proposes(NEW_ANSWER, named=ANSWER)
    await newsroom.submits(revision)
    older = await newsroom.proves(revision)
    await newsroom.publishes()

    refused = await newsroom.post(f"/releases/{older['id']}/activate")
    problem(refused, 409, "release_outdated")
    assert "三个月里" in newsroom.told()
    both = await newsroom.activates(await newsroom.proves(revision))
    assert both["in_use"] and "三个月里" in newsroom.told()


async def test_a_release_that_was_proved_with_another_checkout_is_proved_again(
    newsroom: Newsroom,
) -> None:
    revision = await newsroom.proposes()
    await newsroom.submits(revision)
    older = await newsroom.proves(revision)
    workshop = newsroom.app.state.workshop
    (workshop.base / "terms.yml").write_text(TERMS.replace("先停", "先保"), encoding="utf-8")
    workshop.__dict__.pop("_shipped")  # as after a start

    refused = await newsroom.post(f"/releases/{older['id']}/activate")
    problem(refused, 409, "release_outdated")
    assert (await newsroom.activates(await newsroom.proves(revision)))["in_use"]


async def test_a_release_says_what_it_brings_and_who_put_it_in_use(newsroom: Newsroom) -> None:
    await newsroom.publishes()

    (release,) = await newsroom.get("/releases")
    assert [(one["title"], one["reason"]) for one in release["brings"]] == [("异议", "说得更清楚")]
    assert release["made_by"] == release["activated_by"] == SUPERVISOR.display_name


async def test_two_changes_go_together(newsroom: Newsroom) -> None:
    term, answer = await newsroom.proposes(), await newsroom.proposes(NEW_ANSWER, named=ANSWER)
    for one in (term, answer):
        await newsroom.submits(one)
    begun = await newsroom.post(f"/revisions/{term['id']}/prove", {"also": [answer["id"]]})
    await newsroom.app.state.press.done()
    active = await newsroom.activates(begun.json())

    assert active["revisions"] == [term["id"], answer["id"]]
    content = newsroom.app.state.voice().content
    assert "从公告那天起算" in (content / "answers" / "marks.yml").read_text("utf-8")


@pytest.mark.parametrize("step", ["making", "indexing", "loading"])
async def test_a_disk_that_is_full_changes_nothing_and_says_so(
    newsroom: Newsroom, workshop: FakeWorkshop, step: str
) -> None:
    revision = await newsroom.proposes()
    await newsroom.submits(revision)
    workshop.stops_at = step
    failed = await newsroom.proves(revision)

    assert failed["state"] == "failed" and "磁盘" in failed["problem"]
    problem(await newsroom.post(f"/releases/{failed['id']}/activate"), 409, "release_not_ready")
    workshop.stops_at = ""
    assert (await newsroom.activates(await newsroom.proves(revision)))["in_use"]


async def test_content_that_cannot_be_loaded_is_never_in_use_and_says_where(
    newsroom: Newsroom,
) -> None:
    revision = await newsroom.proposes("异议: 打不开\n")
    await newsroom.submits(revision)
    failed = await newsroom.proves(revision)

    assert (failed["state"], failed["problem"]) == ("failed", "content/terms.yml 第 3 行：打不开")


@pytest.mark.parametrize("step", STEPS)
async def test_a_publication_that_is_killed_changes_nothing_and_is_over_after_a_while(
    newsroom: Newsroom, workshop: FakeWorkshop, rows: Database, step: str
) -> None:
    revision = await newsroom.proposes()
    await newsroom.submits(revision)
    workshop.killed_at = step
    begun = (await newsroom.post(f"/revisions/{revision['id']}/prove")).json()
    with suppress(Killed):
        await newsroom.app.state.press.done()
    workshop.killed_at = ""
    left = await newsroom.get(f"/releases/{begun['id']}")
    assert left["state"] in (Stage.MAKING, Stage.PROVING)
    problem(await newsroom.post(f"/releases/{begun['id']}/activate"), 409, "release_not_ready")

    await time_passes(rows)
    await newsroom.app.state.press.renew()
    over = await newsroom.get(f"/releases/{begun['id']}")
    assert (over["state"], over["problem"]) == ("failed", releases.CUT_OFF)
    assert (await in_use(rows), newsroom.told()) == ([], TERMS)
    assert (await newsroom.activates(await newsroom.proves(revision)))["in_use"]


@pytest.mark.parametrize("step", ["making", "loading"])
async def test_what_was_to_hold_today_and_was_killed_is_made_again_after_a_while(
    newsroom: Newsroom, workshop: FakeWorkshop, rows: Database, step: str
) -> None:
    await newsroom.publishes(effective_from=TOMORROW.isoformat())
    workshop.killed_at = step
    with pytest.raises(Killed):
        await on(newsroom, TOMORROW)
    workshop.killed_at = ""
    assert await on(newsroom, TOMORROW) == TERMS  # another copy may still be making it

    await time_passes(rows)
    assert "三个月里" in await on(newsroom, TOMORROW)


async def test_an_activation_that_is_killed_leaves_everything_as_it_was(
    newsroom: Newsroom, rows: Database
) -> None:
    revision = await newsroom.proposes()
    await newsroom.submits(revision)
    release = await newsroom.proves(revision)
    with pytest.raises(KeyboardInterrupt):
        async with rows.session() as session:
            at = newsroom.app.state.clock.now()
            await releases.activate(session, release["id"], SUPERVISOR, at=at)
            raise KeyboardInterrupt
    await newsroom.app.state.following.look()

    assert await in_use(rows) == [] and newsroom.told() == TERMS
    assert (await newsroom.activates(release))["in_use"]


async def test_a_folder_that_was_left_half_made_is_not_taken_for_a_whole_one(
    newsroom: Newsroom, workshop: FakeWorkshop
) -> None:
    made = await newsroom.publishes()
    assert made["in_use"]
    changes = newsroom.app.state.following._speaking
    place = workshop.place(changes)
    half = place.content.with_name("content.making-1")
    place.content.rename(half)

    assert workshop.make(changes).content.is_dir()
    assert "三个月里" in (place.content / "terms.yml").read_text("utf-8")


async def test_every_copy_of_the_service_follows_and_speaks_from_the_same(
    newsroom: Newsroom, settings: Settings, workshop: FakeWorkshop
) -> None:
    other = service(settings, workshop)
    async with other.router.lifespan_context(other):
        settled: list[Path] = []
        other.state.following.settle = lambda: settled.append(other.state.voice().content)
        following = asyncio.create_task(other.state.following.run())
        shipped = other.state.voice().content
        await newsroom.publishes()
        async with asyncio.timeout(60):
            while other.state.voice().content not in settled[1:]:
                await asyncio.sleep(0.02)
        following.cancel()

    assert settled == [shipped, newsroom.app.state.voice().content]
    assert other.state.receiver.voice().content == newsroom.app.state.voice().content


async def test_a_copy_that_cannot_follow_says_so_and_speaks_from_the_old(
    newsroom: Newsroom, settings: Settings, workshop: FakeWorkshop
) -> None:
    other = service(settings, workshop)
    async with other.router.lifespan_context(other):
        await newsroom.publishes()
        workshop.stops_at = "loading"
        before = other.state.voice()
        await other.state.following.look()

        assert other.state.voice() is before
        trouble = await other.state.following.trouble()
        assert trouble and "仍在用旧的" in trouble
        workshop.stops_at, other.state.following._again_at = "", 0.0
        await other.state.following.look()
        assert other.state.voice() is not before
        assert await other.state.following.trouble() is None


async def test_a_copy_that_starts_speaks_from_what_is_in_use(newsroom: Newsroom) -> None:
    await newsroom.publishes()
    following = newsroom.app.state.following

    def shipped() -> Any:
        raise AssertionError

    begun = await following.begin(shipped)
    assert "三个月里" in (begun.content / "terms.yml").read_text("utf-8")


async def test_a_turn_that_is_thought_about_ends_before_others_speak(app: FastAPI) -> None:
    queue, order = app.state.dialogue.queue, []

    async def turn() -> None:
        async with queue.turn("one"):
            order.append("begun")
            await asyncio.sleep(0)
            order.append("ended")

    async def swap() -> None:
        async with queue.between():
            order.append("swapped")

    thinking = asyncio.create_task(turn())
    while not order:
        await asyncio.sleep(0)
    await asyncio.gather(thinking, swap(), turn())

    assert order == ["begun", "ended", "swapped", "begun", "ended"]


async def test_what_holds_today_and_cannot_be_made_leaves_the_old_and_is_tried_once(
    newsroom: Newsroom, workshop: FakeWorkshop, rows: Database
) -> None:
    await newsroom.publishes(effective_from=TOMORROW.isoformat())
    workshop.stops_at = "making"

    assert await on(newsroom, TOMORROW) == TERMS
    assert await on(newsroom, TOMORROW) == TERMS
    async with rows.reading() as session:
        own = select(Release.state).where(Release.made_by.is_(None))
        assert list(await session.scalars(own)) == [Stage.FAILED]


async def test_who_published_what_is_written_down(newsroom: Newsroom, rows: Database) -> None:
    await newsroom.publishes()
    async with rows.reading() as session:
        events = await audit.page(session, audit.Wanted(what="content"))

    assert [(one.what, one.staff_name) for one in events] == [
        ("content.activate", SUPERVISOR.name),
        ("content.submit", OPERATOR.name),
        ("content.propose", OPERATOR.name),
    ]


async def test_whether_a_copy_follows_is_part_of_its_readiness(newsroom: Newsroom) -> None:
    told = (await newsroom.client.get("/readyz")).json()

    assert told["parts"]["content"] == {"ok": True, "detail": "正常"}


async def test_folders_of_long_ago_are_dropped_and_the_one_in_use_stays(
    newsroom: Newsroom, workshop: FakeWorkshop
) -> None:
    for number in range(KEPT + 3):
        (workshop.var / "content" / f"old{number}").mkdir(parents=True)
    await newsroom.publishes()

    left = [one.name for one in (workshop.var / "content").iterdir()]
    assert newsroom.app.state.following.hash in left and len(left) == KEPT + 1
