"""The table of how far the messages of each customer-service account were fetched."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class WecomCursor(Base):
    """Where the next page of an account's messages begins, empty for the first one. What was sent
    before `since` was not sent to us.
    """

    __tablename__ = "wecom_cursors"

    open_kfid: Mapped[str] = mapped_column(String(64), primary_key=True)
    cursor: Mapped[str] = mapped_column(String(128))
    since: Mapped[datetime]
