"""A link opens one conversation for a time, is good for nothing else, and is written nowhere."""

import logging
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update

from api.clock import SHANGHAI
from api.conversations.models import Conversation, ConversationToken
from api.conversations.states import State
from api.moving.links import FRAGMENT, PURPOSE, Links, LinkWrong
from api.protection.keys import DataKeys, DataKeyWrong
from api.settings import Settings
from tests.api.moving.conftest import PAGE, STORY
from tests.api.problems import problem
from tests.api.visitor import Visitor
from tests.conftest import KEYS

SOME = "4f9f2b1e-0000-4000-8000-000000000000"
NOON = datetime(2026, 11, 22, 12, 0, tzinfo=SHANGHAI)


async def followed(client: httpx.AsyncClient, link: str) -> httpx.Response:
    return await client.post("/api/moves/link", json={"link": link})


async def test_a_link_opens_its_conversation_as_often_as_it_is_pressed(
    told: Visitor, app: FastAPI
) -> None:
    made: Links = app.state.links
    url = made.url(told.id, at=app.state.clock.now())
    assert url is not None and url.startswith(f"{PAGE}/{FRAGMENT}")
    link = url.partition(FRAGMENT)[2]

    for _ in range(2):
        moved = await followed(told.client, link)
        assert moved.status_code == 200, moved.text
        there = Visitor(told.client, moved.json()["id"], moved.json()["token"], [])
        assert STORY in [text for _, text in await there.heard()]


def test_without_an_address_of_the_page_there_is_no_link() -> None:
    nowhere = Links.of(Settings())
    assert nowhere.url(SOME, at=NOON) is None


def test_a_link_holds_only_what_every_program_keeps_in_one(links: Links) -> None:
    sealed = links.sealed(SOME, at=NOON)
    assert set(sealed) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert len(sealed) < 130


def test_a_link_ends(links: Links) -> None:
    sealed = links.sealed(SOME, at=NOON)

    assert links.opened(sealed, at=NOON + timedelta(minutes=119)).startswith("4f9f2b1e")
    with pytest.raises(LinkWrong):
        links.opened(sealed, at=NOON + timedelta(minutes=120))


async def test_every_link_that_does_not_open_is_answered_alike(
    told: Visitor, app: FastAPI, links: Links
) -> None:
    at = app.state.clock.now()
    right = links.sealed(told.id, at=at)
    gone = await Visitor.arrives(told.client)
    of_deleted = links.sealed(gone.id, at=at)
    await told.client.delete(f"/api/conversations/{gone.id}", headers=gone.headers)
    over = links.sealed(told.id, at=at - timedelta(minutes=121))
    bent = right[:40] + ("A" if right[40] != "A" else "B") + right[41:]
    unknown = links.sealed(SOME, at=at)

    answers = [
        await followed(told.client, link)
        for link in (of_deleted, over, bent, right[:-3], unknown, "", "接着办", told.token, "<b>")
    ]

    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    problem(answers[0], 404, "link_wrong")


async def test_a_link_and_what_else_is_sealed_are_no_good_for_each_other(
    told: Visitor, app: FastAPI, links: Links
) -> None:
    sealed = links.sealed(told.id, at=app.state.clock.now())
    with pytest.raises(DataKeyWrong):
        KEYS.opened(sealed + "=" * (-len(sealed) % 4))
    problem(await followed(told.client, KEYS.seal(told.id).rstrip("=")), 404, "link_wrong")

    told.token = sealed
    problem(await told.posts(text="看看"), 401, "token_wrong")


def test_a_link_that_was_made_under_the_key_before_still_opens() -> None:
    both = KEYS.with_new()
    old, new = (Links(keys.of_purpose(PURPOSE), timedelta(hours=2), PAGE) for keys in (KEYS, both))
    assert new.opened(old.sealed(SOME, at=NOON), at=NOON) == SOME
    alone = Links(DataKeys(both.keys[:1]).of_purpose(PURPOSE), timedelta(hours=2), PAGE)
    with pytest.raises(LinkWrong):
        alone.opened(old.sealed(SOME, at=NOON), at=NOON)


async def test_a_link_leaves_a_token_that_ends_within_twelve_hours(
    told: Visitor, app: FastAPI, links: Links
) -> None:
    await followed(told.client, links.sealed(told.id, at=app.state.clock.now()))
    async with app.state.database.reading() as session:
        [token] = await session.scalars(select(ConversationToken))
    assert token.origin == "link"
    assert token.expires_at - app.state.clock.moment() <= timedelta(hours=12)


async def test_a_token_of_a_link_opens_nothing_once_the_conversation_is_emptied(
    told: Visitor, app: FastAPI, links: Links
) -> None:
    moved = (await followed(told.client, links.sealed(told.id, at=app.state.clock.now()))).json()
    async with app.state.database.session() as session:
        await session.execute(update(Conversation).values(state=State.DELETED))
    there = Visitor(told.client, moved["id"], moved["token"], [])

    problem(await there.posts(text="还在吗"), 410, "conversation_deleted")


async def test_neither_a_link_nor_a_code_reaches_the_log(
    told: Visitor, app: FastAPI, links: Links, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    link = links.sealed(told.id, at=app.state.clock.now())
    await followed(told.client, link)
    await followed(told.client, link + "x" * 400)  # too long: refused for its form
    await told.client.post("/api/moves", json={"code": "ABCD-2345"})

    assert link not in caplog.text and "ABCD-2345" not in caplog.text
