"""E-mail: what it tells, what it does not, and how a mail server's answers end it."""

import smtplib
from dataclasses import dataclass, field
from datetime import datetime, time
from email.message import EmailMessage
from typing import Any, Self

import pytest
from fastapi import FastAPI
from pydantic import SecretStr, ValidationError
from sqlalchemy import select, update

from api.clock import SHANGHAI
from api.contacts.models import Contact
from api.outbox.courier import Dead, Outcome, Retry, Sent
from api.outbox.mail import MailCourier
from api.outbox.models import OutboxItem
from api.outbox.states import State
from api.settings import Settings
from tests.api.outbox.reaching import moves
from tests.api.visitor import Visitor
from tests.conftest import TODAY

SENDER = "热线 <helpline@example.cn>"
ADDRESS = "boss@shop.example"
AT = datetime.combine(TODAY, time(9), SHANGHAI)
KEY = "0" * 28
TO = Contact(channel="mail", account="", contact=f"mail::{ADDRESS}", subscribed=True)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Mail hangs on no kind of database."""
    return sqlite_url


@dataclass
class FakeServer:
    """A mail server that took these messages, until it refuses."""

    taken: list[EmailMessage] = field(default_factory=list)
    refuses: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def send_message(self, message: EmailMessage) -> dict[str, Any]:
        if self.refuses:
            raise self.refuses
        self.taken.append(message)
        return {}


@pytest.fixture
def server() -> FakeServer:
    return FakeServer()


@pytest.fixture
def courier(server: FakeServer) -> MailCourier:
    return MailCourier(SENDER, lambda: server)


async def test_the_first_line_is_the_subject_and_the_same_goes_once(
    courier: MailCourier, server: FakeServer
) -> None:
    texts = courier.fitted(["工单有新进展\n请查看", "工单有新进展\n请查看"])
    assert await courier.send(TO, texts, KEY, AT) == Sent(1)

    [message] = server.taken
    assert (message["To"], message["Subject"]) == (ADDRESS, "工单有新进展")
    assert message.get_content().strip() == "请查看"


def refused(code: int) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({ADDRESS: (code, b"no")})


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (refused(550), Dead("smtp 550")),
        (refused(451), Retry("smtp 451", 60)),
        (smtplib.SMTPDataError(554, b"spam"), Dead("smtp 554")),
        (smtplib.SMTPAuthenticationError(535, b"password"), Retry("smtp 535", 60)),
        (smtplib.SMTPServerDisconnected(), Retry("smtp", 60)),
        (ConnectionRefusedError(), Retry("smtp", 60)),
    ],
)
async def test_what_is_refused_for_good_is_told_from_what_may_be_tried_again(
    courier: MailCourier, server: FakeServer, answer: Exception, outcome: Outcome
) -> None:
    server.refuses = answer

    assert await courier.send(TO, ["工单有新进展"], KEY, AT) == outcome


async def test_who_left_an_address_hears_that_his_ticket_moved_and_nothing_of_the_matter(
    visitor: Visitor, app: FastAPI, courier: MailCourier, server: FakeServer
) -> None:
    app.state.outbox.couriers["mail"] = courier
    contact = f"{ADDRESS}（陈华，晚上）"
    number = await moves(app, visitor.id, "已约谈对方老板。", contact)
    await moves(app, visitor.id, "对方同意下架。", contact)
    await app.state.outbox.once()
    assert server.taken == [], "what follows soon is told together"

    await is_due(app)
    await app.state.outbox.once()
    [message] = server.taken
    assert (message["To"], message["Subject"]) == (ADDRESS, f"工单 {number} 有新进展")
    told = str(message) + message.get_content()
    assert number in told and "老板" not in told and "下架" not in told and "陈华" not in told
    async with app.state.database.reading() as session:
        items = (await session.scalars(select(OutboxItem))).all()
    assert {(item.state, item.via) for item in items} == {(State.SENT, "mail")}
    assert ADDRESS not in str([item.lane for item in items])


async def is_due(app: FastAPI) -> None:
    async with app.state.database.session() as session:
        await session.execute(update(OutboxItem).values(due_at=app.state.clock.now()))


@pytest.mark.parametrize("contact", ["13812345678", "微信 boss_shop", ""])
async def test_who_left_no_address_is_written_no_mail(
    visitor: Visitor, app: FastAPI, courier: MailCourier, contact: str
) -> None:
    app.state.outbox.couriers["mail"] = courier
    await moves(app, visitor.id, "已受理。", contact)

    async with app.state.database.reading() as session:
        assert (await session.scalars(select(OutboxItem))).all() == []


async def test_without_a_mail_server_none_is_put(visitor: Visitor, app: FastAPI) -> None:
    await moves(app, visitor.id, "已受理。", ADDRESS)

    async with app.state.database.reading() as session:
        assert (await session.scalars(select(OutboxItem))).all() == []


@pytest.mark.parametrize(
    ("url", "sender", "names"),
    [
        ("mail.example.cn", SENDER, "HELPLINE_SMTP_URL"),
        ("http://mail.example.cn", SENDER, "HELPLINE_SMTP_URL"),
        ("smtp://u:p@ss@mail.example.cn", SENDER, "HELPLINE_SMTP_URL"),
        ("smtp://u:geheim@mail.example.cn:587", "", "HELPLINE_SMTP_FROM"),
        ("smtp://u:geheim@mail.example.cn:587", "热线", "HELPLINE_SMTP_FROM"),
    ],
)
def test_a_mail_server_that_cannot_be_used_is_told_without_its_password(
    url: str, sender: str, names: str
) -> None:
    with pytest.raises(ValidationError) as wrong:
        Settings(as_of=TODAY, smtp_url=SecretStr(url), smtp_from=sender)

    assert names in str(wrong.value) and "geheim" not in str(wrong.value)


def test_a_mail_server_that_can_be_used_has_a_courier() -> None:
    url = SecretStr("smtps://u:p%40ss@mail.example.cn")
    assert MailCourier.of(Settings(smtp_url=url, smtp_from=SENDER)) is not None
    assert MailCourier.of(Settings()) is None
