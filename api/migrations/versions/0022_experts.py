"""experts who agreed to be asked; public bodies by kind are items of a kind of their own"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

TABLE = "experts"
ITEMS = sa.table("content_items", sa.column("kind", sa.String), sa.column("file", sa.String))
BODIES = "institutions.yml"


def upgrade() -> None:
    op.execute(
        ITEMS.update()
        .where(ITEMS.c.kind == "institution", ITEMS.c.file == BODIES)
        .values(kind="body")
    )
    # SQLite keeps what a run did that was cut off.
    if TABLE in sa.inspect(op.get_bind()).get_table_names():
        return
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("organisation", sa.Text()),
        sa.Column("phone", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("note", sa.Text()),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("cities", sa.JSON(), nullable=False),
        sa.Column("consent_on", sa.Date(), index=True),
        sa.Column("consent_until", sa.Date()),
        sa.Column("consent_how", sa.String(200)),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("added_by", sa.String(60), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table(TABLE)
    op.execute(
        ITEMS.update()
        .where(ITEMS.c.kind == "body", ITEMS.c.file == BODIES)
        .values(kind="institution")
    )
