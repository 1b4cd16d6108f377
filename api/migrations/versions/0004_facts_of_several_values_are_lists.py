"""facts that hold several values are lists"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SEVERAL = ("proceeding", "doc_received", "evidence", "classes", "registration_number")
UNKNOWN = "unknown"
TABLES = ("conversations", "tickets")


def upgrade() -> None:
    _rewrite(lambda value: value.split("、") if isinstance(value, str) else value)


def downgrade() -> None:
    _rewrite(lambda value: "、".join(value) if isinstance(value, list) else value)


def _rewrite(change):  # type: ignore[no-untyped-def]
    connection = op.get_bind()
    for name in TABLES:
        table = sa.table(name, sa.column("id"), sa.column("facts", sa.JSON()))
        for row in connection.execute(sa.select(table.c.id, table.c.facts)).all():
            facts = row.facts or {}
            changed = {
                slot: change(value) if slot in SEVERAL and value != UNKNOWN else value
                for slot, value in facts.items()
            }
            if changed != facts:
                connection.execute(table.update().where(table.c.id == row.id).values(facts=changed))
