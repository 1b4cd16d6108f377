"""Checkouts with stand-ins instead of Rasa and the service."""

import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from command.place import Place, inherited_environment
from command.ports import free_port
from command.steps import digest_of, stamp_path, steps_of
from command.supervise import Child
from command.system import write_json

ROOT = Path(__file__).resolve().parents[2]
STAND_IN = Path(__file__).with_name("stand_in.py")


CONFIG = """\
pipeline:
- name: JiebaTokenizer

policies:
- name: RulePolicy
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """An empty checkout with an empty data folder."""
    (tmp_path / "checkout").mkdir()
    return Place(tmp_path / "checkout", tmp_path / "var", inherited_environment(tmp_path))


@pytest.fixture
def until() -> Callable[..., None]:
    """Wait for a condition, generously: the machine may be busy."""

    def wait(
        condition: Callable[[], object], meanwhile: Callable[[], None] = lambda: time.sleep(0.02)
    ) -> None:
        deadline = time.monotonic() + 120
        while not condition():
            assert time.monotonic() < deadline, "waited in vain"
            meanwhile()

    return wait


@pytest.fixture
def alive() -> Callable[[int], bool]:
    """Whether a process still runs; one that ended but was not collected does not."""

    def runs(pid: int) -> bool:
        try:
            os.kill(pid, 0)
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
        except (ProcessLookupError, FileNotFoundError):
            return False

    return runs


@pytest.fixture
def children(tmp_path: Path) -> Callable[..., object]:
    """Makes a supervised stand-in that is restarted almost at once."""

    def make(label: str = "服务", crashes: int = 0, family: bool = False) -> Any:
        folder = tmp_path / label
        folder.mkdir()
        if crashes:
            (folder / "crashes").write_text(str(crashes))
        if family:
            (folder / "family").touch()
        port = free_port()
        argv, health = [sys.executable, STAND_IN, port, folder], f"http://127.0.0.1:{port}/"
        child = Child(label, argv, tmp_path, os.environ, health, tmp_path / "log" / f"{label}.log")
        child.first_delay = 0.01
        child.__dict__.update(port=port, playground=folder)
        return child

    return make


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """A checkout in which stand-ins made everything but the dialogue model and the database."""
    root = tmp_path / "checkout"
    for folder in (
        "bot/.venv/bin",
        ".venv/bin",
        "tests/api",
        "web/node_modules",
        "web/dist",
        "var/index",
        "var/models/encoder",
    ):
        (root / folder).mkdir(parents=True)
    torch = root / ".venv/lib/python3.11/site-packages/torch"
    torch.mkdir(parents=True)
    (torch / "version.py").write_text("cuda: Optional[str] = None\n")
    shutil.copy(ROOT / "helpline", root)
    for shared in (
        *("api/__init__.py", "api/protection/__init__.py", "api/protection/masking.py"),
        *("api/dialogue/__init__.py", "api/dialogue/chosen.py", "api/dialogue/memory.py"),
    ):
        (root / shared).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / shared, root / shared)
    shutil.copytree(ROOT / "command", root / "command", ignore=shutil.ignore_patterns("*.pyc"))
    program(
        root / ".venv/bin/python",
        f"""
        case "$2" in
          api) exec {sys.executable} {STAND_IN} $HELPLINE_PORT ;;
          alembic) touch "$HELPLINE_VAR/helpline.db" ;;
          pytest) echo "== 3 passed, 1 skipped in 0.10s ==" ;;
          *) echo "$HELPLINE_VAR" "$@" ;;
        esac
        """,
    )
    program(root / ".venv/bin/pytest", "")
    (root / "config.yml").write_text(CONFIG)
    (root / "var/index/current").touch()
    (root / "var/index/manifest.json").write_text('{"files": {}}')
    (root / "var/models/encoder/encoder.json").touch()
    program(
        root / "bot/.venv/bin/rasa",
        """
        case "$1" in
          train) mkdir -p "$4" && touch "$4/helpline.tar.gz" && echo trained >> "$4/times" ;;
        esac
        """,
    )
    program(
        root / "bot/.venv/bin/python",
        f"""
        case "$2 $3" in
          "bot.serve run") echo $7 > engine-port; exec {sys.executable} {STAND_IN} $7 ;;
        esac
        """,
    )
    place = Place(root, root / "var", {})
    for key in ("bot", "service", "service-dev", "web-deps", "web", "encoder", "index"):
        step = steps_of(place)[key]
        write_json(stamp_path(place, step), {"digest": digest_of(place, step)})
    yield root


@pytest.fixture
def run(checkout: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts the command in that checkout, its output in a file `output`."""
    started = []
    environ = {
        name: value for name, value in os.environ.items() if not name.startswith("HELPLINE_")
    }

    def start(*words: str) -> "subprocess.Popen[str]":
        with open(checkout / "output", "a") as output:
            process = subprocess.Popen(
                [sys.executable, "helpline", *words],
                cwd=checkout,
                env=environ,
                text=True,
                stdout=output,
                stderr=output,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def output(checkout: Path) -> Callable[[], str]:
    return lambda: (checkout / "output").read_text() if (checkout / "output").exists() else ""


@pytest.fixture
def running(
    run: Callable[..., "subprocess.Popen[str]"],
    output: Callable[[], str],
    until: Callable[..., None],
    checkout: Path,
) -> SimpleNamespace:
    """`up` on a free port, ready."""
    port = free_port()
    process = run("up", "--port", str(port))
    until(lambda: "已启动" in output() or process.poll() is not None)
    assert process.poll() is None, output()
    engine_port = int((checkout / "engine-port").read_text())
    return SimpleNamespace(
        process=process, port=port, ports=(port, engine_port), url=f"http://127.0.0.1:{port}"
    )


def program(path: Path, script: str) -> Path:
    """An executable shell script."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.fixture(name="program")
def make_program() -> Callable[[Path, str], Path]:
    return program
