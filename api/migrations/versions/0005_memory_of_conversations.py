"""conversations remember what the dialogue engine's trackers held; turns count their attempts"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("conversations", sa.Column("memory", sa.JSON()))
    op.add_column("turns", sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("turns", sa.Column("working", sa.JSON()))


def downgrade() -> None:
    op.drop_column("turns", "working")
    op.drop_column("turns", "attempt")
    op.drop_column("conversations", "memory")
