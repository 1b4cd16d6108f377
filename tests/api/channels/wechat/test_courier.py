"""No more is pushed than WeChat grants, and every refusal ends as what can be done about it."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from api.channels.incoming import Kind
from api.channels.wechat.client import WeChatClient
from api.channels.wechat.courier import WeChatCourier
from api.clock import SHANGHAI
from api.contacts.models import Contact
from api.outbox.courier import Courier, Dead, Held, Retry, Sent
from tests.api.channels.wechat import PEER, account
from tests.api.channels.wechat.fake_api import FakeApi

AT = datetime(2026, 11, 22, 10, 0, tzinfo=SHANGHAI)
MINUTE, HOURS = timedelta(minutes=1), timedelta(hours=48)


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
async def courier(api: FakeApi) -> AsyncIterator[Courier]:
    client = WeChatClient(account(), api)
    yield WeChatCourier({"jiangxi": client})
    await client.close()


@pytest.fixture
def contact() -> Contact:
    return Contact(channel="wechat", account="jiangxi", contact=f"wechat:jiangxi:{PEER}")


MESSAGES = (Kind.TEXT, Kind.VOICE, Kind.IMAGE, Kind.LOCATION, Kind.UNSUPPORTED)
EVENTS = (Kind.SUBSCRIBE, Kind.SCAN, Kind.MENU)


@pytest.mark.parametrize(
    ("kinds", "left", "lasts"), [(MESSAGES, 5, HOURS), (EVENTS, 3, MINUTE)], ids=["says", "does"]
)
def test_what_somebody_does_grants_what_wechat_grants(
    courier: WeChatCourier, contact: Contact, kinds: tuple[Kind, ...], left: int, lasts: timedelta
) -> None:
    for kind in kinds:
        contact.grants = None
        courier.on_inbound(contact, kind, AT)
        allowed = courier.allowance(contact, AT)
        assert (allowed.left, allowed.until) == (left, AT + lasts)
        assert courier.allowance(contact, AT + lasts).left == 0


def test_who_leaves_and_who_was_never_heard_of_is_sent_nothing(
    courier: WeChatCourier, contact: Contact
) -> None:
    assert courier.allowance(contact, AT).left == 0
    courier.on_inbound(contact, Kind.UNSUBSCRIBE, AT)
    assert courier.allowance(contact, AT).left == 0


async def test_a_click_does_not_begin_the_two_days_anew(
    courier: WeChatCourier, contact: Contact
) -> None:
    courier.on_inbound(contact, Kind.TEXT, AT)
    later = AT + HOURS - timedelta(seconds=30)
    courier.on_inbound(contact, Kind.MENU, later)

    assert courier.allowance(contact, later).left == 8
    assert await courier.send(contact, ["一", "二"], "key", later) == Sent(2)
    assert courier.allowance(contact, later).left == 6
    # What ends first was used first: of the two days 30 seconds were left, of the minute 60.
    assert courier.allowance(contact, AT + HOURS).left == 3


async def test_the_sixth_message_waits_and_wechat_is_not_asked(
    api: FakeApi, courier: WeChatCourier, contact: Contact
) -> None:
    courier.on_inbound(contact, Kind.TEXT, AT)
    texts = [f"第{n}条" for n in range(1, 8)]

    assert await courier.send(contact, texts, "key", AT) == Held("no_grant", 5)
    assert api.sent() == texts[:5]
    assert {one["touser"] for one in api.asked("/send")} == {PEER}


async def test_after_two_days_nothing_goes_until_the_visitor_writes(
    api: FakeApi, courier: WeChatCourier, contact: Contact
) -> None:
    courier.on_inbound(contact, Kind.TEXT, AT)

    assert await courier.send(contact, ["好"], "key", AT + HOURS) == Held("no_grant", 0)
    courier.on_inbound(contact, Kind.TEXT, AT + HOURS)
    assert await courier.send(contact, ["好"], "key", AT + HOURS) == Sent(1)
    assert api.sent() == ["好"]


@pytest.mark.parametrize(
    ("answer", "outcome", "left"),
    [
        ({"errcode": 45015}, Held("45015", 1), 0),
        ({"errcode": 45047}, Held("45047", 1), 0),
        ({"errcode": 43004}, Held("43004", 1), 0),
        ({"errcode": 48001}, Held("48001", 1), 4),
        ({"errcode": -1}, Retry("-1", 5, 1), 4),
        ({"errcode": 45011}, Retry("45011", 60, 1), 4),
        ({"errcode": 45009}, Retry("45009", 3600, 1), 4),
        ({"errcode": 61004}, Retry("61004", 5, 1), 4),
        ({"errcode": 45002}, Dead("45002", 1), 4),
        ({"errcode": 40003}, Dead("40003", 1), 4),
        ({"errcode": 87014}, Dead("87014", 1), 4),
        (httpx.ReadTimeout("x"), Retry("0", 5, 1), 4),
    ],
)
async def test_what_wechat_refuses_ends_as_what_can_be_done(
    api: FakeApi,
    courier: WeChatCourier,
    contact: Contact,
    answer: Any,
    outcome: object,
    left: int,
) -> None:
    courier.on_inbound(contact, Kind.TEXT, AT)
    api.answers = [{"errcode": 0, "errmsg": "ok"}, answer]

    assert await courier.send(contact, ["一", "二", "三"], "key", AT) == outcome
    assert courier.allowance(contact, AT).left == left
    assert api.sent() == ["一", "二"]


async def test_while_there_is_no_token_nothing_is_lost(
    api: FakeApi, courier: WeChatCourier, contact: Contact
) -> None:
    courier.on_inbound(contact, Kind.TEXT, AT)
    api.told = {"errcode": 40125, "errmsg": "invalid appsecret"}

    assert await courier.send(contact, ["好"], "key", AT) == Retry("40125", 600, 0)
    assert courier.allowance(contact, AT).left == 5


async def test_an_account_that_is_gone_from_the_settings_is_told(
    courier: WeChatCourier, contact: Contact
) -> None:
    contact.account = "ganzhou"
    assert await courier.send(contact, ["好"], "key", AT) == Dead("no_account")
