"""Table of experts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedText


class Expert(Base):
    """Somebody who may be asked for advice. Whatever says who that is, is sealed.

    `consent_until` null is open: until it is withdrawn. Whose consent is withdrawn has no row.
    """

    __tablename__ = "experts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(EncryptedText)
    organisation: Mapped[str | None] = mapped_column(EncryptedText)
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    email: Mapped[str | None] = mapped_column(EncryptedText)
    note: Mapped[str | None] = mapped_column(EncryptedText)
    fields: Mapped[list[dict[str, Any]]]  # {"field"}: what they know about
    cities: Mapped[list[dict[str, Any]]]  # {"city"}: where they can help; none is everywhere
    consent_on: Mapped[date | None] = mapped_column(index=True)
    consent_until: Mapped[date | None]
    consent_how: Mapped[str | None] = mapped_column(String(200))
    added_by_id: Mapped[int]
    added_by: Mapped[str] = mapped_column(String(60))
    added_at: Mapped[datetime]
    changed_at: Mapped[datetime]
