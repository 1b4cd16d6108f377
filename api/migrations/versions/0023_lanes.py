"""lanes: whose turn it is in a conversation, in whichever process; from where each is led"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ENTRIES, ASKERS = "lane_entries", "askers"


def upgrade() -> None:
    # SQLite keeps what a run did that was cut off.
    found = sa.inspect(op.get_bind()).get_table_names()
    if ENTRIES not in found:
        op.create_table(
            ENTRIES,
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("lane", sa.String(60), nullable=False, index=True),
            sa.Column("process", sa.String(16), nullable=False),
            sa.Column("ahead", sa.Integer(), nullable=False),
            sa.Column("until", sa.Float(53), nullable=False),
            sqlite_autoincrement=True,
        )
    if ASKERS not in found:
        op.create_table(
            ASKERS,
            sa.Column("conversation_id", sa.String(36), primary_key=True),
            sa.Column("address", sa.Text(), nullable=False),
            sa.Column("expires_at", sa.Float(53), nullable=False, index=True),
        )


def downgrade() -> None:
    op.drop_table(ASKERS)
    op.drop_table(ENTRIES)
