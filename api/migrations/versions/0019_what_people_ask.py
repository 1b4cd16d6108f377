"""sentences for training and their readings; turns that went badly, in groups"""

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


def _groups(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("nearest", sa.String(120)),
        sa.Column("likeness", sa.Double()),
        sa.Column("aside", sa.String(20), index=True),
        sa.Column("aside_size", sa.Integer),
        sa.Column("aside_key", sa.String(120)),
        sa.Column("aside_reason", sa.Text),
        sa.Column("aside_by_id", sa.Integer),
        sa.Column("aside_by", sa.String(40)),
        _moment("aside_at", nullable=True),
    )


def _turns(name: str) -> None:
    op.create_table(
        name,
        sa.Column("turn_id", sa.String(36), primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String(36),
            sa.ForeignKey("conversations.id", name=f"fk_{name}_conversation_id"),
            nullable=False,
            index=True,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("reasons", sa.Integer, nullable=False),
        sa.Column("space", sa.String(120)),
        sa.Column("vector", sa.LargeBinary),
        sa.Column(
            "group_id",
            sa.Integer,
            sa.ForeignKey("asked_groups.id", name=f"fk_{name}_group_id"),
            index=True,
        ),
        sa.Column("distance", sa.Double()),
    )


def _builds(name: str) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("slot", sa.String(20), nullable=False),
        _moment("begun_at"),
        _moment("ended_at", nullable=True),
        sa.Column("turns", sa.Integer),
        sa.Column("groups", sa.Integer),
        sa.UniqueConstraint("slot", name=f"uq_{name}_slot"),
    )


TABLES = {
    "labelled_sentences": _sentences,
    "sentence_readings": _readings,
    "asked_groups": _groups,
    "asked_turns": _turns,
    "asked_builds": _builds,
}
