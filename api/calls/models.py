"""Table of calls by telephone."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedText, KeyedHash


class Call(Base):
    """A call that an operator took; what was said is the conversation's.

    `contact` is the caller's number, null where it was not shown; `cti_id` what the telephone
    system calls it, where it rang there.
    """

    __tablename__ = "calls"

    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), primary_key=True
    )
    cti_id: Mapped[str | None] = mapped_column(String(80))
    staff_id: Mapped[int] = mapped_column(index=True)
    contact: Mapped[str | None] = mapped_column(EncryptedText)
    # the same number, to find the earlier calls of a caller by
    contact_hash: Mapped[str | None] = mapped_column(KeyedHash, index=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
