"""The telephone does what its user may do, and shows what WeChat would show."""

import asyncio
import base64
from typing import Any

import httpx
import pytest

from tests.api.demo.wechat.helpline import Trial, reply, trial
from tests.virtual_time import run

CHAT = "/fake/chats/jx/甲"


async def do(it: Trial, **deed: Any) -> int:
    answer = await it.calls.post(CHAT, json=deed)
    await it.fake.settled()
    return answer.status_code


async def seen(it: Trial) -> dict[str, Any]:
    told: dict[str, Any] = (await it.calls.get(CHAT)).json()
    return told


def test_the_page_and_its_parts_are_served_and_nothing_else_is() -> None:
    async def scenario() -> None:
        async with trial() as it:
            page = await it.calls.get("/")
            assert page.headers["Content-Type"].startswith("text/html")
            assert "default-src 'self'" in page.headers["Content-Security-Policy"]
            for part in ("phone.js", "chat.js", "phone.css", "icons.svg"):
                assert (await it.calls.get(f"/page/{part}")).status_code == httpx.codes.OK
            assert (await it.calls.get("/page/..%2Ffake.py")).status_code == 404

    run(scenario())


def test_whoever_follows_can_speak_and_reads_the_answer() -> None:
    async def scenario() -> None:
        async with trial() as it:
            assert await do(it, does="text", text="在吗") == 409
            assert await do(it, does="follow") == 204
            it.helpline.answer = reply(it.fake.chat("jx", "甲"), "您好")
            assert await do(it, does="text", text="在吗") == 204
            told = await seen(it)
            assert told["subscribed"]
            assert [(one["side"], one["text"]) for one in told["shown"]] == [
                ("user", "在吗"),
                ("account", "您好"),
            ]

    run(scenario())


@pytest.mark.parametrize(
    "deed",
    [
        {"does": "text", "text": "  "},
        {"does": "image", "content": "not Base64", "media_type": "image/png"},
        {"does": "image", "content": "AAAA", "media_type": "text/html"},
        {"does": "location"},
        {"does": "menu", "path": [0]},
    ],
)
def test_what_a_telephone_cannot_send_is_refused_in_words(deed: dict[str, Any]) -> None:
    async def scenario() -> None:
        async with trial() as it:
            await do(it, does="follow")
            asked = len(it.helpline.asked)
            assert await do(it, **deed) == 409
            assert len(it.helpline.asked) == asked

    run(scenario())


def test_a_picture_is_shown_to_its_sender() -> None:
    async def scenario() -> None:
        async with trial() as it:
            await do(it, does="follow")
            content = base64.b64encode(b"png").decode()
            await do(it, does="image", content=content, media_type="image/png")
            (one,) = (await seen(it))["shown"]
            assert (await it.calls.get(f"/fake/media/{one['media_id']}")).content == b"png"

    run(scenario())


def test_two_people_have_two_chats_and_an_unknown_account_has_none() -> None:
    async def scenario() -> None:
        async with trial() as it:
            await do(it, does="follow")
            other = (await it.calls.get("/fake/chats/jx/乙")).json()
            assert not other["subscribed"]
            assert (await it.calls.get("/fake/chats/nobody/甲")).status_code == 404

    run(scenario())


def test_whoever_looks_at_a_chat_hears_of_every_change() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            waiting = asyncio.create_task(chat.changed(chat.version))
            await asyncio.sleep(1)
            assert not waiting.done()
            it.fake.text(chat, "在吗")
            await waiting

    run(scenario())


def test_faults_can_be_planned_and_taken_back_from_outside() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            await it.sign_in()
            it.fake.text(chat, "在吗")
            fault = {"where": "send", "does": "errcode", "value": 48001, "times": 9}
            assert (await it.calls.post("/fake/faults", json=fault)).status_code == 204
            assert await it.send(chat) == 48001
            await it.calls.delete("/fake/faults")
            assert await it.send(chat) == 0
            await it.calls.post("/fake/tokens/revoke")
            assert await it.send(chat) == 40001

    run(scenario())
