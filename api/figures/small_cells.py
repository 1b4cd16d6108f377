"""Small cells: what so few people did that a figure would tell of one of them. Pure.

A small figure is withheld so that nobody gets it back by taking its neighbours from a total, which
other tables may give away.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

K = 5  # the fewest that an open figure counts
FEWEST = 3  # the fewest that a colleague sees who does not oversee the desk

Key = TypeVar("Key")


def merged(counts: Mapping[Key, int], fewest: int) -> tuple[dict[Key, int], int]:
    """The cells that may be told, and the rest as one, for cells without an order.

    The rest is 0 or at least `fewest`: to reach that, the smallest of the others join it. Where all
    cells together are fewer, none is told and the rest is smaller too: who publishes withholds it.
    """
    told = {key: count for key, count in counts.items() if count}
    rest = 0
    for key in sorted(told, key=lambda key: (told[key], str(key))):
        if told[key] >= fewest and (rest == 0 or rest >= fewest):
            break
        rest += told.pop(key)
    return told, rest


def withheld(counts: Sequence[int], fewest: int) -> list[int | None]:
    """The cells of a table whose cells keep their places, such as months; None is withheld.

    A small cell never stands alone: the smallest of the others are withheld with it until there are
    two or more, which together are at least `fewest`. Nothing is nobody: 0 is told.
    """
    hidden = {at for at, count in enumerate(counts) if 0 < count < fewest}
    if not hidden:
        return list(counts)
    others = [at for at, count in enumerate(counts) if count >= fewest]
    for at in sorted(others, key=lambda at: (counts[at], at)):
        if len(hidden) > 1 and sum(counts[one] for one in hidden) >= fewest:
            break
        hidden.add(at)
    return [None if at in hidden else count for at, count in enumerate(counts)]


def is_told(cells: Sequence[int | None]) -> bool:
    """Whether no cell of a table is withheld."""
    return None not in cells
