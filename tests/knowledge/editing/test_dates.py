"""Dates: what holds the day before, on the day, and after it."""

from datetime import date

import pytest

from knowledge.editing.dates import Dated, days_of_change, in_effect

BEFORE, ON, AFTER = date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)
EARLY = date(2026, 11, 1)


def holding(*revisions: Dated, day: date) -> list[tuple[int, bool]]:
    return [(one.revision_id, one.gone) for one in in_effect(revisions, day)]


@pytest.mark.parametrize(("day", "holds"), [(BEFORE, 1), (ON, 2), (AFTER, 2)])
def test_a_later_revision_holds_from_its_day_on(day: date, holds: int) -> None:
    old, new = Dated(1, 7, 1, EARLY, None), Dated(2, 7, 2, ON, None)

    assert holding(old, new, day=day) == [(holds, False)]


@pytest.mark.parametrize(("day", "gone"), [(BEFORE, False), (ON, False), (AFTER, True)])
def test_an_item_is_told_to_the_end_of_its_last_day(day: date, gone: bool) -> None:
    assert holding(Dated(1, 7, 1, EARLY, ON), day=day) == [(1, gone)]


def test_what_has_expired_does_not_bring_back_what_it_replaced() -> None:
    old, new = Dated(1, 7, 1, EARLY, None), Dated(2, 7, 2, BEFORE, BEFORE)

    assert holding(old, new, day=ON) == [(2, True)]


def test_a_correction_meanwhile_does_not_outlive_the_revision_of_a_later_day() -> None:
    later, correction = Dated(1, 7, 1, ON, None), Dated(2, 7, 2, BEFORE, None)

    assert holding(later, correction, day=BEFORE) == [(2, False)]
    assert holding(later, correction, day=ON) == [(1, False)]


def test_a_revision_changes_something_when_it_begins_and_when_it_is_over() -> None:
    dates: dict[str, date | None] = {"effective_from": None, "expires_on": ON}

    assert days_of_change(dates, EARLY) == [EARLY, AFTER]
    assert days_of_change(dates | {"effective_from": ON, "expires_on": None}, EARLY) == [ON]
