"""What both databases write differently: the day and the hour of a moment."""

from datetime import date
from typing import Any

from sqlalchemy import Date, Integer
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


class hour_of(GenericFunction[int]):
    """The hour of the day in Shanghai, 0 to 23, of a column that holds a moment."""

    type = Integer()
    inherit_cache = True


@compiles(hour_of, "sqlite")
def _hour_on_sqlite(element: hour_of, compiler: Any, **words: Any) -> str:
    moment = compiler.process(element.clauses, **words)
    return f"CAST(strftime('%H', {moment}, '+8 hours') AS integer)"


@compiles(hour_of, "postgresql")
def _hour_on_postgresql(element: hour_of, compiler: Any, **words: Any) -> str:
    moment = compiler.process(element.clauses, **words)
    return f"CAST(EXTRACT(HOUR FROM {moment} AT TIME ZONE 'Asia/Shanghai') AS integer)"
