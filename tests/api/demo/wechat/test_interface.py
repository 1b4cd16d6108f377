"""The interfaces count, refuse and fail as the platform's do."""

import asyncio

import httpx
import pytest

from api.demo.wechat.faults import Fault
from tests.api.demo.wechat.helpline import PLAIN, SAFE, sides, trial
from tests.virtual_time import run

MENU = {
    "button": [
        {"type": "click", "name": "咨询", "key": "ask"},
        {"name": "更多", "sub_button": [{"type": "view", "name": "网页", "url": "http://x"}]},
    ]
}


def test_after_a_message_five_may_be_sent_and_the_sixth_is_refused() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            await it.sign_in()
            it.fake.text(chat, "在吗")
            assert [await it.send(chat) for _ in range(6)] == [0] * 5 + [45047]
            assert len(sides(chat)) == 6
            it.fake.text(chat, "还在吗")
            assert await it.send(chat) == 0

    run(scenario())


def test_the_window_closes_after_48_hours() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            it.fake.text(chat, "在吗")
            await asyncio.sleep(48 * 3600 - 1)
            await it.sign_in()
            assert await it.send(chat) == 0
            await asyncio.sleep(1)
            assert await it.send(chat) == 45015

    run(scenario())


def test_after_an_event_three_may_be_sent_within_a_minute() -> None:
    async def scenario() -> None:
        async with trial() as it:
            await it.sign_in()
            chat = it.fake.chat("jx", "甲")
            it.fake.follow(chat)
            assert [await it.send(chat) for _ in range(4)] == [0, 0, 0, 45047]
            it.fake.press(chat, MENU["button"][0])
            await asyncio.sleep(59)
            assert await it.send(chat) == 0
            await asyncio.sleep(1)
            assert await it.send(chat) == 45015

    run(scenario())


def test_whoever_left_can_be_sent_nothing_and_a_stranger_is_none_of_the_accounts() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            elsewhere = await it.follower(account=SAFE)
            await it.sign_in()
            it.fake.text(chat, "在吗")
            it.fake.unfollow(chat)
            assert await it.send(chat) == 45015
            assert await it.send(elsewhere) == 40003
            body = {"touser": "oNobody", "msgtype": "text", "text": {"content": "您好"}}
            assert await it.call("message/custom/send", body) == 40003

    run(scenario())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text", "text": {"content": "字" * 683}}, 45002),
        ({"msgtype": "text"}, 47001),
        ({"msgtype": "image", "image": {"media_id": "no"}}, 40007),
        ({"msgtype": "wxcard"}, 40008),
    ],
)
def test_a_message_that_is_wrong_is_refused_and_costs_nothing(
    body: dict[str, object], code: int
) -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            await it.sign_in()
            it.fake.text(chat, "在吗")
            found = await it.call("message/custom/send", {"touser": chat.openid, **body})
            assert found == code
            assert chat.grants["message"].left == 5

    run(scenario())


def test_a_token_stays_the_same_until_five_minutes_before_its_end() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            first = await it.sign_in()
            assert first["expires_in"] == 7200
            assert (await it.sign_in())["access_token"] == first["access_token"]
            await asyncio.sleep(6901)
            second = await it.sign_in()
            assert second["access_token"] != first["access_token"]
            it.token = first["access_token"]
            it.fake.text(chat, "在吗")
            assert await it.send(chat) == 0  # the old one is good to its end
            await asyncio.sleep(299)
            assert await it.send(chat) == 42001

    run(scenario())


def test_a_forced_refresh_ends_the_token_before_it_every_30_seconds_and_20_times_a_day() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            first = await it.sign_in()
            second = await it.sign_in(force_refresh=True)
            assert second["access_token"] != first["access_token"]
            assert (await it.sign_in(force_refresh=True))["access_token"] == second["access_token"]
            it.token = first["access_token"]
            assert await it.send(chat) == 40001
            for _ in range(19):
                await asyncio.sleep(30)
                assert "access_token" in await it.sign_in(force_refresh=True)
            await asyncio.sleep(30)
            assert (await it.sign_in(force_refresh=True))["errcode"] == 45009

    run(scenario())


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"appid": "wx-nobody"}, 40013),
        ({"secret": "wrong"}, 40125),
        ({"grant_type": "password"}, 40002),
        ({"appid": ""}, 41002),
        ({"secret": ""}, 41004),
    ],
)
def test_a_token_is_given_to_the_account_alone(changed: dict[str, str], code: int) -> None:
    async def scenario() -> None:
        async with trial() as it:
            assert (await it.sign_in(PLAIN, **changed))["errcode"] == code

    run(scenario())


