"""Tables that say what was deleted, who deletes at present, and which key the database was sealed
with.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedText


class Deletion(Base):
    """One deletion: what, when, by whom, why, and how much. Nothing personal stands in it.

    `subject` is a ticket's number, a conversation's id, or `retention` for a nightly run; `by` is
    visitor, operator or schedule; `counts` tells table or kind → number.
    """

    __tablename__ = "deletions"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(40), index=True)
    by: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(40))
    counts: Mapped[dict[str, Any]]
    deleted_at: Mapped[datetime]


class Lease(Base):
    """Work that one process at a time does, once a day: who took it keeps it until `held_until`."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    held_until: Mapped[datetime | None]
    done_on: Mapped[date | None]


class KeyCheck(Base):
    """One sealed word: whoever opens it has the key of this database."""

    __tablename__ = "key_checks"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(EncryptedText)
