"""Tables of tickets: what they are about, what was noted, changed, promised, linked, handed on."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, false, text, true
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedBytes, EncryptedJSON, EncryptedText, KeyedHash

# A ticket that was split off stands beside the one that the conversation speaks of.
_STILL_OPEN = text("status NOT IN ('done', 'closed', 'withdrawn') AND split_from_id IS NULL")


class Ticket(Base):
    """A matter that a person follows up.

    A conversation has at most one that is still open, besides those that were split off.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index(
            "uq_tickets_open_conversation",
            "conversation_id",
            unique=True,
            sqlite_where=_STILL_OPEN,
            postgresql_where=_STILL_OPEN,
        ),
        Index("ix_tickets_status_updated", "status", "updated_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    code_sha256: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    # null in tickets that staff opened
    opened_in_turn: Mapped[str | None] = mapped_column(String(36), ForeignKey("turns.id"))
    status: Mapped[str] = mapped_column(String(20))  # of status.Status
    priority: Mapped[str] = mapped_column(String(10))  # normal, urgent
    summary: Mapped[str] = mapped_column(EncryptedText)
    facts: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON)
    # personal: never logged, never shown on the progress page
    contact: Mapped[str | None] = mapped_column(EncryptedText)
    # the same contact, to find the tickets of a caller by
    contact_hash: Mapped[str | None] = mapped_column(KeyedHash, index=True)
    queue: Mapped[str] = mapped_column(String(30), server_default="helpline", default="helpline")
    # somebody chose the queue: rules leave it alone
    queue_chosen: Mapped[bool] = mapped_column(server_default=false(), default=False)
    assignee_id: Mapped[int | None] = mapped_column(index=True)  # of a user of the desk
    assignee: Mapped[str | None] = mapped_column(String(60))  # his name as colleagues see it
    # labels of the office, no words of the visitor; None in tickets from before there were any
    tags: Mapped[list[str] | None] = mapped_column(JSON, default=list)
    dispatch_to: Mapped[str | None] = mapped_column(Text)
    next_step: Mapped[str | None] = mapped_column(EncryptedText)
    next_due: Mapped[date | None]
    next_due_told: Mapped[date | None]  # the day of which staff were warned
    # {what, how, done}; None in tickets from before there were any
    checklist: Mapped[list[dict[str, Any]] | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    split_from_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    version: Mapped[int] = mapped_column(server_default="1", default=1)
    opened_on: Mapped[date]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class TicketNote(Base):
    """A note: a public one is progress that the visitor may read, others are the office's own.

    `by` is visitor, staff or system; `author` the name of who of the staff wrote it.
    """

    __tablename__ = "ticket_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    text: Mapped[str] = mapped_column(EncryptedText)
    public: Mapped[bool] = mapped_column(server_default=true(), default=True)
    by: Mapped[str] = mapped_column(String(10), server_default="system", default="system")
    author_id: Mapped[int | None]
    author: Mapped[str | None] = mapped_column(String(60))
    written_at: Mapped[datetime]


class TicketChange(Base):
    """One thing that became another: who changed `what` from `before` to `after`, both as read."""

    __tablename__ = "ticket_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    what: Mapped[str] = mapped_column(String(20))
    before: Mapped[str | None] = mapped_column(EncryptedText)
    after: Mapped[str | None] = mapped_column(EncryptedText)
    author_id: Mapped[int | None]
    author: Mapped[str | None] = mapped_column(String(60))
    changed_at: Mapped[datetime]


class TicketClock(Base):
    """Until when one of our promises is to be kept. It runs while it is not met, paused or stopped.

    `kind` is first (answer), next (step) or solution; `told` is what the desk was warned of: due
    or overdue.
    """

    __tablename__ = "ticket_clocks"
    __table_args__ = (UniqueConstraint("ticket_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    kind: Mapped[str] = mapped_column(String(10))
    started_at: Mapped[datetime]
    warn_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    met_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    told: Mapped[str | None] = mapped_column(String(10))


class TicketLink(Base):
    """Two tickets that have to do with each other; `kind` is duplicate, related or caused_by."""

    __tablename__ = "ticket_links"
    __table_args__ = (UniqueConstraint("ticket_id", "other_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    linked_at: Mapped[datetime]


class ReferralSheet(Base):
    """A ticket that was handed on to another body: what was shared, and the receipt for it.

    `content` is what the visitor agreed to share, as it stood then: nothing that comes later goes
    out with it.
    """

    __tablename__ = "referral_sheets"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    to: Mapped[str] = mapped_column(String(30))  # mediation, protection_centre, regulator
    body: Mapped[str] = mapped_column(Text)
    share: Mapped[list[str]] = mapped_column(JSON)
    content: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON)
    made_by: Mapped[str] = mapped_column(String(60))
    made_at: Mapped[datetime]
    received_on: Mapped[date | None]
    receipt_number: Mapped[str | None] = mapped_column(EncryptedText)
    receipt_note: Mapped[str | None] = mapped_column(EncryptedText)


class Satisfaction(Base):
    """How content a visitor was; `about` is a ticket's number or `conversation`."""

    __tablename__ = "satisfactions"
    __table_args__ = (UniqueConstraint("conversation_id", "about"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(36))
    about: Mapped[str] = mapped_column(String(20))
    score: Mapped[int]  # 1 to 5
    words: Mapped[str | None] = mapped_column(EncryptedText)
    said_at: Mapped[datetime] = mapped_column(index=True)


class TicketFile(Base):
    """A picture of a ticket. The same one is kept once, so that a repeat is safe."""

    __tablename__ = "ticket_files"
    __table_args__ = (UniqueConstraint("ticket_id", "sha256"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    name: Mapped[str] = mapped_column(EncryptedText)
    media_type: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    # long, so it is only read where it is asked for
    content: Mapped[bytes] = mapped_column(EncryptedBytes, deferred=True)
    # the same made anew for staff to look at; null until somebody does, and of what is no picture
    thumbnail: Mapped[bytes | None] = mapped_column(EncryptedBytes, deferred=True)
    # who of the staff added it; null where the visitor did
    added_by: Mapped[str | None] = mapped_column(String(60))
    added_at: Mapped[datetime]


class TicketDay(Base):
    """The last running number that a day has given out."""

    __tablename__ = "ticket_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    last: Mapped[int]
