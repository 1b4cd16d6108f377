"""What PostgreSQL hands on to the server on which analysts read: the open columns, and no others.

A publication's list of columns may not lack the primary key: PostgreSQL would refuse every change
of such a row in the helpline itself. `classified` keeps to that, and a test holds it.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, text

from api.protection.classified import OPEN

NAME = "helpline_analysts"  # of the publication, of its subscription, and so of its slot

_THERE = text("SELECT EXISTS (SELECT FROM pg_publication WHERE pubname = :name)")
_COLUMNS = text(
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
)


def is_made(connection: Connection) -> bool:
    """Whether the database publishes for analysts."""
    return bool(connection.scalar(_THERE, {"name": NAME}))


def refresh(connection: Connection) -> None:
    """Bring the publication to the columns that are open now and are there, where one was made.

    PostgreSQL refuses to drop a column that is published: call it before a migration too.
    """
    if connection.dialect.name == "postgresql" and is_made(connection):
        publish(connection)


def publish(connection: Connection, reader: str | None = None) -> Mapping[str, Sequence[str]]:
    """Make the publication, or bring it up to date, in the caller's transaction; what it holds.

    The role `reader`, by which the other server reads, may then select these columns and nothing
    else of ours.
    """
    held = _held(connection)
    quote = connection.dialect.identifier_preparer.quote_identifier
    lists = {table: ", ".join(map(quote, columns)) for table, columns in held.items()}
    told = ", ".join(f"public.{quote(table)} ({columns})" for table, columns in lists.items())
    verb = "ALTER PUBLICATION {} SET" if is_made(connection) else "CREATE PUBLICATION {} FOR"
    connection.execute(text(f"{verb.format(NAME)} TABLE {told}"))
    if reader:
        role = quote(reader)
        connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"))
        connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {role}"))
        for table, columns in lists.items():
            connection.execute(text(f"GRANT SELECT ({columns}) ON public.{quote(table)} TO {role}"))
    return held


def _held(connection: Connection) -> Mapping[str, Sequence[str]]:
    """The open columns of those tables that are there."""
    there = {(table, column) for table, column in connection.execute(_COLUMNS)}
    found = {
        table: [column for column in columns if (table, column) in there]
        for table, columns in OPEN.items()
    }
    return {table: columns for table, columns in found.items() if columns}
