"""Tables of tickets, their public progress notes, and the running number of each day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedJSON, EncryptedText, KeyedHash

_STILL_OPEN = text("status NOT IN ('done', 'closed')")


class Ticket(Base):
    """A matter that a person follows up. A conversation has at most one that is still open."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index(
            "uq_tickets_open_conversation",
            "conversation_id",
            unique=True,
            sqlite_where=_STILL_OPEN,
            postgresql_where=_STILL_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    code_sha256: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str] = mapped_column(String(36), ForeignKey("conversations.id"))
    opened_in_turn: Mapped[str] = mapped_column(String(36), ForeignKey("turns.id"))
    status: Mapped[str] = mapped_column(String(10))  # new, assigned, waiting, done, closed
    priority: Mapped[str] = mapped_column(String(10))  # normal, urgent
    summary: Mapped[str] = mapped_column(EncryptedText)
    facts: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON)
    # personal: never logged, never shown on the progress page
    contact: Mapped[str | None] = mapped_column(EncryptedText)
    # the same contact, to find the tickets of a caller by
    contact_hash: Mapped[str | None] = mapped_column(KeyedHash, index=True)
    dispatch_to: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None] = mapped_column(Text)
    next_due: Mapped[date | None]
    # {what, how, done}; None in tickets from before there were any
    checklist: Mapped[list[dict[str, Any]] | None]
    opened_on: Mapped[date]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class TicketNote(Base):
    """A progress note that the visitor may read."""

    __tablename__ = "ticket_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    text: Mapped[str] = mapped_column(EncryptedText)
    written_at: Mapped[datetime]


class TicketDay(Base):
    """The last running number that a day has given out."""

    __tablename__ = "ticket_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]
