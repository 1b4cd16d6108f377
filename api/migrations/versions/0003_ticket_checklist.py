"""the evidence checklist of tickets"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tickets", sa.Column("checklist", sa.JSON()))


def downgrade() -> None:
    op.drop_column("tickets", "checklist")
