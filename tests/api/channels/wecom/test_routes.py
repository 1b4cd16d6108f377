"""Nothing is fetched for a call that is not 企业微信's, and none is acknowledged that was not."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from api.channels.tencent.crypto import MessageCipher
from api.channels.tencent.signing import signature
from api.channels.wecom.routes import routes
from api.clock import Clock
from api.errors import render_errors
from tests.api.channels.wechat import HOSTILE
from tests.api.channels.wecom import AES_KEY, CIPHER, CORP_ID, KFID, TOKEN, account

NONCE = "1372623149"


class FakeFetcher:
    """Fetches as it is told."""

    def __init__(self) -> None:
        self.tokens: list[str | None] = []
        self.fails: Exception | None = None

    def fetch(self, token: str | None) -> "asyncio.Task[None]":
        self.tokens.append(token)

        async def done() -> None:
            if self.fails:
                raise self.fails

        return asyncio.create_task(done())


@pytest.fixture
def fetcher() -> FakeFetcher:
    return FakeFetcher()


@pytest.fixture
async def wecom(fetcher: FakeFetcher) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.state.clock = Clock()
    render_errors(app)
    app.include_router(routes({"jiangxi": account()}, {"jiangxi": fetcher}))  # type: ignore[dict-item]
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://helpline") as client:
        yield client


def event(kind: str = "kf_msg_or_event", open_kfid: str = KFID) -> bytes:
    return (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><Event><![CDATA[{kind}]]></Event>"
        f"<Token><![CDATA[ENCinvented]]></Token><OpenKfId><![CDATA[{open_kfid}]]></OpenKfId></xml>"
    ).encode()


async def call(
    client: httpx.AsyncClient,
    sealed: str,
    token: str = TOKEN,
    late: timedelta = timedelta(),
    body: bytes | None = None,
) -> httpx.Response:
    timestamp = str(int((Clock().moment() - late).timestamp()))
    signed = signature(token, timestamp, NONCE, sealed)
    query = {"msg_signature": signed, "timestamp": timestamp, "nonce": NONCE}
    around = f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()
    return await client.post("/channels/wecom/jiangxi", params=query, content=body or around)


async def test_what_is_there_is_fetched_with_the_call_s_token(
    wecom: httpx.AsyncClient, fetcher: FakeFetcher
) -> None:
    answer = await call(wecom, CIPHER.sealed(event()))
    assert (answer.status_code, answer.text) == (200, "success")
    assert fetcher.tokens == ["ENCinvented"]


async def test_what_could_not_be_fetched_is_not_acknowledged(
    wecom: httpx.AsyncClient, fetcher: FakeFetcher
) -> None:
    fetcher.fails = OSError()
    answer = await call(wecom, CIPHER.sealed(event()))
    assert (answer.status_code, answer.json()["code"]) == (503, "wecom_not_fetched")


@pytest.mark.parametrize(
    "inside", [event("change_contact"), event(open_kfid="wkOfSomebodyElse"), b"<xml></xml>"]
)
async def test_what_is_none_of_ours_is_acknowledged_and_nothing_is_fetched(
    wecom: httpx.AsyncClient, fetcher: FakeFetcher, inside: bytes
) -> None:
    assert (await call(wecom, CIPHER.sealed(inside))).text == "success"
    assert fetcher.tokens == []


@pytest.mark.parametrize("late", [timedelta(minutes=-6), timedelta(minutes=6)])
async def test_a_call_of_another_time_is_refused(
    wecom: httpx.AsyncClient, fetcher: FakeFetcher, late: timedelta
) -> None:
    answer = await call(wecom, CIPHER.sealed(event()), late=late)
    assert (answer.status_code, answer.json()["code"]) == (403, "wecom_not_signed")
    assert fetcher.tokens == []


async def test_a_call_that_is_signed_with_another_token_is_refused(
    wecom: httpx.AsyncClient, fetcher: FakeFetcher
) -> None:
    answer = await call(wecom, CIPHER.sealed(event()), token="other")
    assert answer.json()["code"] == "wecom_not_signed"
    assert fetcher.tokens == []


@pytest.mark.parametrize(
    "sealed",
    [MessageCipher(AES_KEY, "wwOther").sealed(event()), "AAAA", "", "不是"],
    ids=["another company", "short", "empty", "no base64"],
)
async def test_what_was_sealed_for_another_company_is_refused(
    wecom: httpx.AsyncClient, fetcher: FakeFetcher, sealed: str
) -> None:
    answer = await call(wecom, sealed)
    assert (answer.status_code, answer.json()["code"]) == (400, "wecom_not_readable")
    assert fetcher.tokens == []


@pytest.mark.parametrize("what", sorted(HOSTILE))
async def test_hostile_xml_is_refused(
    wecom: httpx.AsyncClient, fetcher: FakeFetcher, what: str
) -> None:
    body = HOSTILE[what].encode()
    within = await call(wecom, CIPHER.sealed(body))
    assert within.json()["code"] == "wecom_not_readable"
    assert (await call(wecom, CIPHER.sealed(event()), body=body or b" ")).status_code in (400, 403)
    assert fetcher.tokens == []


async def test_the_address_answers_what_only_the_account_can_read(
    wecom: httpx.AsyncClient,
) -> None:
    sealed = CIPHER.sealed(b"1616140317555161061")
    timestamp = str(int(Clock().moment().timestamp()))
    signed = signature(TOKEN, timestamp, NONCE, sealed)
    query = {"msg_signature": signed, "timestamp": timestamp, "nonce": NONCE, "echostr": sealed}

    answer = await wecom.get("/channels/wecom/jiangxi", params=query)
    assert (answer.status_code, answer.text) == (200, "1616140317555161061")
    assert (await wecom.get("/channels/wecom/jiangxi")).status_code == 403
    assert (await wecom.get("/channels/wecom/nobody", params=query)).status_code == 404
