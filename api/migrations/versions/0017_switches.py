"""switches over what the bot says, and the banner"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SWITCHES, BANNERS = "content_switches", "banners"
INSTANT = sa.DateTime(timezone=True)
NOT_LIFTED = sa.text("lifted_at IS NULL")


def upgrade() -> None:
    # They may have been made by a run that was cut off: SQLite keeps them.
    there = sa.inspect(op.get_bind()).get_table_names()
    if SWITCHES not in there:
        _make_switches()
    if BANNERS not in there:
        _make_banners()


def _make_switches() -> None:
    op.create_table(
        SWITCHES,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("mode", sa.String(10), nullable=False),
        sa.Column("note", sa.String(200), nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT),
        *_by_whom(),
    )
    op.create_index(f"ix_{SWITCHES}_lifted_at", SWITCHES, ["lifted_at"])
    op.create_index(
        f"uq_{SWITCHES}_topic",
        SWITCHES,
        ["topic"],
        unique=True,
        sqlite_where=NOT_LIFTED,
        postgresql_where=NOT_LIFTED,
    )


def _make_banners() -> None:
    op.create_table(
        BANNERS,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("text", sa.String(120), nullable=False),
        sa.Column("first_day", sa.Date, nullable=False),
        sa.Column("last_day", sa.Date, nullable=False),
        *_by_whom(),
    )
    op.create_index(f"ix_{BANNERS}_lifted_at", BANNERS, ["lifted_at"])


def _by_whom() -> list[sa.Column[object]]:
    return [
        sa.Column("set_by_id", sa.Integer, nullable=False),
        sa.Column("set_by", sa.String(60), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("lifted_by_id", sa.Integer),
        sa.Column("lifted_by", sa.String(60)),
        sa.Column("lifted_at", INSTANT),
    ]


def downgrade() -> None:
    op.drop_table(BANNERS)
    op.drop_table(SWITCHES)
