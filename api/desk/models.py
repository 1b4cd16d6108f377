"""Tables of the desk: who is there, and what colleagues note about a conversation."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedText


class DeskPresence(Base):
    """Who was at the desk, and whether he takes conversations.

    `state` is what he chose, online or away; `present` is whether colleagues were last told that he
    is there at all.
    """

    __tablename__ = "desk_presence"

    staff_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))
    present: Mapped[bool]
    seen_at: Mapped[datetime]


class ConversationNote(Base):
    """What colleagues tell each other about a conversation; its visitor does not see it."""

    __tablename__ = "conversation_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    author_id: Mapped[int]
    author: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(EncryptedText)
    written_at: Mapped[datetime]


class ConversationTag(Base):
    """A word under which a conversation is found."""

    __tablename__ = "conversation_tags"

    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(String(20), primary_key=True, index=True)


class ConversationWatcher(Base):
    """Who reads along in a conversation."""

    __tablename__ = "conversation_watchers"

    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), primary_key=True
    )
    staff_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
