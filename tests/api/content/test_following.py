"""Whatever the desk shows of the content follows what is published."""

import shutil
from typing import Any

import pytest

from api.accounts.access import Staff
from knowledge.editing import folder
from knowledge.editing.kinds import KINDS
from knowledge.reviewed import CONTENT
from tests.api.content.conftest import FakeWorkshop
from tests.api.content.editing import Newsroom
from tests.api.staff import OPERATOR, SUPERVISOR, signs_in

CANNED = {"kind": "canned", "file": "canned.yml", "key": "one-moment"}
VOCABULARY = {"kind": "vocabulary", "file": "vocabulary.yml", "key": "vocabulary.yml"}
PLACE = {"kind": "region", "file": "regions.yml", "key": "南昌市"}
BODY = {"kind": "body", "file": "institutions.yml", "key": "people_mediation"}


@pytest.fixture(autouse=True)
def places(workshop: FakeWorkshop) -> None:
    """What the directory is read from."""
    for name in ("institutions.yml", "regions.yml", "directory.yml"):
        shutil.copy(CONTENT / name, workshop.base / name)


async def asked(newsroom: Newsroom, path: str, by: Staff = OPERATOR, **query: Any) -> Any:
    signs_in(newsroom.app, by)
    response = await newsroom.client.get(f"/api/desk{path}", params=query)
    assert response.status_code == 200, response.text
    return response.json()


def body_of(workshop: FakeWorkshop, named: dict[str, str]) -> str:
    item = folder.item_of(KINDS[named["kind"]], named["file"], named["key"], workshop.base)
    assert item is not None
    return item.body


async def test_canned_replies_follow_and_go_with_what_is_published(
    newsroom: Newsroom, workshop: FakeWorkshop
) -> None:
    before = body_of(workshop, CANNED)
    assert "请稍等" in {one["title"] for one in await asked(newsroom, "/canned")}
    await newsroom.publishes(before.replace("title: 请稍等", "title: 马上就来"), named=CANNED)
    titles = {one["title"] for one in await asked(newsroom, "/canned")}
    assert "马上就来" in titles and "请稍等" not in titles

    taken_away = await newsroom.publishes(None, named=CANNED)
    assert "马上就来" not in {one["title"] for one in await asked(newsroom, "/canned")}
    await newsroom.post(f"/releases/{taken_away['id']}/roll-back")
    await newsroom.app.state.following.look()
    assert "马上就来" in {one["title"] for one in await asked(newsroom, "/canned")}


async def test_a_canned_reply_that_somebody_edited_at_the_desk_stays(newsroom: Newsroom) -> None:
    found = {one["title"]: one["id"] for one in await asked(newsroom, "/canned")}
    path = f"/api/desk/canned/{found['请稍等']}"
    signs_in(newsroom.app, SUPERVISOR)
    changed = await newsroom.client.patch(path, json={"title": "我们的"})
    assert changed.status_code == 200, changed.text
    await newsroom.publishes(None, named=CANNED)

    assert "我们的" in {one["title"] for one in await asked(newsroom, "/canned")}


async def test_the_directory_shows_what_is_published(
    newsroom: Newsroom, workshop: FakeWorkshop
) -> None:
    body = body_of(workshop, BODY).replace("免费调解", "新开的调解室免费调解")
    assert (await asked(newsroom, "/directory", q="新开的调解室"))["items"] == []
    await newsroom.publishes(body, named=BODY)

    found = (await asked(newsroom, "/directory", q="新开的调解室"))["items"]
    assert found and {one["body_kind"] for one in found} == {"people_mediation"}


async def test_what_values_are_called_follows_what_is_published(
    newsroom: Newsroom, workshop: FakeWorkshop
) -> None:
    body = body_of(workshop, VOCABULARY).replace("trade_secret: 商业秘密\n", "trade_secret: 秘方\n")
    await newsroom.publishes(body, named=VOCABULARY)

    told = {one["name"]: one["options"] for one in (await asked(newsroom, "/vocabulary"))["slots"]}
    assert {"value": "trade_secret", "label": "秘方"} in told["right"]
    switched = await asked(newsroom, "/switches", SUPERVISOR)
    topics = {one["topic"]: one["label"] for one in switched["topics"]}
    assert topics["trade_secret"] == "秘方"


async def test_places_are_found_by_the_names_that_are_published(
    newsroom: Newsroom, workshop: FakeWorkshop
) -> None:
    body = body_of(workshop, PLACE).replace("aliases: [南昌,", "aliases: [南昌, 英雄城,")
    voice = newsroom.app.state.voice
    assert voice().regions.find("店在英雄城") == []
    await newsroom.publishes(body, named=PLACE)

    assert [place.city for place in voice().regions.find("店在英雄城")] == ["南昌市"]
