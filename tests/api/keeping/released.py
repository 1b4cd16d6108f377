"""The structure of the database as the version before reads and writes it, and what of it a newer
one breaks.

`python -m tests.api.keeping.released` writes it anew, which is done when a version is released
(docs/runbook.md).
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, inspect, make_url
from sqlalchemy.dialects import postgresql as dialect

from api.keeping import structure
from tests.conftest import migrate
from tests.postgresql import postgresql

FILE = Path(__file__).with_name("released.json")
EMPTY, FILLED = ", may be empty", ", fills itself"
RULES = ("unique", "checks", "keys")

# Table → its columns, each with its type, whether it may be empty and whether something fills it by
# itself; and what the table refuses: unique keys, checks, keys of other tables.
Structure = dict[str, dict[str, Any]]


def structure_of(engine: Engine) -> Structure:
    """The helpline's tables as PostgreSQL has them."""
    found = inspect(engine)
    columns, unique = found.get_multi_columns(), found.get_multi_unique_constraints()
    indexes, checks = found.get_multi_indexes(), found.get_multi_check_constraints()
    keys = found.get_multi_foreign_keys()
    tables: Structure = {}
    for name in sorted(structure.tables()):
        at = (None, name)
        once = {", ".join(sorted(one["column_names"])) for one in unique[at]}
        once |= {_unique(one) for one in indexes[at] if one["unique"]}
        tables[name] = {
            "columns": {one["name"]: _column(one) for one in columns[at]},
            "unique": sorted(once),
            "checks": sorted(one["sqltext"] for one in checks[at]),
            "keys": sorted(
                f"{', '.join(one['constrained_columns'])} → {one['referred_table']}"
                for one in keys[at]
            ),
        }
    return tables


def _column(one: Mapping[str, Any]) -> str:
    kind = one["type"].compile(dialect.dialect())  # type: ignore[no-untyped-call]
    fills_itself = one["default"] or one.get("identity")
    return kind + (EMPTY if one["nullable"] else "") + (FILLED if fills_itself else "")


def _unique(index: Mapping[str, Any]) -> str:
    where = index.get("dialect_options", {}).get("postgresql_where")
    return ", ".join(sorted(map(str, index["column_names"]))) + (f" where {where}" if where else "")


def broken(before: Structure, now: Structure) -> Iterator[str]:
    """What the version that knows the structure `before` can no longer do, table by table."""
    for name, table in before.items():
        if name not in now:
            yield f"{name} is gone"
            continue
        yield from _broken_columns(name, table["columns"], now[name]["columns"])
        for kind in RULES:
            for rule in now[name][kind]:
                if rule not in table[kind]:
                    yield f"{name} refuses more: {kind} {rule}"


def _broken_columns(table: str, before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name, column in before.items():
        if name not in now:
            yield f"{table}.{name} is gone"
        elif not _holds(now[name], column):
            yield f"{table}.{name} is {now[name]}, was {column}"
    for name in now.keys() - before.keys():
        if not (EMPTY in now[name] or FILLED in now[name]):
            yield f"{table}.{name} is new and must be filled"


def _holds(now: str, before: str) -> bool:
    """Whether a column takes whatever it took before, and gives what it gave."""
    kind, kind_before = now.split(",")[0], before.split(",")[0]
    sizes = [re.fullmatch(r"VARCHAR\((\d+)\)", one) for one in (kind, kind_before)]
    is_longer = all(sizes) and int(sizes[0][1]) >= int(sizes[1][1])  # type: ignore[index]
    may_be_left_out = EMPTY in now or (FILLED in now and EMPTY not in before)
    return (kind == kind_before or is_longer) and (
        may_be_left_out or not (EMPTY in before or FILLED in before)
    )


def main() -> None:
    with postgresql() as url:
        migrate(url)
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        tables = structure_of(engine)
        engine.dispose()
    told = {"revision": structure.newest(), "tables": tables}
    FILE.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
