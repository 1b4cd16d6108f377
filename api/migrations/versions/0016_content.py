"""what admins change of the reviewed content, and the releases made of it"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # They may have been made by a run that was cut off: SQLite keeps them.
    there = set(sa.inspect(op.get_bind()).get_table_names())
    for name, make in TABLES.items():
        if name not in there:
            make(name)


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)


def _moment(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _items(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False, index=True),
        sa.Column("file", sa.String(200), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("version", sa.Integer, nullable=False),
        _moment("updated_at"),
        sa.UniqueConstraint("kind", "file", "key", name=f"uq_{name}_kind"),
    )


def _revisions(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "item_id",
            sa.Integer,
            sa.ForeignKey("content_items.id", name=f"fk_{name}_item_id"),
            nullable=False,
            index=True,
        ),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("author", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("effective_from", sa.Date),
        sa.Column("expires_on", sa.Date),
        sa.Column("sources", sa.JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("reviewer_id", sa.Integer),
        sa.Column("reviewer", sa.String(40)),
        _moment("made_at"),
        _moment("decided_at", nullable=True),
        sa.Column("base_hash", sa.String(64), nullable=False),
        sa.UniqueConstraint("item_id", "number", name=f"uq_{name}_item_id"),
    )


def _comments(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "item_id",
            sa.Integer,
            sa.ForeignKey("content_items.id", name=f"fk_{name}_item_id"),
            nullable=False,
            index=True,
        ),
        sa.Column(
            "revision_id",
            sa.Integer,
            sa.ForeignKey("content_revisions.id", name=f"fk_{name}_revision_id"),
        ),
        sa.Column("author_id", sa.Integer, nullable=False),
        sa.Column("author", sa.String(40), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        _moment("at"),
    )


def _releases(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("in_use", sa.Boolean),
        sa.Column("changes", sa.JSON, nullable=False),
        sa.Column("candidates", sa.JSON, nullable=False),
        sa.Column("report", sa.JSON),
        sa.Column("problem", sa.Text),
        sa.Column("made_by", sa.Integer),
        _moment("made_at"),
        sa.Column("activated_by", sa.Integer),
        _moment("activated_at", nullable=True),
        sa.Column("index_hash", sa.String(64)),
        sa.UniqueConstraint("in_use", name=f"uq_{name}_in_use"),
    )


TABLES = {
    "content_items": _items,
    "content_revisions": _revisions,
    "content_comments": _comments,
    "content_releases": _releases,
}
