"""conversations that people take over; events of the desk"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    # Every step may have been done by a run that was cut off: SQLite keeps it.
    for table, column in (
        ("conversations", sa.Column("assignee_id", sa.Integer())),
        ("conversations", sa.Column("assignee_name", sa.String(60))),
        ("conversations", sa.Column("claimed_at", MOMENT)),
        ("conversations", sa.Column("visitor_seen_at", MOMENT)),
        ("conversations", sa.Column("handoff_id", sa.Integer())),
        ("conversations", _no_yet("watched")),
        ("conversations", _no_yet("approval_pending")),
        (
            "conversations",
            sa.Column("read_position", sa.Integer(), nullable=False, server_default="0"),
        ),
        ("conversations", sa.Column("last_at", MOMENT)),
        ("messages", sa.Column("author", sa.String(60))),
        ("messages", sa.Column("author_id", sa.Integer())),
        ("messages", sa.Column("client_message_id", sa.String(36))),
    ):
        if column.name not in _columns(table):
            op.add_column(table, column)
    for name, table, columns, unique in (
        ("ix_conversations_last_at", "conversations", ["state", "last_at"], False),
        ("ix_conversations_assignee_id", "conversations", ["assignee_id"], False),
        (
            "uq_messages_client_message_id",
            "messages",
            ["conversation_id", "client_message_id"],
            True,
        ),
    ):
        if name not in _indexes(table):
            op.create_index(name, table, columns, unique=unique)
    _create_tables()
    op.execute(
        "UPDATE conversations SET last_at = (SELECT max(said_at) FROM messages"
        " WHERE messages.conversation_id = conversations.id)"
    )
    # Who waits when this is done goes on waiting, under a handoff of his own.
    op.execute(
        "INSERT INTO handoffs (conversation_id, asked_at, reason) SELECT id, waiting_since,"
        " handoff_reason FROM conversations WHERE state = 'waiting' AND waiting_since IS NOT NULL"
        " AND id NOT IN (SELECT conversation_id FROM handoffs)"
    )
    op.execute(
        "UPDATE conversations SET visitor_seen_at = waiting_since, handoff_id = (SELECT max(id)"
        " FROM handoffs WHERE handoffs.conversation_id = conversations.id) WHERE state = 'waiting'"
    )


def downgrade() -> None:
    for table in (
        *("conversation_watchers", "conversation_tags", "conversation_notes"),
        *("desk_presence", "handoffs", "desk_events"),
    ):
        op.drop_table(table)
    # An older program knows bot, waiting and deleted.
    op.execute("UPDATE conversations SET state = 'bot' WHERE state IN ('operator', 'closed')")
    op.drop_index("uq_messages_client_message_id", "messages")
    op.drop_index("ix_conversations_assignee_id", "conversations")
    op.drop_index("ix_conversations_last_at", "conversations")
    for table, columns in (
        ("messages", ("client_message_id", "author_id", "author")),
        (
            "conversations",
            (
                *("last_at", "read_position", "approval_pending", "watched", "handoff_id"),
                *("visitor_seen_at", "claimed_at", "assignee_name", "assignee_id"),
            ),
        ),
    ):
        for column in columns:
            op.drop_column(table, column)


def _create_tables() -> None:
    there = _tables()
    if "desk_events" not in there:
        op.create_table(
            "desk_events",
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("kind", sa.String(40), nullable=False),
            sa.Column("conversation_id", sa.String(36), index=True),
            sa.Column("ticket_number", sa.String(20)),
            sa.Column("staff_id", sa.Integer()),
            sa.Column("data", sa.JSON(), nullable=False),
            sa.Column("at", MOMENT, nullable=False, index=True),
            sqlite_autoincrement=True,
        )
    if "handoffs" not in there:
        op.create_table(
            "handoffs",
            sa.Column("id", sa.Integer(), primary_key=True),
            _of_conversation(index=True),
            sa.Column("asked_at", MOMENT, nullable=False, index=True),
            sa.Column("reason", sa.Text()),
            _no_yet("urgent"),
            sa.Column("claimed_at", MOMENT, index=True),
            sa.Column("claimed_by", sa.Integer()),
            sa.Column("first_reply_at", MOMENT),
            sa.Column("ended_at", MOMENT),
            sa.Column("ending", sa.String(20)),
            sa.Column("note", sa.Text()),
        )
    if "desk_presence" not in there:
        op.create_table(
            "desk_presence",
            sa.Column("staff_id", sa.Integer(), primary_key=True, autoincrement=False),
            sa.Column("state", sa.String(10), nullable=False),
            sa.Column("present", sa.Boolean(), nullable=False),
            sa.Column("seen_at", MOMENT, nullable=False),
        )
    if "conversation_notes" not in there:
        op.create_table(
            "conversation_notes",
            sa.Column("id", sa.Integer(), primary_key=True),
            _of_conversation(index=True),
            sa.Column("author_id", sa.Integer(), nullable=False),
            sa.Column("author", sa.String(60), nullable=False),
            sa.Column("text", sa.Text(), nullable=False),
            sa.Column("written_at", MOMENT, nullable=False),
        )
    if "conversation_tags" not in there:
        op.create_table(
            "conversation_tags",
            _of_conversation(primary_key=True),
            sa.Column("tag", sa.String(20), primary_key=True, index=True),
        )
    if "conversation_watchers" not in there:
        op.create_table(
            "conversation_watchers",
            _of_conversation(primary_key=True),
            sa.Column("staff_id", sa.Integer(), primary_key=True, autoincrement=False),
        )


def _of_conversation(**more):  # type: ignore[no-untyped-def]
    return sa.Column(
        "conversation_id",
        sa.String(36),
        sa.ForeignKey("conversations.id"),
        nullable=False,
        **more,
    )


def _no_yet(name):  # type: ignore[no-untyped-def]
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())


def _tables():  # type: ignore[no-untyped-def]
    return sa.inspect(op.get_bind()).get_table_names()


def _columns(table):  # type: ignore[no-untyped-def]
    return {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}


def _indexes(table):  # type: ignore[no-untyped-def]
    return {index["name"] for index in sa.inspect(op.get_bind()).get_indexes(table)}
