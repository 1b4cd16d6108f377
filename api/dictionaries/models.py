"""Table of dictionaries."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.packing import ID_LENGTH


class StoredDictionary(Base):
    """A text that values are packed by, never changed: `id` follows from it. It holds the
    content's words alone, so that all conversations share it.

    `made_of` is the fingerprint of the content that it was made of; the one of the latest `since`
    packs.
    """

    __tablename__ = "dictionaries"

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True)
    made_of: Mapped[str] = mapped_column(String(64), unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    since: Mapped[datetime]
