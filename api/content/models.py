"""Tables of content: items, their revisions and comments, and the releases made of them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class State(StrEnum):
    """Where a revision stands; the value is what the database keeps."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    ARCHIVED = "archived"
    REJECTED = "rejected"


class Stage(StrEnum):
    """Where a release stands.

    SCHEDULED: reviewed, and made for a day that is still to come. PASSED: that day has come, and
    the release of the day holds it.
    """

    MAKING = "making"
    PROVING = "proving"
    READY = "ready"
    SCHEDULED = "scheduled"
    PASSED = "passed"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    FAILED = "failed"


class Item(Base):
    """One item of the reviewed content, named as `knowledge.editing` names it.

    `body` is what is in use, null where nothing is: it follows the content that the service has
    loaded, so that items can be searched and listed. `version` counts what people did to it: who
    changes an item says over which version.
    """

    __tablename__ = "content_items"
    __table_args__ = (UniqueConstraint("kind", "file", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    file: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int]
    updated_at: Mapped[datetime]


class Revision(Base):
    """What an item is to say from `effective_from` to the end of `expires_on`; null is open.

    `body` null takes the item away. `base_hash` is that of the body that it was written over.
    """

    __tablename__ = "content_revisions"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("content_items.id"), index=True)
    number: Mapped[int]
    body: Mapped[str | None] = mapped_column(Text)
    author_id: Mapped[int]
    author: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    effective_from: Mapped[date | None]
    expires_on: Mapped[date | None]
    sources: Mapped[list[dict[str, Any]]]  # {"source"}
    state: Mapped[str] = mapped_column(String(20), index=True)
    reviewer_id: Mapped[int | None]
    reviewer: Mapped[str | None] = mapped_column(String(40))
    made_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    base_hash: Mapped[str] = mapped_column(String(64))


class Comment(Base):
    """What one of the staff says about an item, or about one revision of it."""

    __tablename__ = "content_comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("content_items.id"), index=True)
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("content_revisions.id"))
    author_id: Mapped[int]
    author: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class Release(Base):
    """Content made for a day of what is shipped and the `changes`, each {item_id, revision_id,
    gone}: `gone` where the item is told no longer.

    `candidates` are the revisions {revision_id} that its activation publishes. `in_use` is true of
    one release at most and else null, which the database holds true.
    """

    __tablename__ = "content_releases"
    __table_args__ = (UniqueConstraint("in_use"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(20), index=True)
    in_use: Mapped[bool | None]
    changes: Mapped[list[dict[str, Any]]]
    candidates: Mapped[list[dict[str, Any]]]
    report: Mapped[dict[str, Any] | None]
    problem: Mapped[str | None] = mapped_column(Text)
    made_by: Mapped[int | None]  # null where the service made it by itself
    made_at: Mapped[datetime]
    activated_by: Mapped[int | None]
    activated_at: Mapped[datetime | None]
    index_hash: Mapped[str | None] = mapped_column(String(64))
