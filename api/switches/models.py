"""Tables of switches and banners. Neither holds a visitor's matter."""

from datetime import date, datetime

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base

_NOT_LIFTED = text("lifted_at IS NULL")


class Switch(Base):
    """One setting of a switch, from `starts_at` until `ends_at` or until it is lifted.

    `topic` is a situation or a right of the vocabulary, or `*` for everything that the bot says;
    `mode` is off, operators or approve. Rows stay, so that one sees who switched what when.
    """

    __tablename__ = "content_switches"
    __table_args__ = (
        # A topic stands one way at a time, also where two people switch it in the same moment.
        Index(
            "uq_content_switches_topic",
            "topic",
            unique=True,
            sqlite_where=_NOT_LIFTED,
            postgresql_where=_NOT_LIFTED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(40))
    mode: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(200))  # for colleagues
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    set_by_id: Mapped[int]
    set_by: Mapped[str] = mapped_column(String(60))
    set_at: Mapped[datetime]
    lifted_by_id: Mapped[int | None]
    lifted_by: Mapped[str | None] = mapped_column(String(60))
    lifted_at: Mapped[datetime | None] = mapped_column(index=True)


class Banner(Base):
    """One line that visitors read from `first_day` to `last_day`, both meant whole."""

    __tablename__ = "banners"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(120))
    first_day: Mapped[date]
    last_day: Mapped[date]
    set_by_id: Mapped[int]
    set_by: Mapped[str] = mapped_column(String(60))
    set_at: Mapped[datetime]
    lifted_by_id: Mapped[int | None]
    lifted_by: Mapped[str | None] = mapped_column(String(60))
    lifted_at: Mapped[datetime | None] = mapped_column(index=True)
