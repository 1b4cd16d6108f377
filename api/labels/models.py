"""Tables of sentences for training and of what each reader made of them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedJSON, EncryptedText


class State(StrEnum):
    """Where a sentence stands; the value is what the database keeps.

    DISPUTED: its two readers differ, and a third decides. LEFT_OUT: nobody trains with it.
    """

    WAITING = "waiting"
    DISPUTED = "disputed"
    AGREED = "agreed"
    LEFT_OUT = "left_out"


class Sentence(Base):
    """One sentence, personal data masked.

    A visitor's words name his conversation and turn and go with them; words of the office's own
    name neither. Labels are {intent, situation, right, facts}: `proposed` is what the model takes
    it for, `label` what two readers agree on or a third decided, null until then.
    """

    __tablename__ = "labelled_sentences"
    __table_args__ = (UniqueConstraint("turn_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str | None] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    turn_id: Mapped[str | None] = mapped_column(String(36))
    text: Mapped[str] = mapped_column(EncryptedText)
    state: Mapped[str] = mapped_column(String(10), index=True)
    proposed: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON)
    label: Mapped[dict[str, Any] | None] = mapped_column(EncryptedJSON)
    added_by_id: Mapped[int]
    added_by: Mapped[str] = mapped_column(String(40))
    added_at: Mapped[datetime]


class Reading(Base):
    """What one reader made of a sentence; `place` is 1, 2, or 3 for who decides."""

    __tablename__ = "sentence_readings"
    __table_args__ = (
        UniqueConstraint("sentence_id", "place"),
        UniqueConstraint("sentence_id", "reader_id", name="uq_sentence_readings_reader"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sentence_id: Mapped[int] = mapped_column(ForeignKey("labelled_sentences.id"), index=True)
    place: Mapped[int]
    reader_id: Mapped[int] = mapped_column(index=True)
    reader: Mapped[str] = mapped_column(String(40))
    label: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON)
    read_at: Mapped[datetime]
