"""The table of trainings. It holds no visitor's words: sentences are counted, never kept here."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class State(StrEnum):
    """How far a run is."""

    WAITING = "waiting"
    TRAINING = "training"
    COMPARING = "comparing"
    READY = "ready"
    REFUSED = "refused"  # harm rose or a floor fell
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"  # was in use until its engine did not start
    FAILED = "failed"
    CANCELLED = "cancelled"


UNDER_WAY = (State.WAITING, State.TRAINING, State.COMPARING)
# What may be put in use. Who chooses a withdrawn one again sees it start beside the one in use.
USABLE = (State.READY, State.SUPERSEDED, State.WITHDRAWN)


class Run(Base):
    """One training, and what came of it.

    `under_way` is true of one run at most and else null, which the database holds true. `seen_at`
    is when its process last gave a sign. `model` names its file below `var/training/`; null where
    there is none, or none any more.
    """

    __tablename__ = "training_runs"
    __table_args__ = (UniqueConstraint("under_way"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    under_way: Mapped[bool | None]
    started_by_id: Mapped[int]
    started_by: Mapped[str] = mapped_column(String(60))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    progress: Mapped[int]  # percent
    sentences: Mapped[int]  # of the desk that it learns from, besides those of the repository
    left_out: Mapped[int]  # of the desk that it may not learn from
    model: Mapped[str | None] = mapped_column(String(40))
    report: Mapped[dict[str, Any] | None]
    problem: Mapped[str | None] = mapped_column(Text)
    activated_by: Mapped[str | None] = mapped_column(String(60))
    activated_at: Mapped[datetime | None]