def test_without_a_token_and_with_an_invented_one_nothing_is_done() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            assert await it.send(chat) == 41001
            it.token = "invented"
            assert await it.send(chat) == 40014
            await it.sign_in()
            it.fake.tokens.revoke()
            assert await it.send(chat) == 40001

    run(scenario())


def test_a_picture_is_kept_for_three_days() -> None:
    async def scenario() -> None:
        async with trial() as it:
            media_id = it.fake.keep(b"jpeg", "image/jpeg")
            asked = {"access_token": (await it.sign_in())["access_token"], "media_id": media_id}
            got = await it.calls.get("/cgi-bin/media/get", params=asked)
            assert (got.content, got.headers["Content-Type"]) == (b"jpeg", "image/jpeg")
            await asyncio.sleep(3 * 86_400)
            asked["access_token"] = (await it.sign_in())["access_token"]
            got = await it.calls.get("/cgi-bin/media/get", params=asked)
            assert got.json()["errcode"] == 40007

    run(scenario())


def test_a_menu_is_kept_and_told_in_both_forms() -> None:
    async def scenario() -> None:
        async with trial() as it:
            token = {"access_token": (await it.sign_in())["access_token"]}
            none = await it.calls.get("/cgi-bin/menu/get", params=token)
            assert none.json()["errcode"] == 46003
            assert await it.call("menu/create", MENU) == 0
            kept = await it.calls.get("/cgi-bin/menu/get", params=token)
            assert kept.json() == {"menu": MENU}
            told = (await it.calls.get("/cgi-bin/get_current_selfmenu_info", params=token)).json()
            assert told["is_menu_open"] == 1
            assert told["selfmenu_info"]["button"][1]["sub_button"]["list"][0]["name"] == "网页"

    run(scenario())


@pytest.mark.parametrize(
    ("menu", "code"),
    [
        ({}, 40016),
        ({"button": [{"type": "click", "name": "一", "key": "a"}] * 4}, 40016),
        ({"button": [{"type": "click", "name": "一二三四五六", "key": "a"}]}, 40018),
        ({"button": [{"type": "dance", "name": "一", "key": "a"}]}, 40017),
        ({"button": [{"type": "click", "name": "一"}]}, 40019),
        ({"button": [{"type": "view", "name": "一", "url": ""}]}, 40020),
        ({"button": [{"name": "一", "sub_button": [MENU["button"][0]] * 6}]}, 40023),
    ],
)
def test_a_menu_beyond_the_limits_is_refused(menu: dict[str, object], code: int) -> None:
    async def scenario() -> None:
        async with trial() as it:
            await it.sign_in()
            assert await it.call("menu/create", menu) == code

    run(scenario())


def test_typing_is_shown_after_a_word_of_the_users_and_ends_by_itself() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            await it.sign_in()
            typing = {"touser": chat.openid, "command": "Typing"}
            assert await it.call("message/custom/typing", typing) == 45080
            it.fake.text(chat, "在吗")
            assert await it.call("message/custom/typing", typing) == 0
            assert chat.typing
            assert await it.call("message/custom/typing", typing) == 45081
            await asyncio.sleep(15)
            assert not chat.typing

    run(scenario())


def test_faults_happen_as_often_as_they_were_planned() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            await it.sign_in()
            it.fake.text(chat, "在吗")
            it.fake.faults.plan(Fault(where="send", does="errcode", value=-1, times=2))
            assert [await it.send(chat) for _ in range(3)] == [-1, -1, 0]
            it.fake.faults.plan(Fault(where="*", does="status", value=500))
            answer = await it.calls.post("/cgi-bin/menu/create")
            assert answer.status_code == httpx.codes.INTERNAL_SERVER_ERROR

    run(scenario())


@pytest.mark.parametrize(("does", "shown"), [("close", 1), ("drop", 2)])
def test_a_connection_that_ends_may_do_so_before_or_after_the_message_was_shown(
    does: str, shown: int
) -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            await it.sign_in()
            it.fake.text(chat, "在吗")
            it.fake.faults.plan(Fault.model_validate({"where": "send", "does": does}))
            body = {"touser": chat.openid, "msgtype": "text", "text": {"content": "您好"}}
            answer = await it.calls.post(
                "/cgi-bin/message/custom/send", params={"access_token": it.token}, json=body
            )
            assert int(answer.headers["Content-Length"]) > len(answer.content)
            assert len(sides(chat)) == shown

    run(scenario())
