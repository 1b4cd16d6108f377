"""E-mail by SMTP: the courier of what is written to an address that a visitor left."""

import asyncio
import smtplib
import ssl
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit

from api.contacts.grants import Allowance
from api.contacts.models import Contact
from api.contacts.service import peer_of
from api.outbox import service
from api.outbox.courier import Dead, Outcome, Retry, Sent
from api.settings import Settings

TIMEOUT_S = 8.0  # less than the worker waits
AGAIN_S = 60.0
TLS_PORT, SUBMISSION_PORT = 465, 587
FOR_GOOD = 500  # and above: the server will never take it


class MailServer(Protocol):
    """What of smtplib.SMTP is used once a session is open."""

    def send_message(self, msg: EmailMessage) -> object: ...


Connect = Callable[[], AbstractContextManager[MailServer]]


class MailCourier:
    """Sends each text as one message: its first line is the subject.

    `connect` opens a session with the mail server, signed in.
    """

    channel = service.MAIL

    def __init__(self, sender: str, connect: Connect) -> None:
        self._sender, self._connect = sender, connect

    @classmethod
    def of(cls, settings: Settings) -> Self | None:
        """The courier of the server that the settings name; None where they name none."""
        url = settings.smtp_url.get_secret_value()
        return cls(settings.smtp_from, lambda: _connected(url)) if url else None

    def on_inbound(
        self, contact: Contact, kind: str, at: datetime, code: str | None = None
    ) -> None:
        """Nothing is granted: e-mail may always be sent."""

    def allowance(self, contact: Contact, at: datetime) -> Allowance:
        return Allowance(None, None)

    def fitted(self, texts: Sequence[str]) -> list[str]:
        """Each its own message, and the same only once."""
        return list(dict.fromkeys(texts))

    async def send(self, contact: Contact, texts: Sequence[str], key: str, at: datetime) -> Outcome:
        messages = [self._message(peer_of(contact), text) for text in texts]
        return await asyncio.to_thread(self._send, messages)

    def _message(self, to: str, text: str) -> EmailMessage:
        subject, _, body = text.partition("\n")
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, to, subject
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2].strip("<> "))
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(body.strip())
        return message

    def _send(self, messages: Sequence[EmailMessage]) -> Outcome:
        """How it ended; what is refused for good is told from what may be tried again (RFC 5321:
        5xx and 4xx).
        """
        sent = 0
        try:
            with self._connect() as server:
                for message in messages:
                    server.send_message(message)
                    sent += 1
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            return _failed(max(codes, default=0), sent)
        except smtplib.SMTPAuthenticationError as refused:
            return Retry(_problem(refused.smtp_code), AGAIN_S, sent)  # ours to put right
        except smtplib.SMTPResponseException as refused:
            return _failed(refused.smtp_code, sent)
        except (smtplib.SMTPException, OSError):
            return Retry("smtp", AGAIN_S, sent)
        return Sent(sent)


def _failed(code: int, sent: int) -> Outcome:
    if code >= FOR_GOOD:
        return Dead(_problem(code), sent)
    return Retry(_problem(code), AGAIN_S, sent)


def _problem(code: int) -> str:
    return f"smtp {code}"


def _connected(url: str) -> smtplib.SMTP:
    """A session over TLS: from the start (smtps), or from STARTTLS on; only a server on this
    machine may do without.
    """
    address, context = urlsplit(url), ssl.create_default_context()
    host = address.hostname or ""
    server: smtplib.SMTP
    if address.scheme == "smtps":
        port = address.port or TLS_PORT
        server = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_S, context=context)
    else:
        server = smtplib.SMTP(host, address.port or SUBMISSION_PORT, timeout=TIMEOUT_S)
        if host not in ("localhost", "127.0.0.1", "::1"):
            server.starttls(context=context)
    if address.username:
        server.login(unquote(address.username), unquote(address.password or ""))
    return server
