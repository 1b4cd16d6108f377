"""sentences for training and their readings"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
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


def _sentences(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String(36),
            sa.ForeignKey("conversations.id", name=f"fk_{name}_conversation_id"),
            index=True,
        ),
        sa.Column("turn_id", sa.String(36)),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False, index=True),
        sa.Column("proposed", sa.JSON),
        sa.Column("label", sa.JSON),
        sa.Column("added_by_id", sa.Integer, nullable=False),
        sa.Column("added_by", sa.String(40), nullable=False),
        _moment("added_at"),
        sa.UniqueConstraint("turn_id", name=f"uq_{name}_turn_id"),
    )


def _readings(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "sentence_id",
            sa.Integer,
            sa.ForeignKey("labelled_sentences.id", name=f"fk_{name}_sentence_id"),
            nullable=False,
            index=True,
        ),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("reader_id", sa.Integer, nullable=False, index=True),
        sa.Column("reader", sa.String(40), nullable=False),
        sa.Column("label", sa.JSON, nullable=False),
        _moment("read_at"),
        sa.UniqueConstraint("sentence_id", "place", name=f"uq_{name}_sentence_id"),
        sa.UniqueConstraint("sentence_id", "reader_id", name=f"uq_{name}_reader"),
    )


TABLES = {
    "labelled_sentences": _sentences,
    "sentence_readings": _readings,
}
