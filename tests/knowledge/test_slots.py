"""Facts as people read and write them."""

import pytest

from knowledge.slots import as_shown
from tests.content import RULES


@pytest.mark.parametrize(("kept", "shown"), [(7.0, 7), (7, 7), (0.5, 0.5), ("7.0", "7.0")])
def test_a_whole_number_is_shown_whole(kept: object, shown: object) -> None:
    [told] = as_shown({"years_registered": kept}).values()
    assert repr(told) == repr(shown)


def test_a_visitor_reads_whole_numbers_too() -> None:
    told = [RULES.label("years_registered", years) for years in (7.0, 0.5)]
    assert told == ["7", "0.5"]
