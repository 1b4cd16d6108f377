"""Table of canned replies."""

from datetime import datetime
from typing import Any

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class CannedReply(Base):
    """One canned reply. `owner_id` is whose it is, null where all share it.

    `origin` is its key in `knowledge/content/canned.yml`, null where somebody here wrote it. One of
    those follows the file until it is `edited` here; removed, it stays as `removed`, so that it
    does not come back.
    """

    __tablename__ = "canned_replies"
    __table_args__ = (UniqueConstraint("origin"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    origin: Mapped[str | None] = mapped_column(String(40))
    owner_id: Mapped[int | None] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(40))
    shortcut: Mapped[str | None] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[dict[str, Any]]]  # {"tag"}: words of a visitor that call for it
    actions: Mapped[list[dict[str, Any]]]
    edited: Mapped[bool]
    removed: Mapped[bool]
    changed_at: Mapped[datetime]
