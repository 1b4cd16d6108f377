"""messages: the drafts that they offer"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("messages", sa.Column("drafts", sa.JSON()))


def downgrade() -> None:
    op.drop_column("messages", "drafts")
