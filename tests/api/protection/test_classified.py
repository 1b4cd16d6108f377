"""Every column of every table is classified, and what is open holds nobody's data."""

import re

import pytest
from sqlalchemy import JSON, Integer, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

from api.database import Base
from api.keeping import structure
from api.protection.classified import CLASSIFIED, OPEN
from api.protection.columns import (
    EncryptedBytes,
    EncryptedJSON,
    EncryptedText,
    KeyedHash,
    PackedJSON,
)

OPEN_COLUMNS = [
    Base.metadata.tables[table].columns[column]
    for table, columns in OPEN.items()
    for column in columns
]
SEALED = (EncryptedText, EncryptedJSON, EncryptedBytes, PackedJSON, KeyedHash)
LONGEST_CODE = 40  # what is longer in an open column is told by name here, with the reason
LONGER = {"told_content.key"}  # keys of the content's own answers and remedies
# Names of columns that are of persons, whatever stands in them.
OF_PERSONS = re.compile(
    r"staff|author|assignee|contact|phone|mail|address|number|token|code|hash|sha256|secret"
    r"|password|notes?$|words|text|body|_by$|name"
)


@pytest.mark.parametrize("table", structure.tables())
def test_every_column_is_classified_and_nothing_that_is_not_there(table: str) -> None:
    held = Base.metadata.tables.get(table)
    columns = {"version_num"} if held is None else {column.name for column in held.columns}

    assert set(CLASSIFIED.get(table, {})) == columns, f"api/protection/classified.py: {table}"


def test_no_table_is_classified_that_there_is_not() -> None:
    assert set(CLASSIFIED) == set(structure.tables())


def test_what_is_sealed_written_freely_or_a_file_is_never_open() -> None:
    wrong = [
        str(column)
        for column in OPEN_COLUMNS
        if isinstance(column.type, (*SEALED, JSON, Text, LargeBinary))
        or (
            getattr(column.type, "length", None)
            and column.type.length > LONGEST_CODE  # type: ignore[attr-defined]
            and str(column) not in LONGER
        )
    ]
    assert wrong == []


def test_no_open_column_is_called_as_those_of_persons_are() -> None:
    assert [str(one) for one in OPEN_COLUMNS if OF_PERSONS.search(one.name)] == []


def test_an_open_id_is_random_or_of_a_row_that_is_open_itself() -> None:
    """A running number of a person or of a contact would tell who it is to whoever knows one."""
    for column in OPEN_COLUMNS:
        kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
        if not isinstance(kind, Integer) or not re.search(r"(^|_)id$", column.name):
            continue
        leads_to = {key.column.table.name for key in column.foreign_keys}
        assert column.primary_key or (leads_to and leads_to <= set(OPEN)), str(column)


@pytest.mark.parametrize("table", OPEN)
def test_the_primary_key_of_what_is_handed_on_is_open(table: str) -> None:
    """Else PostgreSQL would refuse the helpline's own changes of these rows."""
    key = {column.name for column in Base.metadata.tables[table].primary_key}

    assert key <= set(OPEN[table])
