"""queues, notes of the office, clocks, links, referral sheets, satisfaction, thumbnails, search"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OPEN_INDEX = "uq_tickets_open_conversation"
OPEN_BEFORE = sa.text("status NOT IN ('done', 'closed')")
OPEN_AFTER = sa.text("status NOT IN ('done', 'closed', 'withdrawn') AND split_from_id IS NULL")
WITHDRAWN_NOTE = "来访者撤回了工单。"

TICKET_COLUMNS: tuple[sa.Column[Any], ...] = (
    sa.Column("queue", sa.String(30), nullable=False, server_default="helpline"),
    sa.Column("queue_chosen", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("assignee_id", sa.Integer()),
    sa.Column("assignee", sa.String(60)),
    sa.Column("tags", sa.JSON()),
    sa.Column("next_due_told", sa.Date()),
    sa.Column("merged_into_id", sa.Integer()),
    sa.Column("split_from_id", sa.Integer()),
    sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
)
NOTE_COLUMNS: tuple[sa.Column[Any], ...] = (
    sa.Column("public", sa.Boolean(), nullable=False, server_default=sa.true()),
    sa.Column("by", sa.String(10), nullable=False, server_default="system"),
    sa.Column("author_id", sa.Integer()),
    sa.Column("author", sa.String(60)),
)
TICKET_INDEXES = {
    "ix_tickets_conversation_id": ["conversation_id"],
    "ix_tickets_assignee_id": ["assignee_id"],
    "ix_tickets_merged_into_id": ["merged_into_id"],
    "ix_tickets_status_updated": ["status", "updated_at"],
}


def upgrade() -> None:
    # Every step may have been done by a run that was cut off: SQLite keeps it.
    _drop_index("tickets", OPEN_INDEX)
    if "queue" not in _columns("tickets"):
        with op.batch_alter_table("tickets") as tickets:
            tickets.alter_column(
                "status", existing_type=sa.String(10), type_=sa.String(20), nullable=False
            )
            tickets.alter_column("opened_in_turn", existing_type=sa.String(36), nullable=True)
            for column in TICKET_COLUMNS:
                tickets.add_column(column._copy())
            for name in ("merged_into", "split_from"):
                tickets.create_foreign_key(
                    f"fk_tickets_{name}_id", "tickets", [f"{name}_id"], ["id"]
                )
    for name, columns in TICKET_INDEXES.items():
        if name not in _indexes("tickets"):
            op.create_index(name, "tickets", columns)
    _add_columns("ticket_notes", NOTE_COLUMNS)
    _add_columns("ticket_files", (sa.Column("thumbnail", sa.LargeBinary()),))
    _add_columns("ticket_files", (sa.Column("added_by", sa.String(60)),))
    _tell_withdrawn_apart()
    keys = op.get_context().opts["data_keys"]
    _rewrite_next_steps(lambda text: text if keys.has_sealed(text) else keys.seal(text))
    _create_open_index(OPEN_AFTER)
    _create_tables()


def downgrade() -> None:
    keys = op.get_context().opts["data_keys"]
    _rewrite_next_steps(lambda text: keys.opened(text) if keys.has_sealed(text) else text)
    for table in TABLES:
        op.drop_table(table)
    _drop_index("tickets", OPEN_INDEX)
    # Two that are open in one conversation cannot go back: the one that was split off is ended.
    op.execute(
        "UPDATE tickets SET status = 'closed' WHERE status = 'withdrawn' OR "
        "(split_from_id IS NOT NULL AND status NOT IN ('done', 'closed'))"
    )
    op.execute("UPDATE tickets SET status = 'assigned' WHERE status = 'in_progress'")
    op.execute("DELETE FROM ticket_notes WHERE NOT public")
    for name in TICKET_INDEXES:
        op.drop_index(name, "tickets")
    with op.batch_alter_table("ticket_files") as files:
        files.drop_column("added_by")
        files.drop_column("thumbnail")
    with op.batch_alter_table("ticket_notes") as notes:
        for column in NOTE_COLUMNS:
            notes.drop_column(column.name)
    with op.batch_alter_table("tickets") as tickets:
        for name in ("merged_into", "split_from"):
            tickets.drop_constraint(f"fk_tickets_{name}_id", type_="foreignkey")
        for column in TICKET_COLUMNS:
            tickets.drop_column(column.name)
        tickets.alter_column(
            "status", existing_type=sa.String(20), type_=sa.String(10), nullable=False
        )
    _create_open_index(OPEN_BEFORE)


TABLES = (
    "search_grams",
    "search_documents",
    "conversation_news",
    "satisfactions",
    "referral_sheets",
    "ticket_links",
    "ticket_clocks",
    "ticket_changes",
)


def _create_tables() -> None:
    moment = sa.DateTime(timezone=True)

    def of_ticket(name="ticket_id", index=True):  # type: ignore[no-untyped-def]
        key = sa.ForeignKey("tickets.id")
        return sa.Column(name, sa.Integer(), key, nullable=False, index=index)

    def of_conversation():  # type: ignore[no-untyped-def]
        key = sa.ForeignKey("conversations.id")
        return sa.Column("conversation_id", sa.String(36), key, nullable=False, index=True)

    _create(
        "ticket_changes",
        sa.Column("id", sa.Integer(), primary_key=True),
        of_ticket(),
        sa.Column("what", sa.String(20), nullable=False),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.Column("author_id", sa.Integer()),
        sa.Column("author", sa.String(60)),
        sa.Column("changed_at", moment, nullable=False),
    )
    _create(
        "ticket_clocks",
        sa.Column("id", sa.Integer(), primary_key=True),
        of_ticket(index=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("warn_at", moment, nullable=False),
        sa.Column("due_at", moment, nullable=False, index=True),
        sa.Column("met_at", moment),
        sa.Column("paused_at", moment),
        sa.Column("stopped_at", moment),
        sa.Column("told", sa.String(10)),
        sa.UniqueConstraint("ticket_id", "kind"),
    )
    _create(
        "ticket_links",
        sa.Column("id", sa.Integer(), primary_key=True),
        of_ticket(index=False),
        of_ticket("other_id"),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("linked_at", moment, nullable=False),
        sa.UniqueConstraint("ticket_id", "other_id"),
    )
    _create(
        "referral_sheets",
        sa.Column("id", sa.String(36), primary_key=True),
        of_ticket(),
        sa.Column("to", sa.String(30), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("share", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(60), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.Column("received_on", sa.Date()),
        sa.Column("receipt_number", sa.Text()),
        sa.Column("receipt_note", sa.Text()),
    )
    _create(
        "satisfactions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("conversation_id", sa.String(36), nullable=False),
        sa.Column("about", sa.String(20), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text()),
        sa.Column("said_at", moment, nullable=False, index=True),
        sa.UniqueConstraint("conversation_id", "about"),
    )
    _create(
        "conversation_news",
        sa.Column("id", sa.Integer(), primary_key=True),
        of_conversation(),
        sa.Column("ticket", sa.String(20)),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("told_at", moment),
    )
    _create(
        "search_documents",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("ref", sa.String(36), nullable=False),
        of_conversation(),
        sa.Column("seen", sa.String(60), nullable=False),
        sa.Column("newest_at", moment, nullable=False),
        sa.UniqueConstraint("kind", "ref"),
    )
    _create(
        "search_grams",
        sa.Column("gram", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column(
            "document_id",
            sa.Integer(),
            sa.ForeignKey("search_documents.id"),
            primary_key=True,
            index=True,
        ),
        sqlite_with_rowid=False,
    )


def _create(name, *columns, **options):  # type: ignore[no-untyped-def]
    if not sa.inspect(op.get_bind()).has_table(name):
        op.create_table(name, *columns, **options)


def _create_open_index(which):  # type: ignore[no-untyped-def]
    if OPEN_INDEX not in _indexes("tickets"):
        op.create_index(
            OPEN_INDEX,
            "tickets",
            ["conversation_id"],
            unique=True,
            sqlite_where=which,
            postgresql_where=which,
        )


def _tell_withdrawn_apart() -> None:
    """A closed ticket whose last note says that its visitor took it back is a withdrawn one."""
    keys = op.get_context().opts["data_keys"]
    connection = op.get_bind()
    tickets = sa.table("tickets", sa.column("id"), sa.column("status"))
    notes = sa.table("ticket_notes", *map(sa.column, ("id", "ticket_id", "text")))
    last = sa.select(sa.func.max(notes.c.id)).group_by(notes.c.ticket_id)
    found = sa.select(tickets.c.id, notes.c.text).join(notes, notes.c.ticket_id == tickets.c.id)
    closed = found.where(tickets.c.status == "closed", notes.c.id.in_(last))
    for ticket_id, sealed in connection.execute(closed).all():
        if keys.opened(sealed) == WITHDRAWN_NOTE:
            this = tickets.update().where(tickets.c.id == ticket_id)
            connection.execute(this.values(status="withdrawn"))


def _rewrite_next_steps(change):  # type: ignore[no-untyped-def]
    """Staff write the next step in words of their own: it is sealed as the visitor's words are."""
    connection = op.get_bind()
    tickets = sa.table("tickets", sa.column("id"), sa.column("next_step"))
    some = sa.select(tickets).where(tickets.c.next_step.is_not(None))
    for row in connection.execute(some).all():
        this = tickets.update().where(tickets.c.id == row.id)
        connection.execute(this.values(next_step=change(row.next_step)))


def _add_columns(table, columns):  # type: ignore[no-untyped-def]
    there = _columns(table)
    for column in columns:
        if column.name not in there:
            op.add_column(table, column._copy())


def _drop_index(table, name):  # type: ignore[no-untyped-def]
    if name in _indexes(table):
        op.drop_index(name, table)


def _columns(table):  # type: ignore[no-untyped-def]
    return {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}


def _indexes(table):  # type: ignore[no-untyped-def]
    return {index["name"] for index in sa.inspect(op.get_bind()).get_indexes(table)}
