"""What makes a step stale: its files, however deep they lie, and the laws that were imported."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from command.place import Place
from command.steps import FRESH, STALE, digest_of, state_of, steps_of


@pytest.fixture
def laws(checkout: Path) -> Path:
    """The folder of imported laws of a checkout whose steps are all up to date."""
    (checkout / "var/laws").mkdir()
    return checkout / "var/laws"


def state(checkout: Path, key: str) -> str:
    place = Place(checkout, checkout / "var", {})
    return state_of(place, steps_of(place)[key])


def test_an_imported_law_makes_the_index_stale(checkout: Path, laws: Path) -> None:
    assert state(checkout, "index") == FRESH
    (laws / "灯塔法(2019-06-07).json").write_text("{}")
    assert state(checkout, "index") == STALE
    (laws / "灯塔法(2019-06-07).json").unlink()
    assert state(checkout, "index") == FRESH


def test_an_import_does_not_wait_for_the_index(
    run: Callable[..., "subprocess.Popen[str]"], checkout: Path, laws: Path
) -> None:
    (laws / "灯塔法(2019-06-07).json").write_text("{}")

    assert run("law", "import", "灯塔法.docx").wait() == 0
    said = (checkout / "output").read_text()
    assert "-m knowledge import 灯塔法.docx" in said
    assert "检索索引" not in said


@pytest.mark.parametrize(
    "key, path",
    [
        ("index", "knowledge/content/wordings/goal.yml"),
        ("index", "knowledge/content/answers/court.yml"),
        ("index", "knowledge/search/vectors/store.py"),
        ("index", "data/lexicon/law.txt"),
        ("model", "data/nlu/voices/workshop.yml"),
        ("model", "data/rules/tickets/opening.yml"),
        ("model", "data/stories/helpline.yml"),
        ("model", "bot/components/ranking.py"),
        ("database", "api/migrations/versions/0002_more.py"),
        ("web", "web/widget/cards/RemedyCard.vue"),
    ],
)
def test_a_file_in_a_folder_of_a_folder_counts(place: Place, key: str, path: str) -> None:
    step = steps_of(place)[key]
    before = digest_of(place, step)
    (place.root / path).parent.mkdir(parents=True)
    (place.root / path).write_text("")
    assert digest_of(place, step) != before
