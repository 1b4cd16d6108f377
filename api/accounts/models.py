"""Tables of who works at the desk: users, their sessions, tries to sign in, the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class User(Base):
    """Somebody who works at the desk. Nobody is ever deleted: the audit log names them."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)  # folded, to sign in with
    display_name: Mapped[str] = mapped_column(String(40))  # what visitors and colleagues see
    role: Mapped[str] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254), unique=True)  # folded
    extension: Mapped[str | None] = mapped_column(String(20), index=True)  # of his telephone
    active: Mapped[bool]
    password_hash: Mapped[str] = mapped_column(Text)
    must_change_password: Mapped[bool]
    # issuer and subject at the office's own sign-in, from the first time that he came that way
    oidc_subject: Mapped[str | None] = mapped_column(String(600), unique=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]


class StaffSession(Base):
    """One browser that is signed in. Times are real ones, also where the clock stands still."""

    __tablename__ = "staff_sessions"

    token_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    by: Mapped[str] = mapped_column(String(10))  # password, oidc
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class SignInTries(Base):
    """Tries with one name that were not followed by a right one, whether or not anybody has it.

    Only the name's SHA-256 is kept: what people type there by mistake may be a password.
    """

    __tablename__ = "sign_in_tries"

    name_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    tries: Mapped[int]
    since: Mapped[datetime]
    last_at: Mapped[datetime] = mapped_column(index=True)
    locked_until: Mapped[datetime | None]


class AuditEvent(Base):
    """Who of the staff saw or did what. The database refuses to change or delete a row."""

    __tablename__ = "audit_events"
    __table_args__ = (Index("ix_audit_events_object", "object_kind", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    # None: the command line, or nobody who is known
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    staff_name: Mapped[str | None] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(60), index=True)
    object_kind: Mapped[str] = mapped_column(String(30))
    object_id: Mapped[str] = mapped_column(String(80))
    detail: Mapped[dict[str, Any]]
