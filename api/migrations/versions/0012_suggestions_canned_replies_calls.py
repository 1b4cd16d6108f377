"""suggestions for operators, knowledge gaps, approvals, canned replies, phone calls"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _moment(name: str, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _of_a_conversation() -> sa.Column[Any]:
    return sa.Column(
        "conversation_id",
        sa.String(36),
        sa.ForeignKey("conversations.id"),
        nullable=False,
        index=True,
    )


def upgrade() -> None:
    # A run that was cut off may have made them: SQLite keeps them.
    there = sa.inspect(op.get_bind()).get_table_names()
    for name, make in TABLES.items():
        if name not in there:
            make()
    columns = sa.inspect(op.get_bind()).get_columns("messages")
    if "held" not in [column["name"] for column in columns]:
        held: sa.Column[Any] = sa.Column(
            "held", sa.Boolean(), nullable=False, server_default=sa.false()
        )
        op.add_column("messages", held)


def _suggestion_sets() -> None:
    op.create_table(
        "suggestion_sets",
        sa.Column("turn_id", sa.String(36), sa.ForeignKey("turns.id"), primary_key=True),
        _of_a_conversation(),
        sa.Column("message_id", sa.String(36), nullable=False, index=True),
        sa.Column("intent", sa.String(40), nullable=False),
        sa.Column("certainty", sa.Double(), nullable=False),
        sa.Column("action", sa.String(20)),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        _moment("made_at"),
    )


def _suggestions() -> None:
    op.create_table(
        "suggestions",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column(
            "turn_id",
            sa.String(36),
            sa.ForeignKey("suggestion_sets.turn_id"),
            nullable=False,
            index=True,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("source", sa.String(120)),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("citations", sa.JSON(), nullable=False),
        sa.Column("drafts", sa.JSON(), nullable=False),
        sa.Column("chance", sa.Double()),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("decided_by", sa.Integer()),
        _moment("decided_at", nullable=True),
    )


def _knowledge_gaps() -> None:
    op.create_table(
        "knowledge_gaps",
        sa.Column("id", sa.Integer(), primary_key=True),
        _of_a_conversation(),
        sa.Column("suggestion_id", sa.String(36), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("source", sa.String(120)),
        sa.Column("reason", sa.String(20), nullable=False, index=True),
        sa.Column("words", sa.Text()),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("intent", sa.String(40), nullable=False),
        sa.Column("situation", sa.String(40)),
        sa.Column("right", sa.String(40)),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        _moment("noted_at"),
    )


def _held_replies() -> None:
    op.create_table(
        "held_replies",
        sa.Column("turn_id", sa.String(36), sa.ForeignKey("turns.id"), primary_key=True),
        _of_a_conversation(),
        sa.Column("referral", sa.JSON()),
        sa.Column("certainty", sa.Double(), nullable=False),
        sa.Column("reason", sa.String(10), nullable=False),
        _moment("asked_at"),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("decision", sa.String(10), index=True),
        sa.Column("decided_by", sa.Integer()),
        _moment("decided_at", nullable=True),
    )


def _calls() -> None:
    op.create_table(
        "calls",
        sa.Column(
            "conversation_id", sa.String(36), sa.ForeignKey("conversations.id"), primary_key=True
        ),
        sa.Column("cti_id", sa.String(80)),
        sa.Column("staff_id", sa.Integer(), nullable=False, index=True),
        sa.Column("contact", sa.Text()),
        sa.Column("contact_hash", sa.String(64), index=True),
        _moment("began_at"),
        _moment("ended_at", nullable=True),
    )


def _canned_replies() -> None:
    op.create_table(
        "canned_replies",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("origin", sa.String(40), unique=True),
        sa.Column("owner_id", sa.Integer(), index=True),
        sa.Column("title", sa.String(40), nullable=False),
        sa.Column("shortcut", sa.String(20)),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("actions", sa.JSON(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        _moment("changed_at"),
    )


TABLES = {
    "suggestion_sets": _suggestion_sets,
    "suggestions": _suggestions,
    "knowledge_gaps": _knowledge_gaps,
    "canned_replies": _canned_replies,
    "held_replies": _held_replies,
    "calls": _calls,
}


def downgrade() -> None:
    op.drop_column("messages", "held")
    for name in reversed(TABLES):
        op.drop_table(name)
