"""No more is pushed than is granted, a welcome goes with its code, and a resend is taken once."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from api.channels.incoming import Kind
from api.channels.tencent.pushing import MESSAGES
from api.channels.wecom.client import WecomClient
from api.channels.wecom.courier import WecomCourier
from api.channels.wecom.errors import CODES
from api.clock import SHANGHAI
from api.contacts.models import Contact
from api.outbox.courier import Courier, Dead, Held, Outcome, Retry, Sent
from tests.api.channels.wecom import KFID, PEER, account

AT = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)
HOURS = timedelta(hours=48)


class FakeApi(httpx.AsyncBaseTransport):
    """Answers as it is told and remembers what it was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers: list[dict[str, Any] | Exception] = []
        self.tokens = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/gettoken"):
            await asyncio.sleep(0)
            self.tokens += 1
            told = {"errcode": 0, "access_token": f"t{self.tokens}", "expires_in": 7200}
            return httpx.Response(200, json=told)
        self.calls.append((request.url.path.rpartition("/")[2], json.loads(request.content)))
        answer = self.answers.pop(0) if self.answers else {"errcode": 0, "errmsg": "ok"}
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(200, json=answer)


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
async def courier(api: FakeApi) -> AsyncIterator[Courier]:
    client = WecomClient(account(), api)
    yield WecomCourier({"jiangxi": client})
    await client.close()


@pytest.fixture
def contact() -> Contact:
    return Contact(channel="wecom", account="jiangxi", contact=f"wecom:jiangxi:{PEER}")


async def test_a_message_grants_five_for_two_days(
    api: FakeApi, courier: Courier, contact: Contact
) -> None:
    for kind in MESSAGES:
        courier.on_inbound(contact, kind, AT)
    assert courier.allowance(contact, AT).left == 5

    texts = [f"第{number}条" for number in range(7)]
    assert await courier.send(contact, texts, "key", AT) == Held("no_grant", 5)
    assert api.calls[0] == (
        "send_msg",
        {
            "touser": PEER,
            "open_kfid": KFID,
            "msgid": "key-0",
            "msgtype": "text",
            "text": {"content": "第0条"},
        },
    )
    courier.on_inbound(contact, Kind.TEXT, AT)
    assert courier.allowance(contact, AT + HOURS).left == 0


async def test_who_came_in_is_welcomed_once_with_the_code(
    api: FakeApi, courier: Courier, contact: Contact
) -> None:
    courier.on_inbound(contact, Kind.SUBSCRIBE, AT, "code-1")
    soon = AT + timedelta(seconds=19)

    assert await courier.send(contact, ["您好", "还有"], "key", soon) == Held("no_grant", 1)
    text = {"msgid": "key-0", "msgtype": "text", "text": {"content": "您好"}}
    assert api.calls == [("send_msg_on_event", {"code": "code-1", **text})]


async def test_a_code_that_is_over_is_not_used(
    api: FakeApi, courier: Courier, contact: Contact
) -> None:
    courier.on_inbound(contact, Kind.SUBSCRIBE, AT, "code-1")
    later = AT + timedelta(seconds=20)
    assert await courier.send(contact, ["您好"], "key", later) == Held("no_grant", 0)
    courier.on_inbound(contact, Kind.TEXT, later)
    assert await courier.send(contact, ["您好"], "key", later) == Sent(1)
    assert [path for path, _ in api.calls] == ["send_msg"]


@pytest.mark.parametrize(
    ("answer", "outcome", "left"),
    [
        ({"errcode": 95001}, Held("95001"), 0),
        ({"errcode": 95002}, Held("95002"), 0),
        ({"errcode": 95013}, Held("95013"), 0),
        ({"errcode": 95018}, Held("95018"), 5),
        ({"errcode": 48002}, Held("48002"), 5),
        ({"errcode": -1}, Retry("-1", 5), 5),
        ({"errcode": 45009}, Retry("45009", 60), 5),
        ({"errcode": 60020}, Retry("60020", 600), 5),
        ({"errcode": 40096}, Dead("40096"), 5),
        ({"errcode": 45002}, Dead("45002"), 5),
        ({"errcode": 40058, "errmsg": "invalid Request Parameter"}, Retry("40058", 5), 5),
        ({"errcode": 40058, "errmsg": "msgid exists"}, Sent(1), 4),
        (httpx.ReadTimeout("x"), Retry("0", 5), 5),
    ],
)
async def test_what_is_refused_ends_as_what_can_be_done(
    api: FakeApi,
    courier: Courier,
    contact: Contact,
    answer: dict[str, Any] | Exception,
    outcome: Outcome,
    left: int,
) -> None:
    courier.on_inbound(contact, Kind.TEXT, AT)
    api.answers = [answer]
    assert await courier.send(contact, ["好"], "key", AT) == outcome
    assert courier.allowance(contact, AT).left == left


async def test_many_who_send_at_once_ask_for_a_token_once(
    api: FakeApi, courier: Courier, contact: Contact
) -> None:
    courier.on_inbound(contact, Kind.TEXT, AT)
    await asyncio.gather(*(courier.send(contact, ["好"], f"key{n}", AT) for n in range(5)))
    assert api.tokens == 1


async def test_a_token_that_counts_no_more_is_asked_for_anew(
    api: FakeApi, courier: Courier, contact: Contact
) -> None:
    courier.on_inbound(contact, Kind.TEXT, AT)
    api.answers = [{"errcode": 40014, "errmsg": "invalid access_token"}]
    assert await courier.send(contact, ["好"], "key", AT) == Sent(1)
    assert api.tokens == 2


def test_every_known_error_says_what_it_means() -> None:
    assert all(one.means and one.code == code for code, one in CODES.known.items())
