"""Tables for spreadsheet programs: nothing that somebody wrote is carried out when they are
opened.
"""

import csv
import io
from datetime import date, datetime

import pytest

from api.clock import SHANGHAI
from api.outgoing import csv_cells


@pytest.mark.parametrize(
    "written",
    [
        '=HYPERLINK("https://evil.example","点这里")',
        "=cmd|' /C calc'!A0",
        "+86 138",
        "-2+3",
        "@SUM(A1)",
        "＝1+1",
        "－1",
        "＠x",
        "＋1",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u3000=1",
        "\ufeff=1",
        "\x00=1",
    ],
)
def test_what_would_be_a_formula_is_a_text(written: str) -> None:
    [cell] = csv_cells.safe_row([written])

    assert str(cell) == "'" + written.replace("\x00", "")


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("王芳说：1=1", "王芳说：1=1"),
        ("", ""),
        (None, ""),
        (-5, -5),
        (2.5, 2.5),
        (True, "是"),
        (False, "否"),
        (date(2026, 11, 22), "2026-11-22"),
        (datetime(2026, 11, 22, 9, 30, 1, 99, tzinfo=SHANGHAI), "2026-11-22 09:30:01"),
    ],
)
def test_everything_else_stays_what_it_is(value: object, cell: object) -> None:
    assert csv_cells.safe_row([value]) == [cell]


def test_quotes_commas_and_ends_of_lines_stay_in_their_cell() -> None:
    values = ['他说"好"', "一,二", "上\n下", "上\r\n=1+1"]

    assert list(csv.reader(io.StringIO(csv_cells.line(values), newline=""))) == [values]
