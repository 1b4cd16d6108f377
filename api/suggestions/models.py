"""Tables of suggestions, and of the gaps in the knowledge that rejected ones point to."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedJSON, EncryptedText


class StoredSet(Base):
    """What was suggested for one turn.

    `body` is what the desk sees beside the suggestions; `said` the part of the memory (slot →
    value) that holds once the reply was really said: which questions were put, what was offered.
    """

    __tablename__ = "suggestion_sets"

    turn_id: Mapped[str] = mapped_column(String(36), ForeignKey("turns.id"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    message_id: Mapped[str] = mapped_column(String(36), index=True)
    intent: Mapped[str] = mapped_column(String(40))
    certainty: Mapped[float]
    action: Mapped[str | None] = mapped_column(String(20))
    body: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON)
    said: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON)
    made_at: Mapped[datetime]


class StoredSuggestion(Base):
    """One ready reply. `state` is offered, used, edited or rejected."""

    __tablename__ = "suggestions"

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    turn_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("suggestion_sets.turn_id"), index=True
    )
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    source: Mapped[str | None] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(EncryptedText)
    citations: Mapped[list[dict[str, Any]]] = mapped_column(EncryptedJSON)
    drafts: Mapped[list[dict[str, Any]]]
    chance: Mapped[float | None]
    why: Mapped[str] = mapped_column(EncryptedText)
    state: Mapped[str] = mapped_column(String(10))
    decided_by: Mapped[int | None]  # the id of who used or rejected it
    decided_at: Mapped[datetime | None]


class KnowledgeGap(Base):
    """A suggestion that an operator rejected: the content lacks something, or says it badly."""

    __tablename__ = "knowledge_gaps"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    suggestion_id: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(10))
    source: Mapped[str | None] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(20), index=True)
    words: Mapped[str | None] = mapped_column(EncryptedText)
    question: Mapped[str] = mapped_column(EncryptedText)
    text: Mapped[str] = mapped_column(EncryptedText)
    intent: Mapped[str] = mapped_column(String(40))
    situation: Mapped[str | None] = mapped_column(String(40))
    right: Mapped[str | None] = mapped_column(String(40))
    staff_id: Mapped[int]
    by: Mapped[str] = mapped_column(String(80))
    noted_at: Mapped[datetime]


class HeldReply(Base):
    """A reply of the bot that waited, or waits, for an operator's nod; its words are a held message
    of the same turn.

    `referral` is what the turn advised, out of the visitor's sight until it is sent. `decision` is
    send, edit, reject, or expired where nobody looked in time; null while it waits.
    """

    __tablename__ = "held_replies"

    turn_id: Mapped[str] = mapped_column(String(36), ForeignKey("turns.id"), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    referral: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON)
    certainty: Mapped[float]
    reason: Mapped[str] = mapped_column(String(10))  # topic, certainty
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)
    decision: Mapped[str | None] = mapped_column(String(10), index=True)
    decided_by: Mapped[int | None]
    decided_at: Mapped[datetime | None]
