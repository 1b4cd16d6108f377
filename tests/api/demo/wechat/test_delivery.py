"""A message reaches the account within five seconds or comes again, three times, with its id."""

import asyncio

import pytest

from api.demo.wechat.delivery import End
from api.demo.wechat.faults import Fault
from api.demo.wechat.followers import FAILED
from tests.api.demo.wechat.helpline import reply, sides, trial
from tests.virtual_time import run


def test_an_answer_within_five_seconds_is_shown_and_the_message_does_not_come_again() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            it.helpline.answer = reply(chat, "收到")
            it.helpline.takes_s = [4.9]
            it.fake.text(chat, "商标被仿")
            await it.fake.settled()
            assert sides(chat) == [("user", "商标被仿"), ("account", "收到")]
            assert len(it.helpline.asked) == 2  # he followed, and spoke

    run(scenario())


def test_a_message_that_is_not_answered_comes_three_times_more_with_the_same_id() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            it.helpline.takes_s = [6, 6, 6, 6]
            began = asyncio.get_running_loop().time()
            it.fake.text(chat, "商标被仿")
            await it.fake.settled()
            assert asyncio.get_running_loop().time() - began == pytest.approx(20)
            ids = {it.helpline.fields(number)["MsgId"] for number in (1, 2, 3, 4)}
            assert len(it.helpline.asked) == 5
            assert len(ids) == 1
            assert sides(chat) == [("user", "商标被仿"), ("system", FAILED)]

    run(scenario())


def test_an_answer_to_the_second_attempt_is_shown_once_and_a_late_one_never() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            it.helpline.answer = reply(chat, "收到")
            it.helpline.takes_s = [7, 1]
            it.fake.text(chat, "商标被仿")
            await it.fake.settled()
            await asyncio.sleep(10)
            assert sides(chat) == [("user", "商标被仿"), ("account", "收到")]
            assert [one.end for one in it.fake.delivery.attempts][-2:] == [End.LATE, End.REPLY]

    run(scenario())


@pytest.mark.parametrize("answer", [b"success", b""])
def test_an_acknowledgement_shows_nothing_and_ends_the_delivery(answer: bytes) -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            it.helpline.answer = answer
            it.fake.text(chat, "商标被仿")
            await it.fake.settled()
            assert sides(chat) == [("user", "商标被仿")]

    run(scenario())


@pytest.mark.parametrize(
    "answer", [b'{"ok": true}', b"<xml>", b"<html></html>", b"\xff\xfe", b"Success"]
)
def test_an_answer_that_is_no_reply_tells_the_user_that_the_service_failed(answer: bytes) -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            it.helpline.answer = answer
            it.fake.text(chat, "商标被仿")
            await it.fake.settled()
            assert sides(chat)[1:] == [("system", FAILED)]

    run(scenario())


@pytest.mark.parametrize(
    "changed",
    [
        {"ToUserName": "oSomebodyElse"},
        {"FromUserName": "gh_another"},
        {"CreateTime": "today"},
        {"MsgType": "transfer_customer_service"},
        {"Content": ""},
        {"Content": "字" * 683},
    ],
)
def test_a_reply_with_a_wrong_field_is_not_shown(changed: dict[str, str]) -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            it.helpline.answer = reply(chat, "收到", **changed)
            it.fake.text(chat, "商标被仿")
            await it.fake.settled()
            assert sides(chat)[1:] == [("system", FAILED)]

    run(scenario())


def test_a_server_error_makes_the_message_come_again() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            it.helpline.status = 503
            it.fake.text(chat, "商标被仿")
            await asyncio.sleep(1)
            it.helpline.status = 200
            await it.fake.settled()
            assert sides(chat) == [("user", "商标被仿")]
            assert [one.end for one in it.fake.delivery.attempts][-2:] == [End.FAILED, End.SILENT]

    run(scenario())


def test_an_answer_that_is_lost_on_its_way_makes_the_message_come_again() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            it.helpline.answer = reply(chat, "收到")
            it.fake.faults.plan(Fault(where="callback", does="drop"))
            it.fake.text(chat, "商标被仿")
            await it.fake.settled()
            assert len(it.helpline.asked) == 3
            assert sides(chat) == [("user", "商标被仿"), ("account", "收到")]

    run(scenario())


def test_the_way_to_the_account_takes_part_of_the_five_seconds() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            it.fake.faults.plan(Fault(where="callback", does="latency", value=3))
            it.helpline.takes_s = [3]
            it.fake.text(chat, "商标被仿")
            await it.fake.settled()
            assert [one.end for one in it.fake.delivery.attempts][-2:] == [End.LATE, End.SILENT]

    run(scenario())


def test_an_address_is_the_accounts_when_it_gives_back_what_it_was_asked() -> None:
    async def scenario() -> None:
        async with trial() as it:
            assert await it.fake.verify("jx")
            query = it.helpline.asked[-1].url.params
            assert {"signature", "timestamp", "nonce", "echostr"} == set(query)

    run(scenario())


def test_events_tell_who_followed_by_which_code_and_what_was_pressed() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = it.fake.chat("jx", "甲")
            it.fake.scan(chat, "街口海报")
            await it.fake.settled()
            assert it.helpline.fields()["EventKey"] == "qrscene_街口海报"
            it.fake.scan(chat, "大厅")
            await it.fake.settled()
            assert it.helpline.fields()["Event"] == "SCAN"
            it.fake.press(chat, {"type": "click", "name": "人工", "key": "human"})
            await it.fake.settled()
            told = it.helpline.fields()
            assert (told["Event"], told["EventKey"]) == ("CLICK", "human")
            assert "MsgId" not in told
            it.fake.unfollow(chat)
            await it.fake.settled()
            assert it.helpline.fields()["Event"] == "unsubscribe"

    run(scenario())


def test_every_kind_of_message_has_the_fields_that_its_readers_need() -> None:
    async def scenario() -> None:
        async with trial() as it:
            chat = await it.follower()
            it.fake.voice(chat, "有人卖假货")
            await it.fake.settled()
            assert it.helpline.fields()["Recognition"] == "有人卖假货"
            it.fake.voice(chat, None)
            await it.fake.settled()
            assert "Recognition" not in it.helpline.fields()
            it.fake.image(chat, b"png", "image/png")
            await it.fake.settled()
            told = it.helpline.fields()
            assert it.fake.medium(told["MediaId"]).content == b"png"
            assert told["PicUrl"].startswith("http://wechat/fake/media/")
            it.fake.location(chat, 25.85, 114.93, "江西省赣州市章贡区文清路")
            await it.fake.settled()
            told = it.helpline.fields()
            assert (told["Location_X"], told["Location_Y"]) == ("25.85", "114.93")
            it.fake.text(chat, "a]]>b")
            await it.fake.settled()
            assert it.helpline.fields()["Content"] == "a]]>b"

    run(scenario())
