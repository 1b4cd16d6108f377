"""The tables of contacts and of what they send."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedJSON, EncryptedText, KeyedHash


class Contact(Base):
    """Somebody who can be written to over a channel.

    `contact` is his address there, `channel:account:peer`: sealed, because it is needed to send;
    `contact_hash` is what he is found by. `grants` are the messages that he may still be sent, as
    the channel allows them: [{kind, left, until (ISO 8601), code?}]; null where it counts none.
    `notice_version` is of the privacy notice that he was sent, and `consented_at` when he went on
    after it. `pictures` wait for his word whether they are to be kept: [{media_id, until}].
    """

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("contact_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    account: Mapped[str] = mapped_column(String(40))
    contact: Mapped[str] = mapped_column(EncryptedText)
    contact_hash: Mapped[str] = mapped_column(KeyedHash)
    conversation_id: Mapped[str | None] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    subscribed: Mapped[bool] = mapped_column(default=True, server_default=true())
    notice_version: Mapped[str | None] = mapped_column(String(40))
    consented_at: Mapped[datetime | None]
    last_inbound_at: Mapped[datetime | None]
    grants: Mapped[list[dict[str, Any]] | None]
    pictures: Mapped[list[dict[str, Any]] | None] = mapped_column(EncryptedJSON)
    made_at: Mapped[datetime]


class Inbound(Base):
    """One thing that a contact sent, stored before anything is done about it.

    `key_sha256` is the channel's own id of it: a repeat is the same row. `state` is one of
    api.contacts.inbound.State; whoever works on it has it until `leased_until`, and everything that
    it leads to is stored by `done_at`. `reply` is what the channel's own request was answered with,
    so that a repeat of the request is answered the same.
    """

    __tablename__ = "inbound"
    __table_args__ = (
        UniqueConstraint("key_sha256"),
        Index("ix_inbound_state_received_at", "state", "received_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    key_sha256: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(20))
    body: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON)
    state: Mapped[str] = mapped_column(String(20))
    turn_id: Mapped[str | None] = mapped_column(String(36), index=True)
    reply: Mapped[str | None] = mapped_column(EncryptedText)
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    received_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
