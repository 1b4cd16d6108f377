"""Laws that an operator imports are part of the index, and are imported without waiting for it."""

import pytest


@pytest.fixture
def laws(checkout):
    """The folder of imported laws of a checkout whose steps are all up to date."""
    (checkout / "var/laws").mkdir()
    return checkout / "var/laws"


def state(helpline, checkout, key):
    place = helpline.Place(checkout, checkout / "var", {})
    return helpline.state_of(place, helpline.steps_of(place)[key])


def test_an_imported_law_makes_the_index_stale(helpline, checkout, laws):
    assert state(helpline, checkout, "index") == helpline.FRESH
    (laws / "灯塔法(2019-06-07).json").write_text("{}")
    assert state(helpline, checkout, "index") == helpline.STALE
    (laws / "灯塔法(2019-06-07).json").unlink()
    assert state(helpline, checkout, "index") == helpline.FRESH


def test_an_import_does_not_wait_for_the_index(run, checkout, laws):
    (laws / "灯塔法(2019-06-07).json").write_text("{}")

    assert run("law", "import", "灯塔法.docx").wait() == 0
    said = (checkout / "output").read_text()
    assert "-m knowledge.law import 灯塔法.docx" in said
    assert "检索索引" not in said
