"""Tables for spreadsheet programs, in which no cell is taken for a formula."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime

BOM = "\ufeff"  # without it Excel takes UTF-8 for something else
# What a spreadsheet reads as the beginning of a formula, full-width signs of a Chinese keyboard
# among them. Some read on past blanks, and split a cell at a tab or the end of a line.
FORMULA_SIGNS = tuple("=+-@\t\r\n＝＋－＠")
BLANKS = " \u00a0\u3000\ufeff\u200b"


def safe_row(values: Iterable[object]) -> list[str | int | float]:
    """The cells of a row: what would be a formula becomes a text by an apostrophe before it.

    Numbers stay numbers, None is empty, moments are written to the second, yes and no in Chinese.
    """
    return [_cell(value) for value in values]


def line(values: Iterable[object]) -> str:
    """A row as a line of CSV, safe to open."""
    written = io.StringIO()
    csv.writer(written).writerow(safe_row(values))
    return written.getvalue()


def _cell(value: object) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, date):
        return value.isoformat()
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.lstrip(BLANKS).startswith(FORMULA_SIGNS) else text
