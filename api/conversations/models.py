"""Tables of conversations, their turns and their messages."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedJSON, EncryptedText


class Conversation(Base):
    """What one visitor told us. `state` is bot, waiting once a person was asked for, or deleted:
    then nothing is left of what was said.
    """

    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_waiting", "state", "waiting_since"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    token_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20))
    waiting_since: Mapped[datetime | None]
    handoff_reason: Mapped[str | None] = mapped_column(EncryptedText)
    # what the visitor sees of them
    facts: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON)
    # slot → value: everything that the next message is read against; null before the first answer
    memory: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON)
    # number and priority of the ticket that the last turn about one spoke of
    ticket: Mapped[dict[str, Any] | None]
    last_position: Mapped[int]
    opened_at: Mapped[datetime]
    # of the privacy notice that was agreed to; null in conversations that are older than versions
    consent_version: Mapped[str | None] = mapped_column(String(40))
    consented_at: Mapped[datetime | None]


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
    ticket: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON)
    answer: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON)
    attempt: Mapped[int] = mapped_column(default=0, server_default="0")
    working: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON)
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
    text: Mapped[str] = mapped_column(EncryptedText)
    payload: Mapped[str | None] = mapped_column(EncryptedText)
    buttons: Mapped[list[dict[str, Any]]]
    citations: Mapped[list[dict[str, Any]]]
    drafts: Mapped[list[dict[str, Any]] | None]  # null in messages that are older than drafts
    said_at: Mapped[datetime]


class ConversationNews(Base):
    """Something that happened while the visitor was away, to be told at his next visit or turn."""

    __tablename__ = "conversation_news"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    ticket: Mapped[str | None] = mapped_column(String(20))  # the number of the ticket it is about
    text: Mapped[str] = mapped_column(EncryptedText)
    at: Mapped[datetime]
    told_at: Mapped[datetime | None]
