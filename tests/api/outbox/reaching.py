"""A visitor who writes over another channel, as the tests play one."""

from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from sqlalchemy import select, update

from api.contacts import inbound
from api.contacts import service as contacts
from api.conversations import service as conversations
from api.conversations.pushing import CARRIED
from api.conversations.schemas import NewMessage
from api.outbox import service as outbox
from api.outbox.models import OutboxItem
from api.outbox.states import State
from api.tickets import record
from api.tickets.models import Ticket
from api.tickets.service import blank
from tests.api.staff import OPERATOR
from tests.couriers import FakeCourier

_KEYS = count()


@dataclass
class Writer:
    """Writes by WeChat; `courier` has what reached him."""

    app: FastAPI
    courier: FakeCourier
    contact_id: int
    id: str  # of the conversation

    @classmethod
    async def comes(cls, app: FastAPI, peer: str = "oAbc") -> "Writer":
        courier = app.state.outbox.couriers.setdefault("wechat", FakeCourier(longest=2000))
        at = app.state.clock.now()
        async with app.state.database.session() as session:
            contact = await contacts.find_or_make(session, "wechat", "jx", peer, at=at)
            opened = await conversations.open_conversation(
                session, "wechat", True, at=at, greets=False
            )
            await contacts.bind(session, contact, opened.id, at=at)
        return cls(app, courier, contact.id, opened.id)

    async def says(self, text: str) -> dict[str, Any]:
        """The turn that follows. His answer and all that was held for him are due then."""
        at = self.app.state.clock.now()
        key = inbound.key_of("wechat", "jx", f"msg:{next(_KEYS)}")
        async with self.app.state.database.session() as session:
            contact = await contacts.locked(session, self.contact_id)
            self.courier.on_inbound(contact, "text", at)
            row, _ = await inbound.store(session, contact.id, key, "text", {"text": text}, at=at)
            row.state = inbound.State.ACKNOWLEDGED
            await outbox.wake(session, contact.id, at=at, due_at=at + CARRIED)
        message = NewMessage(text=text, client_message_id=uuid4())
        turn: dict[str, Any] = await self.app.state.receiver.receive_from(
            self.contact_id, self.id, message, row.id
        )
        async with self.app.state.database.session() as session:
            waiting = update(OutboxItem).where(OutboxItem.state == State.PENDING)
            await session.execute(waiting.values(due_at=at))
        return turn

    async def reads(self) -> list[str]:
        """What reached him since he looked last."""
        await self.app.state.outbox.once()
        texts, self.courier.sent = self.courier.texts, []
        return texts


async def moves(app: FastAPI, conversation_id: str, text: str, contact: str = "") -> str:
    """Let staff write a public note on a ticket of the conversation; its number."""
    at = app.state.clock.now()
    async with app.state.database.session() as session:
        ticket = await session.scalar(select(Ticket))
        if ticket is None:
            ticket = await blank(session, conversation_id, at=at)
            ticket.priority, ticket.facts, ticket.summary = "normal", {}, "摘要"
            ticket.code_sha256, ticket.contact = "", contact
            session.add(ticket)
            await session.flush()
        await record.note(session, ticket, text, at=at, staff=OPERATOR)
        return ticket.number
