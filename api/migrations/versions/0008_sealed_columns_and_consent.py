"""what visitors said is sealed; consent, deletions, and who deletes"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

# What is sealed, by table: columns of text and columns of JSON, those that a table has.
SEALED = {
    "conversations": (("handoff_reason",), ("facts", "memory")),
    "turns": ((), ("ticket", "answer", "working")),
    "messages": (("text", "payload"), ()),
    "referrals": ((), ("body",)),
    "tickets": (("contact", "summary"), ("facts",)),
    "ticket_notes": (("text",), ()),
}
AT_ONCE = 200  # rows


def upgrade() -> None:
    # Every step may have been done by a run that was cut off: SQLite keeps it.
    for table, column in (
        ("conversations", sa.Column("consent_version", sa.String(40))),
        ("conversations", sa.Column("consented_at", sa.DateTime(timezone=True))),
        ("tickets", sa.Column("contact_hash", sa.String(64))),
    ):
        if column.name not in _columns(table):
            op.add_column(table, column)
    if "ix_tickets_contact_hash" not in _indexes("tickets"):
        op.create_index("ix_tickets_contact_hash", "tickets", ["contact_hash"])
    _create_tables()
    keys = _keys()
    _rewrite(
        lambda text: text if keys.has_sealed(text) else keys.seal(text),
        # What is sealed is a text, what is not is never one.
        lambda value: value if isinstance(value, str) else keys.seal_json(value),
    )
    _hash_contacts(keys)
    if not _tables_hold("key_checks"):
        checks = sa.table("key_checks", sa.column("id"), sa.column("word"))
        op.execute(checks.insert().values(id=1, word=keys.seal("helpline")))


def downgrade() -> None:
    keys = _keys()
    _rewrite(
        lambda text: keys.opened(text) if keys.has_sealed(text) else text,
        lambda value: keys.opened_json(value) if isinstance(value, str) else value,
    )
    for table in ("key_checks", "leases", "deletions"):
        op.drop_table(table)
    op.drop_index("ix_tickets_contact_hash", "tickets")
    op.drop_column("tickets", "contact_hash")
    op.drop_column("conversations", "consented_at")
    op.drop_column("conversations", "consent_version")


def _create_tables() -> None:
    if "deletions" not in _tables():
        op.create_table(
            "deletions",
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("subject", sa.String(40), nullable=False, index=True),
            sa.Column("by", sa.String(20), nullable=False),
            sa.Column("reason", sa.String(40), nullable=False),
            sa.Column("counts", sa.JSON(), nullable=False),
            sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=False),
        )
    if "leases" not in _tables():
        op.create_table(
            "leases",
            sa.Column("name", sa.String(20), primary_key=True),
            sa.Column("held_until", sa.DateTime(timezone=True)),
            sa.Column("done_on", sa.Date()),
        )
    if "key_checks" not in _tables():
        op.create_table(
            "key_checks",
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("word", sa.Text(), nullable=False),
        )


def _rewrite(change_text, change_json):  # type: ignore[no-untyped-def]
    """Change every sealed column of every row, a few rows at a time."""
    connection = op.get_bind()
    for name, (texts, jsons) in SEALED.items():
        there = _columns(name)
        plain = [sa.column(column, sa.Text()) for column in texts if column in there]
        of_json = [
            sa.column(column, sa.JSON(none_as_null=True)) for column in jsons if column in there
        ]
        table = sa.table(name, sa.column("id"), *plain, *of_json)
        names = [column for column in (*texts, *jsons) if column in there]
        ids = connection.scalars(sa.select(table.c.id)).all()
        for first in range(0, len(ids), AT_ONCE):
            some = table.c.id.in_(ids[first : first + AT_ONCE])
            for row in connection.execute(sa.select(table).where(some)).mappings().all():
                before = {column: row[column] for column in names if row[column] is not None}
                after = {
                    column: (change_text if column in texts else change_json)(value)
                    for column, value in before.items()
                }
                if after != before:
                    this = table.c.id == row["id"]
                    connection.execute(table.update().where(this).values(**after))


def _hash_contacts(keys):  # type: ignore[no-untyped-def]
    connection = op.get_bind()
    names = ("id", "contact", "contact_hash")
    tickets = sa.table("tickets", *map(sa.column, names))
    for row in connection.execute(sa.select(tickets).where(tickets.c.contact.is_not(None))).all():
        found_by = keys.hashed(_as_searched(keys.opened(row.contact)))
        this = tickets.c.id == row.id
        connection.execute(tickets.update().where(this).values(contact_hash=found_by))


def _as_searched(contact):  # type: ignore[no-untyped-def]
    reached = "".join(contact.partition("（")[0].split()).casefold()
    digits = "".join(ch for ch in reached if ch.isdecimal())
    is_number = len(digits) >= 7 and not any(ch.isalpha() for ch in reached)
    return digits if is_number else reached


def _keys():  # type: ignore[no-untyped-def]
    return op.get_context().opts["data_keys"]


def _tables():  # type: ignore[no-untyped-def]
    return sa.inspect(op.get_bind()).get_table_names()


def _columns(table):  # type: ignore[no-untyped-def]
    return {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}


def _indexes(table):  # type: ignore[no-untyped-def]
    return {index["name"] for index in sa.inspect(op.get_bind()).get_indexes(table)}


def _tables_hold(name):  # type: ignore[no-untyped-def]
    return op.get_bind().scalar(sa.select(sa.func.count()).select_from(sa.table(name)))
