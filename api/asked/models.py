"""Tables of turns that went badly and of the groups that they fall into.

No word of a visitor stands here: what he said is read from his message and masked when it is shown.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base
from api.protection.columns import EncryptedBytes, EncryptedText


class Group(Base):
    """Turns that ask the same; how many there are is counted from its turns.

    `nearest` is the id of the own answer whose wording comes closest to its most central sentence,
    `likeness` the cosine to it. What the office did with a group puts it aside until it has grown
    by half: `aside` is one of schemas.What, `aside_size` its size then.
    """

    __tablename__ = "asked_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    nearest: Mapped[str | None] = mapped_column(String(120))
    likeness: Mapped[float | None]
    aside: Mapped[str | None] = mapped_column(String(20), index=True)
    aside_size: Mapped[int | None]
    aside_key: Mapped[str | None] = mapped_column(String(120))  # of the answer it became part of
    aside_reason: Mapped[str | None] = mapped_column(EncryptedText)
    aside_by_id: Mapped[int | None]
    aside_by: Mapped[str | None] = mapped_column(String(40))
    aside_at: Mapped[datetime | None]


class AskedTurn(Base):
    """A turn that went badly, as long as its conversation is kept.

    `reasons` are bits of reasons.Reason. `vector` is the meaning of its masked words, float16 of
    the encoder's length as `space` gives it, null until it is computed; `distance` that to the
    middle of its group.
    """

    __tablename__ = "asked_turns"

    turn_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    asked_at: Mapped[datetime] = mapped_column(index=True)
    reasons: Mapped[int] = mapped_column(Integer)
    space: Mapped[str | None] = mapped_column(String(120))
    vector: Mapped[bytes | None] = mapped_column(EncryptedBytes, deferred=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("asked_groups.id"), index=True)
    distance: Mapped[float | None]


class Build(Base):
    """One time that the groups were made anew; `slot` lets one copy of the service do it."""

    __tablename__ = "asked_builds"
    __table_args__ = (UniqueConstraint("slot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slot: Mapped[str] = mapped_column(String(20))
    begun_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    turns: Mapped[int | None]
    groups: Mapped[int | None]
