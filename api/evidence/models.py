"""The table of the pictures that came to tickets."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedBytes, EncryptedText


class TicketFile(Base):
    """A picture of a ticket. The same one is kept once, so that a repeat is safe."""

    __tablename__ = "ticket_files"
    __table_args__ = (UniqueConstraint("ticket_id", "sha256"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    name: Mapped[str] = mapped_column(EncryptedText)
    media_type: Mapped[str] = mapped_column(String(20))
    size: Mapped[int]  # bytes
    sha256: Mapped[str] = mapped_column(String(64))
    # long, so it is only read where it is asked for
    content: Mapped[bytes] = mapped_column(EncryptedBytes, deferred=True)
    # the same made anew for staff to look at; null until somebody does, and of what is no picture
    thumbnail: Mapped[bytes | None] = mapped_column(EncryptedBytes, deferred=True)
    # who of the staff added it; null where the visitor did
    added_by: Mapped[str | None] = mapped_column(String(60))
    added_at: Mapped[datetime]
