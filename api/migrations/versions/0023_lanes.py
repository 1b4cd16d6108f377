"""lanes: whose turn it is in a conversation, in whichever process"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE = "lane_entries"


def upgrade() -> None:
    # SQLite keeps what a run did that was cut off.
    if TABLE in sa.inspect(op.get_bind()).get_table_names():
        return
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("lane", sa.String(60), nullable=False, index=True),
        sa.Column("process", sa.String(16), nullable=False),
        sa.Column("ahead", sa.Integer(), nullable=False),
        sa.Column("until", sa.Float(53), nullable=False),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table(TABLE)
