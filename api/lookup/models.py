"""Tables of the search over sealed words: what was indexed, and the pairs of characters in it."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database import Base


class SearchDocument(Base):
    """A conversation or a ticket as far as it was indexed.

    `ref` is its id; `seen` says how far, so that a change is noticed: of a conversation the last
    position and the id of the last note (12/3), a ticket goes by `newest_at`, its last change.
    """

    __tablename__ = "search_documents"
    __table_args__ = (UniqueConstraint("kind", "ref"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    ref: Mapped[str] = mapped_column(String(36))
    conversation_id: Mapped[str] = mapped_column(
        String(36), ForeignKey("conversations.id"), index=True
    )
    seen: Mapped[str] = mapped_column(String(60))
    newest_at: Mapped[datetime]


class SearchGram(Base):
    """Two characters that stand beside each other somewhere in a document, as a keyed hash: nobody
    who lacks the data key can tell which.
    """

    __tablename__ = "search_grams"
    # The key is the whole row: SQLite keeps it once.
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy declares it so

    gram: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(
        ForeignKey("search_documents.id"), primary_key=True, index=True
    )
