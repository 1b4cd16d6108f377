"""trainings at the desk"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLE = "training_runs"


def upgrade() -> None:
    # It may have been made by a run that was cut off: SQLite keeps it.
    if TABLE in sa.inspect(op.get_bind()).get_table_names():
        return
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("state", sa.String(20), nullable=False, index=True),
        sa.Column("under_way", sa.Boolean()),
        sa.Column("started_by_id", sa.Integer(), nullable=False),
        sa.Column("started_by", sa.String(60), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("sentences", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(40)),
        sa.Column("report", sa.JSON()),
        sa.Column("problem", sa.Text()),
        sa.Column("activated_by", sa.String(60)),
        sa.Column("activated_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("under_way", name="uq_training_runs_under_way"),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
