"""Two neighbouring versions run on one structure: what the one before reads and writes is there."""

import copy
import json

import pytest
from sqlalchemy import create_engine, make_url

from tests.api.keeping.released import FILE, Structure, broken, structure_of

BEFORE: Structure = json.loads(FILE.read_text(encoding="utf-8"))["tables"]


def test_the_version_before_finds_all_that_it_reads_and_may_write_all_that_it_writes(
    migrated_postgresql: str,
) -> None:
    engine = create_engine(make_url(migrated_postgresql).set(drivername="postgresql+psycopg"))
    now = structure_of(engine)
    engine.dispose()

    # To add is no break; to take away is one until a version without it is out everywhere.
    assert list(broken(BEFORE, now)) == []


@pytest.mark.parametrize(
    ("column", "becomes", "told"),
    [
        ("outcome", None, "turns.outcome is gone"),
        ("outcome", "INTEGER, may be empty", "turns.outcome is INTEGER, may be empty, was"),
        ("outcome", "VARCHAR(4), may be empty", "turns.outcome is VARCHAR(4), may be empty, was"),
        ("outcome", "VARCHAR(90), may be empty", ""),
        ("outcome", "VARCHAR(90)", "turns.outcome is VARCHAR(90), was"),
        ("attempt", "INTEGER, may be empty", ""),
        ("mood", "INTEGER", "turns.mood is new and must be filled"),
        ("mood", "INTEGER, may be empty", ""),
        ("mood", "INTEGER, fills itself", ""),
    ],
)
def test_a_column_that_would_break_the_version_before_is_told(
    column: str, becomes: str | None, told: str
) -> None:
    now = copy.deepcopy(BEFORE)
    now["turns"]["columns"].pop(column, None)
    if becomes:
        now["turns"]["columns"][column] = becomes

    assert [line[: len(told)] for line in broken(BEFORE, now)] == [told] * bool(told)


def test_a_table_that_is_gone_or_refuses_more_is_told_and_a_new_one_is_not() -> None:
    now = copy.deepcopy(BEFORE)
    now["moods"] = now.pop("lane_entries")
    now["turns"]["unique"].append("outcome")
    now["turns"]["checks"].append("attempt > 0")

    assert list(broken(BEFORE, now)) == [
        "lane_entries is gone",
        "turns refuses more: unique outcome",
        "turns refuses more: checks attempt > 0",
    ]
