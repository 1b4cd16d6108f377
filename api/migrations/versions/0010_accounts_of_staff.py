"""accounts of staff, their sessions, tries to sign in, and the audit log, which only grows"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# The audit log is evidence: what stands in it stays as it is.
SQLITE_REFUSALS = {
    "audit_events_no_update": "BEFORE UPDATE ON audit_events",
    "audit_events_no_delete": "BEFORE DELETE ON audit_events",
    # INSERT OR REPLACE deletes without firing the one above.
    "audit_events_no_replace": "BEFORE INSERT ON audit_events "
    "WHEN EXISTS (SELECT 1 FROM audit_events WHERE id = NEW.id)",
}
REFUSE = """
CREATE OR REPLACE FUNCTION public.audit_events_only_grow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_events only grows';
END
$$
"""


def upgrade() -> None:
    # Every step may have been done by a run that was cut off: SQLite keeps it.
    there = sa.inspect(op.get_bind()).get_table_names()
    for name, columns in TABLES.items():
        if name not in there:
            op.create_table(name, *columns())
    if op.get_bind().dialect.name == "sqlite":
        for name, when in SQLITE_REFUSALS.items():
            op.execute(
                f"CREATE TRIGGER IF NOT EXISTS {name} {when} "
                "BEGIN SELECT RAISE(ABORT, 'audit_events only grows'); END"
            )
    else:
        op.execute(REFUSE)
        op.execute(
            "CREATE TRIGGER audit_events_only_grow BEFORE UPDATE OR DELETE OR TRUNCATE "
            "ON audit_events FOR EACH STATEMENT EXECUTE FUNCTION public.audit_events_only_grow()"
        )


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION public.audit_events_only_grow")


def _users():  # type: ignore[no-untyped-def]
    return (
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(40), nullable=False, unique=True),
        sa.Column("display_name", sa.String(40), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("email", sa.String(254), unique=True),
        sa.Column("extension", sa.String(20), index=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("oidc_subject", sa.String(600), unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
    )


def _staff_sessions():  # type: ignore[no-untyped-def]
    return (
        sa.Column("token_sha256", sa.String(64), primary_key=True),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id"), nullable=False, index=True),
        sa.Column("by", sa.String(10), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
    )


def _sign_in_tries():  # type: ignore[no-untyped-def]
    return (
        sa.Column("name_sha256", sa.String(64), primary_key=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("locked_until", sa.DateTime(timezone=True)),
    )


def _audit_events():  # type: ignore[no-untyped-def]
    return (
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("staff_id", sa.Integer(), sa.ForeignKey("users.id"), index=True),
        sa.Column("staff_name", sa.String(40)),
        sa.Column("what", sa.String(60), nullable=False, index=True),
        sa.Column("object_kind", sa.String(30), nullable=False),
        sa.Column("object_id", sa.String(80), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=False),
        sa.Index("ix_audit_events_object", "object_kind", "object_id"),
    )


TABLES = {
    "users": _users,
    "staff_sessions": _staff_sessions,
    "sign_in_tries": _sign_in_tries,
    "audit_events": _audit_events,
}
