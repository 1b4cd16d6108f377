"""contacts over other channels, what they send, the outbox, codes and tokens that move a case"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
CONVERSATION_COLUMNS: tuple[sa.Column[Any], ...] = (
    sa.Column("contact_id", sa.Integer()),
    sa.Column("speaks_by_contact", sa.Boolean(), nullable=False, server_default=sa.false()),
)
# Each before what refers to it.
TABLES: dict[str, tuple[Any, ...]] = {
    "contacts": (
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("account", sa.String(40), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("contact_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("conversation_id", sa.String(36), sa.ForeignKey("conversations.id"), index=True),
        sa.Column("subscribed", sa.Boolean(), nullable=False, server_default=sa.true()),
        sa.Column("notice_version", sa.String(40)),
        sa.Column("consented_at", MOMENT),
        sa.Column("last_inbound_at", MOMENT),
        sa.Column("grants", sa.JSON()),
        sa.Column("pictures", sa.JSON()),
        sa.Column("made_at", MOMENT, nullable=False),
    ),
    "inbound": (
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "contact_id", sa.Integer(), sa.ForeignKey("contacts.id"), nullable=False, index=True
        ),
        sa.Column("key_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("turn_id", sa.String(36), index=True),
        sa.Column("reply", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT),
        sa.Column("leased_until", MOMENT),
        sa.Column("done_at", MOMENT),
        sa.Index("ix_inbound_state_received_at", "state", "received_at"),
    ),
    "outbox": (
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("lane", sa.String(80), nullable=False),
        sa.Column("contact_id", sa.Integer(), sa.ForeignKey("contacts.id"), index=True),
        sa.Column("conversation_id", sa.String(36), index=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("ref", sa.String(64), nullable=False),
        sa.Column("inbound_id", sa.Integer()),
        sa.Column("payload", sa.JSON()),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("leased_until", MOMENT),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("via", sa.String(20)),
        sa.Column("problem", sa.String(60)),
        sa.UniqueConstraint("lane", "kind", "ref"),
        sa.Index("ix_outbox_state_due_at", "state", "due_at"),
        sa.Index("ix_outbox_lane_state", "lane", "state"),
    ),
    "conversation_tokens": (
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String(36),
            sa.ForeignKey("conversations.id"),
            nullable=False,
            index=True,
        ),
        sa.Column("token_sha256", sa.String(64), nullable=False, unique=True),
        sa.Column("origin", sa.String(10), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
    ),
    "move_codes": (
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
        sa.Column(
            "conversation_id",
            sa.String(36),
            sa.ForeignKey("conversations.id"),
            nullable=False,
            index=True,
        ),
        sa.Column("made_by", sa.String(20), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
    ),
}


def upgrade() -> None:
    # Every step may have been done by a run that was cut off: SQLite keeps it.
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns("conversations")}
    for column in CONVERSATION_COLUMNS:
        if column.name not in known:
            op.add_column("conversations", column._copy())
    there = set(sa.inspect(op.get_bind()).get_table_names())
    for name, parts in TABLES.items():
        if name not in there:
            op.create_table(name, *parts)


def downgrade() -> None:
    there = set(sa.inspect(op.get_bind()).get_table_names())
    for name in reversed(TABLES):
        if name in there:
            op.drop_table(name)
    for column in CONVERSATION_COLUMNS:
        op.drop_column("conversations", str(column.name))
