"""laws that are taken in, and when each version was confirmed to be in force"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

IMPORTS, CONFIRMATIONS = "law_imports", "law_confirmations"


def upgrade() -> None:
    # Every step may have been done by a run that was cut off: SQLite keeps it.
    known = sa.inspect(op.get_bind()).get_table_names()
    if IMPORTS not in known:
        op.create_table(
            IMPORTS,
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("file_name", sa.String(200), nullable=False),
            sa.Column("sha256", sa.String(64), nullable=False),
            sa.Column("reading", sa.JSON(), nullable=False),
            sa.Column("details", sa.JSON(), nullable=False),
            sa.Column("moves", sa.JSON()),
            sa.Column("against", sa.Date()),
            sa.Column("revisions", sa.JSON(), nullable=False),
            sa.Column("author_id", sa.Integer(), nullable=False),
            sa.Column("author", sa.String(40), nullable=False),
            sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("version", sa.Integer(), nullable=False),
        )
    if CONFIRMATIONS not in known:
        op.create_table(
            CONFIRMATIONS,
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("law", sa.String(40), nullable=False),
            sa.Column("version_date", sa.Date(), nullable=False),
            sa.Column("source", sa.String(300), nullable=False),
            sa.Column("note", sa.Text(), nullable=False),
            sa.Column("by_id", sa.Integer(), nullable=False),
            sa.Column("by", sa.String(40), nullable=False),
            sa.Column("at", sa.DateTime(timezone=True), nullable=False),
            sa.Index("ix_law_confirmations_version", "law", "version_date"),
        )


def downgrade() -> None:
    op.drop_table(CONFIRMATIONS)
    op.drop_table(IMPORTS)
