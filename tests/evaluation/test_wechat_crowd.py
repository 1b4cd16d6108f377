"""The crowd counts what was answered, lost and doubled."""

import asyncio
import xml.etree.ElementTree as ET

import httpx

from api.demo.wechat.fake import FakeWeChat
from api.demo.wechat.followers import Follower, Side
from evaluation.wechat.crowd import all_speak, calls, gather, said
from tests.api.demo.wechat.helpline import BEGAN, PLAIN, reply
from tests.virtual_time import run


class Helpline(httpx.AsyncBaseTransport):
    """Answers one person in the call, another by two pushes of the same, another never."""

    def __init__(self) -> None:
        self.fake: FakeWeChat | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert self.fake is not None
        told = {one.tag: one.text or "" for one in ET.fromstring(request.content.decode())}
        chat = self.fake.follower(told["FromUserName"])
        if told["MsgType"] == "event":
            return httpx.Response(200, content=b"success")
        if chat.person == "person-0":
            return httpx.Response(200, content=reply(chat, f"听到了：{told['Content']}"))
        if chat.person == "person-1":
            asyncio.get_running_loop().call_later(10, self.push_twice, chat)
        return httpx.Response(200, content=b"success")

    def push_twice(self, chat: Follower) -> None:
        for _ in range(2):
            chat.show(Side.ACCOUNT, "听到了")


def test_what_was_said_is_answered_doubled_or_lost() -> None:
    async def scenario() -> None:
        helpline, loop = Helpline(), asyncio.get_running_loop()
        fake = helpline.fake = FakeWeChat(
            [PLAIN], "http://helpline", now=lambda: BEGAN + loop.time(), transport=helpline
        )
        people = await gather(fake, 3)
        await all_speak(fake, people, ["一", "二"])
        answered, doubled, lost = (said([one]) for one in people)
        assert [one.answered_s for one in answered] == [0, 0]
        assert [one.answered_s for one in doubled] == [10, 10]
        assert all(one.doubled for one in doubled) and not any(one.doubled for one in answered)
        assert [one.lost for one in lost] == [True, True]
        assert not any(one.lost or one.told for one in [*answered, *doubled])
        sums = calls(fake.delivery.attempts[3:])
        assert (sums.messages, sums.in_the_call, sums.unheard) == (6, 2, 0)
        await fake.close()

    run(scenario())


def test_what_was_refused_and_told_is_not_lost() -> None:
    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        nobody = httpx.MockTransport(lambda request: httpx.Response(503))
        fake = FakeWeChat(
            [PLAIN], "http://helpline", now=lambda: BEGAN + loop.time(), transport=nobody
        )
        people = await gather(fake, 1)
        await all_speak(fake, people, ["一"])
        (one,) = said(people)
        assert one.told and not one.lost
        await fake.close()

    run(scenario())
