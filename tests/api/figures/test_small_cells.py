"""No small cell is told, and none comes back by taking its neighbours from a total."""

import random

import pytest

from api.figures.small_cells import K, merged, withheld


def test_small_cells_become_one_that_is_not_small() -> None:
    assert merged({"南昌市": 20, "赣州市": 9, "九江市": 3, "鹰潭市": 2}, K) == (
        {"南昌市": 20, "赣州市": 9},
        5,
    )


def test_a_single_small_cell_takes_the_smallest_of_the_others_along() -> None:
    """Alone under 其他 it would be what it was."""
    assert merged({"南昌市": 20, "赣州市": 9, "九江市": 3}, K) == ({"南昌市": 20}, 12)


def test_where_all_are_few_none_is_told() -> None:
    assert merged({"南昌市": 1, "赣州市": 2}, K) == ({}, 3)
    assert merged({}, K) == ({}, 0)
    assert merged({"南昌市": 0}, K) == ({}, 0)


def test_where_one_is_enough_each_stands_for_itself() -> None:
    assert merged({"南昌市": 1, "赣州市": 2}, 1) == ({"南昌市": 1, "赣州市": 2}, 0)


def test_a_month_of_few_is_withheld_with_the_smallest_other_month() -> None:
    assert withheld([30, 4, 12, 0, 9], K) == [30, None, 12, 0, None]


def test_two_months_of_few_that_are_few_together_take_another_along() -> None:
    assert withheld([30, 2, 1, 12], K) == [30, None, None, None]


def test_where_nothing_is_small_everything_is_told() -> None:
    assert withheld([5, 0, 30], K) == [5, 0, 30]
    assert withheld([], K) == []


@pytest.mark.parametrize("seed", range(40))
def test_no_total_gives_a_small_cell_away(seed: int) -> None:
    chance = random.Random(seed)
    counts = [chance.choice((0, 1, 2, 4, 5, 6, 30)) for _ in range(12)]
    if sum(counts) < K:
        return
    told = withheld(counts, K)
    hidden = [count for count, cell in zip(counts, told, strict=True) if cell is None]
    cells, rest = merged(dict(enumerate(counts)), K)

    assert all(cell is None or cell == 0 or cell >= K for cell in told)
    assert len(hidden) != 1 and (not hidden or sum(hidden) >= K)
    assert min(cells.values(), default=K) >= K and (rest == 0 or rest >= K)
    assert sum(cells.values()) + rest == sum(counts)
