"""Calls to WeChat: one token for all who want it, renewed once, never in a circle."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from api.channels.tencent.calls import LARGEST_MEDIA
from api.channels.tencent.errors import AWAY, Follows, Refused
from api.channels.tencent.tokens import FORCED_A_DAY, FORCED_APART_S
from api.channels.wechat.client import WeChatClient
from api.channels.wechat.errors import CODES
from tests.api.channels.wechat import APP_ID, PEER, account
from tests.api.channels.wechat.fake_api import FakeApi


class Seconds:
    """Seconds that go on when they are told to."""

    def __init__(self) -> None:
        self.passed = 1000.0

    def __call__(self) -> float:
        return self.passed


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
async def client(api: FakeApi, seconds: Seconds) -> AsyncIterator[WeChatClient]:
    client = WeChatClient(account(), api, seconds)
    yield client
    await client.close()


async def refusal(client: WeChatClient) -> Refused:
    with pytest.raises(Refused) as told:
        await client.send_text(PEER, "好")
    return told.value


async def test_a_text_goes_as_it_is_written(api: FakeApi, client: WeChatClient) -> None:
    bodies: list[bytes] = []

    class Looking(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            bodies.append(request.content)
            return await api.handle_async_request(request)

    other = WeChatClient(account(), Looking())
    await other.send_text(PEER, "商标“x” 😀\n第二行")
    await other.close()

    assert "商标“x” 😀\\n第二行".encode() in bodies[-1]
    assert api.asked("/send") == [
        {
            "access_token": "t1",
            "touser": PEER,
            "msgtype": "text",
            "text": {"content": "商标“x” 😀\n第二行"},
        }
    ]


async def test_many_who_want_a_token_ask_for_it_once(api: FakeApi, client: WeChatClient) -> None:
    async def slow() -> None:
        await asyncio.sleep(0)

    api.before = slow
    await asyncio.gather(*(client.send_text(PEER, str(n)) for n in range(50)))

    assert len(api.asked("/stable_token")) == 1 and len(api.sent()) == 50
    [asked] = api.asked("/stable_token")
    assert (asked["appid"], asked["force_refresh"]) == (APP_ID, False)


async def test_a_token_is_kept_until_shortly_before_its_end(
    api: FakeApi, client: WeChatClient, seconds: Seconds
) -> None:
    for passed, asked in ((0, 1), (6900, 1), (7000, 2)):
        seconds.passed = 1000.0 + passed
        await client.token()
        assert len(api.asked("/stable_token")) == asked


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_token_that_counts_no_more_is_renewed_once(
    api: FakeApi, client: WeChatClient, code: int
) -> None:
    await client.token()
    api.answers = [{"errcode": code, "errmsg": "x"}]
    await client.send_text(PEER, "好")

    assert [asked["force_refresh"] for asked in api.asked("/stable_token")] == [False, False, True]
    assert [sent["access_token"] for sent in api.asked("/send")] == ["t1", "t2"]


async def test_a_token_that_another_process_renewed_is_not_forced(
    api: FakeApi, client: WeChatClient
) -> None:
    await client.token()
    api.revoke()
    await client.send_text(PEER, "好")

    assert [asked["force_refresh"] for asked in api.asked("/stable_token")] == [False, False]


async def test_many_whose_token_counts_no_more_renew_it_once(
    api: FakeApi, client: WeChatClient
) -> None:
    await client.token()
    api.revoke()
    await asyncio.gather(*(client.send_text(PEER, str(n)) for n in range(20)))

    assert len(api.asked("/stable_token")) == 2


async def test_who_is_refused_again_is_told_and_tries_no_more(
    api: FakeApi, client: WeChatClient
) -> None:
    api.answers = [{"errcode": 40001, "errmsg": "x"}] * 9

    assert (await refusal(client)).problem.follows is Follows.RENEW
    assert len(api.sent()) == 2 and len(api.answers) == 7


async def test_a_token_is_forced_no_oftener_than_wechat_allows(
    api: FakeApi, client: WeChatClient, seconds: Seconds
) -> None:
    def forced() -> int:
        return sum(asked["force_refresh"] for asked in api.asked("/stable_token"))

    async def refused_once() -> None:
        api.answers = [{"errcode": 40001, "errmsg": "x"}]
        try:
            await client.send_text(PEER, "好")
        except Refused as told:
            assert told.problem.follows is Follows.RENEW

    for _ in range(3):
        await refused_once()
    assert forced() == 1
    for _ in range(FORCED_A_DAY + 5):
        seconds.passed += FORCED_APART_S
        await refused_once()
    assert forced() == FORCED_A_DAY
    seconds.passed += 24 * 3600
    await refused_once()
    assert forced() == FORCED_A_DAY + 1


async def test_who_gets_no_token_is_told_why_and_wechat_is_not_asked_by_everybody(
    api: FakeApi, client: WeChatClient, seconds: Seconds
) -> None:
    words = "invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist rid: 1-2-3"
    api.told = {"errcode": 40164, "errmsg": words}
    for _ in range(5):
        told = await refusal(client)
        assert (told.problem.code, told.ip) == (40164, "203.0.113.7")
        assert "白名单" in told.problem.advice
    assert len(api.asked("/stable_token")) == 1

    api.told = None
    seconds.passed += 6
    await client.send_text(PEER, "好")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.ConnectError("api.weixin.qq.com?access_token=t1"),
        httpx.ReadTimeout("x"),
        httpx.RemoteProtocolError("x"),
        b"{broken",
        b'{"errcode": "many"}',
    ],
)
async def test_whatever_is_no_answer_is_a_fault_that_passes(
    api: FakeApi, client: WeChatClient, answer: Exception | bytes
) -> None:
    api.answers = [answer]

    told = await refusal(client)
    assert (told.problem.code, told.problem.follows) == (AWAY, Follows.LATER)
    assert "t1" not in str(told) and told.__cause__ is None and told.__suppress_context__


@pytest.mark.parametrize(
    "told", [{}, {"access_token": "t"}, {"access_token": "t", "expires_in": []}]
)
async def test_a_token_without_its_time_is_none(
    api: FakeApi, client: WeChatClient, told: dict[str, object]
) -> None:
    api.told = told
    assert (await refusal(client)).problem.code == AWAY


async def test_a_page_of_errors_is_a_fault_that_passes(client: WeChatClient) -> None:
    class Broken(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(502, text="<html>bad gateway</html>")

    assert (await refusal(WeChatClient(account(), Broken()))).problem.code == AWAY


async def test_no_log_line_holds_the_token_or_who_is_written_to(
    api: FakeApi, client: WeChatClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "api"):
        await client.send_text(PEER, "好")
        api.answers = [httpx.ReadTimeout("t1"), {"errcode": 45015, "errmsg": PEER}]
        await refusal(client)
        assert PEER not in str(await refusal(client))

    assert not [r for r in caplog.records if r.name.startswith("api")]


async def test_a_picture_comes_as_it_is(api: FakeApi, client: WeChatClient) -> None:
    api.answers = [b"\xff\xd8\xff picture"]
    got = await client.download("m-1")

    assert (got.content, got.media_type) == (b"\xff\xd8\xff picture", "image/jpeg")
    assert api.asked("/media/get") == [{"access_token": "t1", "media_id": "m-1"}]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"errcode": 40007, "errmsg": "invalid media_id"}, 40007),
        ({"video_url": "https://x.example"}, 40004),
        (b"\xff" * (LARGEST_MEDIA + 1), 40009),
    ],
)
async def test_what_is_no_picture_is_told(
    api: FakeApi, client: WeChatClient, answer: dict[str, object] | bytes, code: int
) -> None:
    api.answers = [answer]
    with pytest.raises(Refused) as told:
        await client.download("m-1")

    assert told.value.problem.code == code and told.value.problem.follows is Follows.NEVER


async def test_where_there_is_no_menu_there_is_none(api: FakeApi, client: WeChatClient) -> None:
    api.answers = [{"errcode": 46003, "errmsg": "menu no exist"}, {"menu": {"button": []}}]

    assert await client.menu() is None
    assert await client.menu() == {"button": []}


async def test_whether_an_account_may_push_is_asked_without_writing_to_anybody(
    api: FakeApi, client: WeChatClient
) -> None:
    api.answers = [{"errcode": 40003, "errmsg": "invalid openid"}]
    await client.may_send()
    api.answers = [{"errcode": 48001, "errmsg": "api unauthorized"}]
    with pytest.raises(Refused, match="权限"):
        await client.may_send()

    assert {asked["touser"] for asked in api.asked("/send")} == {"nobody"}


def test_every_known_error_says_what_it_means() -> None:
    problems = CODES.known
    assert all(problem.means and problem.code == code for code, problem in problems.items())
    needs_somebody = (Follows.SETTINGS, Follows.FORBIDDEN)
    assert all(one.advice for one in problems.values() if one.follows in needs_somebody)
    assert json.dumps([str(one) for one in problems.values()])


def test_an_unknown_error_is_tried_again_and_told_with_its_number() -> None:
    problem = CODES.refused(61004, "whatever").problem
    assert problem.follows is Follows.LATER and "61004" in str(problem)
