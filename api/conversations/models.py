"""Tables of conversations, their turns and their messages."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedJSON, EncryptedText, PackedJSON


class Conversation(Base):
    """What one visitor told us. `state` is one of api.conversations.states.State.

    `assignee_id` is the operator who has it; while it waits again because he is gone, he who had
    it. The desk learns by `watched` that somebody reads along, and by `approval_pending` that a
    reply waits for a nod.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_waiting", "state", "waiting_since"),
        Index("ix_conversations_last_at", "state", "last_at"),
        Index("ix_conversations_assignee_id", "assignee_id"),
        Index("ix_conversations_opened_at", "opened_at"),
    )

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
    assignee_id: Mapped[int | None]
    assignee_name: Mapped[str | None] = mapped_column(String(60))  # as the visitor sees it
    claimed_at: Mapped[datetime | None]  # the latest claim, also after it ended
    visitor_seen_at: Mapped[datetime | None]  # the latest sign of a visitor who waits
    handoff_id: Mapped[int | None]  # the handoff under way
    watched: Mapped[bool] = mapped_column(default=False, server_default=false())
    approval_pending: Mapped[bool] = mapped_column(default=False, server_default=false())
    read_position: Mapped[int] = mapped_column(default=0, server_default="0")  # by the operator
    last_at: Mapped[datetime | None]  # when something was said last
    # who is written to over another channel (api.contacts), and whether he spoke there last
    contact_id: Mapped[int | None]
    speaks_by_contact: Mapped[bool] = mapped_column(default=False, server_default=false())


class ConversationToken(Base):
    """Another token that opens a conversation, until `expires_at`; only its hash is kept.

    `origin` is link or code: how its visitor came to this page.
    """

    __tablename__ = "conversation_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    origin: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class Handoff(Base):
    """One time that a person was asked for, or took over by himself: then `asked_at` is
    `claimed_at`. `ending` is handed_back, closed, abandoned, cancelled, ticket (nobody came, a
    ticket was offered) or transferred (to another body).
    """

    __tablename__ = "handoffs"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    asked_at: Mapped[datetime] = mapped_column(index=True)
    reason: Mapped[str | None] = mapped_column(EncryptedText)
    urgent: Mapped[bool] = mapped_column(default=False, server_default=false())
    claimed_at: Mapped[datetime | None] = mapped_column(index=True)
    claimed_by: Mapped[int | None]
    first_reply_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ending: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None] = mapped_column(EncryptedText)  # the operator's, not the visitor's


class Turn(Base):
    """A visitor's message and everything it led to.

    `answer` is the Turn of the chat API, null until it is complete. `working` are the facts and the
    memory as the present attempt leaves them: they become the conversation's with the answer, so
    that an attempt that is given up leaves no trace. `outcome` is one of schemas.Outcome, null
    where the bot said nothing.
    """

    __tablename__ = "turns"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_message_id"),
        Index("ix_turns_received_at", "received_at", "outcome"),
    )

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
    outcome: Mapped[str | None] = mapped_column(String(12))


class ToldContent(Base):
    """A written answer (its id) or a remedy (its key) that the bot told once; `kind` says which."""

    __tablename__ = "told_content"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(120))
    told_at: Mapped[datetime] = mapped_column(index=True)


class Message(Base):
    """One thing that was said. `payload` is what a pressed button sent in place of its title.

    An operator's message has an `author`, as the visitor sees him, and the id under which a repeat
    is the same message.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "position"),
        Index("uq_messages_client_message_id", "conversation_id", "client_message_id", unique=True),
    )

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(String(36), ForeignKey("conversations.id"))
    turn_id: Mapped[str | None] = mapped_column(String(36), ForeignKey("turns.id"), index=True)
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(EncryptedText)
    payload: Mapped[str | None] = mapped_column(EncryptedText)
    buttons: Mapped[list[dict[str, Any]]] = mapped_column(PackedJSON)
    citations: Mapped[list[dict[str, Any]]] = mapped_column(PackedJSON)
    # null in messages that are older than drafts
    drafts: Mapped[list[dict[str, Any]] | None] = mapped_column(PackedJSON)
    said_at: Mapped[datetime]
    author: Mapped[str | None] = mapped_column(String(60))
    author_id: Mapped[int | None]
    client_message_id: Mapped[str | None] = mapped_column(String(36))
    # a reply of the bot that only operators see, until one of them has looked at it
    held: Mapped[bool] = mapped_column(default=False, server_default=false())


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
