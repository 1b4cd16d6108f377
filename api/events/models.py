"""The table of events."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class DeskEvent(Base):
    """One thing that happened. `data` holds ids, roles and places in the queue, never a visitor's
    words; `staff_id` is who did it, or whom alone it is meant for.

    An id is never given twice: a console resumes by the last one that it saw.
    """

    __tablename__ = "desk_events"
    __table_args__ = (
        Index("ix_desk_events_conversation_id", "conversation_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    conversation_id: Mapped[str | None] = mapped_column(String(36))
    ticket_number: Mapped[str | None] = mapped_column(String(20))
    staff_id: Mapped[int | None]
    data: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)
