"""Tables of the laws that are taken in. None holds a visitor's matter."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class LawImport(Base):
    """A file of law that was read, what is said of it, and what became of it.

    `reading` is a knowledge.law.importing.apart.Reading. `details` is what people say of the text.
    `moves` is the map from the older version as people left it, `against` that version; both null
    while the proposed one stands. `revisions` are the ids of the revisions it became.
    """

    __tablename__ = "law_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    reading: Mapped[dict[str, Any]]
    details: Mapped[dict[str, Any]]
    moves: Mapped[list[dict[str, Any]] | None]
    against: Mapped[date | None]
    revisions: Mapped[list[dict[str, Any]]]  # {"revision_id"}
    author_id: Mapped[int]
    author: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
    version: Mapped[int]  # counts the changes: who saves says over which


class LawConfirmation(Base):
    """Somebody looked a version of a law up and found it in force. Rows stay; the newest counts."""

    __tablename__ = "law_confirmations"
    __table_args__ = (Index("ix_law_confirmations_version", "law", "version_date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    law: Mapped[str] = mapped_column(String(40))  # its short title
    version_date: Mapped[date]
    source: Mapped[str] = mapped_column(String(300))  # where it was looked up
    note: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int]
    by: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime]
