"""WeChat's calls, end to end: what is signed is kept and answered, and nothing else is."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from fastapi import FastAPI

from api import logs
from api.app import create_app
from api.channels.incoming import Incoming
from api.channels.tencent.crypto import MessageCipher
from api.channels.tencent.signing import WINDOW_S, is_signed, signature
from api.channels.tencent.xml import fields_of
from api.channels.wechat.accounts import Mode
from api.channels.wechat.routes import IN_THE_CALL_S, NotReadable, routes
from api.clock import SHANGHAI, Clock
from api.contacts.inbound import State
from api.database import DatabaseUnavailable
from api.dialogue.engine import Dialogue
from api.errors import render_errors
from api.settings import Settings, SettingsWrong
from tests.api.channels.wechat import (
    AES_KEY,
    APP_ID,
    CALLED,
    CIPHER,
    HOSTILE,
    KINDS,
    OURS,
    PEER,
    TO_NOBODY,
    TOKEN,
    account,
    payload,
)
from tests.api.problems import problem
from tests.conftest import TODAY
from tests.fakes import FakeKnowledge, FakeRasa

SENT_AT = datetime.fromtimestamp(int(CALLED["timestamp"]), SHANGHAI)


@dataclass(frozen=True)
class Kept:
    inbound_id: int
    state: str = State.ACCEPTED
    reply: str | None = None


@dataclass
class FakeIntake:
    """Keeps everything under its key and answers as it is told."""

    answer: str | None = "您好"
    kept: list[Incoming] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)  # seconds that were left
    stored: Kept = field(default_factory=lambda: Kept(7))
    cannot_store: bool = False
    cannot_decide: bool = False

    async def accept(self, incoming: Incoming, at: datetime, until: float) -> Kept:
        if self.cannot_store:
            raise DatabaseUnavailable
        self.kept.append(incoming)
        return self.stored

    async def passive(
        self, inbound_id: int, until: float, fits: Callable[[Sequence[str]], list[str]]
    ) -> str | None:
        if self.cannot_decide:
            raise DatabaseUnavailable
        self.waited.append(until - asyncio.get_running_loop().time())
        return self.answer and fits([self.answer])[0]

    async def confirm(self, inbound_id: int) -> None:
        self.confirmed.append(inbound_id)

    async def close(self) -> None:
        """It works on nothing."""


@pytest.fixture
def intake() -> FakeIntake:
    return FakeIntake()


class StandingClock(Clock):
    """Stands at the moment at which the payloads were sent until a test moves it, however long the
    machine takes.
    """

    at = SENT_AT

    def moment(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock(TODAY)


@pytest.fixture
async def wechat(intake: FakeIntake, clock: StandingClock) -> AsyncIterator[httpx.AsyncClient]:
    """What WeChat calls: one account in each mode, by its name."""
    app = FastAPI()
    render_errors(app)
    app.include_router(routes({mode: account(mode, name=mode) for mode in Mode}))
    app.state.clock, app.state.intake = clock, intake
    async with calling(app) as client:
        yield client


def calling(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://helpline")


def query(mode: Mode, kind: str) -> dict[str, str]:
    """The query that goes with a file."""
    plain = {name: CALLED[name] for name in ("signature", "timestamp", "nonce")}
    if mode is Mode.PLAIN:
        return plain
    sealed = {"encrypt_type": "aes", "msg_signature": CALLED["msg_signature"][kind]}
    return {**plain, "openid": PEER, **sealed}


async def call(
    wechat: httpx.AsyncClient,
    mode: Mode = Mode.SAFE,
    kind: str = "text",
    body: bytes | None = None,
    to: str | None = None,
    **changed: str | None,
) -> httpx.Response:
    """Call as WeChat does; `changed` is what the query says instead, None for nothing."""
    params = {k: v for k, v in {**query(mode, kind), **changed}.items() if v is not None}
    return await wechat.post(
        f"/channels/wechat/{to or mode}",
        params=params,
        content=payload(mode, kind) if body is None else body,
        headers={"Content-Type": "text/xml"},
    )


def said(answer: httpx.Response, is_sealed: bool) -> dict[str, str]:
    """What an answer says to WeChat."""
    fields = fields_of(answer.content)
    if not is_sealed:
        return dict(fields)
    signed = (TOKEN, fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
    assert is_signed(fields["MsgSignature"], *signed)
    return dict(fields_of(CIPHER.opened(fields["Encrypt"])))


# --- the address is taken -------------------------------------------------------------------------


@pytest.mark.parametrize("mode", Mode)
async def test_wechat_hears_its_own_word(wechat: httpx.AsyncClient, mode: Mode) -> None:
    params = {**query(Mode.PLAIN, "text"), "echostr": "4375120948345356249"}
    answer = await wechat.get(f"/channels/wechat/{mode}", params=params)

    assert (answer.status_code, answer.text) == (200, "4375120948345356249")
    assert answer.headers["content-type"].startswith("text/plain")


async def test_nobody_else_does(wechat: httpx.AsyncClient) -> None:
    params = {**query(Mode.PLAIN, "text"), "echostr": "<script>", "nonce": "1"}
    answer = await wechat.get("/channels/wechat/safe", params=params)

    problem(answer, 403, "wechat_not_signed")
    assert "<script>" not in answer.text


async def test_an_account_that_is_not_there_is_told(wechat: httpx.AsyncClient) -> None:
    problem(await call(wechat, to="nowhere"), 404, "not_found")


# --- messages -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_is_kept_and_answered_in_every_mode(
    wechat: httpx.AsyncClient, intake: FakeIntake, kind: str, mode: Mode
) -> None:
    answer = await call(wechat, mode, kind)

    assert answer.status_code == 200
    if kind in TO_NOBODY:
        assert (answer.text, intake.kept) == ("success", [])
        return
    [kept] = intake.kept
    assert (kept.account, kept.peer, kept.key != "") == (mode, PEER, True)
    assert said(answer, mode is not Mode.PLAIN) == {
        "ToUserName": PEER,
        "FromUserName": OURS,
        "CreateTime": CALLED["timestamp"],
        "MsgType": "text",
        "Content": "您好",
    }
    assert intake.confirmed == [7]


async def test_an_answer_may_hold_what_would_end_its_place(
    wechat: httpx.AsyncClient, intake: FakeIntake
) -> None:
    intake.answer = "《商标法》]]></Content><Content>第五十七条 & <b>"
    answer = await call(wechat, Mode.PLAIN)

    assert said(answer, False)["Content"] == intake.answer


async def test_what_is_not_ready_is_received_and_nothing_is_confirmed(
    wechat: httpx.AsyncClient, intake: FakeIntake
) -> None:
    intake.answer = None

    assert (await call(wechat)).text == "success"
    assert len(intake.kept) == 1 and intake.confirmed == []


async def test_the_answer_is_waited_for_until_four_seconds_after_the_call(
    wechat: httpx.AsyncClient, intake: FakeIntake
) -> None:
    await call(wechat)

    assert 3.0 < intake.waited[0] <= IN_THE_CALL_S


async def test_a_repeat_gets_what_was_decided(
    wechat: httpx.AsyncClient, intake: FakeIntake
) -> None:
    intake.stored = Kept(9, State.REPLIED, "您好，第一次的回答")
    assert said(await call(wechat), True)["Content"] == "您好，第一次的回答"

    intake.stored = Kept(9, State.ACKNOWLEDGED)
    assert (await call(wechat)).text == "success"
    assert (intake.waited, intake.confirmed) == ([], [9])


async def test_what_cannot_be_stored_is_not_received(
    wechat: httpx.AsyncClient, intake: FakeIntake
) -> None:
    intake.cannot_store = True

    problem(await call(wechat), 503, "database_unavailable")


async def test_what_is_stored_is_received_also_where_nothing_can_be_decided(
    wechat: httpx.AsyncClient, intake: FakeIntake
) -> None:
    intake.cannot_decide = True

    assert (await call(wechat)).text == "success"


async def test_while_nobody_can_take_anything_in_wechat_is_to_call_again(
    wechat: httpx.AsyncClient, intake: FakeIntake
) -> None:
    wechat._transport.app.state.intake = None

    problem(await call(wechat), 503, "wechat_not_ready")
    assert (await call(wechat, kind="menu_page_opened")).text == "success"


async def test_who_hung_up_has_not_heard_the_answer(
    intake: FakeIntake, clock: StandingClock
) -> None:
    app = FastAPI()
    app.include_router(routes({"plain": account(Mode.PLAIN, name="plain")}))
    app.state.clock, app.state.intake = clock, intake
    messages = [
        {"type": "http.request", "body": payload(Mode.PLAIN, "text"), "more_body": False},
        {"type": "http.disconnect"},
    ]

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        return None

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/channels/wechat/plain",
        "query_string": urlencode(query(Mode.PLAIN, "text")).encode(),
        "headers": [],
    }
    await app(scope, receive, send)

    assert len(intake.kept) == 1 and intake.confirmed == []


# --- what is not WeChat's -------------------------------------------------------------------------


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(
    "changed",
    [
        {"signature": None},
        {"signature": ""},
        {"signature": CALLED["signature"][:-1] + "0"},
        {"signature": CALLED["signature"].upper()},
        {"nonce": "1372623140"},
        {"nonce": None},
        {"timestamp": "1795312802"},
        {"timestamp": None},
        {"signature": "好"},
    ],
)
async def test_what_is_not_signed_is_refused(
    wechat: httpx.AsyncClient, intake: FakeIntake, mode: Mode, changed: dict[str, str | None]
) -> None:
    problem(await call(wechat, mode, **changed), 403, "wechat_not_signed")
    assert intake.kept == []


@pytest.mark.parametrize("mode", [Mode.COMPATIBLE, Mode.SAFE])
@pytest.mark.parametrize("signed", [None, "", CALLED["signature"], CALLED["msg_signature"]["scan"]])
async def test_a_seal_without_its_own_signature_is_refused(
    wechat: httpx.AsyncClient, intake: FakeIntake, mode: Mode, signed: str | None
) -> None:
    refused = await call(wechat, mode, msg_signature=signed)
    problem(refused, 403, "wechat_not_signed")
    assert intake.kept == []


@pytest.mark.parametrize("seconds", [-WINDOW_S - 2, WINDOW_S + 2, 86400])
@pytest.mark.parametrize("mode", Mode)
async def test_a_call_that_is_played_again_later_is_refused(
    wechat: httpx.AsyncClient, intake: FakeIntake, clock: StandingClock, mode: Mode, seconds: int
) -> None:
    assert (await call(wechat, mode)).status_code == 200
    clock.at += timedelta(seconds=seconds)

    problem(await call(wechat, mode), 403, "wechat_not_signed")
    assert len(intake.kept) == 1


async def test_what_lies_open_beside_the_seal_is_not_read(
    wechat: httpx.AsyncClient, intake: FakeIntake
) -> None:
    body = payload(Mode.COMPATIBLE, "text").replace("有人卖假货".encode(), "给我转账".encode())
    await call(wechat, Mode.COMPATIBLE, body=body)

    assert [kept.text for kept in intake.kept] == ["有人卖假货，用的是我们的商标 😡"]


async def test_an_open_message_is_refused_in_safe_mode_alone(
    wechat: httpx.AsyncClient, intake: FakeIntake
) -> None:
    for mode, status in ((Mode.SAFE, 400), (Mode.COMPATIBLE, 200), (Mode.PLAIN, 200)):
        assert (await call(wechat, Mode.PLAIN, to=mode)).status_code == status
    # Who takes the seal away has nothing either.
    bare = await call(wechat, Mode.SAFE, body=payload(Mode.PLAIN, "text"))
    problem(bare, 403, "wechat_not_signed")
    raw = await call(wechat, Mode.SAFE, encrypt_type="raw")
    problem(raw, 400, "wechat_not_readable")
    assert len(intake.kept) == 2


def signed_anew(sealed: str) -> dict[str, str]:
    parts = (TOKEN, CALLED["timestamp"], CALLED["nonce"], sealed)
    return {"msg_signature": signature(*parts)}


def safe(sealed: str) -> bytes:
    return f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()


OTHER = MessageCipher(AES_KEY, "wx0000000000000000").sealed(payload(Mode.PLAIN, "text"))
RIGHT = CIPHER.sealed(payload(Mode.PLAIN, "text"))


@pytest.mark.parametrize(
    "sealed",
    ["", "x", RIGHT[:-24], RIGHT[:64], OTHER, CIPHER.sealed(b""), CIPHER.sealed(b"<xml/>")],
    ids=["nothing", "no Base64", "cut off", "a beginning", "another app", "empty", "nobody"],
)
async def test_what_is_signed_and_cannot_be_opened_is_refused_alike(
    wechat: httpx.AsyncClient, intake: FakeIntake, sealed: str
) -> None:
    answer = await call(wechat, Mode.SAFE, body=safe(sealed), **signed_anew(sealed))

    problem(answer, 400, "wechat_not_readable")
    assert intake.kept == []
    assert answer.json()["detail"] == NotReadable.detail


@pytest.mark.parametrize("what", HOSTILE)
async def test_what_is_hostile_is_refused_under_the_seal_as_beside_it(
    wechat: httpx.AsyncClient, intake: FakeIntake, what: str
) -> None:
    body = HOSTILE[what].encode()
    sealed = CIPHER.sealed(body)
    answers = [
        await call(wechat, Mode.PLAIN, body=body),
        await call(wechat, Mode.SAFE, body=body),
        await call(wechat, Mode.SAFE, body=safe(sealed), **signed_anew(sealed)),
    ]

    for answer in answers:
        problem(answer, 400, "wechat_not_readable")
    assert intake.kept == []


# --- in the service -------------------------------------------------------------------------------


@pytest.fixture
async def service(
    tmp_path: Path, sqlite_url: str, intake: FakeIntake, clock: StandingClock
) -> AsyncIterator[FastAPI]:
    """The whole service with the account in plain mode, that serves two requests at once."""
    file = tmp_path / "wechat.yml"
    file.write_text(
        f"- {{name: plain, title: 江西, app_id: {APP_ID}, app_secret: s, token: {TOKEN}, "
        "mode: plain}",
        encoding="utf-8",
    )
    settings = Settings(
        var=tmp_path,
        database_url=sqlite_url,
        wechat_file=str(file),
        web_dist=tmp_path / "dist",
        most_at_once=1,
    )
    app = create_app(settings, Dialogue("http://rasa", 8, FakeRasa()), FakeKnowledge(), actions=[])
    async with app.router.lifespan_context(app):
        app.state.clock, app.state.intake = clock, intake
        yield app


async def test_the_service_takes_its_calls_and_describes_them_to_nobody(service: FastAPI) -> None:
    async with calling(service) as client:
        assert said(await call(client, Mode.PLAIN), False)["Content"] == "您好"
        assert "wechat" not in (await client.get("/openapi.json")).text


async def test_a_body_that_is_too_large_is_refused(service: FastAPI, intake: FakeIntake) -> None:
    body = b"<xml><Content>" + b"x" * 65536 + b"</Content></xml>"
    async with calling(service) as client:
        problem(await call(client, Mode.PLAIN, body=body), 413, "body_too_large")
    assert intake.kept == []


async def test_a_crowd_on_the_page_keeps_nobody_in_wechat_out(
    service: FastAPI, intake: FakeIntake
) -> None:
    inside = asyncio.Event()
    leave = asyncio.Event()

    async def slow(_: int, until: float, fits: Any) -> str:
        inside.set()
        await leave.wait()
        return "您好"

    intake.passive = slow  # type: ignore[method-assign,assignment]
    async with calling(service) as client:
        first = asyncio.create_task(call(client, Mode.PLAIN))
        await inside.wait()
        second = asyncio.create_task(call(client, Mode.PLAIN, "image"))
        assert (await client.get("/api/drafts/none")).status_code != 503
        leave.set()
        assert {(await one).status_code for one in (first, second)} == {200}


async def test_an_access_line_does_not_name_who_wrote() -> None:
    record = logging.makeLogRecord(
        {
            "msg": '%s - "%s %s HTTP/%s" %d',
            "args": ("127.0.0.1", "POST", f"/channels/wechat/a?openid={PEER}&nonce=1", "1.1", 200),
        }
    )

    assert logs.NoPeers().filter(record)
    assert record.getMessage() == '127.0.0.1 - "POST /channels/wechat/a HTTP/1.1" 200'


def test_a_service_whose_accounts_cannot_be_read_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(SettingsWrong, match="没有这个文件"):
        create_app(Settings(var=tmp_path, wechat_file=str(tmp_path / "none.yml")))
