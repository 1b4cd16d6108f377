"""The table of codes."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import KeyedHash


class MoveCode(Base):
    """A code that lets one conversation go on elsewhere, once.

    Only its keyed hash is kept: a code is short, and a bare hash of it could be guessed.
    """

    __tablename__ = "move_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(KeyedHash, unique=True)
    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    made_by: Mapped[str] = mapped_column(String(20))  # visitor, contact or staff
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
