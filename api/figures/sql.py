"""The one thing that both databases write differently: the day of a moment."""

from datetime import date
from typing import Any

from sqlalchemy import Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction


class day_of(GenericFunction[date]):
    """The calendar day in Shanghai of a column that holds a moment (api.database.Instant)."""

    type = Date()
    inherit_cache = True


@compiles(day_of, "sqlite")
def _on_sqlite(element: day_of, compiler: Any, **words: Any) -> str:
    return f"date({compiler.process(element.clauses, **words)}, '+8 hours')"


@compiles(day_of, "postgresql")
def _on_postgresql(element: day_of, compiler: Any, **words: Any) -> str:
    moment = compiler.process(element.clauses, **words)
    return f"CAST({moment} AT TIME ZONE 'Asia/Shanghai' AS date)"
