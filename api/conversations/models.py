"""Tables of conversations, their turns and their messages."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class Conversation(Base):
    """What one visitor told us. `state` is bot, or waiting once a person was asked for."""

    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_waiting", "state", "waiting_since"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    token_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20))
    waiting_since: Mapped[datetime | None]
    handoff_reason: Mapped[str | None] = mapped_column(Text)
    facts: Mapped[dict[str, Any]]  # what the visitor sees of them
    # slot → value: everything that the next message is read against; null before the first answer
    memory: Mapped[dict[str, Any] | None]
    # number and priority of the ticket that the last turn about one spoke of
    ticket: Mapped[dict[str, Any] | None]
    last_position: Mapped[int]
    opened_at: Mapped[datetime]


class Turn(Base):
    """A visitor's message and everything it led to.

    `answer` is the Turn of the chat API, null until it is complete. `working` are the facts and the
    memory as the present attempt leaves them: they become the conversation's with the answer, so
    that an attempt that is given up leaves no trace.
    """

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("conversation_id", "client_message_id"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(36), ForeignKey("conversations.id"))
    client_message_id: Mapped[str | None] = mapped_column(String(36))
    # as the chat API shows it, when this turn opened or changed one
    ticket: Mapped[dict[str, Any] | None]
    answer: Mapped[dict[str, Any] | None]
    attempt: Mapped[int] = mapped_column(default=0, server_default="0")
    working: Mapped[dict[str, Any] | None]
    received_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Message(Base):
    """One thing that was said. `payload` is what a pressed button sent in place of its title."""

    __tablename__ = "messages"
    __table_args__ = (UniqueConstraint("conversation_id", "position"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(36), ForeignKey("conversations.id"))
    turn_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("turns.id"), index=True)
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    payload: Mapped[str | None] = mapped_column(Text)
    buttons: Mapped[list[dict[str, Any]]]
    citations: Mapped[list[dict[str, Any]]]
    drafts: Mapped[list[dict[str, Any]] | None]  # null in messages that are older than drafts
    said_at: Mapped[datetime]
