"""what each turn led to, which written answers and remedies were told; indexes for the figures"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLE = "told_content"
OUTCOME = "outcome"
# Name, table, columns: figures look for the rows of a month among those of years.
INDEXES = (
    ("ix_turns_received_at", "turns", ["received_at", OUTCOME]),
    ("ix_conversations_opened_at", "conversations", ["opened_at"]),
)


def upgrade() -> None:
    # Every step may have been done by a run that was cut off: SQLite keeps it.
    seen = sa.inspect(op.get_bind())
    if OUTCOME not in {column["name"] for column in seen.get_columns("turns")}:
        op.add_column("turns", sa.Column(OUTCOME, sa.String(12)))
    if TABLE not in seen.get_table_names():
        op.create_table(
            TABLE,
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column(
                "conversation_id",
                sa.String(36),
                sa.ForeignKey("conversations.id"),
                nullable=False,
                index=True,
            ),
            sa.Column("kind", sa.String(10), nullable=False),
            sa.Column("key", sa.String(120), nullable=False),
            sa.Column("told_at", sa.DateTime(timezone=True), nullable=False, index=True),
        )
    for name, table, columns in INDEXES:
        if name not in {index["name"] for index in seen.get_indexes(table)}:
            op.create_index(name, table, columns)


def downgrade() -> None:
    for name, table, _ in INDEXES:
        op.drop_index(name, table)
    op.drop_table(TABLE)
    op.drop_column("turns", OUTCOME)
