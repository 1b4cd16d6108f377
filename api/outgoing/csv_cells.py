"""Cells of a CSV file that a spreadsheet takes for words and never for a formula."""

from collections.abc import Iterable

_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_row(values: Iterable[object]) -> list[str]:
    """The values as text, one a cell; None is an empty cell.

    A cell that a spreadsheet would reckon or run gets an apostrophe before it.
    """
    cells = ["" if value is None else str(value) for value in values]
    return [f"'{cell}" if cell.startswith(_BEGINS_A_FORMULA) else cell for cell in cells]
