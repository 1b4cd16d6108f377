"""What was made is looked into: a stamp that says fresh is not believed."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from command import soundness
from command.place import Place
from command.steps import FRESH, digest_of, stamp_path, state_of, steps_of
from command.system import write_json
from tests.command.conftest import CONFIG, ROOT


def stamped(place: Place, key: str) -> str:
    """The state of a step right after its stamp was written."""
    step = steps_of(place)[key]
    write_json(stamp_path(place, step), {"digest": digest_of(place, step)})
    return state_of(place, step)


@pytest.fixture
def database(place: Place) -> Callable[[str], None]:
    """A database of a revision, under a checkout with two migrations."""
    versions = place.root / "api/migrations/versions"
    versions.mkdir(parents=True)
    (versions / "0001_first.py").write_text('revision = "0001"\ndown_revision = None\n')
    (versions / "0002_second.py").write_text('revision = "0002"\ndown_revision = "0001"\n')
    place.var.mkdir()

    def make(revision: str) -> None:
        with closing(sqlite3.connect(place.var / "helpline.db")) as opened, opened:
            opened.execute("CREATE TABLE IF NOT EXISTS alembic_version (version_num)")
            opened.execute("DELETE FROM alembic_version")
            opened.execute("INSERT INTO alembic_version VALUES (?)", (revision,))

    return make


def test_an_older_database_that_was_put_back_under_a_fresh_stamp_is_noticed(
    place: Place, database: Callable[[str], None]
) -> None:
    database("0002")
    assert stamped(place, "database") == FRESH

    database("0001")
    assert "结构是 0001，要的是 0002" in stamped(place, "database")


@pytest.mark.parametrize("content", [b"", b"no database"])
def test_a_file_that_is_no_database_of_ours_is_noticed(
    place: Place, database: Callable[[str], None], content: bytes
) -> None:
    (place.var / "helpline.db").write_bytes(content)

    assert stamped(place, "database") != FRESH


def test_the_newest_revision_of_this_checkout_is_found() -> None:
    numbers = [path.name[:4] for path in (ROOT / "api/migrations/versions").glob("0*.py")]

    assert soundness.newest_revision(ROOT) == max(numbers)


def test_a_truncated_model_is_noticed(place: Place) -> None:
    place.model.parent.mkdir(parents=True)
    place.model.write_bytes(b"what was learnt")
    soundness.seal(place.model, place.model_seal)
    assert stamped(place, "model") == FRESH

    place.model.write_bytes(b"what was")
    assert "指纹不符" in stamped(place, "model")
    place.model_seal.unlink()
    assert stamped(place, "model") != FRESH


def test_a_damaged_index_is_noticed(place: Place) -> None:
    folder = place.var / "index/abc"
    folder.mkdir(parents=True)
    (folder.parent / "current").write_text("abc\n")
    (folder / "vectors.faiss").write_bytes(b"vectors")
    files = {"vectors.faiss": soundness.sha256_of(folder / "vectors.faiss")}
    (folder / "manifest.json").write_text(json.dumps({"files": files}))
    assert stamped(place, "index") == FRESH

    (folder / "vectors.faiss").write_bytes(b"vect")
    assert "vectors.faiss" in stamped(place, "index")
    (folder / "manifest.json").write_text('{"fil')
    assert "清单" in stamped(place, "index")


@pytest.mark.parametrize(
    "head",
    [
        "#!{folder}/python\n",
        "#!{folder}/python3.10\nimport sys\n",
        "#!/bin/sh\n'''exec' '{folder}/python' \"$0\" \"$@\"\n' '''\n",
        "#!/bin/sh\n'''exec' \"{folder}/python3\" \"$0\" \"$@\"\n' '''\n",
    ],
)
def test_an_environment_of_another_folder_is_noticed(place: Place, head: str) -> None:
    place.rasa.parent.mkdir(parents=True)
    place.rasa.write_text(head.format(folder=place.rasa.parent))
    assert stamped(place, "bot") == FRESH

    place.rasa.write_text(head.format(folder="/srv/old place/bot/.venv/bin"))
    assert "搬动或复制过" in stamped(place, "bot")


def test_a_checkout_that_was_moved_is_noticed_and_one_behind_a_link_is_not(
    place: Place, tmp_path: Path
) -> None:
    place.rasa.parent.mkdir(parents=True)
    place.rasa.write_text(f"#!{place.rasa.parent}/python\n")
    (tmp_path / "link").symlink_to(place.root)
    linked = Place(tmp_path / "link", place.var, place.environ)
    assert soundness.foreign_interpreter(linked.rasa) is None

    shutil.copytree(place.root, tmp_path / "copy")
    copied = Place(tmp_path / "copy", place.var, place.environ)
    assert str(place.rasa.parent) in str(soundness.foreign_interpreter(copied.rasa))


# --- config.yml -----------------------------------------------------------------------------------


def test_the_config_of_this_checkout_is_whole() -> None:
    assert soundness.config_trouble(ROOT) is None


def test_half_a_config_is_told_in_a_sentence(place: Place) -> None:
    whole = (ROOT / "config.yml").read_text("utf-8")
    shutil.copytree(
        ROOT / "bot", place.root / "bot", ignore=shutil.ignore_patterns(".venv", "*.npz")
    )
    end = whole.index("- name: RulePolicy") + len("- name: ")
    for length in range(0, end, 25):
        (place.root / "config.yml").write_text(whole[:length])
        assert "config.yml" in (soundness.config_trouble(place.root) or ""), whole[:length]


def test_a_component_that_is_not_there_is_named(place: Place) -> None:
    text = CONFIG.replace("JiebaTokenizer", "bot.classifier.LinearIn")
    (place.root / "config.yml").write_text(text)

    assert "bot.classifier.LinearIn" in (soundness.config_trouble(place.root) or "")


def test_a_program_that_is_not_there_yet_belongs_to_nobody_else(tmp_path: Path) -> None:
    assert soundness.foreign_interpreter(tmp_path / "bot/.venv/bin/rasa") is None
