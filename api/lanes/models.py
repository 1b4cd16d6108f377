"""The table of what stands in lanes."""

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class LaneEntry(Base):
    """One thing that stands in a lane, waiting or under way; it goes when it is over.

    Whatever has a smaller id in the same lane goes before it, as long as its process gives a sign:
    until `until` (seconds by the clock of `lanes`, which all processes share). `ahead` is how many
    stood before it when it came.
    """

    __tablename__ = "lane_entries"
    # An id is never given twice: who left late must not take away another's entry.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    lane: Mapped[str] = mapped_column(String(60), index=True)
    process: Mapped[str] = mapped_column(String(16))
    ahead: Mapped[int]
    until: Mapped[float] = mapped_column(Float(53))
