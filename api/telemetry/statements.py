"""A span for each statement that the database carries out for a message, without its parameters."""

from typing import Any

from opentelemetry.trace import INVALID_SPAN
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, ExceptionContext

from api.telemetry import spans

LONGEST = 2000  # characters of a statement that are told: many rows make it endless
_KEY = "helpline_span"


def watch(engine: Engine) -> None:
    """Tell the statements of an engine, where anybody wants spans."""
    if spans.are_made():
        event.listen(engine, "before_cursor_execute", _begin)
        event.listen(engine, "after_cursor_execute", _end)
        event.listen(engine, "handle_error", _fail)


def _begin(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> None:
    attributes = {
        "db.system.name": connection.dialect.name,
        "db.query.text": statement[:LONGEST],
    }
    verb = statement.split(maxsplit=1)[0].upper() if statement.strip() else "SQL"
    connection.info[_KEY] = spans.begin(verb, attributes)


def _end(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> None:
    connection.info.pop(_KEY, INVALID_SPAN).end()


def _fail(failure: ExceptionContext) -> None:
    if failure.connection is not None and not failure.connection.invalidated:
        made = failure.connection.info.pop(_KEY, INVALID_SPAN)
        spans.failed(made, failure.original_exception)
        made.end()
