"""The file `helpline` finds its package from wherever it is called, or says what is missing."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CALLED_AS_WITH = """
import runpy, sys
sys.version_info = {version}
sys.argv = ["helpline"]
runpy.run_path({path!r}, run_name="__main__")
"""


def called(*words: object, folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(list(map(str, words)), cwd=folder, capture_output=True, text=True)


def test_it_works_from_any_folder_and_through_a_link(tmp_path: Path) -> None:
    link = tmp_path / "bin/helpline"
    link.parent.mkdir()
    link.symlink_to(ROOT / "helpline")
    for path in (ROOT / "helpline", link, Path("bin/helpline")):
        shown = called(sys.executable, path, "--help", folder=tmp_path)
        assert shown.stdout.startswith("用法：helpline"), shown.stderr


def test_it_needs_no_path_to_modules_of_the_caller(tmp_path: Path) -> None:
    shown = called(sys.executable, "-I", "-S", ROOT / "helpline", "--help", folder=tmp_path)
    assert shown.stdout.startswith("用法：helpline"), shown.stderr


def test_a_python_that_is_too_old_is_told_so_before_anything_is_imported(tmp_path: Path) -> None:
    script = CALLED_AS_WITH.format(version=(3, 8, 18), path=str(ROOT / "helpline"))
    shown = called(sys.executable, "-c", script, folder=tmp_path)
    assert shown.returncode == 1
    assert shown.stderr == (
        "需要 Python 3.9 或更高版本，当前是 3.8。请改用更新的 python3 运行 helpline。\n"
    )


@pytest.mark.parametrize(
    "path", [ROOT / "helpline", *(ROOT / "command").glob("*.py")], ids=lambda path: path.name
)
def test_the_oldest_python_can_read_every_module(path: Path) -> None:
    ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 9))


def test_the_launcher_launches_and_nothing_else() -> None:
    assert len((ROOT / "helpline").read_text(encoding="utf-8").splitlines()) <= 35
    assert os.access(ROOT / "helpline", os.X_OK)
