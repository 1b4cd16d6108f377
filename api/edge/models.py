"""The tables of counts and of who asks, for several processes of the service."""

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedText


class RateCount(Base):
    """How often something was done in the window that ends at `expires_at` (Unix seconds).

    `key` is the SHA-256 of what is counted: of one length, and no list of addresses.
    """

    __tablename__ = "rate_counts"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[float] = mapped_column(Float(53), index=True)


class Asker(Base):
    """From where a conversation is led, until `expires_at` (Unix seconds): look-ups in it count for
    that address.
    """

    __tablename__ = "askers"

    conversation_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    address: Mapped[str] = mapped_column(EncryptedText)
    expires_at: Mapped[float] = mapped_column(Float(53), index=True)
