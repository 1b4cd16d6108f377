"""Table of referrals: at most one for each turn."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedJSON


class RecordedReferral(Base):
    __tablename__ = "referrals"

    id: Mapped[int] = mapped_column(primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    turn_id: Mapped[str] = mapped_column(String(36), ForeignKey("turns.id"), unique=True)
    body: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON)
    recorded_at: Mapped[datetime]
