"""The table of what is to be sent."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedJSON


class OutboxItem(Base):
    """One thing to send. What shares a `lane` goes out in the order of the ids.

    `kind` is turn (`ref`: its id; what the bot said), message (its id; what staff or the system
    said), news (the conversation's id; a ticket moved) or mail (`payload`: to, subject, text).
    `state` is one of api.outbox.states.State. `inbound_id` is what it answers: as long as the
    channel's own request waits, it may carry the item. `problem` is a code of the channel's.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("lane", "kind", "ref"),
        Index("ix_outbox_state_due_at", "state", "due_at"),
        Index("ix_outbox_lane_state", "lane", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    lane: Mapped[str] = mapped_column(String(80))
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    conversation_id: Mapped[str | None] = mapped_column(String(36), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    ref: Mapped[str] = mapped_column(String(64))
    inbound_id: Mapped[int | None]
    payload: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON)
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    via: Mapped[str | None] = mapped_column(String(20))  # reply, push, mail or page
    problem: Mapped[str | None] = mapped_column(String(60))
